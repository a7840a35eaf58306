"""A handle closes the moment its last reference goes, in whatever way it goes, and never before.

Each script runs when a session is open. It opens a sender to `victim`, loses it (or not), and right after that opens
another to `marker`: the order of the frames on the wire tells when the victim was closed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer

SCRIPT = """
function victim() { return ::sess.opensender("victim"); }
function mark() { ::marker <- ::sess.opensender("marker"); }
function scenario() {
%s
}
function onEvent(event, detail) {
    if (detail) server.error(detail);
    if (event == "CONNECTION_OPEN") sess <- conn.opensession();
    if (event == "SESSION_OPEN") scenario();
    if (event == "SENDER_OPEN" && "marker" in getroottable() && marker.isopen()) server.log("marker open");
}
conn <- amqp.openconnection(URL, onEvent);
"""


def cases(file: str) -> dict[str, str]:
    """The cases of a file: each begins with a line `//: name`."""
    text = (Path(__file__).parent / file).read_text(encoding="utf-8")
    return dict(section.split("\n", 1) for section in text.split("\n//: ")[1:])


LOST = cases("closed_at_once.cases")
KEPT = cases("stays_open.cases")


def frames_before_marker(peer: RawPeer, code: str) -> list[str]:
    with AgentRun(SCRIPT % code, URL=peer.url) as run:
        run.wait_line("marker open")
        return peer.before("attach sender marker")


@pytest.mark.parametrize("code", LOST.values(), ids=LOST.keys())
def test_is_closed_at_once(code: str) -> None:
    with RawPeer() as peer:
        frames = frames_before_marker(peer, code)
        victim = [frame for frame in frames if "victim" in frame]
        assert victim == ["attach sender victim", "detach sender victim"]


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT.keys())
def test_stays_open(code: str) -> None:
    with RawPeer() as peer:
        frames = frames_before_marker(peer, code)
        victim = [frame for frame in frames if "victim" in frame]
        assert victim == ["attach sender victim"]


def test_cycle_is_closed_by_collectgarbage() -> None:
    with RawPeer() as peer:
        frames = frames_before_marker(
            peer, "local t = { v = victim() }; t.me <- t; t = null; collectgarbage(); mark();"
        )
        assert "detach sender victim" in frames


def test_weak_reference_reads_null_at_once() -> None:
    code = "local v = victim(); local w = v.weakref(); v = null; server.log(w.ref() == null); mark();"
    with RawPeer() as peer, AgentRun(SCRIPT % code, URL=peer.url) as run:
        assert run.wait_line("marker open")[0] == "true"

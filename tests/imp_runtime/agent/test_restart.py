"""``server.restart``: everything starts afresh, but for what was saved."""

from __future__ import annotations

import io
import threading

from imp_runtime.agent import Agent
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log
from imp_runtime.stack import start_with_large_stack
from imp_runtime.status import ExitStatus
from imp_runtime.store import MemoryStore
from tests.imp_runtime.amqp.agent_run import AgentRun
from tests.imp_runtime.amqp.raw_peer import RawPeer
from tests.in_process import run

# Counts its lives in `n`, in what is saved.
LIVES = 'local t = server.load(); n <- "n" in t ? t.n + 1 : 1; server.save({ n = n }); server.log("life " + n);\n'


def test_the_script_runs_again_from_a_blank_slate() -> None:
    ran = run(
        'server.log("x" in getroottable()); server.log(imp.configparams.len());\n'
        + LIVES
        + 'x <- 1; imp.configparams.mine <- 1; if (n < 3) server.restart(); server.log("end");'
    )
    assert ran.lines == ["false", "1", "life 1", "false", "1", "life 2", "false", "1", "life 3", "end"]
    assert ran.status is ExitStatus.OK


def test_nothing_after_it_runs_and_nothing_catches_it() -> None:
    ran = run(
        LIVES
        + 'function f() { try { if (n == 1) server.restart(); } catch (e) { server.log("caught"); } return "back"; }\n'
        + "server.log([0].map(@(x) f())[0]);"
    )
    assert ran.lines == ["life 1", "life 2", "back"]


def test_timers_and_events_are_gone() -> None:
    ran = run(
        LIVES
        + 'if (n == 1) { imp.wakeup(0, @() server.log("never")); imp.wakeup(3600, @() 0, "name"); server.restart(); }\n'
        + 'imp.wakeup(0, function() { server.log("timer"); if (n == 2) server.restart(); }, "name");'
    )
    assert ran.lines == ["life 1", "life 2", "timer", "life 3", "timer"]


def test_from_the_handler_of_unhandled_exceptions() -> None:
    ran = run(
        "imp.onunhandledexception(function(text) { server.log(text); if (n == 1) server.restart(); });\n"
        + LIVES
        + 'if (n == 1) throw "mine";'
    )
    assert ran.lines == [
        "life 1",
        "ERROR: mine",
        "ERROR:   in main agent_code:3",
        "mine: in main agent_code:3",
        "life 2",
    ]
    assert ran.status is ExitStatus.OK


def test_an_error_in_a_later_life_ends_the_run() -> None:
    ran = run(LIVES + 'if (n == 1) server.restart(); throw "mine";')
    assert ran.lines == ["life 1", "life 2", "ERROR: mine", "ERROR:   in main agent_code:2"]
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_connections_close_and_are_opened_anew() -> None:
    script = (
        LIVES
        + "connection <- amqp.openconnection(URL, function(event, error) {\n"
        + "    server.log(event); if (n == 1) server.restart(); connection = null;\n});"
    )
    with RawPeer() as peer, AgentRun(script, URL=peer.url) as agent:
        assert agent.end() == ["life 1", "CONNECTION_OPEN", "life 2", "CONNECTION_OPEN"]
        peer.wait("lost", 2)
        assert peer.frames == ["open", "close", "lost"] * 2


def test_an_endless_row_of_restarts_can_be_stopped() -> None:
    lives = threading.Event()

    class Counter(MemoryStore):
        count = 0

        def load(self, agent_id: str) -> None:
            self.count += 1
            if self.count == 20:
                lives.set()

    agent = Agent(AgentConfig(store=Counter()), Log(io.BytesIO()))
    ended: list[ExitStatus] = []
    done = threading.Event()

    def work() -> None:
        ended.append(agent.run("server.load(); server.restart();"))
        done.set()

    start_with_large_stack(work)
    assert lives.wait(30)
    agent.stop(ExitStatus.TIMEOUT)
    assert done.wait(30)
    assert ended == [ExitStatus.TIMEOUT]

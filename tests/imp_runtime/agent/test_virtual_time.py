"""Virtual time as scripts see it (``--fast``)."""

from __future__ import annotations

import io
import time

import pytest

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.clock import Clock, RealClock, VirtualClock
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.status import ExitStatus
from tests.imp_runtime.amqp.raw_peer import RawPeer


def run(
    source: str, clock: Clock, timeout: float | None = None, **constants: object
) -> tuple[ExitStatus | None, list[str]]:
    output = io.BytesIO()
    agent = Agent(AgentConfig(constants=constants), Log(output, LogFormat.PLAIN), clock=clock)
    status = run_on_thread(agent, source, timeout=timeout)
    return status, output.getvalue().decode().splitlines()


def test_a_day_of_timers_takes_no_time() -> None:
    began = time.monotonic()
    status, lines = run(
        "local start = time(); n <- 0;\n"
        "function tick() {\n    if (++n < 1440) { imp.wakeup(60, tick); return; }\n"
        '    local d = time() - start; server.log(n + " " + (d >= 86340 && d < 86400));\n}\n'
        "tick();",
        VirtualClock(),
    )
    assert (status, lines) == (ExitStatus.OK, ["1440 true"])
    assert time.monotonic() - began < 10


def test_sleeps_and_dates_jump() -> None:
    _, lines = run(
        "local before = date().time, t = time(); imp.sleep(86400 * 30); local after = date();\n"
        'server.log((after.time - before >= 2592000) + " " + (time() - t >= 2592000));',
        VirtualClock(),
    )
    assert lines == ["true true"]


# Timers in an order of their own, some of them at the same time.
ORDER = """
local order = [];
function note(name, delay) { imp.wakeup(delay, function() { order.append(name); }); }
note("c", 0.30); note("a", 0.10); note("a2", 0.10); note("idle", 0); note("b", 0.20);
imp.wakeup(0.10, function() {
    order.append("d"); note("e", 0.05); note("idle2", 0);
    imp.sleep(0.12);
    order.append("f");
});
imp.wakeup(0.5, function() { foreach (name in order) server.log(name); });
"""


def test_the_order_of_events_is_that_of_real_time() -> None:
    real, virtual = run(ORDER, RealClock()), run(ORDER, VirtualClock())
    assert real == virtual
    assert real[1][:5] == ["idle", "a", "a2", "d", "f"]


def test_a_time_limit_is_in_virtual_time() -> None:
    began = time.monotonic()
    status, lines = run('function f() { server.log("day"); imp.wakeup(86400, f); } f();', VirtualClock(), 86400 * 9.5)
    assert (status, len(lines)) == (ExitStatus.TIMEOUT, 10)
    assert time.monotonic() - began < 10


def test_a_time_limit_also_ends_a_script_that_never_waits() -> None:
    assert run("while (true) {}", VirtualClock(), 0.1)[0] is ExitStatus.TIMEOUT


@pytest.mark.parametrize("idle", [True, False])
def test_an_idle_connection_lets_time_jump_and_an_operation_under_way_does_not(idle: bool) -> None:
    # A peer that does not answer the session: it stays under way.
    script = (
        "local began = time(); connection <- amqp.openconnection(URL, function(event, error) {\n"
        + ("" if idle else "session <- connection.opensession();\n")
        + "    imp.wakeup(TIME, function() { server.log(event); connection = null; session <- null; });\n});"
    )
    with RawPeer(mute=set() if idle else {"begin"}) as peer:
        began = time.monotonic()
        status, lines = run(script, VirtualClock(), URL=peer.url, TIME=86400 if idle else 0.3)
    assert (status, lines) == (ExitStatus.OK, ["CONNECTION_OPEN"])
    assert (time.monotonic() - began < 10) if idle else (time.monotonic() - began >= 0.3)


def test_a_request_under_way_comes_before_a_timer_of_tomorrow() -> None:
    pytest.importorskip("pycurl")
    script = (
        'http.onrequest(function(request, response) { server.log("asked"); response.send(200, "here"); });\n'
        'imp.wakeup(86400, function() { server.log("tomorrow"); http.onrequest(null); });\n'
        "http.get(http.agenturl()).sendasync(function(response) { server.log(response.body); });"
    )
    assert run(script, VirtualClock()) == (ExitStatus.OK, ["asked", "here", "tomorrow"])

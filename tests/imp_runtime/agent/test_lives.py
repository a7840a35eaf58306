"""How often an agent lives: restarts after errors, a migration, and the platform's limits."""

from __future__ import annotations

import io
import threading

import pytest

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.clock import VirtualClock
from imp_runtime.config import AgentConfig
from imp_runtime.limits import MOST_TIMERS, PROFILES
from imp_runtime.log import Log, LogFormat
from imp_runtime.restarts import MOST_RESTARTS, Restarts
from imp_runtime.status import ExitStatus

# Counts its lives in `n`, in what is saved.
LIVES = 'local t = server.load(); n <- "n" in t ? t.n + 1 : 1; server.save({ n = n });\n'


class Run:
    """A run in virtual time: its log, what was said beside it, and how it ended."""

    def __init__(self, source: str, config: AgentConfig, timeout: float | None = None) -> None:
        output = io.BytesIO()
        self.told: list[str] = []
        self.agent = Agent(config, Log(output, LogFormat.PLAIN), clock=VirtualClock(), diagnose=self.told.append)
        began = self.agent.clock.monotonic()
        self.status = run_on_thread(self.agent, source, timeout=timeout)
        self.seconds = self.agent.clock.monotonic() - began
        self.lines = output.getvalue().decode().splitlines()


def test_delays_grow_and_there_is_an_end() -> None:
    restarts = Restarts()
    delays = [restarts.next_delay(0) for _ in range(MOST_RESTARTS + 1)]
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, None]


def test_a_script_that_ran_for_long_begins_to_count_anew() -> None:
    restarts = Restarts()
    assert [restarts.next_delay(lived) for lived in (0, 59, 60, 0, 3600)] == [1, 2, 1, 2, 1]


def test_an_agent_that_fails_is_restarted_with_what_it_saved() -> None:
    ran = Run(LIVES + 'if (n < 3) throw "life " + n; server.log("end");', AgentConfig(restart=True))
    assert ran.lines == [
        "ERROR: life 1",
        "ERROR:   in main agent_code:2",
        "ERROR: life 2",
        "ERROR:   in main agent_code:2",
        "end",
    ]
    assert ran.told == [
        "the agent failed, and is restarted in 1 s (--restart)",
        "the agent failed, and is restarted in 2 s (--restart)",
    ]
    assert ran.status is ExitStatus.OK
    assert 3 <= ran.seconds < 5


def test_an_error_in_a_callback_counts_too_and_the_handler_is_called() -> None:
    ran = Run(
        LIVES + 'imp.onunhandledexception(@(e) server.log("told " + n));\n'
        'imp.wakeup(5, function() { if (n == 1) throw "x"; server.log("end"); });',
        AgentConfig(restart=True),
    )
    assert [line for line in ran.lines if not line.startswith("ERROR")] == ["told 1", "end"]


def test_an_agent_that_always_fails_is_given_up() -> None:
    ran = Run('server.log("life"); throw "x";', AgentConfig(restart=True))
    assert ran.lines.count("life") == MOST_RESTARTS + 1
    assert ran.told[-1] == "the agent has failed 11 times in a row: given up"
    assert ran.status is ExitStatus.RUNTIME_ERROR
    assert ran.seconds >= 63 + 240


def test_an_agent_that_fails_now_and_then_goes_on_for_ever() -> None:
    ran = Run('imp.wakeup(100, function() { throw "x"; });', AgentConfig(restart=True), timeout=5000)
    assert ran.status is ExitStatus.TIMEOUT
    assert len(ran.told) > MOST_RESTARTS
    assert set(ran.told) == {"the agent failed, and is restarted in 1 s (--restart)"}


def test_a_compile_error_is_no_reason_to_restart() -> None:
    ran = Run("local = 1;", AgentConfig(restart=True))
    assert (ran.status, ran.told) == (ExitStatus.COMPILE_ERROR, [])


def test_a_stop_ends_the_wait_for_a_restart() -> None:
    output = io.BytesIO()
    told = threading.Event()
    agent = Agent(AgentConfig(restart=True), Log(output, LogFormat.PLAIN), diagnose=lambda text: told.set())
    ended: list[ExitStatus | None] = []
    thread = threading.Thread(target=lambda: ended.append(run_on_thread(agent, 'throw "x";')))
    thread.start()
    assert told.wait(10)
    agent.stop(ExitStatus.TERMINATED)
    thread.join(10)
    assert ended == [ExitStatus.TERMINATED]


def test_a_migration_restarts_once_and_tells_before() -> None:
    ran = Run(
        LIVES + 'server.log("life " + n + " " + ("x" in getroottable())); x <- 1;\n'
        "server.onshutdown(function(reason) {\n"
        '    server.log("shutdown " + (reason == SHUTDOWN_OTHER)); server.save({n = 10});\n});\n'
        'function tick() { server.log("tick"); if (n == 1 || --left) imp.wakeup(40, tick); } left <- 3; tick();',
        AgentConfig(restart_after=100),
    )
    assert ran.lines == [
        "life 1 false",
        "tick",
        "tick",
        "tick",
        "shutdown true",
        "life 11 false",
        "tick",
        "tick",
        "tick",
    ]
    assert ran.status is ExitStatus.OK


def test_a_migration_comes_even_when_the_agent_has_nothing_to_do() -> None:
    ran = Run('server.log("life");', AgentConfig(restart_after=3600))
    assert ran.lines == ["life", "life"]
    assert ran.seconds >= 3600


def test_an_agent_may_restart_itself_when_it_is_told() -> None:
    ran = Run('server.log("life"); server.onshutdown(@(reason) server.restart());', AgentConfig(restart_after=1))
    assert ran.lines == ["life", "life"]


def test_an_error_in_the_shutdown_handler_is_an_error() -> None:
    ran = Run('server.onshutdown(function(reason) { throw "x"; });', AgentConfig(restart_after=1))
    assert ran.lines == ["ERROR: x", "ERROR:   in unknown agent_code:1"]
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_the_platforms_number_of_timers() -> None:
    ran = Run(
        "local last; for (local i = 0; i < 20; i++) last = imp.wakeup(i, @() 0);\n"
        "server.log(last != null); server.log(imp.wakeup(1, @() 0) == null); imp.cancelwakeup(last);\n"
        "server.log(imp.wakeup(1, @() 0) != null);",
        AgentConfig(limits=PROFILES["impcloud"]),
    )
    assert ran.lines == ["true", "true", "true"]
    assert ran.told == ["the agent has 20 timers: imp.wakeup returns null for more"]


def test_a_flood_of_timers_is_bounded_and_told() -> None:
    ran = Run(
        "made <- 0; function flood() { while (imp.wakeup(0, flood) != null) made++; }\n"
        'flood(); server.log(made); throw "enough";',
        AgentConfig(),
    )
    assert ran.lines[0] == str(MOST_TIMERS)
    assert ran.told == [f"the agent has {MOST_TIMERS} timers: imp.wakeup returns null for more"]


@pytest.mark.parametrize("restart", [True, False])
def test_server_restart_is_no_failure(restart: bool) -> None:
    ran = Run(LIVES + "if (n < 20) server.restart(); server.log(n);", AgentConfig(restart=restart))
    assert (ran.lines, ran.told, ran.status) == (["20"], [], ExitStatus.OK)

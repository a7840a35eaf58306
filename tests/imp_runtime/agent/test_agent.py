"""How runs begin and end, and what is released when."""

from __future__ import annotations

import gc
import threading

import pytest

from imp_runtime.agent import Agent
from imp_runtime.natives import HostObject, method
from imp_runtime.status import ExitStatus
from squirrel.values.function import NativeFunction
from tests.in_process import run


class Handle(HostObject, name="handle"):
    """Says when it closes."""

    def __init__(self, agent: Agent, name: str) -> None:
        super().__init__()
        self.log = agent.log
        self.name = name

    @method
    def use(self) -> int:
        return 1

    def __del__(self) -> None:
        self.log.log(f"closed {self.name}")


def with_handles(agent: Agent) -> None:
    """Give the script ``open(name)``."""

    def body(machine: object, arguments: list[object]) -> object:
        return Handle(agent, str(arguments[1]))

    agent.vm.define("open", NativeFunction("open", body, 1, 1, ".s"))


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('h <- open("a"); h = null; server.log("after");', ["closed a", "after"]),
        ('open("a"); server.log("after");', ["closed a", "after"]),
        ('{ local h = open("a"); h.use(); } server.log("after");', ["closed a", "after"]),
        ('function f() { local h = open("a"); throw "x" } try { f() } catch (e) { server.log(e) }', ["closed a", "x"]),
        ('h <- open("a"); server.log("end of main");', ["end of main", "closed a"]),
        ('local h = open("a"); imp.wakeup(0, function() { server.log("timer " + h.use()) });', ["timer 1", "closed a"]),
        ('local h = open("a"); t <- imp.wakeup(9, function() { h }); h = null; imp.cancelwakeup(t);server.log("after")',
         ["closed a", "after"]),
        ('local t = {}; t.self <- t; t.h <- open("a"); t = null; server.log("after"); collectgarbage();'
         'server.log("collected")', ["after", "closed a", "collected"]),
        ('local t = {}; t.self <- t; t.h <- open("a"); t = null; server.log("after");', ["after", "closed a"]),
        ('imp.wakeup(3600, @() 0); h <- open("a"); throw "x"',
         ["ERROR: x", "ERROR:   in main agent_code:1", "closed a"]),
        ('function f(h) { throw "x" } imp.onunhandledexception(function(e) { server.log("handler") }); f(open("a"))',
         ["ERROR: x", "ERROR:   in f agent_code:1", "ERROR:   from main agent_code:1", "closed a", "handler"]),
    ],
)  # fmt: skip
def test_release(source: str, lines: list[str]) -> None:
    assert run(source, with_handles).lines == lines


def test_cyclic_collection_is_off_only_while_an_agent_runs() -> None:
    states: list[bool] = []

    def prepare(agent: Agent) -> None:
        agent.vm.define("look", NativeFunction("look", lambda machine, arguments: states.append(gc.isenabled())))

    run("look();", prepare)
    assert states == [False]
    assert gc.isenabled()


def test_stop_from_another_thread() -> None:
    def prepare(agent: Agent) -> None:
        agent.scheduler.post(threading.Thread(target=agent.stop, args=[ExitStatus.INTERRUPTED]).start)

    assert run("imp.wakeup(0.01, function() { while (true) {} });", prepare).status is ExitStatus.INTERRUPTED


def test_the_first_reason_to_stop_counts() -> None:
    def prepare(agent: Agent) -> None:
        agent.stop(ExitStatus.TIMEOUT)
        agent.stop(ExitStatus.INTERRUPTED)

    assert run("while (true) {}", prepare).status is ExitStatus.TIMEOUT


def test_nothing_runs_after_the_stop() -> None:
    def prepare(agent: Agent) -> None:
        def stop(machine: object, arguments: list[object]) -> object:
            agent.stop(ExitStatus.INTERRUPTED)
            return None

        agent.vm.define("stop", NativeFunction("stop", stop))

    ran = run('imp.wakeup(0, function() { server.log("never") }); stop();', prepare)
    assert (ran.status, ran.lines) == (ExitStatus.INTERRUPTED, [])


def test_a_fault_in_the_host_reaches_the_caller_and_not_the_script() -> None:
    def prepare(agent: Agent) -> None:
        def broken(machine: object, arguments: list[object]) -> object:
            raise ZeroDivisionError("host")

        agent.vm.define("broken", NativeFunction("broken", broken))

    with pytest.raises(ZeroDivisionError):
        run('try { broken(); } catch (e) { server.log("caught " + e); }', prepare)


def test_two_agents_after_each_other_share_nothing() -> None:
    assert run('x <- 1; imp.wakeup(0, @() 0, "name");').status is ExitStatus.OK
    ran = run('server.log("x" in getroottable()); imp.wakeup(0, @() 0, "name");')
    assert (ran.status, ran.lines) == (ExitStatus.OK, ["false"])


def test_a_callback_that_cannot_be_called_is_named() -> None:
    ran = run("local x = 1;\nimp.wakeup(0, function(needs) {});")
    assert ran.status is ExitStatus.RUNTIME_ERROR
    assert ran.lines == ["ERROR: wrong number of parameters", "ERROR:   in unknown agent_code:2"]


def test_a_very_long_stack_is_shortened() -> None:
    ran = run("function down(n) { if (n == 0) throw 1; down(n - 1) }\ndown(500)")
    assert len(ran.lines) == 32
    assert ran.lines[1] == "ERROR:   in down agent_code:1"
    assert ran.lines[21] == "ERROR:   ... 472 more frames ..."
    assert ran.lines[-1] == "ERROR:   from main agent_code:2"

"""The ``imp`` object (core sheet, section 5; decision 16)."""

from __future__ import annotations

import time

import pytest

from imp_runtime.config import AgentConfig
from imp_runtime.limits import Limits
from tests.in_process import run


def test_wakeup_order() -> None:
    ran = run(
        'imp.wakeup(0.02, @() server.log("late"));\n'
        'imp.wakeup(0.01, @() server.log("first"));\n'
        'imp.wakeup(0.01, @() server.log("second"));\n'
        'imp.wakeup(0, @() server.log("idle"));\n'
        'server.log("main");'
    )
    assert ran.lines == ["main", "idle", "first", "second", "late"]


def test_wakeup_takes_the_time_it_says() -> None:
    began = time.monotonic()
    run("imp.wakeup(0.1, @() 0);")
    assert time.monotonic() - began >= 0.1


def test_timers_never_interrupt() -> None:
    ran = run('imp.wakeup(0, @() server.log("timer")); imp.sleep(0.05); server.log("slept");')
    assert ran.lines == ["slept", "timer"]


def test_timers_live_without_a_reference() -> None:
    assert run('local t = imp.wakeup(0, @() server.log("fired")); t = null;').lines == ["fired"]


def test_cancel() -> None:
    ran = run(
        'local t = imp.wakeup(0, @() server.log("never"));\n'
        "imp.cancelwakeup(t); imp.cancelwakeup(t); imp.cancelwakeup(null);\n"
        'local fired = imp.wakeup(0, @() server.log("fired"));\n'
        "imp.wakeup(0.01, function() { imp.cancelwakeup(fired); server.log(typeof fired); });"
    )
    assert ran.lines == ["fired", "timer"]


def test_names() -> None:
    ran = run(
        'imp.wakeup(0, @() server.log("never"), "a"); imp.cancelwakeup("a");\n'
        'imp.wakeup(0, function() { imp.wakeup(0, @() server.log("again"), "b"); server.log("b"); }, "b");\n'
        'try { imp.wakeup(1, @() 0, "b"); } catch (e) { server.log(e); }\n'
        'try { imp.cancelwakeup("a"); } catch (e) { server.log(e); }\n'
        'local c = imp.wakeup(9, @() 0, "c"); imp.cancelwakeup(c);\n'
        'try { imp.cancelwakeup("c"); } catch (e) { server.log(e); }'
    )
    assert ran.lines == [
        "a timer named 'b' is already active",
        "no timer named 'a' is active",
        "no timer named 'c' is active",
        "b",
        "again",
    ]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("imp.wakeup(-1, @() 0)", "the interval of a timer must not be negative"),
        ("imp.wakeup(0)", "wrong number of parameters"),
        ('imp.wakeup("1", @() 0)', "parameter 1 has an invalid type 'string' ; expected: 'integer|float'"),
        ("imp.wakeup(0, null)", "parameter 2 has an invalid type 'null' ; expected: 'function|function'"),
        ("imp.wakeup(0, @() 0, 1)", "parameter 3 has an invalid type 'integer' ; expected: 'null|string'"),
        ("imp.sleep(null)", "parameter 1 has an invalid type 'null' ; expected: 'integer|float'"),
        ("imp.onidle(@() 0)", "the index 'onidle' does not exist"),
        ("imp.info", "the index 'info' does not exist"),
        ("imp.wakeup = 1", "cannot set property of object of type imp"),
        ("imp.mine <- 1", "cannot set property of object of type imp"),
    ],
)
def test_errors(call: str, text: str) -> None:
    assert run(f"try {{ {call}; }} catch (e) {{ server.log(e); }}").lines == [text]


def test_a_timer_longer_than_any_is_null() -> None:
    assert run("server.log(imp.wakeup(10737419, @() 0) == null);").lines == ["true"]


def test_a_callback_that_wants_arguments_gets_the_usual_error() -> None:
    assert run("imp.wakeup(0, function(a) {});").lines[0] == "ERROR: wrong number of parameters"


def test_environment() -> None:
    ran = run(
        "server.log(imp.environment() == ENVIRONMENT_AGENT); server.log(ENVIRONMENT_CARD + ENVIRONMENT_MODULE);\n"
        "server.log(imp.configparams.deviceid); server.log(imp.getmemoryfree() > 100000);\n"
        'server.log(typeof imp.getsoftwareversion()); server.log("info" in imp); server.log("wakeup" in imp);\n'
        "server.log(type(imp) + typeof imp);",
        config=AgentConfig(device_id="234776801163a9ee"),
    )
    assert ran.lines == ["true", "1", "234776801163a9ee", "true", "string", "false", "true", "metaimp"]


def test_natives_as_values() -> None:
    ran = run(
        'local log = server.log; log("variable");\n'
        'server.log.acall([this, "acall"]); server.log.call(null, "call"); server.log.bindenv({})("bound");\n'
        '["map"].map(@(x) server.log(x)); imp.wakeup(0, server.log.bindenv(server));'
    )
    assert ran.lines[:5] == ["variable", "acall", "call", "bound", "map"]
    assert ran.lines[5] == "ERROR: wrong number of parameters"


def test_a_limit_on_timers() -> None:
    ran = run(
        "local made = []; for (local i = 0; i < 4; i++) made.push(imp.wakeup(0.01 * i, @() 0));\n"
        "server.log(made[2] != null); server.log(made[3]); imp.cancelwakeup(made[1]); imp.cancelwakeup(made[1]);\n"
        "server.log(imp.wakeup(0, @() 0) != null); server.log(imp.wakeup(0, @() 0));",
        config=AgentConfig(limits=Limits(timers=3)),
    )
    assert ran.lines == ["true", "(null : (nil))", "true", "(null : (nil))"]


def test_a_fired_timer_makes_room() -> None:
    ran = run(
        'local again = function() { server.log(imp.wakeup(0, @() server.log("last")) != null); };\n'
        "imp.wakeup(0, again); server.log(imp.wakeup(0, again));",
        config=AgentConfig(limits=Limits(timers=1)),
    )
    assert ran.lines == ["(null : (nil))", "true", "last"]


def test_deployment() -> None:
    ran = run(
        'server.log(__EI.DEVICEGROUP_TYPE + " " + __EI.PRODUCT_NAME + " " + __EI.DEPLOYMENT_SHA.len());\n'
        "server.log(__EI.DEPLOYMENT_CREATED_AT.len()); server.log(typeof __EI.DEPLOYMENT_ID);\n"
        "foreach (id in [__EI.PRODUCT_ID, __EI.DEVICEGROUP_ID, __EI.DEVICEGROUP_NAME]) server.log(typeof id);\n"
        "server.log(__VARS.LEVEL + LEVEL);",
        config=AgentConfig(constants={"LEVEL": 3}),
    )
    assert ran.lines == ["development impsim 64", "24", "string", "string", "string", "string", "6"]


def test_a_definition_of_the_same_name_wins() -> None:
    assert run("server.log(__EI);", config=AgentConfig(constants={"__EI": "mine"})).lines == ["mine"]

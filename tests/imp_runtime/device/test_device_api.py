"""What a device's script has beside messages: ``imp``, ``server``, and a ``hardware`` that names what is missing."""

from __future__ import annotations

import pytest

from imp_runtime.clock import RealClock
from imp_runtime.status import ExitStatus
from tests.imp_runtime.device.device_run import run_pair


def device_log(source: str) -> list[str]:
    ran = run_pair("", source)
    assert ran.status is ExitStatus.OK, (ran.device, ran.errors)
    return ran.device


def test_timers_sleep_and_idle() -> None:
    assert device_log(
        'imp.onidle(@() server.log("never")); imp.onidle(null);\n'
        'imp.onidle(@() server.log("never")); imp.onidle(@() server.log("idle"));\n'
        'local t = imp.wakeup(5, @() server.log("cancelled")); imp.cancelwakeup(t); imp.cancelwakeup(null);\n'
        "local before = time(); imp.wakeup(3600, @() server.log(time() - before >= 3600));\n"
        'imp.sleep(1); server.log("slept");'
    ) == ["slept", "idle", "true"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ('imp.wakeup(1, @() 0, "name")', "wrong number of parameters"),
        ("imp.wakeup(-1, @() 0)", "the interval of a timer must not be negative"),
        ('imp.cancelwakeup("name")', "parameter 1 has an invalid type 'string' ; expected: 'null|timer'"),
        ("imp.rssi()", "imp.rssi is not available: impsim has no radio"),
        (
            'imp.setwificonfiguration("a", "b")',
            "imp.setwificonfiguration is not available: impsim has no configuration to change",
        ),
        ("hardware.pin1.configure(0)", "hardware.pin1 is not available: impsim has no hardware"),
        ("hardware.i2c89.configure(0)", "hardware.i2c89 is not available: impsim has no hardware"),
        ("hardware.uart1289", "hardware.uart1289 is not available: impsim has no hardware"),
        ("server.bless(true)", "server.bless is not available: impsim has no factory"),
        ("server.save({})", "the index 'save' does not exist"),
        ('device.send("a", 1)', "the index 'device' does not exist"),
        ('http.get("x")', "the index 'http' does not exist"),
        ("server.sleepuntil(24, 0)", "there is no such time of day"),
    ],
)
def test_what_is_not_there_says_so(call: str, text: str) -> None:
    assert device_log(f'try {{ {call}; server.log("fine"); }} catch (e) {{ server.log(e); }}') == [text]


def test_what_the_device_is() -> None:
    assert device_log(
        "server.log(imp.environment() == ENVIRONMENT_MODULE);\n"
        "server.log(imp.getdeviceid() == hardware.getdeviceid() && imp.configparams.deviceid == imp.getdeviceid());\n"
        'server.log(imp.getmacaddress().len() + " " + imp.info.type + " " + (imp.getmemoryfree() > 0));\n'
        'server.log(imp.getsoftwareversion().find("impsim")); server.log(collectgarbage());\n'
        "local m = hardware.millis(), u = hardware.micros(); imp.sleep(2);\n"
        'server.log((hardware.millis() - m >= 2000) + " " + (hardware.micros() - u >= 2000000));'
    ) == ["true", "true", "12 impsim true", "0", "0", "true true"]


def test_a_script_may_bring_its_own_hardware() -> None:
    assert device_log("hardware <- {pin1 = {read = @() 1}}; server.log(hardware.pin1.read());") == ["1"]


def test_errors_have_their_own_type() -> None:
    assert device_log('server.error("lost");') == ["ERROR: lost"]


@pytest.mark.parametrize("call", ["server.sleepfor(3600)", "imp.deepsleepfor(3600)"])
def test_a_device_that_sleeps_starts_from_the_beginning_and_keeps_nv(call: str) -> None:
    ran = run_pair(
        'device.onconnect(@() server.log("connected")); device.ondisconnect(@() server.log("disconnected"));',
        'if (!("nv" in getroottable())) nv <- {runs = 0, f = @() 0};\n'
        f'nv.runs++; server.log("run " + nv.runs + " " + ("x" in getroottable())); x <- 1;\n'
        f"if (nv.runs < 3) imp.onidle(function() {{ {call}; }});",
    )
    assert ran.device == ["run 1 false", "run 2 false", "run 3 false"]
    assert ran.agent == ["connected", "disconnected"] * 2 + ["connected"]


@pytest.mark.parametrize("call", ["server.sleepfor", "imp.deepsleepfor"])
def test_a_device_takes_a_second_to_start_again(call: str) -> None:
    ran = run_pair(
        'n <- 0; device.onconnect(@() n++); imp.wakeup(10.5, function() { server.log(n); device.onconnect(null); });',
        f"{call}(0);",
        timeout=12,
    )
    assert ran.agent[:1] == ["11"]


@pytest.mark.parametrize("call", ["server.sleepfor", "imp.deepsleepfor"])
def test_a_negative_time_to_sleep(call: str) -> None:
    script = f"try {{ {call}(-1); }} catch (e) {{ server.log(e); }}"
    assert device_log(script) == ["the time to sleep must not be negative"]


def test_sleeping_until_a_time_of_day() -> None:
    ran = run_pair(
        "",
        'if (!("nv" in getroottable())) { nv <- {}; server.sleepuntil(12, 30); }\n'
        'local d = date(); server.log(d.hour + ":" + d.min);',
    )
    assert ran.device == ["12:30"]


def test_an_nv_that_is_too_large_is_lost_and_that_is_logged() -> None:
    ran = run_pair(
        "",
        "if (time() < before) { nv <- {a = blob(5000)}; server.sleepfor(100000); }\n"
        'server.log("nv" in getroottable());'.replace("before", "2000000000"),
        timeout=150000,
    )
    # Endless: it is never 2033, so the time limit ends it.
    assert ran.status is ExitStatus.TIMEOUT
    assert ran.device[0] == "ERROR: nv is lost: the serialized data is larger than 4096 bytes"


def test_restart() -> None:
    ran = run_pair(
        'n <- 0; device.on("n", function(d) { device.send("n", ++n); });',
        'agent.on("n", function(n) { server.log(n); if (n < 3) server.restart(); }); agent.send("n", 0);',
    )
    assert ran.device == ["1", "2", "3"]


def test_an_error_of_the_device_leaves_the_agent_running_and_fails_the_run() -> None:
    ran = run_pair(
        'device.ondisconnect(function() { server.log("lost"); imp.wakeup(60, @() server.log("goes on")); });',
        "function f() { nosuch(); }\nimp.wakeup(1, @() f());",
    )
    assert ran.device == [
        "ERROR: the index 'nosuch' does not exist",
        "ERROR:   in f device_code:1",
        "ERROR:   from unknown device_code:2",
    ]
    assert ran.agent == ["lost", "goes on"]
    assert ran.errors == ["the index 'nosuch' does not exist"]
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_the_device_can_be_told_of_its_error() -> None:
    ran = run_pair("", 'imp.onunhandledexception(function(e) { server.log("told " + e); }); throw "x";')
    assert ran.device == ["ERROR: x", "ERROR:   in main device_code:1", "told x: in main device_code:1"]


def test_a_device_that_fails_is_restarted_when_that_is_wanted() -> None:
    ran = run_pair(
        'n <- 0; device.on("n", @(d) device.send("n", ++n));',
        'agent.on("n", function(n) { if (n < 3) throw "run " + n; server.log("fine"); }); agent.send("n", 0);',
        restart=True,
    )
    assert [line for line in ran.device if "in " not in line] == ["ERROR: run 1", "ERROR: run 2", "fine"]
    assert ran.told == [
        "the device failed, and is restarted in 1 s (--restart)",
        "the device failed, and is restarted in 2 s (--restart)",
    ]
    assert ran.status is ExitStatus.OK


def test_a_device_that_does_not_compile() -> None:
    ran = run_pair('server.log("never");', "local = 1;")
    assert (ran.agent, ran.device, ran.errors) == ([], [], ["expected 'IDENTIFIER'"])
    assert ran.status is ExitStatus.COMPILE_ERROR


def test_an_agent_that_does_not_compile_has_no_device() -> None:
    ran = run_pair("local = 1;", 'server.log("never");')
    assert (ran.agent, ran.device) == ([], [])
    assert ran.status is ExitStatus.COMPILE_ERROR


def test_an_agent_that_fails_ends_the_device() -> None:
    ran = run_pair('throw "x";', 'server.log("never"); while (true) {}', clock=RealClock())
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_a_time_limit_ends_both() -> None:
    ran = run_pair("", "function f() { imp.wakeup(60, f); } f();", timeout=3600)
    assert ran.status is ExitStatus.TIMEOUT


def test_each_side_has_its_own_root_table_and_strings_of_a_side_stay_there() -> None:
    ran = run_pair(
        'x <- "agent"; device.on("a", @(d) server.log(x));', 'x <- "device"; agent.send("a", 1); server.log(x);'
    )
    assert (ran.agent, ran.device) == (["agent"], ["device"])


def test_the_collector_of_a_device_leaves_the_agents_cycles_alone() -> None:
    ran = run_pair(
        "local c = {}; c.me <- c; w <- c.weakref(); c = null;\n"
        'device.on("collected", function(d) { server.log(w != null); collectgarbage(); server.log(w == null); });',
        'collectgarbage(); agent.send("collected", 1);',
    )
    assert ran.agent == ["true", "true"]

"""A device that connects and disconnects (core sheet, section 3), by its script and by what happens to it."""

from __future__ import annotations

from imp_runtime.config import DeviceEvent
from imp_runtime.status import ExitStatus
from tests.imp_runtime.device.device_run import run_pair
from tests.in_process import run

WATCH = (
    'device.onconnect(function() { server.log("connected " + device.isconnected()); });\n'
    "device.ondisconnect(function(reserved) {\n"
    '    server.log("disconnected " + device.isconnected() + " " + reserved.len());\n});\n'
)


def test_an_agent_without_device() -> None:
    ran = run(
        WATCH + 'device.on("x", @(d) 0); server.log(device.isconnected()); server.log(device.send("x", null));\n'
        'local i = device.info(); server.log(i.id + " " + i.isconnected + " (" + i.ipaddress + ")");\n'
        'try { device.send("x", device); } catch (e) { server.log(e); }'
    )
    assert ran.lines == ["false", "(null : (nil))", "0000000000000000 false ()", "cannot serialize a device"]
    assert ran.status is ExitStatus.OK


def test_the_device_connects_when_the_agent_is_ready() -> None:
    ran = run_pair(WATCH + "server.log(device.isconnected());", "server.log(server.isconnected());")
    assert ran.agent == ["false", "connected true"]
    assert ran.device == ["true"]


def test_the_device_begins_while_the_agent_sleeps_or_is_busy() -> None:
    ran = run_pair(WATCH + "while (!device.isconnected()) imp.sleep(1); server.log(device.info().ipaddress);")
    assert ran.agent == ["127.0.0.1", "connected true"]
    ran = run_pair(WATCH + 'while (!device.isconnected()); server.log("up");')
    assert ran.agent == ["up", "connected true"]


def test_by_events_without_a_script() -> None:
    events = [DeviceEvent(10, "disconnect"), DeviceEvent(20, "connect"), DeviceEvent(20, "connect")]
    ran = run_pair(WATCH, None, events=events)
    assert ran.agent == ["connected true", "disconnected false 0", "connected true"]


def test_a_device_that_is_first_heard_of_when_it_connects() -> None:
    ran = run_pair(
        WATCH + 'device.on("x", function(d) { server.log(d); });',
        None,
        events=[DeviceEvent(1, "send", "x", b"n"), DeviceEvent(3600, "connect"), DeviceEvent(3601, "send", "x", b"t")],
    )
    assert ran.agent == ["connected true", "true"]
    assert ran.told == ["the device script's message 'x' at 1 s is lost: not connected"]


def test_a_handler_without_parameter() -> None:
    ran = run_pair(
        'device.ondisconnect(function() { server.log("gone"); });', None, events=[DeviceEvent(1, "disconnect")]
    )
    assert ran.agent == ["gone"]


def test_messages_are_lost_without_connection() -> None:
    ran = run_pair(
        'device.on("n", @(n) server.log(n));\n'
        'imp.wakeup(15, @() device.send("n", "lost")); imp.wakeup(25, @() device.send("n", 3));',
        'agent.on("n", @(n) server.log(n)); agent.send("n", 1);\n'
        'imp.wakeup(15, function() { codes <- [agent.send("n", 2), server.log("lost"), server.error("lost")]; });\n'
        'imp.wakeup(26, @() server.log(codes[0] + " " + codes[1] + " " + codes[2]));',
        events=[DeviceEvent(10, "disconnect"), DeviceEvent(20, "connect")],
    )
    assert ran.agent == ["1"]
    assert ran.device == ["3", "1 1 1"]


def test_the_device_disconnects_and_connects_itself() -> None:
    ran = run_pair(
        WATCH,
        'server.onunexpecteddisconnect(@(reason) server.log("never"));\n'
        "imp.wakeup(10, @() server.disconnect());\n"
        "imp.wakeup(20, @() server.connect(function(state) { server.log(state == SERVER_CONNECTED); }, 30));\n"
        "imp.wakeup(30, function() {\n    server.disconnect();\n"
        '    imp.wakeup(1, @() server.log(server.connect() + " " + server.flush(1)));\n});',
    )
    assert ran.agent == [
        "connected true",
        "disconnected false 0",
        "connected true",
        "disconnected false 0",
        "connected true",
    ]
    assert ran.device == ["true", "5 true"]


def test_an_unexpected_disconnect_and_a_connection_that_is_waited_for() -> None:
    ran = run_pair(
        "",
        "server.onunexpecteddisconnect(function(reason) {\n"
        "    lost <- reason;\n"
        "    server.connect(function(state) { gaveUp <- state; }, 30);\n"
        "    imp.wakeup(31, @() server.connect(function(state) {\n"
        '        server.log((lost == NO_LINK) + " " + (gaveUp == NO_LINK) + " " + state); }, 3600));\n'
        "});",
        events=[DeviceEvent(10, "disconnect"), DeviceEvent(600, "connect")],
    )
    assert ran.device == ["true true 5"]


def test_waiting_for_a_connection_blocks() -> None:
    ran = run_pair(
        "",
        "imp.wakeup(15, function() { local one = server.connect(null, 2), two = server.connect(null, 3600);\n"
        '    server.log(one + " " + two); });',
        events=[DeviceEvent(10, "disconnect"), DeviceEvent(600, "connect")],
    )
    assert ran.device == ["1 5"]


def test_an_agent_that_restarts_finds_its_device_connected() -> None:
    ran = run_pair(
        WATCH + 'server.log("agent " + device.isconnected() + " " + device.info().ipaddress);\n'
        'device.on("x", function(d) {\n'
        '    server.log("x"); if (server.load().len() == 0) { server.save({a = 1}); server.restart(); }\n});',
        'agent.send("x", 1); imp.wakeup(60, @() agent.send("x", 2));',
    )
    assert ran.agent == ["agent false ", "connected true", "x", "agent true 127.0.0.1", "x"]


def test_handlers_are_released_with_the_agent() -> None:
    ran = run_pair(
        'device.on("x", function(d) { device.on("x", @(d) 0); server.log("still here " + d); });',
        'agent.send("x", "once");',
    )
    assert ran.agent == ["still here once"]

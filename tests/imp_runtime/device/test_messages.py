"""Messages between an agent and its device (core sheet, sections 3, 3.1 and 7; decisions 6, 13 and 15)."""

from __future__ import annotations

import pytest

from imp_runtime.clock import RealClock
from imp_runtime.status import ExitStatus
from tests.imp_runtime.device.device_run import run_pair


def test_both_ways_until_neither_side_has_anything_to_do() -> None:
    ran = run_pair(
        'device.on("ping", function(n) { server.log("ping " + n); device.send("pong", n); });',
        'agent.on("pong", function(n) {\n'
        '    server.log("pong " + n); if (n < 3) imp.wakeup(60, function() { agent.send("ping", n + 1); });\n'
        '});\nserver.log(agent.send("ping", 1));',
    )
    assert ran.agent == ["ping 1", "ping 2", "ping 3"]
    assert ran.device == ["0", "pong 1", "pong 2", "pong 3"]
    assert ran.status is ExitStatus.OK


def test_in_real_time_too() -> None:
    ran = run_pair(
        'device.on("ping", function(n) { imp.sleep(0.02); device.send("pong", n); });',
        'agent.on("pong", function(n) { server.log(n); }); imp.wakeup(0.02, @() agent.send("ping", "x"));',
        clock=RealClock(),
    )
    assert ran.device == ["x"]


VALUES = [
    ("null", "null"),
    ("true", "bool true"),
    ("-2147483648", "integer -2147483648"),
    ("1.5", "float 1.5"),
    (r'"caf\xc3\xa9"', "string caf\u00e9"),
    ('""', "string "),
    (r'"\xff\x00"', "blob 2"),
    ("blob(3)", "blob 3"),
    ("[1, [2, null], @() 0, {}]", "array 3"),
    ("{a = 1, b = @() 0, [3] = 4}", "table 1"),
]

SHOW = (
    "function show(v) {\n"
    "    local kind = typeof v;\n"
    '    if (v == null) return "null";\n'
    '    return kind + " " + (kind == "blob" || kind == "array" || kind == "table" ? v.len() : v);\n'
    "}\n"
)


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_values_to_the_device(value: str, shown: str) -> None:
    ran = run_pair(
        f'device.onconnect(function() {{ device.send("v", {value}); }});',
        SHOW + 'agent.on("v", function(v) { server.log(show(v)); });',
    )
    assert ran.device == [shown]


@pytest.mark.parametrize(("value", "shown"), VALUES)
def test_values_to_the_agent(value: str, shown: str) -> None:
    ran = run_pair(
        SHOW + 'device.on("v", function(v) { server.log(show(v)); });',
        f'agent.send("v", {value});',
    )
    assert ran.agent == [shown]


def test_what_arrives_shares_nothing_with_what_was_sent() -> None:
    ran = run_pair(
        'local t = {a = [1]};\ndevice.onconnect(function() { device.send("t", t); t.a[0] = 2; });\n'
        'device.on("back", function(b) { server.log(b.a[0] + " " + t.a[0]); });',
        'agent.on("t", function(t) { t.a[0] = t.a[0] + 10; agent.send("back", t); });',
    )
    assert ran.agent == ["11 2"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("@() 0", "cannot serialize a function"),
        ("cyclic", "cannot serialize a circular structure: the table contains itself"),
        ("deep", "cannot serialize more than 1000 levels of nesting"),
        ("blob(300000)", "the serialized data is larger than 262139 bytes"),
    ],
)
@pytest.mark.parametrize("side", ["agent", "device"])
def test_data_that_cannot_be_sent(side: str, value: str, text: str) -> None:
    call = "device" if side == "agent" else "agent"
    script = (
        "local cyclic = {}; cyclic.me <- cyclic; local deep = []; for (local i = 0; i < 1001; i++) deep = [deep];\n"
        f'imp.wakeup(1, function() {{ try {{ {call}.send("name", {value}); server.log("sent"); }}\n'
        "    catch (e) { server.log(e); } });"
    )
    ran = run_pair(script if side == "agent" else "", script if side == "device" else 'agent.on("name", @(v) 0);')
    lines = ran.agent if side == "agent" else ran.device
    assert lines == [text]
    assert ran.status is ExitStatus.OK


def test_the_largest_message_arrives() -> None:
    ran = run_pair('device.on("n", function(b) { server.log(b.len()); });', 'agent.send("n", blob(262137));')
    assert ran.agent == ["262137"]


@pytest.mark.parametrize(
    "call", ['device.send("n")', 'device.on("n")', "device.on(1, @(d) 0)", "device.onconnect(null)"]
)
def test_wrong_calls(call: str) -> None:
    ran = run_pair(f"{call};", "")
    assert ran.agent[0].startswith(("ERROR: wrong number of parameters", "ERROR: parameter "))
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_a_message_without_handler_is_dropped_with_a_warning() -> None:
    ran = run_pair(
        'device.onconnect(@() device.send("x", 1));',
        'agent.send("y", 1);',
    )
    assert ran.device == ["WARNING: no handler for the agent's message 'x': it is dropped"]
    assert ran.agent == ["WARNING: no handler for the device's message 'y': it is dropped"]


def test_a_new_handler_replaces_the_old_one() -> None:
    ran = run_pair(
        'device.on("a", @(d) server.log("old")); device.on("a", @(d) server.log("new"));\n'
        'device.on("b", @(d) server.log(d));',
        'agent.send("a", 1); agent.send("b", "other");',
    )
    assert ran.agent == ["new", "other"]


def test_a_handler_may_take_less_and_not_more() -> None:
    ran = run_pair('device.on("a", function() { server.log("none"); });', 'agent.send("a", 1);')
    assert ran.agent == ["none"]
    ran = run_pair('device.on("a", function(a, b) {});', 'agent.send("a", 1);')
    assert ran.agent[0] == "ERROR: wrong number of parameters"
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_messages_keep_their_order() -> None:
    ran = run_pair(
        'got <- []; device.on("n", function(n) { got.append(n); if (got.len() == 1000) {\n'
        '    foreach (i, v in got) if (i != v) throw v; server.log("in order"); } });',
        'for (local i = 0; i < 1000; i++) agent.send("n", i);',
    )
    assert ran.agent == ["in order"]


def test_the_two_sides_have_one_order() -> None:
    script = (
        'n <- 0; {other}.on("m", function(m) {{ server.log(m); if (m > 0) {other}.send("m", m - 1); }});\n'
        'function tick() {{ server.log("tick"); {other}.send("m", 2); if (++n < 5) imp.wakeup({delay}, tick); }}\n'
        "tick();"
    )
    output = []
    for _ in range(10):
        ran = run_pair(script.format(other="device", delay=60), script.format(other="agent", delay=71))
        output.append(ran.lines)
    assert output == output[:1] * 10
    assert output[0][:3] == ["tick", "[Device] tick", "2"]


def test_a_blocked_device_does_not_block_the_agent() -> None:
    ran = run_pair(
        'imp.wakeup(10, @() server.log("agent goes on"));',
        'imp.sleep(3600); server.log("device wakes");',
    )
    assert ran.agent == ["agent goes on"]
    assert ran.device == ["device wakes"]


def test_a_device_that_never_returns_does_not_block_the_agent() -> None:
    ran = run_pair(
        'device.onconnect(function() { imp.wakeup(0.05, function() { throw "enough"; }); });',
        "while (true) {}",
        clock=RealClock(),
    )
    assert ran.agent == ["ERROR: enough", "ERROR:   in unknown agent_code:1"]
    assert ran.status is ExitStatus.RUNTIME_ERROR


def test_a_flood_to_an_agent_that_does_not_listen_is_bounded() -> None:
    ran = run_pair(
        'device.on("n", @(n) 0); imp.sleep(10); server.log("awake");',
        "local sent = 0, refused = 0; for (local i = 0; i < 10100; i++)\n"
        '    if (agent.send("n", i) == SEND_ERROR_WOULDBLOCK) refused++; else sent++;\n'
        'server.log(sent + " " + refused);',
    )
    assert ran.agent == ["awake"]
    # The connection itself is an event, but no message.
    assert ran.device == ["10000 100"]
    assert ran.told == ["the agent does not take its messages: agent.send returns SEND_ERROR_WOULDBLOCK"]


def test_a_flood_of_large_messages_is_bounded_by_their_size() -> None:
    ran = run_pair(
        'imp.sleep(10);\ndevice.on("n", @(n) 0);',
        'local sent = 0; while (agent.send("n", blob(200000)) == 0) sent++; server.log(sent);',
    )
    assert ran.device == ["167"]


def test_a_flood_to_a_device_that_does_not_listen_is_bounded_and_told() -> None:
    ran = run_pair(
        'device.onconnect(function() { for (local i = 0; i < 10100; i++) device.send("n", i); server.log("sent"); });',
        'got <- 0; agent.on("n", function(n) { if (++got == 10000) server.log(n); }); imp.sleep(10);',
    )
    assert ran.agent == ["sent"]
    assert ran.device == ["9999"]
    assert ran.told == ["the device does not take its messages: those that device.send adds are lost"]

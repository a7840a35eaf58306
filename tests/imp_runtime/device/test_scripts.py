"""Device scripts: JSON lines that say what happens to a device, and when."""

from __future__ import annotations

import pytest

from imp_runtime.device.script import DeviceScriptError, read_events
from imp_runtime.device.values import NoSquirrelValueError, from_squirrel, to_squirrel
from imp_runtime.serialisation import deserialise
from tests.imp_runtime.device.device_run import run_pair


def test_events_by_time_and_then_by_place() -> None:
    events = read_events(
        '{"at": 2, "do": "connect"}\n\n{"at": 1.5, "do": "disconnect"}\n  \n'
        '{"at": 2, "do": "send", "name": "caf\\u00e9", "data": {"a": [1, 2.5, null, true, "x"]}}\r\n'
        '{"at": 0, "do": "send", "name": "n"}\n{"at": 3, "do": "send", "name": "b", "blob": "/wA="}'
    )
    assert [(event.at, event.kind, event.name) for event in events] == [
        (0.0, "send", "n"),
        (1.5, "disconnect", ""),
        (2.0, "connect", ""),
        (2.0, "send", "caf\u00c3\u00a9"),
        (3.0, "send", "b"),
    ]
    assert [from_squirrel(deserialise(event.data)) for event in events if event.kind == "send"] == [
        None,
        {"a": [1, 2.5, None, True, "x"]},
        b"\xff\x00",
    ]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("connect", "this is not JSON: Expecting value (column 1)"),
        ("[1]", 'this is no event: write {"at": SECONDS, "do": "connect"}'),
        ('{"do": "connect"}', "'at' must be a number of seconds since the start, 0 or more and at most a year"),
        (
            '{"at": -1, "do": "connect"}',
            "'at' must be a number of seconds since the start, 0 or more and at most a year",
        ),
        (
            '{"at": true, "do": "connect"}',
            "'at' must be a number of seconds since the start, 0 or more and at most a year",
        ),
        (
            '{"at": 1e300, "do": "connect"}',
            "'at' must be a number of seconds since the start, 0 or more and at most a year",
        ),
        ('{"at": 1}', "'do' must be one of connect, disconnect, send"),
        ('{"at": 1, "do": ["connect"]}', "'do' must be one of connect, disconnect, send"),
        ('{"at": 1, "do": "explode"}', "'do' must be one of connect, disconnect, send"),
        ('{"at": 1, "do": "connect", "name": "x"}', "'connect' has no member 'name'"),
        ('{"at": 1, "do": "send"}', "'send' needs the 'name' of the message"),
        ('{"at": 1, "do": "send", "name": 5}', "'send' needs the 'name' of the message"),
        ('{"at": 1, "do": "send", "name": "x", "data": 1, "blob": ""}', "a message has 'data' or a 'blob', not both"),
        ('{"at": 1, "do": "send", "name": "x", "blob": "?"}', "'blob' is not base64"),
        ('{"at": 1, "do": "send", "name": "x", "blob": 1}', "'blob' must be text in base64"),
        (
            '{"at": 1, "do": "send", "name": "x", "data": 4294967296}',
            "4294967296 does not fit into the 32 bits of an integer",
        ),
        ('{"at": 1, "do": "send", "name": "x", "data": NaN}', "NaN is not JSON"),
        ('{"at": 1, "at": 2, "do": "connect"}', "a member is there twice"),
        ('{"at": 1, "do": "send", "name": "x", "data": ' + "9" * 5000 + "}", "a number has too many digits"),
        (
            '{"at": 1, "do": "send", "name": "x", "data": "' + "x" * 262144 + '"}',
            "the serialized data is larger than 262142 bytes",
        ),
    ],
)
def test_a_wrong_line_is_named(line: str, text: str) -> None:
    with pytest.raises(DeviceScriptError) as caught:
        read_events('{"at": 1, "do": "connect"}\n' + line)
    assert str(caught.value) == f"2: {text}"


@pytest.mark.parametrize("depth", [1001, 200_000])
def test_a_bomb_is_named(depth: int) -> None:
    with pytest.raises(
        DeviceScriptError, match=r"^1: (this is nested too deep|cannot serialize more than 1000 levels of nesting)$"
    ):
        read_events('{"at": 1, "do": "send", "name": "x", "data": ' + "[" * depth + "]" * depth + "}")


def test_events_beside_the_devices_own_script() -> None:
    ran = run_pair(
        'device.on("n", @(d) server.log(d));',
        'imp.wakeup(1.5, @() agent.send("n", "mine"));',
        events=read_events(
            '{"at": 1, "do": "send", "name": "n", "data": "one"}\n{"at": 2, "do": "send", "name": "n", "data": "two"}'
        ),
    )
    assert ran.agent == ["one", "mine", "two"]


def test_events_happen_while_both_sides_are_busy() -> None:
    ran = run_pair(
        'device.on("n", @(d) server.log(d));\n'
        "imp.wakeup(0, function() { imp.sleep(10); server.log(device.isconnected()); });",
        "imp.sleep(20);",
        events=read_events('{"at": 1, "do": "send", "name": "n", "data": "one"}\n{"at": 2, "do": "disconnect"}'),
    )
    assert ran.agent == ["false", "one"]


@pytest.mark.parametrize("value", [1 << 31, -(1 << 31) - 1, {1: 2}, object(), {"a": {1, 2}}])
def test_values_that_squirrel_does_not_have(value: object) -> None:
    with pytest.raises(NoSquirrelValueError):
        to_squirrel(value)


def test_values_there_and_back() -> None:
    value = {"a": [1, 1.5, None, True, "caf\u00e9", b"\xff", {}], "caf\u00e9": -(1 << 31)}
    assert from_squirrel(to_squirrel(value)) == value

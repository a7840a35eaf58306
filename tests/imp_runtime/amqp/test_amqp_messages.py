"""Messages as bytes and as values, both ways (core sheet, sections 1.1 and 1.8; decisions A8, A9, A16, A17)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proton import (
    UNDESCRIBED,
    Array,
    Data,
    Described,
    Message,
    byte,
    char,
    decimal32,
    decimal64,
    decimal128,
    float32,
    int32,
    short,
    symbol,
    timestamp,
    ubyte,
    uint,
    ulong,
    ushort,
)

from imp_runtime.api.amqp_encoding import body_value, encode_message, properties_table
from squirrel import VM
from squirrel.errors import SquirrelError
from squirrel.values.array import Array as SquirrelArray
from squirrel.values.blob import Blob
from squirrel.values.table import Table

MACHINE = VM().machine


def plain(value: object) -> Any:
    """A Squirrel value as a Python one, to compare."""
    if isinstance(value, SquirrelArray):
        return [plain(item) for item in value.items]
    if isinstance(value, Table):
        keys = value.keys()
        return {key: plain(value.get(key)) for key in keys}
    if isinstance(value, Blob):
        return bytes(value.data)
    return value


def body_of(body: Any, *, inferred: bool = False) -> Any:
    return plain(body_value(Message(body, inferred=inferred).encode()))


def array_of(kind: Any, *items: Any) -> Array:
    undescribed: Any = UNDESCRIBED
    return Array(undescribed, kind, *items)


def table(values: Mapping[object, object]) -> Table:
    result = Table()
    for key, value in values.items():
        result.new_slot(key, value)
    return result


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, None),
        (True, True),
        (False, False),
        (ubyte(200), 200),
        (byte(-100), -100),
        (ushort(60000), 60000),
        (short(-30000), -30000),
        (uint(0), 0),
        (uint(7), 7),
        (uint(4294967295), -1),
        (uint(2147483648), -2147483648),
        (int32(-1), -1),
        (int32(-2147483648), -2147483648),
        (ulong(0), 0),
        (ulong(255), 255),
        (ulong(0x1_0000_0001), 1),
        (ulong(0xFFFFFFFF_80000000), -2147483648),
        (-1, -1),
        (0x1_FFFF_FFFF, -1),
        (-0x8000_0000_0000_0000, 0),
        (float32(1.5), 1.5),
        (1.5, 1.5),
        (0.1, 0.10000000149011612),
        (1e300, float("inf")),
        (b"\x00\xff", b"\x00\xff"),
        ("text", "text"),
        ("é", "Ã©"),
        ("x" * 300, "x" * 300),
        (symbol("sym"), "sym"),
        ([1, "a", None, [True]], [1, "a", None, [True]]),
        ([], []),
        (list(range(300)), list(range(300))),
        ({"a": 1, "b": {"c": [2]}}, {"a": 1, "b": {"c": [2]}}),
        ({}, {}),
        ({1: "a", 2.5: "b"}, {1: "a", 2.5: "b"}),
        (array_of(Data.INT, 1, 2, 3), [1, 2, 3]),
        (array_of(Data.STRING, "a", "b"), ["a", "b"]),
        (array_of(Data.BOOL, True, False), [True, False]),
        (array_of(Data.INT), []),
    ],
)
def test_bodies(body: object, expected: object) -> None:
    value = body_of(body)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (char("x"), "amqp_CHAR"),
        (timestamp(1), "amqp_TIMESTAMP"),
        (uuid.UUID(int=1), "amqp_UUID"),
        (decimal32(1), "amqp_DECIMAL32"),
        (decimal64(1), "amqp_DECIMAL64"),
        (decimal128(bytes(16)), "amqp_DECIMAL128"),
        (Described(symbol("x"), "y"), "amqp_DESCRIBED"),
    ],
)
def test_unhandled_bodies(body: object, name: str) -> None:
    assert body_of(body) == f"Unhandled message body type {name}"


def test_unhandled_values_inside() -> None:
    assert body_of([1, timestamp(1), 2]) == [1, None, 2]
    assert body_of({"a": timestamp(1), "b": 2}) == {"b": 2}


def test_data_section() -> None:
    assert body_of(b"abc", inferred=True) == b"abc"


def test_several_data_sections_are_one_blob() -> None:
    assert plain(body_value(b"\x00\x53\x75\xa0\x02ab\x00\x53\x75\xa0\x01c")) == b"abc"


def test_sequence_sections_are_one_array() -> None:
    assert body_of([1, "a"], inferred=True) == [1, "a"]
    assert plain(body_value(b"\x00\x53\x76\xc0\x03\x01\x54\x01\x00\x53\x76\xc0\x03\x01\x54\x02")) == [1, 2]


def test_missing_body_is_null() -> None:
    assert body_value(b"") is None
    assert body_value(b"\x00\x53\x70\x45") is None


def test_symbolic_descriptors() -> None:
    assert body_value(b"\x00\xa3\x10amqp:amqp-value:*\x40"[:2] + b"\x11amqp:amqp-value:*\xa1\x01x") == "x"


def test_all_sections_of_a_message() -> None:
    message = Message("body", id="1", address="to", subject="s", durable=True, ttl=5, properties={"k": "v"})
    message.annotations = {symbol("x-opt"): 1}
    message.instructions = {symbol("x-in"): 1}
    encoded = message.encode()
    assert body_value(encoded) == "body"
    assert plain(properties_table(encoded)) == {"k": "v"}


def test_properties() -> None:
    properties = {"status-code": int32(200), "d": "OK", "f": 0.5, "b": True, "n": None, "bin": b"x", "t": timestamp(1)}
    expected = {"status-code": 200, "d": "OK", "f": 0.5, "b": True, "n": None, "bin": b"x"}
    assert plain(properties_table(Message("", properties=properties).encode())) == expected


def test_no_properties_is_an_empty_table() -> None:
    assert plain(properties_table(Message("").encode())) == {}


def test_each_look_at_the_properties_is_a_new_table() -> None:
    encoded = Message("", properties={"a": 1}).encode()
    first = properties_table(encoded)
    first.new_slot("b", 2)
    assert plain(properties_table(encoded)) == {"a": 1}


# What is sent, as another implementation reads it.


def sent(body: str, properties: Table | None, *, binary: bool) -> Any:
    message = Message()
    message.decode(encode_message(MACHINE, body, properties, binary=binary))
    return message


def test_text_message() -> None:
    message = sent("h\xc3\xa9", None, binary=False)
    assert message.body == "hé"
    assert not message.inferred
    assert message.properties is None


def test_binary_message() -> None:
    message = sent("\x00\xff", None, binary=True)
    assert message.body == b"\x00\xff"
    assert message.inferred


@pytest.mark.parametrize("length", [0, 1, 255, 256, 70000])
def test_lengths(length: int) -> None:
    assert sent("x" * length, None, binary=False).body == "x" * length
    assert sent("x" * length, None, binary=True).body == b"x" * length


def test_sent_properties() -> None:
    properties = sent(
        "", table({"i": -5, "f": 0.5, "t": True, "n": False, "s": "text", "long": "x" * 300}), binary=True
    ).properties
    assert properties == {"i": -5, "f": 0.5, "t": True, "n": False, "s": "text", "long": "x" * 300}
    assert isinstance(properties["i"], int32)
    assert isinstance(properties["f"], float32)


def test_empty_properties_are_left_out() -> None:
    assert encode_message(MACHINE, "", Table(), binary=True) == b"\x00\x53\x75\xa0\x00"


def test_other_property_values_become_text() -> None:
    vm = VM()
    vm.run(
        'class C { function _tostring() { return "c!"; } }'
        "properties <- { n = null, a = C(), bl = blob(2), f = function() { } };"
    )
    properties = vm.machine.root.get("properties")
    assert isinstance(properties, Table)
    message: Any = Message()
    message.decode(encode_message(vm.machine, "", properties, binary=False))
    assert message.properties["n"] == "(null : (nil))"
    assert message.properties["a"] == "c!"
    assert message.properties["bl"] == "\0\0"
    assert message.properties["f"].startswith("(function : 0x")


def test_what_was_made_reads_as_it_would_from_the_wire() -> None:
    properties = table({"a": 1, "b": "x"})
    text = encode_message(MACHINE, "t", properties, binary=False)
    assert body_value(text) == "t"
    assert plain(properties_table(text)) == {"a": 1, "b": "x"}
    assert plain(body_value(encode_message(MACHINE, "t", None, binary=True))) == b"t"


# Hostile bytes.


@pytest.mark.parametrize(
    "raw",
    [
        b"\x01",
        b"\x00",
        b"\x00\x53",
        b"\x00\x53\x77",
        b"\x00\x53\x77\xa1\x05ab",
        b"\x00\x53\x77\x3f",
        b"\x00\x53\x77\xc0\x09\x01\x40",
        b"\x00\x53\x77\xc0\x02\xff\x40",
        b"\x00\x53\x77\xd0\x00\x00\x00\x05\xff\xff\xff\xff\x40",
        b"\x00\x53\x77\xf0\x00\x00\x00\x05\xff\xff\xff\xff\x40",
        b"\x00\x53\x77\xf0\x00\x00\x00\x05\xff\xff\xff\xff\x45",
        b"\x00\x53\x75\xa1\x01x",
        b"\x00\x53\x76\x40",
        b"\x00\x41\x77\x40",
        # A list in a list in a list ...
        b"\x00\x53\x77" + b"".join(b"\xd0" + (9 * n - 5).to_bytes(4, "big") + b"\0\0\0\1" for n in range(300, 0, -1)),
        b"\x00" * 100_000,
    ],
)
def test_malformed_messages(raw: bytes) -> None:
    with pytest.raises(SquirrelError, match="malformed AMQP message"):
        body_value(raw)


@given(st.binary(max_size=200))
def test_no_bytes_do_worse_than_malformed(raw: bytes) -> None:
    for look in (body_value, properties_table):
        for prefix in (b"", b"\x00\x53\x77", b"\x00\x53\x74"):
            try:
                look(prefix + raw)
            except SquirrelError as error:
                assert "malformed" in error.message


_LEAVES = st.none() | st.booleans() | st.binary() | st.integers(-(2**31), 2**31 - 1).map(int32)
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=20)


@given(_VALUES)
def test_values_from_another_implementation(value: Any) -> None:
    assert body_of(value) == value

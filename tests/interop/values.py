"""AMQP values of every type, and how an agent shows them (core sheet, section 1.8)."""

from __future__ import annotations

import uuid
from typing import Any

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

SHOW = """
// A value with its type, bytes in hexadecimal; tables in the order of their keys.
function show(value) {
    switch (typeof value) {
        case "null": return "null";
        case "string": case "blob":
            local text = "";
            foreach (byte in value) text += format("%02x", byte & 0xff);
            return typeof value + " " + text;
        case "array":
            local items = "";
            foreach (item in value) items += (items == "" ? "" : ", ") + show(item);
            return "[" + items + "]";
        case "table":
            local keys = [];
            foreach (key, item in value) keys.append(key);
            keys.sort();
            local pairs = "";
            foreach (key in keys) pairs += (pairs == "" ? "" : ", ") + key + ": " + show(value[key]);
            return "{" + pairs + "}";
        default: return typeof value + " " + value;
    }
}
"""
"""Squirrel source of a function that renders any value."""


def _array(kind: Any, *items: Any) -> Array:
    undescribed: Any = UNDESCRIBED
    return Array(undescribed, kind, *items)


def text(value: str) -> str:
    """How an agent shows a string."""
    return "string " + value.encode().hex()


def encoded(value: Any) -> bytes:
    """A message with a value as its body."""
    # Proton leaves out a body that is null.
    return b"\x00\x53\x77\x40" if value is None else bytes(Message(value).encode())


VALUES: dict[str, tuple[object, str]] = {
    "null": (None, "null"),
    "true": (True, "bool true"),
    "false": (False, "bool false"),
    "ubyte": (ubyte(200), "integer 200"),
    "byte": (byte(-100), "integer -100"),
    "ushort": (ushort(60000), "integer 60000"),
    "short": (short(-30000), "integer -30000"),
    "uint": (uint(4294967295), "integer -1"),
    "uint zero": (uint(0), "integer 0"),
    "int": (int32(-2147483648), "integer -2147483648"),
    "ulong": (ulong(0x1_0000_0007), "integer 7"),
    "long": (-5, "integer -5"),
    "long that wraps": (0x1_FFFF_FFFF, "integer -1"),
    "float": (float32(1.5), "float 1.5"),
    "double": (0.25, "float 0.25"),
    "binary": (b"\x00\xff\x80", "blob 00ff80"),
    "string": ("hé\0llo", text("hé\0llo")),
    "empty string": ("", "string "),
    "long string": ("x" * 300, text("x" * 300)),
    "symbol": (symbol("sym"), text("sym")),
    "list": ([int32(1), "a", None, [True]], f"[integer 1, {text('a')}, null, [bool true]]"),
    "empty list": ([], "[]"),
    "map": ({"a": int32(1), "b": {"c": [int32(2)]}}, "{a: integer 1, b: {c: [integer 2]}}"),
    "array of int": (_array(Data.INT, 1, -2, 300), "[integer 1, integer -2, integer 300]"),
    "array of string": (_array(Data.STRING, "a", "b"), f"[{text('a')}, {text('b')}]"),
    "timestamp": (timestamp(1500000000000), text("Unhandled message body type amqp_TIMESTAMP")),
    "uuid": (uuid.UUID(int=1), text("Unhandled message body type amqp_UUID")),
    "char": (char("x"), text("Unhandled message body type amqp_CHAR")),
    "decimal32": (decimal32(1), text("Unhandled message body type amqp_DECIMAL32")),
    "decimal64": (decimal64(1), text("Unhandled message body type amqp_DECIMAL64")),
    "decimal128": (decimal128(bytes(16)), text("Unhandled message body type amqp_DECIMAL128")),
    "described": (Described(symbol("x"), "y"), text("Unhandled message body type amqp_DESCRIBED")),
}
"""By name: the value as Proton has it, and what `show` makes of the body."""

PROPERTY_TYPES = (
    *("true", "false", "ubyte", "byte", "ushort", "short", "uint", "int", "ulong", "long", "float", "double"),
    *("binary", "string", "symbol", "timestamp", "uuid", "char"),
)
"""The simple types, which application properties may have."""


def shown_properties(names: tuple[str, ...] = PROPERTY_TYPES) -> str:
    """How an agent shows properties that have the names and values of these types; what is unmapped is left out."""
    pairs = ((name, VALUES[name][1]) for name in sorted(names))
    return "{" + ", ".join(f"{name}: {shown}" for name, shown in pairs if text("Unhandled")[7:] not in shown) + "}"

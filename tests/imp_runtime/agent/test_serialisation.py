"""Values as bytes (core sheet, section 7)."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imp_runtime.serialisation import DEEPEST, CorruptError, deserialise, is_safe, serialise
from imp_runtime.stack import start_with_large_stack
from squirrel.errors import SquirrelError
from squirrel.values.array import Array
from squirrel.values.base import weak_reference
from squirrel.values.blob import Blob
from squirrel.values.classes import Class, Instance
from squirrel.values.function import NativeFunction
from squirrel.values.numbers import round32
from squirrel.values.table import Table
from tests.imp_runtime.squirrel_values import any_strings, byte_view, plain, serialisable_values, table_of

LIMIT = 1 << 20
FUNCTION = NativeFunction("f", lambda machine, arguments: None, 0, 0)


def carried(value: object) -> object:
    return deserialise(serialise(value, LIMIT))


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -1,
        2147483647,
        -2147483648,
        0.0,
        -0.0,
        round32(0.1),
        float("inf"),
        "",
        "text",
        byte_view("é"),
    ],
)
def test_scalars(value: object) -> None:
    assert plain(carried(value)) == plain(value)


def test_nan_stays_nan() -> None:
    result = carried(float("nan"))
    assert isinstance(result, float)
    assert result != result


@given(serialisable_values)
def test_round_trip(value: object) -> None:
    assert plain(carried(value)) == plain(value)


@given(any_strings)
def test_a_string_that_is_not_safe_arrives_as_a_blob(text: str) -> None:
    result = carried(text)
    if is_safe(text):
        assert result == text
    else:
        assert isinstance(result, Blob)
        assert result.text() == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("", True),
        ("ascii", True),
        ("\x01\x7f", True),
        ("a\0b", False),
        (byte_view("é€😀"), True),
        (byte_view("é\0"), False),
        ("\xff", False),
        ("\xc3", False),
        ("\xc0\x80", False),
        ("\xed\xa0\x80", False),
    ],
)
def test_safe_strings(text: str, safe: bool) -> None:
    assert is_safe(text) is safe


def test_what_arrives_shares_nothing() -> None:
    inner, blob = Array([1]), Blob(bytearray(b"abc"))
    blob.position = 2
    result = carried(table_of([("a", inner), ("b", inner), ("c", blob)]))
    assert isinstance(result, Table)
    first, second, copied = result.get("a"), result.get("b"), result.get("c")
    assert isinstance(first, Array)
    assert first is not inner
    assert first is not second
    assert isinstance(copied, Blob)
    assert copied.data is not blob.data
    assert copied.position == 0


def test_slots_travel_in_the_order_of_the_table() -> None:
    table = table_of([(name, 0) for name in "abcdefghi"])
    result = carried(table)
    assert isinstance(result, Table)
    assert list(result.slots) == table.keys()


def test_members_that_cannot_be_carried_are_left_out() -> None:
    cls = Class(None)
    kept = Array([1])
    values: list[object] = [FUNCTION, cls, Instance(cls), weak_reference(kept), 2]
    assert plain(carried(Array(values))) == plain(Array([kept, 2]))
    table = table_of([("f", FUNCTION), ("k", 1), ("\xff", 2), ("a\0", 3)])
    table.new_slot(7, 4)
    table.new_slot("w", weak_reference(Array([])))
    assert plain(carried(table)) == plain(table_of([("k", 1), ("w", None)]))


@pytest.mark.parametrize(
    ("value", "kind"), [(FUNCTION, "function"), (Class(None), "class"), (Instance(Class(None)), "instance")]
)
def test_a_value_that_cannot_be_carried_itself(value: object, kind: str) -> None:
    with pytest.raises(SquirrelError, match=f"^cannot serialize a {kind}$"):
        serialise(value, LIMIT)


def test_circles() -> None:
    table, array = Table(), Array([])
    table.new_slot("a", array)
    array.items.append(table)
    with pytest.raises(SquirrelError, match="circular structure: the table contains itself"):
        serialise(table, LIMIT)
    with pytest.raises(SquirrelError, match="circular structure: the array contains itself"):
        serialise(array, LIMIT)
    del array.items[:]


def on_large_stack(action: Callable[[], object]) -> object:
    """Run something on a thread such as agents have; raise or return what it does."""
    done = threading.Event()
    results: list[object] = []
    errors: list[Exception] = []

    def work() -> None:
        try:
            results.append(action())
        except Exception as error:
            errors.append(error)
        finally:
            done.set()

    start_with_large_stack(work)
    assert done.wait(60)
    if errors:
        raise errors[0]
    return results[0]


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = Array([value])
    return value


def test_depth() -> None:
    assert plain(carried(nested(200))) == plain(nested(200))
    with pytest.raises(SquirrelError, match=f"more than {DEEPEST} levels"):
        on_large_stack(lambda: serialise(nested(DEEPEST + 1), LIMIT))
    data = b"[" * DEEPEST + b"]" * DEEPEST
    assert isinstance(on_large_stack(lambda: deserialise(data)), Array)
    with pytest.raises(CorruptError, match="nested too deep"):
        on_large_stack(lambda: deserialise(b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2)))


def test_limit() -> None:
    value = Array(["x" * 100])
    size = len(serialise(value, LIMIT))
    assert serialise(value, size)
    with pytest.raises(SquirrelError, match=f"^the serialized data is larger than {size - 1} bytes$"):
        serialise(value, size - 1)
    shared: object = Array([0])
    for _ in range(60):
        shared = Array([shared, shared])
    with pytest.raises(SquirrelError, match="larger than 65536 bytes"):
        serialise(shared, 65536)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"i\0",
        b"r",
        b"s\1\0\0\0",
        b"b\xff\xff\xff\xff",
        b"[",
        b"[n",
        b"]",
        b"{i\1\0\0\0n}",
        b"{s",
        b"nn",
        b"{n}",
    ],
)
def test_damaged_bytes(data: bytes) -> None:
    with pytest.raises(CorruptError):
        deserialise(data)


@given(st.binary(max_size=40) | st.text("ntfi[]{}sb\0\1", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = deserialise(data)
    except CorruptError:
        return
    # What can be read can be written; strings that are not safe, and such keys, come out otherwise.
    assert serialise(value, LIMIT)

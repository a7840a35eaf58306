"""Squirrel values for property tests: how they are made at random, and what they are in plain Python."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from squirrel.values.array import Array
from squirrel.values.blob import Blob
from squirrel.values.numbers import INT_MAX, INT_MIN
from squirrel.values.table import Table

# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def byte_view(text: str) -> str:
    """The Squirrel string with the UTF-8 bytes of a text."""
    return text.encode("utf-8").decode("latin-1")


integers = st.integers(INT_MIN, INT_MAX)
floats = st.floats(width=32, allow_nan=False, allow_infinity=False)
safe_strings = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12).map(byte_view)
any_strings = st.binary(max_size=12).map(lambda data: data.decode("latin-1"))


def table_of(pairs: list[tuple[str, object]]) -> Table:
    """A table with these slots, made in this order."""
    table = Table()
    for key, value in pairs:
        table.new_slot(key, value)
    return table


def containers(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Arrays and tables of such values."""
    return st.one_of(
        st.lists(inner, max_size=5).map(Array), st.lists(st.tuples(safe_strings, inner), max_size=8).map(table_of)
    )


json_scalars = st.one_of(st.none(), st.booleans(), integers, floats, safe_strings)
json_values = st.recursive(json_scalars, containers, max_leaves=20)
serialisable_values = st.recursive(
    st.one_of(json_scalars, st.binary(max_size=12).map(lambda data: Blob(bytearray(data)))), containers, max_leaves=20
)


def plain(value: object) -> object:
    """A value in plain Python, with the order of tables and the difference between types kept."""
    if isinstance(value, Array):
        return [plain(item) for item in value.items]
    if isinstance(value, Table):
        return {"table": [(key, plain(value.get(key))) for key in sorted(map(str, value.keys()))]}
    if isinstance(value, Blob):
        return ("blob", bytes(value.data))
    if type(value) is float:
        # NaN, too, equals itself then; and 0.0 differs from -0.0.
        return ("float", value.hex())
    return (type(value).__name__, value)

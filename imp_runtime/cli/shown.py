"""Short, safe texts of script values for error reports: nothing of the script runs to make them."""

from __future__ import annotations

from typing import Final

from imp_runtime.natives import host_text
from imp_runtime.redaction import HIDDEN, hide_secrets, is_secret_name
from squirrel.ops.text import type_name
from squirrel.values.array import Array
from squirrel.values.function import Closure, NativeFunction
from squirrel.values.native import NativeObject
from squirrel.values.numbers import float_text
from squirrel.values.table import Table

_LONGEST_STRING: Final = 60
_MOST_ITEMS: Final = 8
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def shown_variable(name: object, value: object, depth: int = 1) -> str:
    """``name = value``, with the value cut, or hidden when its name says that it is secret."""
    label = hide_secrets(host_text(name)) if isinstance(name, str) else shown_value(name, 0)
    if isinstance(name, str) and isinstance(value, (str, Table, Array)) and is_secret_name(name):
        return f"{label} = {HIDDEN}"
    return f"{label} = {shown_value(value, depth)}"


def shown_value(value: object, depth: int = 1) -> str:
    """A value in a few words; containers show their first items down to ``depth`` levels."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Table):
        items = [shown_variable(key, value.get(key), depth - 1) for key in value.keys()[:_MOST_ITEMS]] if depth else []
        return _listed("{", items, len(value), "}")
    if isinstance(value, Array):
        items = [shown_value(item, depth - 1) for item in value.items[:_MOST_ITEMS]] if depth else []
        return _listed("[", items, len(value), "]")
    if isinstance(value, Closure):
        return f"function {value.code.display_name}"
    if isinstance(value, NativeFunction):
        return f"function {value.name}"
    if isinstance(value, NativeObject):
        return value.native_name()
    return type_name(value)


def _listed(opening: str, items: list[str], count: int, closing: str) -> str:
    if count > len(items):
        items = [*items, f"... {count} in all" if items else f"{count} items"]
    return f"{opening} {', '.join(items)} {closing}" if items else opening + closing


def _quoted(value: str) -> str:
    # Hidden before it is cut, or half a secret would no longer look like one.
    text = hide_secrets(host_text(value))
    cut = len(text) > _LONGEST_STRING
    escaped = "".join(
        _ESCAPES.get(character) or (character if character.isprintable() else f"\\x{ord(character):02x}")
        for character in text[:_LONGEST_STRING]
    )
    return f'"{escaped}"...' if cut else f'"{escaped}"'

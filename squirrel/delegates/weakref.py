"""Methods of weak references (dialect sheet, sections 5 and 8)."""

from __future__ import annotations

from squirrel.delegates.common import collect, shared_members
from squirrel.machine import Machine
from squirrel.values.base import WeakRef
from squirrel.values.function import NativeFunction


def weakref_ref(machine: Machine, arguments: list[object]) -> object:
    """``ref()``: the value referred to, or null once it has been released."""
    this = arguments[0]
    assert type(this) is WeakRef
    return this.referent()


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect([NativeFunction("ref", weakref_ref, 0, 0, "r"), *shared_members()])

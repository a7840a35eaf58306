"""Methods of instances (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates.common import collect, rawget, rawin, rawset, shared_members
from squirrel.machine import Machine
from squirrel.values.classes import Instance
from squirrel.values.function import NativeFunction


def instance_getclass(machine: Machine, arguments: list[object]) -> object:
    """``getclass()``."""
    this = arguments[0]
    assert type(this) is Instance
    return this.cls


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect(
        [
            NativeFunction("getclass", instance_getclass, 0, 0, "x"),
            NativeFunction("rawget", rawget, 1, 1, "x"),
            NativeFunction("rawset", rawset, 2, 2, "x"),
            NativeFunction("rawin", rawin, 1, 1, "x"),
            *shared_members(),
        ]
    )

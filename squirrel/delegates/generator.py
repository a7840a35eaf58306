"""Methods of generators (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates.common import collect, shared_members
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction
from squirrel.values.generator import Generator


def generator_getstatus(machine: Machine, arguments: list[object]) -> object:
    """``getstatus()``: ``"suspended"``, ``"running"`` or ``"dead"``."""
    this = arguments[0]
    assert type(this) is Generator
    return this.state


def members() -> dict[str, NativeFunction]:
    """The methods by name."""
    return collect([NativeFunction("getstatus", generator_getstatus, 0, 0, "g"), *shared_members()])

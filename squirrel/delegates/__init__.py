"""The methods that every value of a type has: Squirrel's default delegates (dialect sheet, section 5)."""

from __future__ import annotations

from squirrel.delegates import array, class_, function, generator, instance, number, string, table, weakref
from squirrel.machine import Machine


def install(machine: Machine) -> None:
    """Give a machine the built-in methods of all types."""
    machine.number_members = number.members()
    machine.string_members = string.members()
    machine.table_members = table.members()
    machine.array_members = array.members()
    machine.function_members = function.members()
    machine.class_members = class_.members()
    machine.instance_members = instance.members()
    machine.generator_members = generator.members()
    machine.weakref_members = weakref.members()

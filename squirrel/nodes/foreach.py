"""``foreach``."""

from __future__ import annotations

from typing import Final, cast

from mypy_extensions import i64

from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.nodes.base import BREAK, NORMAL, RETURN, Expr, Frame, Stmt
from squirrel.nodes.generators import resume
from squirrel.ops.access import find
from squirrel.ops.metamethods import call_metamethod, metamethod
from squirrel.ops.text import type_name
from squirrel.values.array import Array
from squirrel.values.base import WeakRef
from squirrel.values.classes import Class, Instance
from squirrel.values.function import Cell
from squirrel.values.generator import DEAD, SUSPENDED, Generator
from squirrel.values.native import NativeObject
from squirrel.values.table import MISSING, Table


class Iteration:
    """Where an iteration stands: the next node or item, or for ``_nexti`` the last index; and what it found."""

    def __init__(self) -> None:
        self.position: i64 = 0
        self.index: object = None
        self.key: object = None
        self.value: object = None


def step(machine: Machine, container: object, state: Iteration) -> bool:
    """Go to the next element; False at the end.

    Raises:
        SquirrelError: the container cannot be iterated.
    """
    if type(container) is Table:
        position = container.next_node(state.position)
        if position < 0:
            return False
        state.key = container.node_key(position)
        state.value = container.get(state.key)
        state.position = position + 1
        return True
    if type(container) is str:
        if state.position >= len(container):
            return False
        state.key = state.position
        state.value = ord(container[state.position])
        state.position += 1
        return True
    if type(container) is Generator:
        return step_generator(machine, container, state)
    return step_object(machine, container, state)


def step_generator(machine: Machine, generator: Generator, state: Iteration) -> bool:
    """Resume it; the value with which it ends is no element."""
    if generator.state == DEAD:
        return False
    if generator.state != SUSPENDED:
        raise SquirrelError("cannot iterate generator")
    value = resume(machine, generator)
    if generator.state == DEAD:
        return False
    state.key = state.position
    state.value = value
    state.position += 1
    return True


def step_object(machine: Machine, container: object, state: Iteration) -> bool:
    """Classes, host objects, and instances with ``_nexti``."""
    if type(container) is Class:
        position = container.members.next_node(state.position)
        if position < 0:
            return False
        state.key = container.members.node_key(position)
        state.value = container.get(state.key)
        state.position = position + 1
        return True
    if isinstance(container, NativeObject):
        index = container.next_index(state.index)
        if index is not MISSING:
            return step_to(machine, container, index, state)
    elif type(container) is Instance:
        handler = metamethod(container, "_nexti")
        if handler is None:
            raise SquirrelError("_nexti failed")
        return step_to(machine, container, call_metamethod(machine, handler, container, [state.index]), state)
    raise SquirrelError(f"cannot iterate {type_name(container)}")


def step_to(machine: Machine, container: object, index: object, state: Iteration) -> bool:
    """Take the element that ``_nexti`` named."""
    state.index = index
    if index is None:
        return False
    value = find(machine, container, index)
    if value is MISSING:
        raise SquirrelError("_nexti returned an invalid idx")
    state.key = index
    state.value = value
    return True


class Foreach(Stmt):
    """``foreach (key, value in container) body``. Slots: the container, the iteration, the value, and maybe the key.

    The variables are the loop's: closures made in different rounds share them.
    """

    def __init__(
        self,
        container: Expr,
        reread: bool,
        body: Stmt,
        first_slot: int,
        key_slot: int,
        value_slot: int,
        key_captured: bool,
        value_captured: bool,
        line: int,
    ) -> None:
        """``key_slot`` is -1 when there is no key variable.

        The container is kept in ``first_slot``, unless it is a plain local: that is read anew for each round.
        """
        self.container: Final = container
        self.reread: Final = reread
        self.body: Final = body
        self.first_slot: Final[i64] = first_slot
        self.key_slot: Final[i64] = key_slot
        self.value_slot: Final[i64] = value_slot
        self.key_captured: Final = key_captured
        self.value_captured: Final = value_captured
        self.line: Final[i64] = line

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        self.begin(frame)
        state = Iteration()
        while True:
            if not self.advance(frame, state):
                return NORMAL
            code = self.body.exec(frame)
            if code != NORMAL:
                if code == BREAK:
                    return NORMAL
                if code == RETURN:
                    return RETURN
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()

    def begin(self, frame: Frame) -> None:
        """Evaluate the container, and make the variables."""
        slots = frame.slots
        if not self.reread:
            slots[self.first_slot] = self.container.eval(frame)
        if self.key_captured:
            slots[self.key_slot] = Cell(None)
        if self.value_captured:
            slots[self.value_slot] = Cell(None)

    def advance(self, frame: Frame, state: Iteration) -> bool:
        """Go to the next element and assign the loop's variables; False at the end."""
        container = self.container.eval(frame) if self.reread else frame.slots[self.first_slot]
        if type(container) is Array:
            position = state.position
            if position >= len(container.items):
                return False
            state.position = position + 1
            value = container.items[position]
            if type(value) is WeakRef:
                value = value.referent()
            if self.key_slot >= 0:
                self.assign_key(frame, position)
            self.assign_value(frame, value)
            return True
        frame.line = self.line
        if not step(frame.machine, container, state):
            return False
        if self.key_slot >= 0:
            self.assign_key(frame, state.key)
        self.assign_value(frame, state.value)
        state.key = None
        state.value = None
        return True

    def assign_key(self, frame: Frame, key: object) -> None:
        """Set the key variable."""
        if self.key_captured:
            cast(Cell, frame.slots[self.key_slot]).value = key
        else:
            frame.slots[self.key_slot] = key

    def assign_value(self, frame: Frame, value: object) -> None:
        """Set the value variable."""
        if self.value_captured:
            cast(Cell, frame.slots[self.value_slot]).value = value
        else:
            frame.slots[self.value_slot] = value


class ResumableForeach(Foreach):
    """``foreach`` with a ``yield`` in its body; see ``squirrel.nodes.generators``. ``place`` keeps the iteration."""

    def __init__(self, loop: Foreach, place: int) -> None:
        super().__init__(
            loop.container,
            loop.reread,
            loop.body,
            loop.first_slot,
            loop.key_slot,
            loop.value_slot,
            loop.key_captured,
            loop.value_captured,
            loop.line,
        )
        self.place: Final[i64] = place

    def exec(self, frame: Frame) -> i64:
        machine = frame.machine
        slots = frame.slots
        advance = not frame.resuming
        if advance:
            self.begin(frame)
            slots[self.place] = Iteration()
        state = cast(Iteration, slots[self.place])
        while True:
            if advance and not self.advance(frame, state):
                return NORMAL
            advance = True
            code = self.body.exec(frame)
            if code == BREAK:
                return NORMAL
            if code >= RETURN:
                return code
            machine.fuel -= 1
            if machine.fuel < 0:
                machine.refuel()

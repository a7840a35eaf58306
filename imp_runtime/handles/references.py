"""What a Squirrel value holds, by the names that a script has for it.

Only what keeps something alive is listed: weak references do not, and strings and numbers hold nothing. Everything of
the machine's own (its root table apart) is left out.
"""

from __future__ import annotations

import functools
import gc
import re
import types
from collections.abc import Iterator
from typing import Final

from imp_runtime.natives import host_text
from squirrel.nodes.base import Frame
from squirrel.nodes.functions import MakeClosure
from squirrel.values.array import Array
from squirrel.values.base import Value, WeakRef
from squirrel.values.classes import Class, Instance
from squirrel.values.function import Cell, Closure, Code, NativeFunction
from squirrel.values.generator import Generator
from squirrel.values.native import NativeObject
from squirrel.values.numbers import float_text
from squirrel.values.table import Table, from_key

Reference = tuple[str, Value]
"""How a value is held, such as ``.session`` or ``[3]``, and the value."""

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class References:
    """Tells what values hold; `program` is the script's code, where the names of captured variables are found."""

    def __init__(self, program: Code | None) -> None:
        self._program = program
        self._captured: dict[int, tuple[Code, list[int]]] | None = None

    def of(self, value: Value) -> Iterator[Reference]:
        """The values that a value holds."""
        for label, held in self._of(value):
            if isinstance(held, Value) and not isinstance(held, WeakRef):
                yield label, held

    def _of(self, value: Value) -> Iterator[tuple[str, object]]:
        if isinstance(value, Table):
            for key, held in list(value.slots.items()):
                yield "key", key
                yield slot_label(from_key(key)), held
            yield "delegate", value.delegate
        elif isinstance(value, Array):
            for index, item in enumerate(list(value.items)):
                yield f"[{index}]", item
        elif isinstance(value, Closure):
            yield from self._of_closure(value)
        elif isinstance(value, Instance):
            for key, where in list(value.cls.members.slots.items()):
                if isinstance(where, int) and where >= 0:
                    yield slot_label(from_key(key)), value.fields[where]
            yield "class", value.cls
        elif isinstance(value, Class):
            yield from _of_class(value)
        elif isinstance(value, Generator):
            yield from self._of_generator(value)
        elif isinstance(value, NativeFunction):
            if value.is_bound:
                yield "bound this", value.environment
            for held in values_in(value.body):
                yield "object", held
        elif isinstance(value, NativeObject):
            yield from _of_native_object(value)

    def _of_closure(self, closure: Closure) -> Iterator[tuple[str, object]]:
        for index, cell in enumerate(closure.cells):
            name = self._captured_name(closure.code, index)
            yield f"outer variable '{host_text(name)}'" if name else "an outer variable", cell.value
        for default in closure.defaults:
            yield "default value", default
        if closure.is_bound:
            yield "bound this", closure.environment
        yield "base", closure.base

    def _of_generator(self, generator: Generator) -> Iterator[tuple[str, object]]:
        yield "function", generator.closure
        if generator.frame is not None:
            yield from self.of_frame(generator.frame)
        else:
            yield "this", generator.this
            for argument in generator.arguments:
                yield "argument", argument

    def of_frame(self, frame: Frame) -> Iterator[Reference]:
        """The values that a frame holds: locals that are in scope by name, and what is not stored in a variable."""
        code = frame.closure.code
        # A suspended generator does not know its line: then a slot has the name of the first variable that used it.
        names = {local.slot: local.name for local in reversed(code.local_names)} | dict(_names_at(code, frame.line))
        held: list[tuple[str, object]] = [("this", frame.this), ("function", frame.closure), ("result", frame.result)]
        for slot, content in enumerate(list(frame.slots)):
            label = f"local '{host_text(names[slot])}'" if slot in names else "temporary value"
            held.append((label, content.value if isinstance(content, Cell) else content))
        for label, value in held:
            if isinstance(value, Value) and not isinstance(value, WeakRef):
                yield label, value

    # A closure's cells have no names. Whose they are is known to the code that makes the closure.

    def _captured_name(self, code: Code, index: int) -> str:
        """The name of a captured variable; empty when it cannot be told."""
        if self._captured is None:
            self._captured = {} if self._program is None else _captures(self._program)
        for _ in range(len(self._captured) + 1):
            found = self._captured.get(id(code))
            if found is None or index >= len(found[1]):
                return ""
            maker, sources = found
            source = sources[index]
            if source >= 0:
                # Several variables may use a slot one after the other; it is the one in scope where the function is.
                return dict(_names_at(maker, code.line)).get(source, "")
            code, index = maker, -1 - source
        return ""


def _of_native_object(native: NativeObject) -> Iterator[tuple[str, object]]:
    """What its attributes hold: callbacks, above all. Compiled classes have none that a script's values could be in."""
    attributes: dict[str, object] = getattr(native, "__dict__", {})
    for name, content in list(attributes.items()):
        label = name.strip("_").replace("_", " ")
        if isinstance(content, dict):
            parts = list(content.values())
        else:
            parts = list(content) if isinstance(content, (list, tuple, set)) else [content]
        for part in parts:
            for value in values_in(part):
                yield label, value


def _of_class(cls: Class) -> Iterator[tuple[str, object]]:
    for key, where in list(cls.members.slots.items()):
        if isinstance(where, int):
            yield slot_label(from_key(key)), cls.field_defaults[where] if where >= 0 else cls.methods[-1 - where]
    for name, metamethod in cls.metamethods.items():
        yield slot_label(name), metamethod
    yield "attributes", cls.attributes
    for key, attributes in cls.member_attributes.items():
        yield f"attributes of {slot_label(from_key(key))}", attributes
    yield "base", cls.base


def _names_at(code: Code, packed: int) -> Iterator[tuple[int, str]]:
    """The slots of the locals that are in scope at a (packed) line, and their names; inner ones last."""
    for local in code.local_names:
        if local.first_line <= packed <= local.last_line:
            yield local.slot, local.name


def _captures(program: Code) -> dict[int, tuple[Code, list[int]]]:
    """For each function of a program, by its id: the code around it, and where its closures' cells come from there."""
    found: dict[int, tuple[Code, list[int]]] = {}
    codes = [program]
    while codes:
        code = codes.pop()
        seen: set[int] = set()
        pending: list[object] = [code]
        while pending:
            node = pending.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            if isinstance(node, MakeClosure):
                found[id(node.code)] = (code, node.captures)
                codes.append(node.code)
                pending.extend(node.defaults)
            elif node is code or isinstance(node, (list, tuple, dict)) or _is_node(node):
                pending.extend(gc.get_referents(node))
    return found


def _is_node(candidate: object) -> bool:
    """Whether an object is a part of the executable tree, but no class of such parts and no function's code."""
    kind = type(candidate)
    return kind.__module__.startswith("squirrel.nodes.") and not isinstance(candidate, Code)


def slot_label(key: object) -> str:
    """How a script writes the slot of a key: ``.name``, ``["two words"]``, ``[3]``."""
    if isinstance(key, str):
        return f".{key}" if _NAME.match(key) else f'["{host_text(key)}"]'
    if isinstance(key, bool):
        return f"[{str(key).lower()}]"
    if isinstance(key, float):
        return f"[{float_text(key)}]"
    return f"[{key}]" if isinstance(key, int) else f"[{type_label(key)}]"


def type_label(value: object) -> str:
    """A value's type, as part of a path."""
    return value.type_name if isinstance(value, Value) else "null"


def values_in(task: object) -> list[Value]:
    """The Squirrel values that a Python function, method or partial holds, directly or in another of these."""
    found: list[Value] = []
    seen: set[int] = set()
    pending = [task]
    while pending:
        part = pending.pop()
        if isinstance(part, Value):
            found.append(part)
        elif id(part) not in seen:
            seen.add(id(part))
            pending += _parts(part)
    return found


def _parts(task: object) -> list[object]:
    if isinstance(task, functools.partial):
        return [task.func, *task.args, *task.keywords.values()]
    if isinstance(task, types.MethodType):
        return [task.__self__]
    if isinstance(task, types.FunctionType):
        return [cell.cell_contents for cell in task.__closure__ or () if _is_filled(cell)]
    return []


def _is_filled(cell: types.CellType) -> bool:
    try:
        _ = cell.cell_contents
    except ValueError:
        return False
    return True

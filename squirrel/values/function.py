"""Functions: what is shared by all closures of one definition, closures, captured variables, native functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from mypy_extensions import i64

from squirrel.values.base import Value

if TYPE_CHECKING:
    from squirrel.machine import Machine
    from squirrel.values.classes import Class


class Cell:
    """A captured local variable: the function that declares it and the closures over it share the cell."""

    def __init__(self, value: object) -> None:
        self.value = value


class LocalName:
    """Where a local variable lives and the (packed) lines between which it is in scope; for stack traces."""

    def __init__(self, name: str, slot: int, first_line: int, last_line: int) -> None:
        self.name = name
        self.slot = slot
        self.first_line = first_line
        self.last_line = last_line


# Lines are packed with the index of their file, so that a frame has to remember one number only. ``#line`` may name
# lines up to 999,999,999.
_FILE_SHIFT: Final = 32
LAST_LINE: Final = (1 << 62) - 1


def packed_line(line: int, file_index: int) -> int:
    """A line and its file as one number."""
    return line | (file_index << _FILE_SHIFT)


class Code:
    """One function definition: its signature and, in ``squirrel.nodes.function``, its executable body."""

    def __init__(self, name: str, files: list[str]) -> None:
        """``files`` are the names of the script's files, shared by all its functions and completed as it is compiled.

        The first is the script itself, the others come from ``#line`` directives. Lines in the executable tree carry
        the index of their file, see ``packed_line``.
        """
        self.name = name
        self.files = files
        # Where it is defined, packed with its file.
        self.line: i64 = packed_line(1, 0)
        # Parameters without ``this``; those with defaults are the last ones. ``vargv`` is not counted.
        self.parameters: i64 = 0
        self.defaults: i64 = 0
        self.varargs = False
        self.is_generator = False
        self.local_names: list[LocalName] = []

    @property
    def display_name(self) -> str:
        """The function's name in a stack trace."""
        return self.name if self.name else "unknown"

    def file_of(self, packed: int) -> str:
        """The file of a packed line."""
        return self.files[packed >> _FILE_SHIFT]

    def line_of(self, packed: int) -> int:
        """The line of a packed line."""
        return packed & ((1 << _FILE_SHIFT) - 1)

    def invoke(self, closure: Closure, this: object, arguments: list[object]) -> object:
        """Run the body. ``arguments`` is taken over: it becomes the frame's slots."""
        raise AssertionError("invoke belongs to the executable tree")

    def locals_at(self, line: int, slots: list[object]) -> list[tuple[str, object]]:
        """Names and values of the locals in scope at a (packed) line of this function."""
        found: dict[str, object] = {}
        for local in self.local_names:
            if local.first_line <= line <= local.last_line and local.slot < len(slots):
                value = slots[local.slot]
                found[local.name] = value.value if isinstance(value, Cell) else value
        return list(found.items())


class Closure(Value):
    """A Squirrel function value."""

    def __init__(self, machine: Machine, code: Code, cells: list[Cell], defaults: list[object]) -> None:
        super().__init__()
        self.machine = machine
        self.code = code
        self.cells = cells
        self.defaults = defaults
        # What ``bindenv`` bound; it replaces ``this`` in every call. Held strongly (dialect sheet, section 18).
        self.environment: object = None
        self.is_bound = False
        # The class above the one this method was added to: what ``base`` means in it.
        self.base: Class | None = None

    @property
    def type_name(self) -> str:
        return "function"

    def copy(self) -> Closure:
        """The same function again, to be bound differently."""
        result = Closure(self.machine, self.code, self.cells, self.defaults)
        result.environment = self.environment
        result.is_bound = self.is_bound
        result.base = self.base
        return result


# Type masks: which types a native function accepts for a parameter.
NULL: Final = 1
INTEGER: Final = 2
FLOAT: Final = 4
BOOL: Final = 8
STRING: Final = 16
TABLE: Final = 32
ARRAY: Final = 64
CLOSURE: Final = 128
NATIVE: Final = 256
GENERATOR: Final = 512
CLASS: Final = 1024
INSTANCE: Final = 2048
WEAKREF: Final = 4096
META: Final = 8192  # native objects of the host, and blobs

ANY: Final = -1

_LETTERS: Final[dict[str, int]] = {
    "o": NULL,
    "i": INTEGER,
    "f": FLOAT,
    "n": INTEGER | FLOAT,
    "s": STRING,
    "t": TABLE,
    "a": ARRAY,
    "c": CLOSURE | NATIVE,
    "g": GENERATOR,
    "y": CLASS,
    "x": INSTANCE,
    "b": BOOL,
    "r": WEAKREF,
    "m": META,
}

# The order in which error texts list the accepted types, as the reference does.
MASK_NAMES: Final[list[tuple[int, str]]] = [
    (NULL, "null"),
    (INTEGER, "integer"),
    (FLOAT, "float"),
    (BOOL, "bool"),
    (STRING, "string"),
    (TABLE, "table"),
    (ARRAY, "array"),
    (CLOSURE, "function"),
    (NATIVE, "function"),
    (GENERATOR, "generator"),
    (CLASS, "class"),
    (INSTANCE, "instance"),
    (WEAKREF, "weakref"),
    (META, "meta"),
]


def parse_masks(text: str) -> list[int]:
    """Read Squirrel's type mask notation: one item a parameter, ``this`` first, alternatives joined by ``|``.

    Letters: ``o`` null, ``i`` integer, ``f`` float, ``n`` number, ``s`` string, ``t`` table, ``a`` array,
    ``c`` function, ``g`` generator, ``y`` class, ``x`` instance, ``b`` bool, ``r`` weakref, ``m`` native object,
    ``.`` anything. Example: ``".s|bn"`` is any ``this``, then a string or bool, then a number.
    """
    masks: list[int] = []
    position = 0
    while position < len(text):
        letter = text[position]
        if letter == ".":
            masks.append(ANY)
            position += 1
            continue
        mask = _LETTERS[letter]
        position += 1
        while position < len(text) and text[position] == "|":
            mask |= _LETTERS[text[position + 1]]
            position += 2
        masks.append(mask)
    return masks


NativeBody = Callable[["Machine", list[object]], object]


class NativeFunction(Value):
    """A function of the host.

    ``body(machine, arguments)`` gets ``this`` as ``arguments[0]``. The count and the types of the arguments have been
    checked when it runs (``squirrel.ops.call``).
    """

    def __init__(self, name: str, body: NativeBody, least: int = 0, most: int = 0, masks: str = "") -> None:
        """``least`` and ``most`` count the arguments without ``this``; ``most`` -1 means any number.

        ``masks`` is in the notation of ``parse_masks``; parameters beyond it are not checked.
        """
        super().__init__()
        self.name = name
        self.body = body
        self.least: i64 = least
        self.most: i64 = most
        self.masks = parse_masks(masks)
        self.environment: object = None
        self.is_bound = False

    @property
    def type_name(self) -> str:
        return "function"

    def copy(self) -> NativeFunction:
        """The same function again, to be bound differently."""
        result = NativeFunction(self.name, self.body, self.least, self.most)
        result.masks = self.masks
        result.environment = self.environment
        result.is_bound = self.is_bound
        return result

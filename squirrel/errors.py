"""What can go wrong with a Squirrel program: it does not compile, it throws, or somebody stops it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from squirrel.values.function import Code


class CompileError(Exception):
    """The source is not a Squirrel program.

    ``line`` and ``column`` are 1-based; ``file`` is the script's name or what ``#line`` called it.
    """

    def __init__(self, message: str, file: str, line: int, column: int) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
        self.message = message
        self.file = file
        self.line = line
        self.column = column


class TraceEntry:
    """One frame of the call stack of an error: where it was, and its slots as they were when the error passed.

    ``function`` is the declared name, ``main`` for a script's top level, ``unknown`` for an anonymous function.
    """

    def __init__(self, code: Code, packed: int, slots: list[object]) -> None:
        """``packed`` is the frame's line together with its file (``squirrel.values.function.packed_line``)."""
        self.code = code
        self.packed = packed
        self.slots = slots

    @property
    def function(self) -> str:
        return self.code.display_name

    @property
    def file(self) -> str:
        return self.code.file_of(self.packed)

    @property
    def line(self) -> int:
        return self.code.line_of(self.packed)

    def locals(self) -> list[tuple[str, object]]:
        """The names and values of the locals that were in scope."""
        return self.code.locals_at(self.packed, self.slots)


class SquirrelError(Exception):
    """A thrown Squirrel value on its way to a ``catch``: ``SquirrelError(value)``.

    An error that is caught must be dropped before the handler runs, or the frames it remembers would keep their handles
    open. It has no attributes of its own, only ``args``: making one is most of what a ``throw`` costs.
    """

    @property
    def value(self) -> object:
        """What was thrown: a string for the errors of the machine, anything for ``throw``."""
        return self.args[0]

    @property
    def trace(self) -> list[TraceEntry]:
        """The frames that the error left, innermost first. Only kept when no ``catch`` of the script waits for it."""
        entries: list[TraceEntry] = self.args[1] if len(self.args) > 1 else []
        return entries

    def left(self, frame: TraceEntry) -> None:
        """Remember one more frame in ``trace``."""
        if len(self.args) > 1:
            self.trace.append(frame)
        else:
            self.args = (self.args[0], [frame])

    @property
    def message(self) -> str:
        """The text of the thrown value when it is a string, else its type."""
        if isinstance(self.value, str):
            return self.value
        return f"uncaught {type(self.value).__name__.lower()}"

    def __str__(self) -> str:
        return str(self.value)


class Interrupted(BaseException):
    """The host stopped the program (a time limit, Ctrl-C). No ``catch`` of a script sees it."""

"""The report of open handles: what they are, where they were opened, what keeps them.

A handle closes when its last reference goes, so one that stays open is a riddle when it is only a cycle that refers to
it. At the end of a run such handles are named with the cycle; on request all are, with what holds them.
"""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from imp_runtime.config import SOURCE_NAME
from imp_runtime.handles.frames import Place, calling_place, place_of, running_frames
from imp_runtime.handles.paths import Cycles, Root, Step, paths_from
from imp_runtime.handles.references import References
from imp_runtime.natives import HostObject, host_text
from imp_runtime.redaction import hide_secrets
from squirrel.machine import Machine
from squirrel.values.base import Value
from squirrel.values.function import Closure, Code

# Lines of one report. Handles are limited in number, but the deliveries that a script keeps are not.
_MOST_LINES: Final = 100


class Handles:
    """The open handles of one agent. Only on the agent's thread."""

    def __init__(self, machine: Machine, program: Code | None, script_name: str) -> None:
        """``program`` is the code of the script's top level, ``script_name`` what reports call its file."""
        self._machine = machine
        self._program = program
        self._script_name = script_name
        self._opened: weakref.WeakKeyDictionary[HostObject, Place | None] = weakref.WeakKeyDictionary()
        self._roots: list[Callable[[], Iterable[Root]]] = []
        self._more: list[Callable[[], Iterable[HostObject]]] = []

    def opened(self, handle: HostObject) -> None:
        """Remember a handle, and where the script is that opens it now."""
        self._opened[handle] = calling_place(self._machine)

    def add_roots(self, roots: Callable[[], Iterable[Root]]) -> None:
        """Register what tells the values that something keeps alive by itself, such as timers and pending requests."""
        self._roots.append(roots)

    def add_source(self, handles: Callable[[], Iterable[HostObject]]) -> None:
        """Register what finds further handles, too many to be remembered when they are made."""
        self._more.append(handles)

    def kept_by_cycles(self) -> list[str]:
        """A line for each open handle that only a cycle keeps open, with the cycle."""
        lines = []
        for handle, path, rooted in self._paths():
            if path is not None and not rooted:
                lines.append(f"{self._headline(handle)} is kept open only by a cycle: {self._path_text(path)}")
        return _shortened(lines, "... and {} more such handles")

    def held(self) -> list[str]:
        """A line for each open handle, with what holds it, below a line with their number."""
        lines = []
        for handle, path, rooted in self._paths():
            if path is None:
                reason = "held by a function that is running"
            elif rooted:
                reason = f"held by {self._path_text(path)}"
            else:
                reason = f"held only by a cycle: {self._path_text(path)}"
            lines.append(f"  {self._headline(handle)}: {reason}")
        count = len(lines)
        headline = "no open handles" if not count else f"{count} open handle{'s' if count > 1 else ''}:"
        return [headline, *_shortened(lines, "  ... and {} more")]

    def _paths(self) -> list[tuple[HostObject, list[Step] | None, bool]]:
        """The open handles, each with a path and whether that begins at a root; else it is a cycle, or None."""
        handles = [handle for handle in self._opened if handle.open_text() is not None]
        known = {id(handle) for handle in handles}
        for source in self._more:
            handles += [handle for handle in source() if id(handle) not in known and handle.open_text() is not None]
        if not handles:
            return []
        references = References(self._program)
        paths = paths_from(self._all_roots(references), handles, references)
        adrift: list[Value] = [handle for handle in handles if id(handle) not in paths]
        cycles = Cycles(adrift, references) if adrift else None
        found: list[tuple[HostObject, list[Step] | None, bool]] = []
        for handle in handles:
            path = paths.get(id(handle))
            if path is not None:
                found.append((handle, path, True))
            else:
                found.append((handle, cycles.path_to(handle) if cycles is not None else None, False))
        return found

    def _all_roots(self, references: References) -> list[Root]:
        roots: list[Root] = [("root table", self._machine.root)]
        for source in self._roots:
            roots += source()
        for frame in running_frames(self._machine):
            where = f"{_function_name(frame.closure.code)} ({self._place_text(place_of(frame))})"
            roots += [(f"{label} of {where}", value) for label, value in references.of_frame(frame)]
        return roots

    # Texts.

    def _headline(self, handle: HostObject) -> str:
        place = self._opened.get(handle)
        where = "" if place is None else f" (opened at {self._place_text(place)})"
        return _one_line(f"{handle.open_text()}{where}")

    def _place_text(self, place: Place) -> str:
        file = self._script_name if place.file == SOURCE_NAME else host_text(place.file)
        return f"{file}:{place.line}"

    def _path_text(self, path: list[Step]) -> str:
        """``table .onEvent -> function onEvent outer variable 'session' -> session``."""
        parts: list[str] = []
        label, first = path[0]
        if label and first is not self._machine.root:
            parts.append(label)
        for position, (_, value) in enumerate(path):
            following = f" {path[position + 1][0]}" if position + 1 < len(path) else ""
            parts.append(self._value_text(value) + following)
        return _one_line(" -> ".join(parts))

    def _value_text(self, value: Value) -> str:
        if value is self._machine.root:
            return "root table"
        if isinstance(value, Closure):
            code = value.code
            place = Place(code.file_of(code.line), code.line_of(code.line))
            return f"{_function_name(code)} ({self._place_text(place)})"
        if isinstance(value, HostObject):
            return (value.open_text() or value.native_name()).partition(" ")[0]
        return value.type_name


def _one_line(text: str) -> str:
    """The text without secrets, and with everything escaped that is not for one line of a terminal."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in hide_secrets(text))


def _function_name(code: Code) -> str:
    return f"function {host_text(code.name)}" if code.name else "function"


def _shortened(lines: list[str], more: str) -> list[str]:
    """The lines, equal ones once with their number; of very many only the first."""
    counted = [line if count == 1 else f"{line} ({count} times)" for line, count in Counter(lines).items()]
    if len(counted) <= _MOST_LINES:
        return counted
    return [*counted[:_MOST_LINES], more.format(len(counted) - _MOST_LINES)]

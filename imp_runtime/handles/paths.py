"""Finds what keeps a value alive: a path of references from something that is alive by itself, or a cycle."""

from __future__ import annotations

import gc
import types
from collections import deque
from collections.abc import Iterable
from typing import Final

from imp_runtime.handles.references import References
from squirrel.nodes.base import Frame
from squirrel.values.base import Value
from squirrel.values.function import Cell

Root = tuple[str, Value]
"""What keeps a value alive by itself, in words, and the value."""

Step = tuple[str, Value]
"""How a value is held by the one before it in a path, and the value."""

# How far back the holders of a value are looked for. Each step looks at everything that there is.
_FARTHEST: Final = 200
# Holders of a value that are tried as members of a cycle, nearest first.
_MOST_TRIED: Final = 1000

# Python objects that stand between a value and what it holds.
_BETWEEN: Final = (list, dict, types.CellType, types.FunctionType, types.MethodType)


def paths_from(roots: Iterable[Root], wanted: Iterable[Value], references: References) -> dict[int, list[Step]]:
    """The shortest path to each wanted value that is held by a root, by the value's id; the first step is the root."""
    missing = {id(value) for value in wanted}
    parents: dict[int, tuple[int, str, Value]] = {}
    pending: deque[Value] = deque()
    for label, value in roots:
        if id(value) not in parents:
            parents[id(value)] = (0, label, value)
            pending.append(value)
    missing_at_first = set(missing)
    missing -= parents.keys()
    while pending and missing:
        holder = pending.popleft()
        for label, value in references.of(holder):
            if id(value) not in parents:
                parents[id(value)] = (id(holder), label, value)
                missing.discard(id(value))
                pending.append(value)
    return {number: _steps(number, parents) for number in missing_at_first if number in parents}


def _steps(number: int, parents: dict[int, tuple[int, str, Value]]) -> list[Step]:
    steps: list[Step] = []
    while number:
        number, label, value = parents[number]
        steps.append((label, value))
    return steps[::-1]


class Cycles:
    """The cycles that hold values which nothing else does."""

    def __init__(self, values: list[Value], references: References) -> None:
        """Looks for everything that holds the values, directly or not."""
        holders, self._held_by_host = _holders(values)
        self._references = {
            id(holder): [step for step in references.of(holder) if id(step[1]) in holders]
            for holder in holders.values()
        }
        self._holders: dict[int, list[Value]] = {}
        for holder in holders.values():
            for _, value in self._references[id(holder)]:
                self._holders.setdefault(id(value), []).append(holder)

    def path_to(self, value: Value) -> list[Step] | None:
        """A way once around a cycle and on to the value, None when there is none; the first step is just the start."""
        if self._is_held_by_host(value):
            return None
        for start in self._backwards(value)[:_MOST_TRIED]:
            around = self._way(start, start)
            if around is not None:
                onwards = [] if start is value else self._way(start, value) or []
                return [("", start), *around, *onwards]
        return None

    def _is_held_by_host(self, value: Value) -> bool:
        """Whether an object of impsim's own holds it, which is not a cycle of the script's."""
        return any(id(holder) in self._held_by_host for holder in self._backwards(value))

    def _backwards(self, value: Value) -> list[Value]:
        """The value and all that holds it, nearest first."""
        found = {id(value): value}
        pending = deque([value])
        while pending:
            for holder in self._holders.get(id(pending.popleft()), ()):
                if id(holder) not in found:
                    found[id(holder)] = holder
                    pending.append(holder)
        return list(found.values())

    def _way(self, start: Value, end: Value) -> list[Step] | None:
        """The shortest way of one step or more, without the start."""
        parents: dict[int, tuple[int, str, Value]] = {}
        pending = deque([start])
        while pending:
            holder = pending.popleft()
            for label, value in self._references[id(holder)]:
                if value is end:
                    return [*_steps_after(start, holder, parents), (label, value)]
                if id(value) not in parents and value is not start:
                    parents[id(value)] = (id(holder), label, value)
                    pending.append(value)
        return None


def _steps_after(start: Value, last: Value, parents: dict[int, tuple[int, str, Value]]) -> list[Step]:
    steps: list[Step] = []
    number = id(last)
    while number != id(start):
        number, label, value = parents[number]
        steps.append((label, value))
    return steps[::-1]


def _holders(values: list[Value]) -> tuple[dict[int, Value], set[int]]:
    """The values and all values that hold them, by id; and the ids of those that something of impsim's own holds."""
    holders = {id(value): value for value in values}
    held_by_host: set[int] = set()
    seen: dict[int, object] = {}
    frontier: list[object] = list(values)
    # Lists and dicts of this search hold what it finds, and are no part of what it looks for.
    own = {id(holders), id(seen), id(frontier), id(values)}
    for _ in range(_FARTHEST):
        if not frontier:
            break
        following: list[object] = []
        own.add(id(following))
        for referrer in gc.get_referrers(*frontier):
            if id(referrer) in own or id(referrer) in seen:
                continue
            if isinstance(referrer, Value):
                holders[id(referrer)] = referrer
            elif _is_of_the_host(referrer):
                held_by_host.update(id(part) for part in gc.get_referents(referrer) if isinstance(part, Value))
                continue
            elif not isinstance(referrer, (*_BETWEEN, Cell, Frame)):
                continue
            seen[id(referrer)] = referrer
            following.append(referrer)
        frontier = following
    return holders, held_by_host


def _is_of_the_host(candidate: object) -> bool:
    return type(candidate).__module__.startswith("imp_runtime.")

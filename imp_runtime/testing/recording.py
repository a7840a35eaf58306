"""What a recorded run tells, line by line, and the outcome that this adds up to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

from imp_runtime.log import AGENT_ERROR, DEVICE_ERROR, DEVICE_LOG
from imp_runtime.testing.expectations import CompileFailure, Frame, Mismatch, Outcome, RuntimeFailure

PRINT: Final = "print"
"""The type of entries that come from ``print``."""
ERROR: Final = "uncaught error"
"""The type of the object that tells of an uncaught error of the agent."""
COMPILE_ERROR: Final = "compile error"
"""The type of the object that tells why the agent's script does not compile."""


@dataclass(slots=True)
class Entry:
    """An entry of the log; ``of_error`` tells that it only repeats the uncaught error."""

    time: str
    kind: str
    text: str
    of_error: bool = False

    @property
    def lines(self) -> list[str]:
        """The text line by line, as expectations have it."""
        lines = self.text.split("\n")
        if len(lines) > 1 and not lines[-1]:
            lines.pop()
        if self.kind in (DEVICE_LOG, DEVICE_ERROR):
            lines[0] = f"[Device] {lines[0]}"
        return lines

    def __str__(self) -> str:
        kind = "agent.log" if self.kind == PRINT else self.kind
        return f"{self.time} [{kind}] {self.text}"


@dataclass(slots=True)
class Recording:
    """What a run did: everything that was logged, in order, and the errors that ended it."""

    entries: list[Entry] = field(default_factory=list)
    error: RuntimeFailure | None = None
    compile_error: CompileFailure | None = None

    def add(self, line: bytes) -> None:
        """Take what one line tells.

        Raises:
            ValueError: it is no line of a recorded run; its writer was cut off.
        """
        told = json.loads(line)
        kind, text = told["type"], told["msg"]
        if kind == ERROR:
            self._add_error(json.loads(text))
        elif kind == COMPILE_ERROR:
            failure = json.loads(text)
            self.compile_error = CompileFailure(failure["message"], failure["line"], failure["column"])
        else:
            self.entries.append(Entry(told["ts"], kind, text))

    def _add_error(self, failure: dict[str, Any]) -> None:
        left = failure["entries"]
        for entry in reversed(self.entries):
            if left and entry.kind == AGENT_ERROR:
                entry.of_error = True
                left -= 1
        # With --restart there may be several.
        if self.error is None:
            frames = tuple(Frame(function, file, line) for function, file, line in failure["frames"])
            self.error = RuntimeFailure(failure["message"], frames)

    def outcome(self, exit_code: int) -> Outcome:
        """What expectations are checked against."""
        return Outcome(
            output="".join(line + "\n" for _, line in self._lines(printed=True)),
            error=self.error,
            compile_error=self.compile_error,
            log=[line for _, line in self._lines(printed=False)],
            exit_code=exit_code,
        )

    def place(self, mismatch: Mismatch) -> int | None:
        """The index of the entry that a mismatch is about, the number of entries where it misses one; None for none."""
        index = mismatch.entry if mismatch.printed is None else mismatch.printed
        if index is None:
            return None
        lines = self._lines(printed=mismatch.printed is not None)
        return lines[index][0] if index < len(lines) else len(self.entries)

    def _lines(self, *, printed: bool) -> list[tuple[int, str]]:
        """The lines that were printed, or logged otherwise, with the index of the entry that each is from."""
        chosen = [
            (index, entry)
            for index, entry in enumerate(self.entries)
            if (entry.kind == PRINT) is printed and not entry.of_error
        ]
        return [(index, line) for index, entry in chosen for line in entry.lines]

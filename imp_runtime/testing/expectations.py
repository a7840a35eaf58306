r"""Expectation comments of test programs: reading them, and checking what a run did against them.

A test is an ordinary ``.nut`` file that says in comments what it must do::

    print(1 + 1 + "\n")                  // expect: 2
    null.x                              // expect error: the index 'x' does not exist

======================================== ==========================================================================
``// expect: TEXT``                      the next printed line is exactly TEXT. All printed lines must be listed, in
                                         order; where the comment stands does not matter
``// expect error: MESSAGE``             the program ends with this uncaught error, raised on this line (the line of
                                         the innermost script frame)
``// expect error @LINE: MESSAGE``       the same, raised on LINE instead (after ``#line``, for example)
``// expect compile error: MESSAGE``     the program does not compile; the error is on this line
``// expect compile error @LINE: ...``   ... on LINE instead; ``@LINE:COLUMN`` demands the column (1-based), too
``// expect trace: FUNCTION [FILE:]LINE`` one script frame of the uncaught error, innermost first; if one frame is
                                         listed, all must be
``// expect log: TEXT``                  the next entry of the agent's log is exactly TEXT
``// expect log anywhere: TEXT``         an entry is exactly TEXT, wherever it stands; for what comes in no fixed order
``// expect exit: N``                    the exit code of the run
``// differs: REASON``                   intended difference from stock Squirrel 3.0.5: not compared with the oracle
``// differs line: REASON``              as above, but only the line and the frames of the error differ
======================================== ==========================================================================

TEXT and MESSAGE start after one blank and run to the end of the line, trailing blanks included. A file without any
expectation is an error, unless the caller allows it: it would pass whatever it did.

The module is pure: it reads text and compares values; whoever runs the program builds the :class:`Outcome`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_COMMENT = re.compile(
    r"//[ \t]*(?P<word>expect|differs)(?P<kind>(?:[ \t]+[a-z]+)*)"
    r"(?:[ \t]+@(?P<at>\d+)(?::(?P<column>\d+))?)?[ \t]*:(?: (?P<text>.*))?$"
)
_LOOKS_LIKE_ONE = re.compile(r"(?<!:)//[ \t]*(expect|differs)\b")
_FRAME = re.compile(r"(?P<function>\S+)[ \t]+(?:(?P<file>\S+):)?(?P<line>\d+)[ \t]*$")


class ExpectationSyntaxError(Exception):
    """An expectation comment that cannot be read, or a file that has none.

    Attributes: ``file``, ``line`` (1-based; 0 for the file as a whole) and ``message``.
    """

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")
        self.file = file
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class ExpectedText:
    """A line of output or a log entry; ``line`` is where the comment stands."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """The uncaught error; ``at`` is the line it must be raised on, ``line`` where the comment stands."""

    line: int
    message: str
    at: int


@dataclass(frozen=True, slots=True)
class ExpectedCompileError:
    """The compile error; ``column`` is None where the test does not care."""

    line: int
    message: str
    at: int
    column: int | None


@dataclass(frozen=True, slots=True)
class ExpectedFrame:
    """One script frame of the trace; ``file`` is None where the test does not care."""

    line: int
    function: str
    file: str | None
    at: int


@dataclass(frozen=True, slots=True)
class ExpectedExit:
    """The exit code of the run."""

    line: int
    code: int


@dataclass(slots=True)
class Expectations:
    """What one test file demands. ``differs`` and ``differs_line`` hold the reasons given, or None."""

    file: str
    output: list[ExpectedText] = field(default_factory=list)
    log: list[ExpectedText] = field(default_factory=list)
    log_anywhere: list[ExpectedText] = field(default_factory=list)
    trace: list[ExpectedFrame] = field(default_factory=list)
    error: ExpectedError | None = None
    compile_error: ExpectedCompileError | None = None
    exit: ExpectedExit | None = None
    differs: str | None = None
    differs_line: str | None = None

    def is_empty(self) -> bool:
        """Whether nothing at all is expected."""
        texts = self.output or self.log or self.log_anywhere
        return not (texts or self.trace or self.error or self.compile_error or self.exit)


@dataclass(frozen=True, slots=True)
class Frame:
    """One script frame of an uncaught error, as the run reported it."""

    function: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class RuntimeFailure:
    """The uncaught error that ended a run; ``frames`` innermost first."""

    message: str
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True, slots=True)
class CompileFailure:
    """Why a program did not compile."""

    message: str
    line: int
    column: int


@dataclass(slots=True)
class Outcome:
    """What a run did.

    Parameters: ``output`` is everything printed, joined; ``log`` the agent's log entries, or None if the program
    ran without an agent; ``exit_code`` likewise.
    """

    output: str = ""
    error: RuntimeFailure | None = None
    compile_error: CompileFailure | None = None
    log: list[str] | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One demand that was not met.

    ``line`` is the line of the comment, or 0 if there is none to point at. ``printed`` and ``entry`` are the index of
    the printed line or the log entry that is not as it should be; None where it is about something else.
    """

    file: str
    line: int
    expected: str
    got: str
    printed: int | None = None
    entry: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: expected {self.expected}, got {self.got}"


def read_expectations(source: str, file: str = "test.nut", *, required: bool = True) -> Expectations:
    """Collect the expectation comments of a test program.

    Parameters: ``source`` is the program; ``file`` is the name used in messages; ``required`` tells that there has to
    be at least one.

    Raises :class:`ExpectationSyntaxError` for a comment that cannot be read, one that contradicts another, or a
    file without the expectations that are required.
    """
    found = Expectations(file)
    for number, text in enumerate(source.split("\n"), start=1):
        looks_like_one = _LOOKS_LIKE_ONE.search(text)
        if looks_like_one is None:
            continue
        match = _COMMENT.match(text.rstrip("\r"), looks_like_one.start())
        if match is None:
            raise ExpectationSyntaxError(file, number, "unreadable expectation comment: write '// expect: TEXT'")
        _add(found, number, match)
    if required and found.is_empty():
        raise ExpectationSyntaxError(file, 0, "no expectation: add at least one '// expect: TEXT' comment")
    if found.error and found.compile_error:
        raise ExpectationSyntaxError(file, found.error.line, "a program cannot fail both to compile and at run time")
    if found.trace and not found.error:
        raise ExpectationSyntaxError(file, found.trace[0].line, "'expect trace' needs an 'expect error'")
    return found


def _add(found: Expectations, number: int, match: re.Match[str]) -> None:
    """Store the comment of one line."""
    kind = " ".join([match["word"], *match["kind"].split()])
    text = match["text"] or ""
    at = int(match["at"]) if match["at"] else number
    column = int(match["column"]) if match["column"] else None
    if match["at"] and kind not in ("expect error", "expect compile error"):
        raise ExpectationSyntaxError(found.file, number, f"'{kind}' takes no position")
    if column is not None and kind != "expect compile error":
        raise ExpectationSyntaxError(found.file, number, f"'{kind}' takes no column")

    if kind == "expect":
        found.output.append(ExpectedText(number, text))
    elif kind == "expect log":
        found.log.append(ExpectedText(number, text))
    elif kind == "expect log anywhere":
        found.log_anywhere.append(ExpectedText(number, text))
    elif kind == "expect error":
        if found.error:
            raise ExpectationSyntaxError(found.file, number, "second 'expect error': only one error ends a run")
        found.error = ExpectedError(number, text, at)
    elif kind == "expect compile error":
        if found.compile_error:
            raise ExpectationSyntaxError(found.file, number, "second 'expect compile error': only one ends it")
        found.compile_error = ExpectedCompileError(number, text, at, column)
    elif kind == "expect trace":
        frame = _FRAME.match(text)
        if frame is None:
            raise ExpectationSyntaxError(found.file, number, "write '// expect trace: FUNCTION LINE'")
        found.trace.append(ExpectedFrame(number, frame["function"], frame["file"], int(frame["line"])))
    elif kind == "expect exit":
        if not text.strip().isdigit():
            raise ExpectationSyntaxError(found.file, number, "write '// expect exit: N'")
        found.exit = ExpectedExit(number, int(text))
    elif kind == "differs":
        found.differs = text
    elif kind == "differs line":
        found.differs_line = text
    else:
        raise ExpectationSyntaxError(found.file, number, f"unknown expectation '{kind}'")


def check(expectations: Expectations, outcome: Outcome) -> list[Mismatch]:
    """Compare what a run did with what its file demands; an empty list means the test passed."""
    mismatches: list[Mismatch] = []
    _check_compile_error(expectations, outcome, mismatches)
    _check_error(expectations, outcome, mismatches)
    surprise = _first_difference(expectations.output, list(enumerate(printed_lines(outcome.output))), "line")
    if surprise is not None:
        line, expected, got, index = surprise
        mismatches.append(Mismatch(expectations.file, line, expected, got, printed=index))
    _check_log(expectations, outcome.log or [], mismatches)
    wanted_exit = expectations.exit
    if wanted_exit and wanted_exit.code != outcome.exit_code:
        got = "no exit code" if outcome.exit_code is None else f"exit code {outcome.exit_code}"
        mismatches.append(Mismatch(expectations.file, wanted_exit.line, f"exit code {wanted_exit.code}", got))
    return mismatches


def printed_lines(output: str) -> list[str]:
    """The lines of what was printed; text after the last newline is a line of its own."""
    lines = output.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines


def _check_log(expectations: Expectations, log: list[str], mismatches: list[Mismatch]) -> None:
    """A test that says nothing about the log may log what it likes; one that gives its order must list every entry."""
    rest = list(enumerate(log))
    for wanted in expectations.log_anywhere:
        place = next((place for place, (_, text) in enumerate(rest) if text == wanted.text), None)
        if place is None:
            expected = f"log entry {wanted.text!r} anywhere"
            mismatches.append(Mismatch(expectations.file, wanted.line, expected, "no such entry"))
        else:
            del rest[place]
    surprise = _first_difference(expectations.log, rest, "log entry") if expectations.log else None
    if surprise is not None:
        line, expected, got, index = surprise
        mismatches.append(Mismatch(expectations.file, line, expected, got, entry=index))


def _first_difference(
    wanted: list[ExpectedText], got: list[tuple[int, str]], what: str
) -> tuple[int, str, str, int] | None:
    """Compare two sequences of texts, of which those of ``got`` have an index; None when they are the same.

    Only the first difference counts, since the rest usually follows from it: the line of the comment, what was
    expected, what was there, and its index.
    """
    for place, expected in enumerate(wanted):
        if place >= len(got):
            return expected.line, f"{what} {expected.text!r}", "nothing more", got[-1][0] + 1 if got else 0
        index, text = got[place]
        if text != expected.text:
            return expected.line, f"{what} {expected.text!r}", repr(text), index
    if len(got) > len(wanted):
        index, text = got[len(wanted)]
        return wanted[-1].line if wanted else 0, f"no further {what}", repr(text), index
    return None


def _check_compile_error(expectations: Expectations, outcome: Outcome, mismatches: list[Mismatch]) -> None:
    wanted, failure = expectations.compile_error, outcome.compile_error
    if wanted is None:
        if failure is not None:
            got = f"compile error at {failure.line}:{failure.column}: {failure.message}"
            mismatches.append(Mismatch(expectations.file, failure.line, "a program that compiles", got))
        return
    if failure is None:
        mismatches.append(Mismatch(expectations.file, wanted.line, f"compile error {wanted.message!r}", "none"))
        return
    if wanted.message != failure.message:
        expected, got = f"compile error {wanted.message!r}", repr(failure.message)
        mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))
    if wanted.at != failure.line:
        expected, got = f"compile error on line {wanted.at}", f"line {failure.line}"
        mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))
    if wanted.column is not None and wanted.column != failure.column:
        expected, got = f"compile error at column {wanted.column}", f"column {failure.column}"
        mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))


def _check_error(expectations: Expectations, outcome: Outcome, mismatches: list[Mismatch]) -> None:
    wanted, failure = expectations.error, outcome.error
    if wanted is None:
        if failure is not None:
            line = failure.frames[0].line if failure.frames else 0
            mismatches.append(Mismatch(expectations.file, line, "no error", f"uncaught error {failure.message!r}"))
        return
    if failure is None:
        mismatches.append(Mismatch(expectations.file, wanted.line, f"uncaught error {wanted.message!r}", "none"))
        return
    if wanted.message != failure.message:
        expected, got = f"uncaught error {wanted.message!r}", repr(failure.message)
        mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))
    if not failure.frames:
        mismatches.append(Mismatch(expectations.file, wanted.line, f"an error on line {wanted.at}", "no frames"))
    elif failure.frames[0].line != wanted.at:
        expected, got = f"an error on line {wanted.at}", f"line {failure.frames[0].line}"
        mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))
    if expectations.trace:
        _check_trace(expectations, failure, mismatches)


def _check_trace(expectations: Expectations, failure: RuntimeFailure, mismatches: list[Mismatch]) -> None:
    for index, wanted in enumerate(expectations.trace):
        expected = f"frame {wanted.function} {wanted.file + ':' if wanted.file else ''}{wanted.at}"
        if index >= len(failure.frames):
            mismatches.append(Mismatch(expectations.file, wanted.line, expected, "no further frame"))
            return
        frame = failure.frames[index]
        same_file = wanted.file is None or wanted.file == frame.file
        if frame.function != wanted.function or frame.line != wanted.at or not same_file:
            got = f"{frame.function} {frame.file}:{frame.line}"
            mismatches.append(Mismatch(expectations.file, wanted.line, expected, got))
    if len(failure.frames) > len(expectations.trace):
        extra = failure.frames[len(expectations.trace)]
        line = expectations.trace[-1].line
        got = f"{extra.function} {extra.file}:{extra.line}"
        mismatches.append(Mismatch(expectations.file, line, "no further frame", got))

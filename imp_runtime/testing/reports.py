"""What is said of test results: to a developer, to a program, and to a build server (JUnit's XML)."""

from __future__ import annotations

import json
import os
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Final

from imp_runtime.log import escaped
from imp_runtime.testing.expectations import Mismatch
from imp_runtime.testing.runner import TestResult, Verdict

# Entries of the log that are shown before and after the one that a mismatch is about.
_BEFORE: Final = 4
_AFTER: Final = 2
# Lines of standard error that are shown.
_MESSAGES: Final = 12
# What the embedded brokers say of themselves.
_BROKER: Final = "broker: "
# Characters of an entry, of a message, and of an expectation that are shown.
_LONGEST: Final = 200
# Entries of the log, and lines of standard error, of a failed file that programs get: those at the end.
_MOST_KEPT: Final = 1000
# What XML 1.0 cannot carry.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def progress_line(result: TestResult) -> str:
    """One line for a file that is over."""
    if result.verdict is Verdict.SKIPPED:
        return f"skipped  {_safe(result.file.shown)}: {_safe(result.file.directives.skip or '')}"
    return f"{result.verdict.value:<7}  {_safe(result.file.shown)}  {result.seconds:.1f} s"


def failure_text(result: TestResult) -> str:
    """What was expected and what came instead, each with its place and the log around it."""
    lines: list[str] = []
    shown_log = False
    if result.problem is not None:
        lines.append(_safe(result.problem))
    for mismatch in result.mismatches:
        lines.append(_safe(str(mismatch)))
        around = _around(result, mismatch)
        shown_log = shown_log or bool(around)
        lines += around
    if not shown_log:
        entries = result.ran.recording.entries
        lines += _excerpt(result, max(0, len(entries) - _BEFORE - _AFTER), len(entries), None)
    messages = [line for line in result.ran.messages if not line.startswith(_BROKER)]
    # A problem may be one of them.
    messages = [line for line in messages if line != result.problem]
    if len(messages) > _MESSAGES:
        messages = [f"... {len(messages) - _MESSAGES} more lines ...", *messages[-_MESSAGES:]]
    return "\n".join([*lines, *(f"    stderr: {_safe(line)}" for line in messages)])


def summary_line(results: Sequence[TestResult], total: int, seconds: float) -> str:
    """How many of all files passed, failed, were skipped or not run."""
    counts = {verdict.value: number for verdict, number in count(results).items()}
    parts = [f"{number} {word}" for word, number in counts.items() if number or word == Verdict.PASSED.value]
    if len(results) < total:
        parts.append(f"{total - len(results)} not run")
    return f"{', '.join(parts)} in {seconds:.1f} s"


def count(results: Sequence[TestResult]) -> dict[Verdict, int]:
    """How many results there are of each kind."""
    return {verdict: sum(result.verdict is verdict for result in results) for verdict in Verdict}


def json_line(result: TestResult) -> str:
    """A file that is over, as one JSON object."""
    told: dict[str, object] = {"file": result.file.shown, "result": result.verdict.value}
    told["seconds"] = round(result.seconds, 3)
    if result.verdict is Verdict.SKIPPED:
        told["reason"] = result.file.directives.skip
    if result.verdict is Verdict.FAILED:
        told["problem"] = result.problem
        told["mismatches"] = [
            {"line": mismatch.line, "expected": mismatch.expected, "got": mismatch.got}
            for mismatch in result.mismatches
        ]
        told["exit"] = result.ran.exit_code
        told["log"] = [_cut(str(entry)) for entry in _tail(result)]
        told["stderr"] = [_cut(line) for line in result.ran.messages[-_MOST_KEPT:]]
    return json.dumps(told, ensure_ascii=False)


def json_summary(results: Sequence[TestResult], total: int, seconds: float) -> str:
    """How many of all files passed, failed, were skipped or not run, as one JSON object."""
    told: dict[str, object] = {verdict.value: number for verdict, number in count(results).items()}
    told["not run"] = total - len(results)
    told["seconds"] = round(seconds, 3)
    return json.dumps(told)


def write_junit(path: str, results: Sequence[TestResult], seconds: float) -> None:
    """Write the results as JUnit's XML.

    Raises:
        OSError: the file cannot be written.
    """
    counts = count(results)
    broken = sum(result.problem is not None for result in results)
    suite = ET.Element("testsuite", name="impsim", tests=str(len(results)), time=f"{seconds:.3f}")
    suite.set("failures", str(counts[Verdict.FAILED] - broken))
    suite.set("errors", str(broken))
    suite.set("skipped", str(counts[Verdict.SKIPPED]))
    for result in results:
        folder, name = os.path.split(result.file.shown)
        case = ET.SubElement(suite, "testcase", classname=_xml(folder or "."), name=_xml(name))
        case.set("file", _xml(result.file.shown))
        case.set("time", f"{result.seconds:.3f}")
        if result.verdict is Verdict.SKIPPED:
            ET.SubElement(case, "skipped", message=_xml(result.file.directives.skip or ""))
        if result.verdict is Verdict.FAILED:
            message = result.problem or str(result.mismatches[0])
            what = "failure" if result.problem is None else "error"
            ET.SubElement(case, what, message=_xml(_cut(message))).text = _xml(failure_text(result))
            log = "\n".join(_cut(str(entry)) for entry in _tail(result))
            ET.SubElement(case, "system-out").text = _xml(log)
    root = ET.Element("testsuites")
    root.append(suite)
    ET.indent(root)
    with open(path, "wb") as stream:
        ET.ElementTree(root).write(stream, encoding="utf-8", xml_declaration=True)


def _tail(result: TestResult) -> Sequence[object]:
    return result.ran.recording.entries[-_MOST_KEPT:]


def _around(result: TestResult, mismatch: Mismatch) -> list[str]:
    """The log around the entry that a mismatch is about."""
    place = result.ran.recording.place(mismatch)
    if place is None:
        return []
    return _excerpt(result, max(0, place - _BEFORE), place + 1 + _AFTER, place)


def _excerpt(result: TestResult, start: int, end: int, marked: int | None) -> list[str]:
    """Some entries of the log, the marked one with a sign before it; its index may be one too high: the log's end."""
    entries = result.ran.recording.entries
    lines = [
        f"  {'>' if index == marked else ' '} {_safe(str(entries[index]))}"
        for index in range(start, min(end, len(entries)))
    ]
    return [*lines, "  > (end of the log)"] if marked == len(entries) else lines


def _safe(text: str) -> str:
    """The text without what a terminal could take for a command, in one line, and cut when it is very long."""
    return escaped(_cut(text)).replace("\n", "\n      ")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}... ({len(text)} characters)"


def _xml(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)

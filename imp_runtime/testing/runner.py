"""Runs test files, several at a time, and says what became of each."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from imp_runtime.status import ExitStatus
from imp_runtime.testing.expectations import Expectations, Mismatch, Outcome, check
from imp_runtime.testing.finding import TestFile
from imp_runtime.testing.process import ProcessResult, run_in_process

# MB that a file may take, unless its options say otherwise.
_MEMORY: Final = 512


class Verdict(Enum):
    """What became of a test file."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class TestResult:
    """What became of a test file, in how many seconds. ``problem`` is why it could not be run, or not to its end."""

    # The name is no test of pytest's.
    __test__ = False

    file: TestFile
    verdict: Verdict
    seconds: float = 0.0
    problem: str | None = None
    mismatches: list[Mismatch] = field(default_factory=list)
    ran: ProcessResult = field(default_factory=ProcessResult)


class Runner:
    """Runs test files, each in a process of its own."""

    def __init__(self, *, timeout: float, processes: int, fast: bool, broker: bool, stop_at_failure: bool) -> None:
        """``timeout`` is in seconds for each file; a file may do without ``fast`` and ``broker``."""
        self._timeout = timeout
        self._processes = processes
        self._fast = fast
        self._broker = broker
        self._stop_at_failure = stop_at_failure
        self._cancelled = threading.Event()

    def run(self, tests: Sequence[TestFile]) -> Generator[TestResult, None, None]:
        """The results, in the order in which the files end. What still runs is ended when the iterator is closed."""
        waiting: queue.SimpleQueue[TestFile] = queue.SimpleQueue()
        for test in tests:
            waiting.put(test)
        done: queue.SimpleQueue[TestResult | Exception] = queue.SimpleQueue()
        workers = [
            threading.Thread(target=self._work, args=(waiting, done), daemon=True)
            for _ in range(min(self._processes, len(tests)))
        ]
        for worker in workers:
            worker.start()
        try:
            for _ in tests:
                result = done.get()
                if isinstance(result, Exception):
                    raise result
                yield result
                if self._stop_at_failure and result.verdict is Verdict.FAILED:
                    return
        finally:
            self._cancelled.set()
            for worker in workers:
                worker.join()

    def _work(
        self, waiting: queue.SimpleQueue[TestFile], done: queue.SimpleQueue[TestResult | Exception]
    ) -> None:
        try:
            while not self._cancelled.is_set():
                result = self._run(waiting.get_nowait())
                # Before the others are cancelled: theirs have to come after it.
                done.put(result)
                if self._stop_at_failure and result.verdict is Verdict.FAILED:
                    self._cancelled.set()
        except queue.Empty:
            return
        except Exception as error:  # raised where the results are awaited
            done.put(error)

    def _run(self, test: TestFile) -> TestResult:
        if test.problem is not None:
            return TestResult(test, Verdict.FAILED, problem=test.problem)
        if test.directives.skip is not None:
            return TestResult(test, Verdict.SKIPPED)
        began = time.monotonic()
        ran = run_in_process(test.path, self._options(test), self._timeout, self._cancelled)
        result = TestResult(test, Verdict.PASSED, time.monotonic() - began, ran=ran)
        result.problem = f"{test.shown}: {ran.problem}" if ran.problem is not None else _refusal(test, ran)
        if result.problem is None:
            result.mismatches = judge(test.expectations, ran.recording.outcome(ran.exit_code))
        if result.problem is not None or result.mismatches:
            result.verdict = Verdict.FAILED
        return result

    def _options(self, test: TestFile) -> list[str]:
        words = ["--max-memory", str(_MEMORY)]
        if self._fast and test.directives.fast:
            words.append("--fast")
        if self._broker and test.directives.broker:
            words.append("--broker")
        return words + test.directives.options


def _refusal(test: TestFile, ran: ProcessResult) -> str | None:
    """Why impsim did not run the file at all."""
    if ran.exit_code not in (ExitStatus.USAGE, ExitStatus.UNAVAILABLE, ExitStatus.INTERNAL_ERROR):
        return None
    return ran.messages[-1] if ran.messages else f"{test.shown}: was not run"


def judge(expectations: Expectations, outcome: Outcome) -> list[Mismatch]:
    """Compare what a run did with what its file demands.

    The exit code has to be right even where nothing is said about it: 0, or that of the error that is expected. A file
    that expects nothing may print what it likes.
    """
    if expectations.is_empty():
        outcome.output = ""
    mismatches = check(expectations, outcome)
    if not mismatches and expectations.exit is None:
        wanted = ExitStatus.OK
        if expectations.compile_error is not None:
            wanted = ExitStatus.COMPILE_ERROR
        elif expectations.error is not None:
            wanted = ExitStatus.RUNTIME_ERROR
        if outcome.exit_code != wanted:
            got = f"exit code {outcome.exit_code}"
            mismatches.append(Mismatch(expectations.file, 0, f"exit code {int(wanted)}", got))
    return mismatches

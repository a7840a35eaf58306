"""Agents for tests: a script that runs on a thread of its own, and its log as lines that a test can wait for."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from types import TracebackType

from imp_runtime.agent import Agent
from imp_runtime.config import AgentConfig, NetworkConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.stack import start_with_large_stack
from imp_runtime.status import ExitStatus
from squirrel.errors import CompileError, SquirrelError

PATIENCE = 10.0


class AgentRun:
    """Runs a script until it ends, or until the test does.

    Constants for the script are given by name; `agent` is the agent, `diagnoses` what it was told of open handles.
    """

    def __init__(
        self,
        source: str,
        network: NetworkConfig | None = None,
        trace: Callable[[str], None] | None = None,
        leaks: bool = False,
        **constants: object,
    ) -> None:
        self._output = _Lines()
        self.diagnoses: list[str] = []
        self._diagnosed = threading.Semaphore(0)
        config = AgentConfig(
            constants=constants,
            network=network or NetworkConfig(),
            trace_amqp=trace,
            script_name="agent.nut",
            leaks=leaks,
        )
        log = Log(self._output, LogFormat.PLAIN)
        self.agent = Agent(config, log, report=self._report, diagnose=self._diagnose)
        self._source = source
        self._done = threading.Event()
        self._status: ExitStatus | None = None
        self._failure: BaseException | None = None

    def __enter__(self) -> AgentRun:
        start_with_large_stack(self._run)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.agent.stop(ExitStatus.INTERRUPTED)
        assert self._done.wait(PATIENCE)
        if kind is None and self._failure is not None:
            raise self._failure

    def _report(self, error: CompileError | SquirrelError, text: str) -> None:
        if isinstance(error, CompileError):
            self._failure = AssertionError(f"{error.line}:{error.column}: {text}")

    def _diagnose(self, text: str) -> None:
        self.diagnoses.append(text)
        self._diagnosed.release()

    def _run(self) -> None:
        try:
            self._status = self.agent.run(self._source)
        except BaseException as error:
            self._failure = error
        finally:
            self._done.set()
            self._output.flush()

    @property
    def lines(self) -> list[str]:
        """The log so far."""
        return self._output.lines()

    def wait_line(self, line: str, times: int = 1) -> list[str]:
        """Wait until a line was logged so many times; returns the log."""
        self._output.wait(lambda lines: lines.count(line) >= times or self._done.is_set(), line)
        assert self.lines.count(line) >= times, f"the run ended without {line!r}; log: {self.lines}"
        return self.lines

    def wait_lines(self, count: int) -> list[str]:
        """Wait for so many lines."""
        self._output.wait(lambda lines: len(lines) >= count or self._done.is_set(), f"{count} lines")
        assert len(self.lines) >= count, f"the run ended with {self.lines}"
        return self.lines

    def end(self) -> list[str]:
        """Wait until the run has ended by itself, well, and return the log."""
        assert self._done.wait(PATIENCE), f"the run does not end; log: {self.lines}"
        if self._failure is not None:
            raise self._failure
        assert self._status is ExitStatus.OK, (self._status, self.lines)
        return self.lines

    def end_status(self) -> ExitStatus | None:
        """Wait until the run has ended, however it did."""
        assert self._done.wait(PATIENCE), f"the run does not end; log: {self.lines}"
        if self._failure is not None:
            raise self._failure
        return self._status

    def ask_for_handles(self) -> list[str]:
        """Ask for the open handles while the run goes on; returns the lines of the answer."""
        self.agent.show_handles()
        assert self._diagnosed.acquire(timeout=PATIENCE), f"no answer; log: {self.lines}"
        return self.diagnoses[-1].split("\n")

    def stop(self) -> list[str]:
        """Interrupt the run, wait for its end and return what was said of open handles."""
        self.agent.stop(ExitStatus.INTERRUPTED)
        self.end_status()
        return self.diagnoses

    def post(self, action: Callable[[], None]) -> None:
        """Run something on the agent's thread, as an event."""
        self.agent.scheduler.post(action)


class _Lines(io.BytesIO):
    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def flush(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def lines(self) -> list[str]:
        return self.getvalue().decode().splitlines()

    def wait(self, condition: Callable[[list[str]], bool], what: str) -> None:
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self.lines()), PATIENCE):
                raise AssertionError(f"waited for {what}; log: {self.lines()}")

"""An agent: a Squirrel machine, its event loop, its network, and how a run of it begins and ends."""

from __future__ import annotations

import functools
import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from imp_runtime import api
from imp_runtime.clock import Clock, RealClock
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogClosedError, shown_text
from imp_runtime.natives import host_text, invoke
from imp_runtime.redaction import hide_secrets
from imp_runtime.scheduler import Scheduler
from imp_runtime.stack import start_with_large_stack
from imp_runtime.status import ExitStatus
from squirrel.errors import CompileError, Interrupted, SquirrelError, TraceEntry
from squirrel.ops.text import to_text, type_name
from squirrel.values.function import Closure
from squirrel.vm import VM

if TYPE_CHECKING:
    from imp_runtime.net.loop import IoThread

# What the platform calls an agent's source in stack traces.
SOURCE_NAME: Final = "agent_code"

# Seconds that peers have to answer our closing frames at the end of a run.
GOODBYE_TIME: Final = 2.0
# Seconds after which a run that was told to stop and does not end is given up.
STOP_TIME: Final = GOODBYE_TIME + 2.0

# How many frames of a long stack are shown at each end: a runaway recursion has tens of thousands.
INNER_FRAMES: Final = 20
OUTER_FRAMES: Final = 10

Report = Callable[[CompileError | SquirrelError, str], None]
"""Told of the error that ends a run, and of its text; on the agent's thread. Must not keep the error."""


class Agent:
    """One agent. Made on any thread, run once by ``run`` (or ``run_on_thread``), which owns it from then on.

    API objects use ``machine``, ``scheduler``, ``io``, ``log``, ``clock`` and ``config``.
    """

    def __init__(
        self, config: AgentConfig, log: Log, *, clock: Clock | None = None, report: Report | None = None
    ) -> None:
        """``clock`` is real time by default."""
        self.config = config
        self.log = log
        self.clock: Clock = clock or RealClock()
        self.scheduler = Scheduler(self.clock)
        self._io: IoThread | None = None
        self.vm = VM(print_function=self._print, constants=dict(config.constants))
        self.machine = self.vm.machine
        self.machine.clock = self.clock.time
        # Compiled code keeps Python's global lock until somebody lets go of it.
        self.machine.pause = functools.partial(time.sleep, 0)
        # What ``imp.onunhandledexception`` registered.
        self.exception_handler: object = None
        self._report = report
        self._stop_lock = threading.Lock()
        self._stop_status: ExitStatus | None = None
        api.install(self)

    def _print(self, text: str) -> None:
        """``print``: a log entry; the line's end is the log's."""
        self.machine.spend(len(text))
        self.log.log(text.removesuffix("\n"))

    def stop(self, status: ExitStatus) -> None:
        """End the run at once with the given status; from any thread. The first call counts."""
        with self._stop_lock:
            if self._stop_status is None:
                self._stop_status = status
        self.vm.interrupt()
        self.scheduler.stop()

    @property
    def io(self) -> IoThread:
        """The I/O thread of the agent's network libraries; only on the agent's thread."""
        if self._io is None:
            # Imported late: asyncio takes longer to load than most scripts to run.
            from imp_runtime.net.loop import IoThread

            self._io = IoThread()
        return self._io

    @property
    def stop_status(self) -> ExitStatus | None:
        """What ``stop`` was called with first, or None."""
        return self._stop_status

    def run(self, source: str | bytes) -> ExitStatus:
        """Run a script, and its events until nothing is pending; close everything; return how it ended.

        Cyclic garbage collection is off meanwhile: it would close handles at a random time.
        """
        collecting = gc.isenabled()
        gc.disable()
        try:
            try:
                status = self._run(source)
            finally:
                self._end()
        finally:
            gc.unfreeze()
            if collecting:
                gc.enable()
        return status

    def _run(self, source: str | bytes) -> ExitStatus:
        try:
            try:
                self.vm.call(self._compile(source), self.machine.root)
                self.scheduler.run()
                return ExitStatus.OK
            except CompileError as error:
                if self._report is not None:
                    self._report(error, host_text(error.message))
                return ExitStatus.COMPILE_ERROR
            except SquirrelError as error:
                self._uncaught(error)
                handler, self.exception_handler = self.exception_handler, None
                summary = error_summary(self, error)
            if handler is not None:
                # Only now: the error's frames are gone, and with them the handles of their locals.
                self._call_exception_handler(handler, summary)
            return ExitStatus.RUNTIME_ERROR
        except Interrupted:
            return self._stop_status or ExitStatus.INTERRUPTED
        except LogClosedError:
            return ExitStatus.OUTPUT_CLOSED

    def _compile(self, source: str | bytes) -> Closure:
        closure = self.vm.compile(source, SOURCE_NAME)
        # ``collectgarbage`` looks at, and counts, what the script makes; not at the modules and the parser's tables.
        gc.freeze()
        return closure

    def _call_exception_handler(self, handler: object, summary: str) -> None:
        self._reset_depths()
        try:
            invoke(self.machine, handler, summary)
        except SquirrelError as error:
            self._uncaught(error)

    def _uncaught(self, error: SquirrelError) -> None:
        """Write an error's log entries (core sheet, section 6.5) and report it."""
        self._reset_depths()
        text = hide_secrets(error_text(self, error))
        self.log.error(text)
        for index, entry in enumerate(shortened(error.trace)):
            if isinstance(entry, int):
                self.log.error(f"  ... {entry} more frames ...")
            else:
                self.log.error(f"  {'from' if index else 'in'} {location(entry)}")
        if self._report is not None:
            self._report(error, shown_text(text))

    def _reset_depths(self) -> None:
        """Nothing of the script is running any more; an error leaves the counters where it was thrown."""
        self.machine.depth = 0
        self.machine.native_depth = 0
        self.machine.metamethod_depth = 0

    def _end(self) -> None:
        """Release every value of the script, so that handles close; then let the network say goodbye."""
        self.exception_handler = None
        self.scheduler.clear()
        self.machine.root.clear()
        self.machine.root.delegate = None
        self.machine.constants.clear()
        # Cycles keep their members until somebody collects them.
        gc.collect()
        self.close_connections(GOODBYE_TIME)

    def close_connections(self, patience: float) -> None:
        """Close every connection, as far as peers let it happen within so many seconds; from any thread."""
        if self._io is not None:
            self._io.stop(patience)


def error_text(agent: Agent, error: SquirrelError) -> str:
    """The thrown value as text, a Squirrel string; its ``_tostring`` may itself throw."""
    try:
        return to_text(agent.machine, error.value)
    except SquirrelError:
        return f"({type_name(error.value)})"


def error_summary(agent: Agent, error: SquirrelError) -> str:
    """What ``imp.onunhandledexception`` handlers get: ``message: in function file:line``."""
    text = error_text(agent, error)
    return f"{text}: in {location(error.trace[0])}" if error.trace else text


def shortened(trace: list[TraceEntry]) -> list[TraceEntry | int]:
    """A trace to be shown: of a very long one the two ends, and between them how many frames are left out."""
    if len(trace) <= INNER_FRAMES + OUTER_FRAMES:
        return list(trace)
    return [*trace[:INNER_FRAMES], len(trace) - INNER_FRAMES - OUTER_FRAMES, *trace[-OUTER_FRAMES:]]


def location(entry: TraceEntry) -> str:
    """A frame as log entries show it: ``main agent_code:3``."""
    return f"{entry.function} {entry.file}:{entry.line}"


def run_on_thread(agent: Agent, source: str | bytes, *, timeout: float | None = None) -> ExitStatus | None:
    """Run an agent on a thread with a large stack, and wait for it; the caller's thread takes the signals.

    A KeyboardInterrupt (Ctrl-C) ends the run; so does the time limit in seconds. A run that does not end even then,
    or a second Ctrl-C, is given up: None is returned, and the process should end without waiting for the thread.

    Raises:
        Exception: whatever an error in impsim itself raised on the thread.
    """
    outcome = _Outcome(agent, source)
    try:
        try:
            start_with_large_stack(outcome.run)
            if not outcome.done.wait(timeout):
                agent.stop(ExitStatus.TIMEOUT)
        except KeyboardInterrupt as interrupt:
            agent.stop(interrupt.status if isinstance(interrupt, Terminated) else ExitStatus.INTERRUPTED)
        outcome.done.wait(STOP_TIME)
    except KeyboardInterrupt:
        return None
    if outcome.failure is not None:
        raise outcome.failure
    return outcome.status


class Terminated(KeyboardInterrupt):
    """A signal told the process to end; ``status`` is how it then ends."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__()
        self.status = status


class _Outcome:
    """Carries the result of a run from the agent's thread to the one that waits."""

    def __init__(self, agent: Agent, source: str | bytes) -> None:
        self._agent = agent
        self._source = source
        self.done = threading.Event()
        self.status: ExitStatus | None = None
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self.status = self._agent.run(self._source)
        except Exception as error:
            self.failure = error
        finally:
            self.done.set()

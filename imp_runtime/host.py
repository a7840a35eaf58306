"""A host: a Squirrel machine with its event loop, its log and its network, and how a run of it begins and ends.

The agent is one, and so is its device.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from imp_runtime.collection import collection_off
from imp_runtime.config import SOURCE_NAME, AgentConfig
from imp_runtime.group import Group
from imp_runtime.log import LogClosedError, LogWriter, shown_text
from imp_runtime.memory import MemoryLimit
from imp_runtime.natives import host_text, invoke
from imp_runtime.restarts import Restarts
from imp_runtime.scheduler import Scheduler
from imp_runtime.status import ExitStatus
from squirrel.errors import CompileError, Interrupted, SquirrelError, TraceEntry
from squirrel.ops.text import to_text, type_name
from squirrel.values.base import Value
from squirrel.values.function import Closure, Code
from squirrel.vm import VM

if TYPE_CHECKING:
    from imp_runtime.handles import Handles
    from imp_runtime.net.loop import IoThread

# Seconds that peers have to answer our closing frames at the end of a run.
GOODBYE_TIME: Final = 2.0

# How many frames of a long stack are shown at each end: a runaway recursion has tens of thousands.
INNER_FRAMES: Final = 20
OUTER_FRAMES: Final = 10

Report = Callable[[CompileError | SquirrelError, str], None]
"""Told of the error that ends a run, and of its text; on the agent's thread. Must not keep the error."""


class Host:
    """Runs one script. Made on any thread, run once by ``run``, whose thread owns it from then on.

    API objects use ``machine``, ``scheduler``, ``io``, ``log``, ``clock`` and ``config``.
    """

    source_name: ClassVar[str] = SOURCE_NAME
    # What messages call it.
    who: ClassVar[str] = "the agent"
    # Whether this host's script is the one that ``collectgarbage`` is for, and its end a time to collect.
    collects: ClassVar[bool] = True

    def __init__(
        self,
        config: AgentConfig,
        log: LogWriter,
        group: Group,
        *,
        report: Report | None = None,
        diagnose: Callable[[str], None] | None = None,
        memory: MemoryLimit | None = None,
    ) -> None:
        """``diagnose`` is told, in plain words, what there is to say about a run but is not for its log.

        That is handles that only a cycle keeps open, for ``config.leaks`` all that are open, and what exceeded a limit;
        on the host's thread.
        """
        self.config = config
        self.log = log
        self.group = group
        self.clock = group.clock
        self.memory = memory
        self._report = report
        self.diagnose = diagnose
        self._stop_lock = threading.Lock()
        self._stop_status: ExitStatus | None = None
        self._restarts = Restarts() if config.restart else None
        self._told: set[str] = set()
        self._boot()

    def install(self) -> None:
        """Put the API's objects and constants into the root table."""
        raise NotImplementedError

    def _boot(self) -> None:
        """Make everything that does not survive ``restart``."""
        self._restart_delay: float | None = None
        self._memory_error = False
        self.scheduler = Scheduler(self.clock, self.group)
        self._io: IoThread | None = None
        self.vm = VM(print_function=self._print, constants=dict(self.config.constants))
        self.machine = self.vm.machine
        self.machine.clock = self.clock.time
        # Compiled code keeps Python's global lock until somebody lets go of it.
        self.machine.pause = self._pause
        # What ``imp.onunhandledexception`` registered.
        self.exception_handler: object = None
        # What ``server.onshutdown`` registered.
        self.shutdown_handler: object = None
        self._closure: Closure | None = None
        self._program: Code | None = None
        self._handles: Handles | None = None
        self.install()

    def _print(self, text: str) -> None:
        """``print``: a log entry; the line's end is the log's."""
        self.machine.spend(len(text))
        self.log.log(text.removesuffix("\n"))

    def _pause(self) -> None:
        """A busy script lets others have a turn."""
        self.scheduler.before_waiting()
        time.sleep(0)
        self.scheduler.run_interjections()
        self.scheduler.breathe()
        if self.memory is not None and (self._memory_error or self.memory.exceeded()):
            self._out_of_memory(self.memory)

    def _out_of_memory(self, limit: MemoryLimit) -> NoReturn:
        """An error at first, which has a stack. A script that catches it gets no further than its next loop round."""
        if self._memory_error:
            raise Interrupted
        self._memory_error = True
        raise SquirrelError(limit.text)

    @property
    def out_of_memory(self) -> bool:
        """Whether the script was ended because it took too much memory."""
        return self._memory_error

    def tell_once(self, text: str) -> None:
        """Say something that is not for the log, the first time that it is said; on the host's thread."""
        if text not in self._told and self.diagnose is not None:
            self._told.add(text)
            self.diagnose(text)

    def stop(self, status: ExitStatus) -> None:
        """End the run at once with the given status; from any thread. The first call counts."""
        with self._stop_lock:
            if self._stop_status is None:
                self._stop_status = status
        self.vm.interrupt()
        self.scheduler.stop()

    def restart(self, delay: float = 0.0) -> NoReturn:
        """End the script, and in ``delay`` s run it again from the start; only from the host's thread."""
        self._restart_delay = delay
        raise Interrupted

    @property
    def io(self) -> IoThread:
        """The I/O thread of the agent's network libraries; only on the agent's thread."""
        if self._io is None:
            # Imported late: asyncio takes longer to load than most scripts to run.
            from imp_runtime.net.loop import IoThread

            self._io = IoThread()
            self.scheduler.before_waiting = self._io.flush
        return self._io

    @property
    def handles(self) -> Handles:
        """The open handles of the script; only on the agent's thread."""
        if self._handles is None:
            # Imported late: most scripts open none.
            from imp_runtime.handles import Handles

            self._handles = Handles(self.machine, self._program, self.config.script_name)
            self._handles.add_roots(self._roots)
        return self._handles

    def _roots(self) -> list[tuple[str, Value]]:
        """What of the script's is alive whether or not the script refers to it."""
        from imp_runtime.handles.references import values_in

        return [(label, value) for label, task in self._tasks() for value in values_in(task)]

    def _tasks(self) -> list[tuple[str, object]]:
        """What waits to be called, with a label for each."""
        return [
            *self.scheduler.tasks(),
            ("handler of imp.onunhandledexception", self.exception_handler),
            ("handler of server.onshutdown", self.shutdown_handler),
        ]

    def show_handles(self) -> None:
        """Tell ``diagnose`` which handles are open and what holds them; soon, and from any thread."""
        self.scheduler.interject(self._show_handles)

    def _show_handles(self) -> None:
        if self.diagnose is not None:
            self.diagnose("\n".join(self.handles.held()))

    def _report_handles(self) -> None:
        """At the end of a run: handles that only a cycle has kept open, or with ``leaks`` all that are open."""
        if self.config.leaks:
            self._show_handles()
        elif self.diagnose is not None and self._handles is not None:
            for line in self._handles.kept_by_cycles():
                self.diagnose(line)

    @property
    def stop_status(self) -> ExitStatus | None:
        """What ``stop`` was called with first, or None."""
        return self._stop_status

    def run(self, source: str | bytes) -> ExitStatus:
        """Run a script, and its events until nothing is pending; close everything; return how it ended.

        Cyclic garbage collection is off meanwhile: it would close handles at a random time.
        """
        with collection_off:
            while True:
                began = self.clock.monotonic()
                try:
                    status = self._run(source)
                    self._report_handles()
                except BaseException:
                    self._end()
                    raise
                # Between two lives there is no loop of this host that the others would wait for.
                with self.group.kept():
                    self._end()
                    delay = self._delay(status, began)
                    if delay is None:
                        return status
                    self._start_afresh()
                # ``stop`` may have met the old machine.
                if self._stop_status is not None:
                    return self._stop_status
                try:
                    self.scheduler.sleep(delay)
                except Interrupted:
                    self._end()
                    return self.stop_status or status

    def _start_afresh(self) -> None:
        if self.collects:
            # The old machine is out of sight of the collector until it is unfrozen.
            gc.unfreeze()
        self._boot()
        if self.collects:
            gc.collect()

    def _delay(self, status: ExitStatus, began: float) -> float | None:
        """The seconds before the script is run again after it ended so; None when it is not."""
        if self._restart_delay is not None:
            return self._restart_delay
        if status is not ExitStatus.RUNTIME_ERROR or self._restarts is None or self._memory_error:
            return None
        delay = self._restarts.next_delay(self.clock.monotonic() - began)
        if self.diagnose is not None:
            if delay is None:
                self.diagnose(f"{self.who} has failed {self._restarts.count + 1} times in a row: given up")
            else:
                self.diagnose(f"{self.who} failed, and is restarted in {delay:g} s (--restart)")
        return delay

    def _run(self, source: str | bytes) -> ExitStatus:
        try:
            try:
                self.prepare(source)
                self.scheduler.begin()
                closure, self._closure = self._closure, None
                self.vm.call(closure, self.machine.root)
                # Not kept: it may be all that holds a handle.
                del closure
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
            if self._memory_error and self._stop_status is None and self._restart_delay is None:
                return self._out_of_memory_caught()
            return self._stop_status or ExitStatus.INTERRUPTED
        except MemoryError:
            self._memory_error = True
            return self._out_of_memory_caught()
        except LogClosedError:
            return ExitStatus.OUTPUT_CLOSED

    def _out_of_memory_caught(self) -> ExitStatus:
        """The end of a script that did not end at the error."""
        self.machine.reset()
        text = "out of memory" if self.memory is None else self.memory.text
        self.log.error(text)
        if self.diagnose is not None:
            self.diagnose(text)
        return ExitStatus.RUNTIME_ERROR

    def prepare(self, source: str | bytes) -> None:
        """Compile the script before ``run`` does it.

        Raises:
            CompileError: it is not a Squirrel program.
        """
        if self._closure is not None:
            return
        encoded = source if isinstance(source, bytes) else source.encode("utf-8", "surrogateescape")
        if b"__EI" in encoded or b"__VARS" in encoded:
            from imp_runtime.api.deployment import deployment_enums

            enums = deployment_enums(encoded, self.clock.time(), self.config.constants)
            for name, enum in enums.items():
                self.machine.constants.setdefault(name, enum)
        cache = self.config.program_cache
        if cache is None:
            self._closure = self.vm.compile(encoded, self.source_name)
        else:
            self._closure = self.vm.compile_tree(cache.parse(encoded, self.source_name))
        self._program = self._closure.code
        if self.collects:
            # ``collectgarbage`` looks at what the script makes; not at the modules and the parser's tables.
            gc.freeze()

    def _call_exception_handler(self, handler: object, summary: str) -> None:
        self.machine.reset()
        try:
            invoke(self.machine, handler, summary)
        except SquirrelError as error:
            self._uncaught(error)

    def _uncaught(self, error: SquirrelError) -> None:
        """Write an error's log entries (core sheet, section 6.5) and report it."""
        self.machine.reset()
        # Imported late: most scripts run without an error.
        from imp_runtime.redaction import hide_secrets

        text = hide_secrets(error_text(self, error))
        self.log.error(text)
        for index, entry in enumerate(shortened(error.trace)):
            if isinstance(entry, int):
                self.log.error(f"  ... {entry} more frames ...")
            else:
                self.log.error(f"  {'from' if index else 'in'} {location(entry)}")
        if self._report is not None:
            self._report(error, shown_text(text))

    def _end(self) -> None:
        """Release every value of the script, so that handles close; then let the network say goodbye."""
        self.exception_handler = None
        self.shutdown_handler = None
        self._closure = None
        self._handles = None
        self.scheduler.clear()
        self.machine.root.clear()
        self.machine.root.delegate = None
        self.machine.constants.clear()
        if self.collects:
            # Cycles keep their members until somebody collects them.
            gc.collect()
        self.close_connections(GOODBYE_TIME)

    def close_connections(self, patience: float) -> None:
        """Close every connection, as far as peers let it happen within so many seconds; from any thread."""
        if self._io is not None:
            self._io.stop(patience)


def error_text(host: Host, error: SquirrelError) -> str:
    """The thrown value as text, a Squirrel string; its ``_tostring`` may itself throw."""
    try:
        return to_text(host.machine, error.value)
    except SquirrelError:
        return f"({type_name(error.value)})"


def error_summary(host: Host, error: SquirrelError) -> str:
    """What ``imp.onunhandledexception`` handlers get: ``message: in function file:line``."""
    text = error_text(host, error)
    return f"{text}: in {location(error.trace[0])}" if error.trace else text


def shortened(trace: list[TraceEntry]) -> list[TraceEntry | int]:
    """A trace to be shown: of a very long one the two ends, and between them how many frames are left out."""
    if len(trace) <= INNER_FRAMES + OUTER_FRAMES:
        return list(trace)
    return [*trace[:INNER_FRAMES], len(trace) - INNER_FRAMES - OUTER_FRAMES, *trace[-OUTER_FRAMES:]]


def location(entry: TraceEntry) -> str:
    """A frame as log entries show it: ``main agent_code:3``."""
    return f"{entry.function} {entry.file}:{entry.line}"



"""An agent, with its device if it has one: how a run of them begins and ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from imp_runtime import api
from imp_runtime.clock import Clock, RealClock
from imp_runtime.config import AgentConfig
from imp_runtime.device.link import AGENT, DeviceLink
from imp_runtime.group import Group
from imp_runtime.host import GOODBYE_TIME, Host, Report, shortened
from imp_runtime.log import Log
from imp_runtime.memory import MemoryLimit
from imp_runtime.natives import invoke
from imp_runtime.stack import start_with_large_stack
from imp_runtime.status import ExitStatus

__all__ = ["Agent", "Report", "Terminated", "run_on_thread", "shortened"]

# Seconds after which a run that was told to stop and does not end is given up.
STOP_TIME = GOODBYE_TIME + 2.0

# Seconds that a signal may go unseen.
_LONGEST_SLEEP = 0.1

_SHUTDOWN_OTHER = 3


class Agent(Host):
    """One agent. Made on any thread, run once by ``run`` (or ``run_on_thread``), which owns it from then on."""

    def __init__(
        self,
        config: AgentConfig,
        log: Log,
        *,
        clock: Clock | None = None,
        report: Report | None = None,
        device_report: Report | None = None,
        diagnose: Callable[[str], None] | None = None,
    ) -> None:
        """``clock`` is real time by default; ``report`` gets the agent's error, ``device_report`` its device's."""
        group = Group(clock or RealClock())
        # What the agent sees of its device; it is there even where there is none.
        self.link = DeviceLink(group)
        self._may_migrate = config.restart_after is not None
        memory = None if config.max_memory is None else MemoryLimit(config.max_memory)
        super().__init__(config, log, group, report=report, diagnose=diagnose, memory=memory)
        self._partner: Partner | None = None
        if config.device is not None:
            # Imported late: most runs have no device.
            from imp_runtime.device.partner import Partner

            self._partner = Partner(self, config.device, log, device_report)

    def install(self) -> None:
        """The API of agents."""
        self.link.start_end(AGENT, self)
        api.install(self)

    def _boot(self) -> None:
        super()._boot()
        if self._may_migrate and self.config.restart_after is not None:
            self.scheduler.start_timer(self.config.restart_after, self._migrate)

    def _migrate(self) -> None:
        """What moving an agent to another server of the platform does to it (core sheet, section 6.1)."""
        self._may_migrate = False
        handler, self.shutdown_handler = self.shutdown_handler, None
        if handler is not None:
            invoke(self.machine, handler, _SHUTDOWN_OTHER)
        self.restart()

    def stop(self, status: ExitStatus) -> None:
        """End the run at once with the given status; from any thread. The first call counts."""
        super().stop(status)
        if self._partner is not None:
            self._partner.stop(status)

    def run(self, source: str | bytes) -> ExitStatus:
        """Run a script and the device's, and their events until nothing is pending; return how it ended."""
        partner = self._partner
        if partner is None:
            return super().run(source)
        if not partner.prepare():
            self._end()
            return ExitStatus.COMPILE_ERROR
        # The agent comes first: the device begins when the agent waits, or has been busy for a while.
        self.scheduler.interject(partner.start)
        try:
            status = super().run(source)
        finally:
            partner.stop(ExitStatus.OK)
            partner.wait(STOP_TIME)
        return partner.failure_status if status is ExitStatus.OK else status

    def limit_time(self, seconds: float) -> None:
        """Stop when the clock has gone on by so much, if it is one that jumps; others are waited for."""
        self.group.deadline = self.clock.monotonic() + seconds
        self.group.at_deadline = lambda: self.stop(ExitStatus.TIMEOUT)

    def _tasks(self) -> list[tuple[str, object]]:
        return [*super()._tasks(), *self.link.handlers(AGENT)]

    def _end(self) -> None:
        self.link.end(AGENT)
        super()._end()


def run_on_thread(agent: Agent, source: str | bytes, *, timeout: float | None = None) -> ExitStatus | None:
    """Run an agent on a thread with a large stack, and wait for it; the caller's thread takes the signals.

    A KeyboardInterrupt (Ctrl-C) ends the run; so does the time limit in seconds. A run that does not end even then,
    or a second Ctrl-C, is given up: None is returned, and the process should end without waiting for the thread.

    Raises:
        Exception: whatever an error in impsim itself raised on the thread.
    """
    outcome = _Outcome(agent, source)
    if timeout is not None:
        agent.limit_time(timeout)
    try:
        try:
            start_with_large_stack(outcome.run)
            if not wait_awake(outcome.done, timeout):
                agent.stop(ExitStatus.TIMEOUT)
        except KeyboardInterrupt as interrupt:
            agent.stop(interrupt.status if isinstance(interrupt, Terminated) else ExitStatus.INTERRUPTED)
        wait_awake(outcome.done, STOP_TIME)
    except KeyboardInterrupt:
        return None
    if outcome.failure is not None:
        raise outcome.failure
    return outcome.status


def wait_awake(done: threading.Event, seconds: float | None) -> bool:
    """Wait on the main thread, for so many seconds at the most, and handle the signals that come meanwhile.

    It wakes up now and then. A signal does not end a wait that is just about to begin, nor one that the system gives to
    another thread: Python would handle it only when the next one comes.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        left = _LONGEST_SLEEP if deadline is None else min(deadline - time.monotonic(), _LONGEST_SLEEP)
        if left <= 0:
            return done.is_set()
        if done.wait(left):
            return True


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

"""The event loop of an agent: an inbox, a timer heap, and the count of what is still pending.

One thread runs the loop and everything the script does; other threads only ``post``. Events run in the order of their
arrival, timers by the time they are due and then by creation; an event and a timer compare by arrival and due time
(core sheet, section 6.2). Nothing runs inside anything else.
"""

from __future__ import annotations

import heapq
import threading
from collections import deque
from collections.abc import Callable

from imp_runtime.clock import Clock
from squirrel.errors import Interrupted

Task = Callable[[], None]


class Timer:
    """An armed timer. It holds its task until it has run or was cancelled."""

    def __init__(self, due: float, number: int, task: Task) -> None:
        self.due = due
        self.number = number
        self.task: Task | None = task

    @property
    def active(self) -> bool:
        """True until the timer fires or is cancelled."""
        return self.task is not None

    def __lt__(self, other: Timer) -> bool:
        return (self.due, self.number) < (other.due, other.number)


class Scheduler:
    """Runs events and timers to completion, one after the other, until nothing is pending or somebody stops it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._changed = threading.Condition()
        self._inbox: deque[tuple[float, Task]] = deque()
        self._timers: list[Timer] = []
        self._active_timers = 0
        self._created = 0
        self._holds = 0
        self._stopped = False

    def post(self, task: Task) -> None:
        """Add an event to the inbox; from any thread. After ``stop`` it is dropped."""
        with self._changed:
            if not self._stopped:
                self._inbox.append((self.clock.monotonic(), task))
                self._changed.notify_all()

    def hold(self) -> None:
        """Count something as pending (an open handle, an operation in flight): the run does not end before it does.

        From any thread; each call is paired with one of ``release``.
        """
        with self._changed:
            self._holds += 1

    def release(self) -> None:
        """Take back one ``hold``; from any thread. What the end of the operation posts is posted first."""
        with self._changed:
            assert self._holds > 0, "release without hold"
            self._holds -= 1
            self._changed.notify_all()

    @property
    def pending(self) -> bool:
        """Whether anything can still happen: an event, an armed timer, a hold."""
        with self._changed:
            return bool(self._inbox) or self._active_timers > 0 or self._holds > 0

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopped

    def start_timer(self, delay: float, task: Task) -> Timer:
        """Run ``task`` in ``delay`` seconds. Only from the agent's thread, as everything about timers."""
        self._created += 1
        timer = Timer(self.clock.monotonic() + delay, self._created, task)
        heapq.heappush(self._timers, timer)
        self._active_timers += 1
        return timer

    def cancel_timer(self, timer: Timer) -> None:
        """Disarm a timer and let go of its task; nothing happens when it is not armed any more."""
        if timer.task is None:
            return
        timer.task = None
        self._active_timers -= 1
        # Cancelled timers stay in the heap until they are due; many of them are cleared out at once.
        if len(self._timers) > 64 and self._active_timers < len(self._timers) // 2:
            self._timers = [timer for timer in self._timers if timer.active]
            heapq.heapify(self._timers)

    def stop(self) -> None:
        """End the loop and every wait in it; from any thread. Events that come later are dropped."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def run(self) -> None:
        """Run events and timers until nothing is pending.

        Raises:
            Interrupted: ``stop`` was called.
        """
        while True:
            task = self._next()
            if task is None:
                return
            task()
            # Not kept while waiting: it may be all that holds a handle.
            del task

    def _next(self) -> Task | None:
        """Wait for the next event or timer and take it out; None when nothing is pending."""
        with self._changed:
            while True:
                if self._stopped:
                    raise Interrupted
                while self._timers and not self._timers[0].active:
                    heapq.heappop(self._timers)
                due = self._timers[0].due if self._timers else None
                if self._inbox and (due is None or self._inbox[0][0] <= due):
                    return self._inbox.popleft()[1]
                if due is not None and due <= self.clock.monotonic():
                    timer = heapq.heappop(self._timers)
                    task, timer.task = timer.task, None
                    self._active_timers -= 1
                    return task
                if self._inbox:
                    return self._inbox.popleft()[1]
                if due is None and self._holds == 0:
                    return None
                self.clock.wait(self._changed, due, self._holds > 0)

    def sleep(self, seconds: float) -> None:
        """Block the agent: no event, no timer runs (``imp.sleep``).

        Raises:
            Interrupted: ``stop`` was called.
        """
        self.wait_for(lambda: False, seconds)

    def wait_for(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Block the agent until ``condition()`` is true or the time is up; return its last value.

        The condition is looked at whenever another thread posts, releases or calls ``wake``.

        Raises:
            Interrupted: ``stop`` was called.
        """
        due = None if seconds is None else self.clock.monotonic() + seconds
        with self._changed:
            while True:
                if self._stopped:
                    raise Interrupted
                if condition():
                    return True
                if due is not None and self.clock.monotonic() >= due:
                    return False
                self.clock.wait(self._changed, due, self._holds > 0)

    def wake(self) -> None:
        """Make ``wait_for`` look again; from any thread."""
        with self._changed:
            self._changed.notify_all()

    def clear(self) -> None:
        """Drop all events and timers: the end of the agent. Only from its thread.

        What they held is released here, and may itself post or release.
        """
        with self._changed:
            self._stopped = True
            events, self._inbox = self._inbox, deque()
        timers, self._timers = self._timers, []
        self._active_timers = 0
        for timer in timers:
            timer.task = None
        del events, timers

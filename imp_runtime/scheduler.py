"""The event loop of an agent: an inbox, a timer heap, and the count of what is still pending.

One thread runs the loop and everything the script does; other threads only ``post``. Events run in the order of their
arrival, timers by the time they are due and then by creation; an event and a timer compare by arrival and due time
(core sheet, section 6.2). Nothing runs inside anything else.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Sequence

from imp_runtime.clock import Clock
from imp_runtime.group import Group
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

    def __init__(self, clock: Clock, group: Group | None = None) -> None:
        """``group`` has the loops that this one ends together with; by default it is alone."""
        self.clock = clock
        self._group = group or Group(clock)
        self._member = self._group.join()
        # Called before each wait, from the agent's thread: what others still have to be told is told now.
        self.before_waiting: Task = _nothing
        # Everything below is used with this held, from whatever thread.
        self._changed = self._group.lock
        self._inbox: deque[tuple[float, Task]] = deque()
        self._timers: list[Timer] = []
        self._active_timers = 0
        self._created = 0
        self._open = 0
        self._interjections: deque[Task] = deque()
        self._stopped = False

    def post(self, task: Task) -> None:
        """Add an event to the inbox; from any thread. After ``stop`` it is dropped."""
        with self._changed:
            if not self._stopped:
                now = self.clock.monotonic()
                self._inbox.append((now, task))
                self._member.notify(now)

    def post_all(self, tasks: Sequence[Task]) -> None:
        """Add several events, as ``post`` does one; they arrive at the same time, in the order given."""
        with self._changed:
            if not self._stopped:
                now = self.clock.monotonic()
                self._inbox.extend([(now, task) for task in tasks])
                self._member.notify(now)

    def interject(self, task: Task) -> None:
        """Run a task of the host's as soon as the agent's thread comes by, be it in the middle of ``sleep``.

        From any thread. The task runs no script, and after ``stop`` perhaps not at all.
        """
        with self._changed:
            self._interjections.append(task)
            self._member.notify()

    def run_interjections(self) -> None:
        """Run what ``interject`` was given; from the agent's thread, by whoever keeps it busy."""
        while self._interjections:
            self._interjections.popleft()()

    def hold(self) -> None:
        """Count an operation in flight: until it has ended the run does not, and a virtual clock goes on in real time.

        From any thread; each call is paired with one of ``release``.
        """
        with self._changed:
            self._member.flights += 1

    def release(self) -> None:
        """Take back one ``hold``; from any thread. What the end of the operation posts is posted first."""
        with self._changed:
            assert self._member.flights > 0, "release without hold"
            self._member.flights -= 1
            self._member.notify()

    def keep_open(self) -> None:
        """Count an open handle that waits for others, such as an idle connection or a listener.

        It keeps the run alive, as ``hold`` does, but a virtual clock may jump. From any thread; each call is paired
        with one of ``let_close``.
        """
        with self._changed:
            self._open += 1

    def let_close(self) -> None:
        """Take back one ``keep_open``; from any thread."""
        with self._changed:
            assert self._open > 0, "let_close without keep_open"
            self._open -= 1
            self._member.notify()

    @property
    def pending(self) -> bool:
        """Whether anything can still happen: an event, an armed timer, an operation in flight, an open handle."""
        with self._changed:
            return bool(self._inbox) or self._active_timers > 0 or self._member.flights > 0 or self._open > 0

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
            self._member.notify()

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
                if self._interjections:
                    return self._interjections.popleft()
                while self._timers and not self._timers[0].active:
                    heapq.heappop(self._timers)
                due = self._timers[0].due if self._timers else None
                arrived = self._inbox[0][0] if self._inbox else None
                if arrived is not None and (due is None or arrived <= due):
                    if self._has_turn(arrived):
                        return self._inbox.popleft()[1]
                elif due is not None and due <= self.clock.monotonic():
                    if self._has_turn(due):
                        timer = heapq.heappop(self._timers)
                        task, timer.task = timer.task, None
                        self._active_timers -= 1
                        return task
                elif arrived is not None:
                    if self._has_turn(arrived):
                        return self._inbox.popleft()[1]
                else:
                    self.before_waiting()
                    idle = due is None and self._member.flights == 0 and self._open == 0
                    if self._group.wait(self._member, due, idle=idle):
                        return None

    def _has_turn(self, came: float) -> bool:
        """Whether what came at that time may run now; if not, it has waited for a while."""
        return not self._group.shared or self._group.take_turn(self._member, came)

    def begin(self) -> None:
        """Wait for the turn to run a script from its start.

        Raises:
            Interrupted: ``stop`` was called.
        """
        with self._changed:
            self._await_turn(self.clock.monotonic())

    def breathe(self) -> None:
        """Give way to the other loops of the group if they have waited for long; by a busy script, now and then."""
        if self._group.shared:
            with self._changed:
                if not self._group.breathe(self._member):
                    self._await_turn(self.clock.monotonic())

    def _await_turn(self, came: float) -> None:
        """Wait for the turn to go on with what could go on at that time."""
        while not self._has_turn(came):
            if self._stopped:
                raise Interrupted

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
        self.before_waiting()
        while True:
            with self._changed:
                while not self._interjections:
                    if self._stopped:
                        raise Interrupted
                    now = self.clock.monotonic()
                    if condition():
                        self._await_turn(now)
                        return True
                    if due is not None and now >= due:
                        self._await_turn(due)
                        return False
                    self._group.wait(self._member, due, blocked=True)
            # Without the lock: others must be able to post meanwhile.
            self.run_interjections()

    def tasks(self) -> list[tuple[str, Task]]:
        """What waits to be run, and whether it is a ``timer`` or an ``event``; only from the agent's thread."""
        with self._changed:
            events = [("event", task) for _, task in self._inbox]
        return events + [("timer", timer.task) for timer in self._timers if timer.task is not None]

    def wake(self) -> None:
        """Make ``wait_for`` look again; from any thread."""
        with self._changed:
            self._member.notify()

    def clear(self) -> None:
        """Drop all events and timers: the end of the agent. Only from its thread.

        What they held is released here, and may itself post or release.
        """
        with self._changed:
            self._stopped = True
            self._group.leave(self._member)
            events, self._inbox = self._inbox, deque()
        timers, self._timers = self._timers, []
        self._active_timers = 0
        for timer in timers:
            timer.task = None
        del events, timers


def _nothing() -> None:
    """There is nobody to be told."""

"""The event loops of one run, the agent's and its device's: they share a lock and a clock, take turns, end together.

Only one of them runs script code at a time, and what came first is run first, whichever side it is for: what the two
sides do has one order, that of the moments when it came. A script that is busy for long gives way now and then.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from imp_runtime.clock import Clock

# Seconds of the longest single wait; the operating system refuses waits of centuries.
_LONGEST_WAIT: Final = 3600.0
# Seconds that a busy script may keep others waiting.
_LONGEST_TURN: Final = 0.01


class Member:
    """One event loop's place in the group. All of it is used with the group's lock held."""

    def __init__(self, changed: threading.Condition) -> None:
        self.changed = changed
        # How many operations are in flight: something outside may post to this loop at any moment.
        self.flights = 0
        self.waiting = False
        self.due: float | None = None
        # Waits, and there is nothing that it waits for.
        self.idle = False
        # It could run something that came at this time, and has not had its turn yet.
        self.wants: float | None = None
        # In the middle of a task: what comes has to wait.
        self.blocked = False

    def notify(self, arrived: float | None = None) -> None:
        """There is something new for this loop: an event that ``arrived`` at that time, or something else."""
        if arrived is not None and self.wants is None and self.waiting and not self.blocked:
            self.wants = arrived
        self.waiting = False
        self.changed.notify_all()


class Group:
    """Lets loops wait, and finds out when all of them do: then time may jump, or the run is over.

    ``lock`` is the one lock of all loops; it is re-entrant, for the last reference to a handle can go anywhere.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        # A moment of the clock that no jump passes, and what is called there.
        self.deadline: float | None = None
        self.at_deadline: Callable[[], None] | None = None
        self._members: list[Member] = []
        self._keepers = 0
        self._over = False
        # Whether there ever was more than one loop.
        self.shared = False
        self._turn: Member | None = None
        self._turn_began = 0.0

    def join(self) -> Member:
        """A place for one more loop; pair with ``leave``."""
        with self.lock:
            member = Member(threading.Condition(self.lock))
            self._members.append(member)
            self.shared = self.shared or len(self._members) > 1
            return member

    def leave(self, member: Member) -> None:
        """A loop has ended; the others need not wait for it."""
        with self.lock:
            if member in self._members:
                self._members.remove(member)
                self._give_up_turn(member)
                self._look_again()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Inside the ``with`` block the run does not end, and its clock does not jump; on any thread."""
        with self.lock:
            self._keepers += 1
        try:
            yield
        finally:
            with self.lock:
                self._keepers -= 1
                self._look_again()

    def wait(self, member: Member, due: float | None, *, idle: bool = False, blocked: bool = False) -> bool:
        """Wait, the lock held, until the member is notified or the time ``due`` has come (None: never).

        May return early. True when nothing can happen any more: all are ``idle``. ``blocked`` is a member in the middle
        of a task, which goes on with ``take_turn``.
        """
        if self.shared:
            self._give_up_turn(member)
        member.waiting, member.due, member.idle, member.blocked, member.wants = True, due, idle, blocked, None
        try:
            if self._keepers == 0 and all(other.waiting for other in self._members):
                if all(other.idle for other in self._members):
                    self._over = True
                    self._look_again()
                    return True
                if self._jump():
                    return False
            seconds = _LONGEST_WAIT if due is None else max(0.0, min(due - self.clock.monotonic(), _LONGEST_WAIT))
            member.changed.wait(seconds)
            return self._over
        finally:
            member.waiting = False

    def take_turn(self, member: Member, came: float) -> bool:
        """Whether the member may now run what came at that time; if not, wait a while, the lock held."""
        if self._is_first(member, came):
            self._turn, member.wants = member, None
            self._turn_began = self.clock.monotonic()
            return True
        self._give_up_turn(member)
        member.wants = came
        member.changed.wait(_LONGEST_WAIT)
        return False

    def breathe(self, member: Member) -> bool:
        """Whether a busy member may go on; if not, others have been waiting for long, and it has to take its turn."""
        now = self.clock.monotonic()
        if self._turn is not member or now - self._turn_began < _LONGEST_TURN:
            return True
        self._turn_began = now
        return not any(_next_of(other, now) is not None for other in self._members if other is not member)

    def _is_first(self, member: Member, came: float) -> bool:
        if self._turn is not None and self._turn is not member:
            return False
        for other in self._members:
            if other is not member:
                theirs = _next_of(other, came)
                if theirs is not None and theirs < came:
                    return False
        return True

    def _give_up_turn(self, member: Member) -> None:
        """Let others have it. Also of a member that has none: others may have waited for what it was about to do."""
        if self._turn is member:
            self._turn = None
        if self._turn is None:
            for other in self._members:
                if other is not member and other.wants is not None:
                    other.changed.notify_all()

    def _look_again(self) -> None:
        """Have every loop that waits find out anew what it waits for."""
        for member in self._members:
            if member.waiting:
                member.notify()

    def _jump(self) -> bool:
        """Go to the time of what is due first, if nothing is in flight and the clock can."""
        dues = [member.due for member in self._members if member.due is not None]
        if not dues or any(member.flights for member in self._members):
            return False
        first = min(dues)
        if self.deadline is not None and self.deadline <= first:
            if self.clock.jump(self.deadline) and self.at_deadline is not None:
                self.at_deadline()
                return True
            return False
        if not self.clock.jump(first):
            return False
        for member in self._members:
            if member.due is not None and member.due <= first:
                member.wants = member.due
        self._look_again()
        return True


def _next_of(member: Member, now: float) -> float | None:
    """The time of what a member can run by ``now``; None when there is nothing."""
    if member.wants is not None:
        return member.wants
    if member.waiting and member.due is not None and member.due <= now:
        return member.due
    return None

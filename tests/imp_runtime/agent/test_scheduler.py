"""The event loop on a clock that the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from imp_runtime.clock import RealClock
from imp_runtime.scheduler import Scheduler
from squirrel.errors import Interrupted


class JumpingClock:
    """Time stands still but for waits, which take no time."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def jump(self, moment: float) -> bool:
        self.now = max(self.now, moment)
        return True


@pytest.fixture
def clock() -> JumpingClock:
    return JumpingClock()


@pytest.fixture
def scheduler(clock: JumpingClock) -> Scheduler:
    return Scheduler(clock)


def test_ends_when_nothing_is_pending(scheduler: Scheduler) -> None:
    scheduler.run()
    assert not scheduler.pending


def test_timers_by_due_time_then_creation_and_events_by_arrival(scheduler: Scheduler, clock: JumpingClock) -> None:
    order: list[str] = []

    def note(name: str) -> Callable[[], None]:
        return lambda: order.append(name)

    scheduler.start_timer(2, note("late"))
    scheduler.start_timer(1, note("early"))
    scheduler.start_timer(1, note("early, second"))
    scheduler.start_timer(0, note("at once, after what was posted before"))
    scheduler.post(note("first event"))
    scheduler.post(lambda: scheduler.post(note("third event")))
    scheduler.post(note("second event"))
    scheduler.run()
    assert order == [
        "first event",
        "second event",
        "third event",
        "at once, after what was posted before",
        "early",
        "early, second",
        "late",
    ]
    assert clock.now == 1002


def test_a_busy_inbox_does_not_starve_timers(scheduler: Scheduler, clock: JumpingClock) -> None:
    fired: list[float] = []
    scheduler.start_timer(5, lambda: fired.append(clock.now))

    def busy() -> None:
        clock.now += 1
        if not fired:
            scheduler.post(busy)

    scheduler.post(busy)
    scheduler.run()
    assert fired and fired[0] <= 1006


def test_cancelled_timers_never_run_and_keep_nothing(scheduler: Scheduler, clock: JumpingClock) -> None:
    dropped: list[str] = []

    class Task:
        def __call__(self) -> None:
            dropped.append("ran")

        def __del__(self) -> None:
            dropped.append("dropped")

    timer = scheduler.start_timer(60, Task())
    scheduler.cancel_timer(timer)
    assert dropped == ["dropped"]
    scheduler.cancel_timer(timer)
    scheduler.run()
    assert dropped == ["dropped"]
    assert clock.now == 1000


def test_many_cancelled_timers_are_forgotten(scheduler: Scheduler) -> None:
    kept = scheduler.start_timer(1, lambda: None)
    for _ in range(10_000):
        scheduler.cancel_timer(scheduler.start_timer(3600, lambda: None))
    assert len(scheduler._timers) < 200
    assert kept.active


def test_a_fired_timer_lets_go_of_its_task(scheduler: Scheduler) -> None:
    timer = scheduler.start_timer(0, lambda: None)
    assert timer.active
    scheduler.run()
    assert not timer.active


def test_a_hold_keeps_the_run_alive_until_released(scheduler: Scheduler) -> None:
    got: list[str] = []
    scheduler.hold()

    def elsewhere() -> None:
        scheduler.post(lambda: got.append("event"))
        scheduler.release()

    thread = threading.Thread(target=elsewhere)
    scheduler.post(thread.start)
    scheduler.run()
    thread.join(10)
    assert got == ["event"]


def test_stop_wakes_the_loop() -> None:
    scheduler = Scheduler(RealClock())
    scheduler.hold()
    threading.Timer(0.01, scheduler.stop).start()
    with pytest.raises(Interrupted):
        scheduler.run()


def test_stop_wakes_a_sleep() -> None:
    scheduler = Scheduler(RealClock())
    threading.Timer(0.01, scheduler.stop).start()
    with pytest.raises(Interrupted):
        scheduler.sleep(3600)


def test_sleep_blocks_events(scheduler: Scheduler, clock: JumpingClock) -> None:
    got: list[float] = []
    scheduler.post(lambda: scheduler.sleep(30))
    scheduler.post(lambda: got.append(clock.now))
    scheduler.run()
    assert got == [1030]


def test_wait_for_a_condition_that_another_thread_makes_true() -> None:
    scheduler = Scheduler(RealClock())
    answer: list[int] = []

    def elsewhere() -> None:
        answer.append(1)
        scheduler.wake()

    threading.Thread(target=elsewhere).start()
    assert scheduler.wait_for(lambda: bool(answer), 60)
    assert not scheduler.wait_for(lambda: False, 0)


def test_events_after_the_end_are_dropped(scheduler: Scheduler) -> None:
    scheduler.start_timer(1, lambda: None)
    scheduler.post(lambda: None)
    scheduler.clear()
    scheduler.post(lambda: None)
    assert not scheduler.pending


def test_an_event_is_released_before_the_next_wait(clock: JumpingClock) -> None:
    scheduler = Scheduler(clock)
    log: list[str] = []

    class Handle:
        def __del__(self) -> None:
            log.append("released")

    def post(handle: Handle) -> None:
        scheduler.post(lambda: log.append(f"ran with {type(handle).__name__}"))

    post(Handle())
    scheduler.start_timer(1, lambda: log.append("later"))
    scheduler.run()
    assert log == ["ran with Handle", "released", "later"]

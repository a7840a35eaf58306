"""Loops that wait together: time jumps when all of them wait, and the run is over when none has anything to do."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from imp_runtime.clock import RealClock, VirtualClock
from imp_runtime.group import Group
from imp_runtime.scheduler import Scheduler
from squirrel.errors import Interrupted

PATIENCE = 10


class Loop(threading.Thread):
    """A scheduler of a group that runs on a thread of its own."""

    def __init__(self, group: Group) -> None:
        super().__init__(daemon=True)
        self.scheduler = Scheduler(group.clock, group)
        self.interrupted = False
        self._group = group
        self._waits = threading.Event()
        self.scheduler.before_waiting = self._waits.set

    def wait_until_it_waits(self) -> None:
        assert self._waits.wait(PATIENCE)
        # It keeps the lock until it does.
        with self._group.lock:
            pass

    def run(self) -> None:
        try:
            self.scheduler.run()
        except Interrupted:
            self.interrupted = True
        finally:
            self.scheduler.clear()

    def finish(self) -> None:
        self.join(PATIENCE)
        assert not self.is_alive()


@pytest.fixture
def group() -> Group:
    return Group(VirtualClock())


def test_a_day_passes_at_once(group: Group) -> None:
    scheduler = Scheduler(group.clock, group)
    fired: list[float] = []
    began = group.clock.monotonic()
    epoch = group.clock.time()
    scheduler.start_timer(86400, lambda: fired.append(group.clock.monotonic() - began))
    scheduler.run()
    assert 86400 <= fired[0] < 86401
    assert 86400 <= group.clock.time() - epoch < 86410


def test_virtual_time_goes_on_while_a_script_computes(group: Group) -> None:
    clock = group.clock
    until = clock.monotonic() + 0.02
    while clock.monotonic() < until:
        pass
    clock.jump(until - 1)
    assert clock.monotonic() >= until


@pytest.mark.parametrize("clock", [RealClock(), VirtualClock()])
def test_both_end_when_neither_has_anything_to_do(clock: RealClock | VirtualClock) -> None:
    group = Group(clock)
    one, other = Loop(group), Loop(group)
    order: list[str] = []
    # Alone, the second would be over at once.
    one.scheduler.start_timer(0.05, lambda: other.scheduler.post(lambda: order.append("event")))
    other.start()
    one.start()
    one.finish()
    other.finish()
    assert order == ["event"]
    assert not one.interrupted and not other.interrupted


def test_timers_of_two_loops_fire_in_the_order_of_their_times(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    order: list[int] = []

    def arm(loop: Loop, hour: int) -> None:
        loop.scheduler.start_timer(hour * 3600, lambda: order.append(hour))

    for hour in range(1, 101):
        arm(one if hour % 2 else other, hour)
    one.start()
    other.start()
    one.finish()
    other.finish()
    assert order == list(range(1, 101))


def test_a_loop_that_works_stops_the_jumps_of_the_other(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    order: list[str] = []
    working, done = threading.Event(), threading.Event()

    def work() -> None:
        working.set()
        assert done.wait(PATIENCE)
        order.append("worked")

    one.scheduler.post(work)
    other.scheduler.start_timer(3600, lambda: order.append("timer"))
    one.start()
    assert working.wait(PATIENCE)
    other.start()
    other.wait_until_it_waits()
    assert order == []
    done.set()
    one.finish()
    other.finish()
    assert order == ["worked", "timer"]


def test_an_operation_in_flight_stops_the_jumps_and_an_open_handle_does_not(group: Group) -> None:
    loop = Loop(group)
    order: list[str] = []
    flying = threading.Event()

    def take_off() -> None:
        loop.scheduler.hold()
        flying.set()

    def land() -> None:
        order.append("landed")
        loop.scheduler.release()
        loop.scheduler.keep_open()

    def close() -> None:
        order.append("timer")
        loop.scheduler.let_close()

    loop.scheduler.post(take_off)
    loop.scheduler.start_timer(3600, close)
    loop.start()
    assert flying.wait(PATIENCE)
    loop.scheduler.post(land)
    loop.finish()
    assert order == ["landed", "timer"]


def test_while_something_is_in_flight_timers_fire_in_real_time(group: Group) -> None:
    scheduler = Scheduler(group.clock, group)
    scheduler.hold()
    began = RealClock().monotonic()
    scheduler.start_timer(0.05, scheduler.release)
    scheduler.run()
    assert RealClock().monotonic() - began >= 0.05


def test_a_jump_wakes_a_loop_whose_time_then_comes_in_real_time(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    order: list[str] = []

    def take_off() -> None:
        order.append("in flight")
        one.scheduler.hold()

    def later() -> None:
        order.append("later")
        one.scheduler.post(one.scheduler.release)

    one.scheduler.start_timer(3600, take_off)
    other.scheduler.start_timer(3600.05, later)
    other.start()
    one.start()
    one.finish()
    other.finish()
    assert order == ["in flight", "later"]


def test_nothing_ends_or_jumps_while_the_group_is_kept(group: Group) -> None:
    loop = Loop(group)
    fired: list[str] = []
    with group.kept():
        loop.scheduler.start_timer(3600, lambda: fired.append("timer"))
        loop.start()
        loop.wait_until_it_waits()
        assert fired == []
    loop.finish()
    assert fired == ["timer"]


def test_a_loop_that_stops_does_not_hold_up_the_other(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    fired: list[str] = []
    one.scheduler.hold()
    other.scheduler.start_timer(3600, lambda: fired.append("timer"))
    one.start()
    other.start()
    one.scheduler.stop()
    one.finish()
    other.finish()
    assert one.interrupted
    assert fired == ["timer"]


def test_no_jump_passes_the_deadline(group: Group) -> None:
    scheduler = Scheduler(group.clock, group)
    fired: list[str] = []
    group.deadline = group.clock.monotonic() + 100
    group.at_deadline = scheduler.stop
    scheduler.start_timer(99, lambda: fired.append("before"))
    scheduler.start_timer(101, lambda: fired.append("after"))
    with pytest.raises(Interrupted):
        scheduler.run()
    assert fired == ["before"]


def test_a_sleep_jumps_too(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    order: list[str] = []

    def sleep() -> None:
        one.scheduler.sleep(7200)
        order.append("slept")

    one.scheduler.post(sleep)
    other.scheduler.start_timer(3600, lambda: order.append("timer"))
    one.start()
    other.start()
    one.finish()
    other.finish()
    assert order == ["timer", "slept"]


def test_what_came_first_runs_first_whichever_loop_it_is_for(group: Group) -> None:
    loops = [Loop(group), Loop(group), Loop(group)]
    order: list[int] = []

    def note(number: int) -> Callable[[], None]:
        return lambda: order.append(number)

    for loop in loops:
        loop.scheduler.hold()
        loop.start()
        loop.wait_until_it_waits()
    with group.lock:
        for number in range(90):
            loops[number * 7 % 3].scheduler.post(note(number))
    for loop in loops:
        loop.scheduler.release()
    for loop in loops:
        loop.finish()
    assert order == list(range(90))


def test_only_one_loop_runs_at_a_time(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    running = 0
    most = 0

    def work() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        threading.Event().wait(0.001)
        running -= 1

    for _ in range(20):
        one.scheduler.post(work)
        other.scheduler.post(work)
    one.start()
    other.start()
    one.finish()
    other.finish()
    assert most == 1


def test_a_busy_loop_gives_way_and_gets_its_turn_back() -> None:
    group = Group(RealClock())
    busy, other = Loop(group), Loop(group)
    order: list[str] = []

    def work() -> None:
        other.scheduler.post(lambda: order.append("other"))
        while not order:
            busy.scheduler.breathe()
        order.append("busy")

    busy.scheduler.post(work)
    busy.start()
    other.start()
    busy.finish()
    other.finish()
    assert order == ["other", "busy"]


def test_a_loop_that_waits_for_its_turn_can_be_stopped() -> None:
    group = Group(RealClock())
    busy, other = Loop(group), Loop(group)
    working, done = threading.Event(), threading.Event()

    def work() -> None:
        working.set()
        assert done.wait(PATIENCE)

    busy.scheduler.post(work)
    other.scheduler.start_timer(0.001, lambda: None)
    busy.start()
    assert working.wait(PATIENCE)
    other.start()
    other.scheduler.stop()
    other.finish()
    assert other.interrupted
    done.set()
    busy.finish()


def test_a_sleeper_does_not_run_what_came_meanwhile(group: Group) -> None:
    one, other = Loop(group), Loop(group)
    order: list[str] = []

    def sleep() -> None:
        one.scheduler.sleep(100)
        order.append("slept")

    def post() -> None:
        one.scheduler.post(lambda: order.append("event"))
        order.append("posted")

    one.scheduler.post(sleep)
    other.scheduler.start_timer(50, post)
    other.scheduler.start_timer(60, lambda: order.append("goes on"))
    one.start()
    other.start()
    one.finish()
    other.finish()
    assert order == ["posted", "goes on", "slept", "event"]


def test_loops_that_sleep_and_hurry_never_wait_for_each_other_for_ever() -> None:
    group = Group(RealClock())
    one, other = Loop(group), Loop(group)
    done: list[Loop] = []

    def busy(loop: Loop, partner: Loop, left: int) -> Callable[[], None]:
        def work() -> None:
            partner.scheduler.post(lambda: done.append(loop))
            if left % 3 == 0:
                loop.scheduler.sleep(0.0005)
            if left:
                loop.scheduler.start_timer(0.0002 * (left % 5), busy(loop, partner, left - 1))

        return work

    one.scheduler.post(busy(one, other, 300))
    other.scheduler.post(busy(other, one, 300))
    one.start()
    other.start()
    one.finish()
    other.finish()
    assert (done.count(one), done.count(other)) == (301, 301)

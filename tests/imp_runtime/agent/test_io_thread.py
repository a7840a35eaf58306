"""The I/O thread: in which order calls run, when they run, and what a fault in one does to the others."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from imp_runtime.clock import RealClock
from imp_runtime.net.loop import IoThread
from imp_runtime.scheduler import Scheduler

PATIENCE = 10.0


@pytest.fixture
def io() -> Iterator[IoThread]:
    thread = IoThread()
    try:
        yield thread
    finally:
        thread.stop(1.0)


class Held:
    """Keeps the I/O thread busy until it is let go."""

    def __init__(self, io: IoThread) -> None:
        self._go = threading.Event()
        begun = threading.Event()

        def wait() -> None:
            begun.set()
            self._go.wait(PATIENCE)

        io.call(wait)
        assert begun.wait(PATIENCE)

    def let_go(self) -> None:
        self._go.set()


def run_all(io: IoThread) -> None:
    """Wait until everything has run that was called before."""
    done = threading.Event()
    io.call(done.set)
    assert done.wait(PATIENCE)


def test_calls_run_in_their_order(io: IoThread) -> None:
    got: list[int] = []
    for number in range(1000):
        (io.call if number % 3 else io.call_in_time)(got.append, number)
    run_all(io)
    assert got == list(range(1000))


def test_calls_from_many_threads_all_run(io: IoThread) -> None:
    got: list[tuple[int, int]] = []

    def call(thread: int) -> None:
        for number in range(500):
            io.call(got.append, (thread, number))

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run_all(io)
    assert sorted(got) == [(thread, number) for thread in range(4) for number in range(500)]
    for thread_number in range(4):
        assert [number for thread, number in got if thread == thread_number] == list(range(500))


def test_calls_in_time_wait_for_a_flush(io: IoThread) -> None:
    run_all(io)
    called = threading.Event()
    io.call_in_time(called.set)
    assert not called.wait(0.05)
    io.flush()
    assert called.wait(PATIENCE)


def test_many_calls_in_time_do_not_wait(io: IoThread) -> None:
    last = threading.Event()
    for _ in range(150):
        io.call_in_time(lambda: None)
        io.call_in_time(last.set)
    assert last.wait(PATIENCE)


def test_what_follows_a_batch_of_calls_runs_once_after_it(io: IoThread) -> None:
    got: list[str] = []
    held = Held(io)

    def first() -> None:
        got.append("first")
        io.after_calls(lambda: got.append("after"))

    io.call(first)
    io.call(got.append, "second")
    held.let_go()
    run_all(io)
    assert got == ["first", "second", "after"]


def test_fault_in_a_call_is_logged_and_others_run(io: IoThread, caplog: pytest.LogCaptureFixture) -> None:
    got: list[str] = []

    def fail() -> None:
        io.after_calls(fail_after)
        io.after_calls(lambda: got.append("after"))
        raise ValueError("one")

    def fail_after() -> None:
        raise ValueError("two")

    held = Held(io)
    with caplog.at_level(logging.ERROR):
        io.call(fail)
        io.call(got.append, "next")
        held.let_go()
        run_all(io)
        run_all(io)
    assert got == ["next", "after"]
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["one", "two"]


def test_stop_runs_what_waits_and_drops_what_comes_later() -> None:
    io = IoThread()
    got: list[str] = []
    run_all(io)
    io.call_in_time(got.append, "waiting")
    io.stop(1.0)
    io.call(got.append, "late")
    io.call_in_time(got.append, "late")
    io.flush()
    assert got == ["waiting"]


def test_the_lock_of_python_is_handed_over_quickly(io: IoThread) -> None:
    before = sys.getswitchinterval()
    try:
        sys.setswitchinterval(0.005)
        run_all(io)
        assert sys.getswitchinterval() <= 0.001
    finally:
        sys.setswitchinterval(before)


def test_scheduler_tells_before_it_waits() -> None:
    scheduler = Scheduler(RealClock())
    got: list[str] = []
    scheduler.before_waiting = lambda: got.append("told")
    scheduler.post(lambda: got.append("event"))
    scheduler.post(lambda: scheduler.sleep(0.01))
    scheduler.start_timer(0.05, lambda: got.append("timer"))
    scheduler.run()
    # Not between events that are there already.
    assert got[:2] == ["event", "told"]
    assert got[got.index("timer") - 1] == "told"


def test_scheduler_runs_events_that_came_together_in_order() -> None:
    scheduler = Scheduler(RealClock())
    got: list[int] = []
    scheduler.post_all([lambda number=number: got.append(number) for number in range(5)])  # type: ignore[misc]
    scheduler.post(lambda: got.append(5))
    scheduler.run()
    assert got == list(range(6))
    scheduler.stop()
    scheduler.post_all([lambda: got.append(6)])
    assert not scheduler.pending

"""Signals while the main thread waits for an agent."""

from __future__ import annotations

import signal
import threading

from imp_runtime.agent import wait_awake

PATIENCE = 20.0


def test_a_signal_that_another_thread_gets_is_handled() -> None:
    handled = threading.Event()
    done = threading.Event()
    seen: list[bool] = []

    def run() -> None:
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        seen.append(handled.wait(PATIENCE))
        done.set()

    before = signal.signal(signal.SIGUSR1, lambda number, frame: handled.set())
    try:
        threading.Thread(target=run, daemon=True).start()
        assert wait_awake(done, None)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert seen == [True]


def test_the_time_limit_of_a_wait() -> None:
    assert not wait_awake(threading.Event(), 0.0)
    assert not wait_awake(threading.Event(), 0.05)
    done = threading.Event()
    done.set()
    assert wait_awake(done, 0.0)

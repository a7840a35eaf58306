"""What Ctrl-C, SIGTERM, SIGHUP and SIGUSR1 do to a command."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from imp_runtime.status import ExitStatus

Handler = Callable[[int, FrameType | None], object]

STATUS: Final = {
    signal.SIGINT: ExitStatus.INTERRUPTED,
    signal.SIGTERM: ExitStatus.TERMINATED,
    signal.SIGHUP: ExitStatus.HANGUP,
}
TEXTS: Final = {
    ExitStatus.INTERRUPTED: "interrupted",
    ExitStatus.TERMINATED: "terminated",
    ExitStatus.HANGUP: "the terminal has gone",
}


def exit_at_once(number: int, frame: FrameType | None) -> NoReturn:
    """End the process with one line: for the time in which there is nothing to close, such as the start."""
    status = STATUS[signal.Signals(number)]
    try:
        if sys.stderr is not None:
            os.write(2, f"impsim: {TEXTS[status]}\n".encode())
    finally:
        os._exit(status)


def handle_with(handler: Handler) -> None:
    """Let a handler take the three signals from now on, but for those that the process was told to ignore."""
    if threading.current_thread() is not threading.main_thread():
        # Python lets no other thread set handlers; whoever runs impsim there has to stop it in another way.
        return
    for number in STATUS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


@contextmanager
def asked_by(answer: Callable[[], None] | None) -> Iterator[None]:
    """Call ``answer`` at each SIGUSR1 inside the ``with`` block; None leaves the signal alone."""
    number = getattr(signal, "SIGUSR1", None)
    if answer is None or number is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(number, lambda received, frame: answer())
    try:
        yield
    finally:
        # None: a handler that was not set from Python cannot be set again from here.
        signal.signal(number, signal.SIG_DFL if before is None else before)


@contextmanager
def handled_by(handler: Handler) -> Iterator[None]:
    """Let a handler take the three signals inside the ``with`` block."""
    before = {number: signal.getsignal(number) for number in STATUS}
    handle_with(handler)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            for number, previous in before.items():
                # None: a handler that was not set from Python cannot be set again from here.
                if previous is not None:
                    signal.signal(number, previous)

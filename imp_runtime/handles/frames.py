"""The script functions that are running: where a native was called from, and what their variables hold.

Compiled code leaves no Python frames to look at, and the evaluator keeps no list of its own: it would cost every call.
The collector knows the frames, since each refers to its machine.
"""

from __future__ import annotations

import gc
from typing import NamedTuple

from squirrel.machine import Machine
from squirrel.nodes.base import Frame
from squirrel.nodes.functions import FunctionCode
from squirrel.values.generator import RUNNING, Generator


class Place(NamedTuple):
    """A line of the script; `file` is what the compiler, or a ``#line`` directive, calls the file."""

    file: str
    line: int


def running_frames(machine: Machine) -> list[Frame]:
    """The frames of the functions that run at this moment, innermost first; only on the machine's thread.

    They come in the order in which they were made. So a generator's frame stands where it was first resumed, which is
    further out than where it really is when another function than that resumes it again.
    """
    # Made just now, it ends the collector's youngest generation. What was made before the last collection of garbage
    # is in the oldest, and comes after it.
    marker = [machine]
    newest: list[Frame] = []
    older: list[Frame] = []
    frames = newest
    for referrer in gc.get_referrers(machine):
        if referrer is marker:
            frames = older
        elif type(referrer) is Frame and _is_running(referrer):
            frames.append(referrer)
    return [*reversed(newest), *reversed(older)]


def calling_place(machine: Machine) -> Place | None:
    """Where the running function is; None when no script function is running."""
    frames = running_frames(machine)
    return place_of(frames[0]) if frames else None


def place_of(frame: Frame) -> Place:
    """The line that a frame is at."""
    code = frame.closure.code
    return Place(code.file_of(frame.line), code.line_of(frame.line))


def _is_running(frame: Frame) -> bool:
    """Whether a function runs in the frame: it is not kept for later use, nor that of a generator which waits."""
    code = frame.closure.code
    if not isinstance(code, FunctionCode):
        return False
    return not code.is_generator or any(
        isinstance(referrer, Generator) and referrer.frame is frame and referrer.state == RUNNING
        for referrer in gc.get_referrers(frame)
    )

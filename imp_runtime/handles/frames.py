"""The script functions that are running: where a native was called from."""

from __future__ import annotations

from typing import NamedTuple

from squirrel.machine import Machine
from squirrel.nodes.base import Frame


class Place(NamedTuple):
    """A line of the script; `file` is what the compiler, or a ``#line`` directive, calls the file."""

    file: str
    line: int


def running_frames(machine: Machine) -> list[Frame]:
    """The frames of the functions that run at this moment, innermost first; only on the machine's thread."""
    frames = [frame for frame in machine.frames[: machine.depth] if frame.closure is not machine.idle]
    frames.reverse()
    return frames


def calling_place(machine: Machine) -> Place | None:
    """Where the running function is; None when no script function is running."""
    frames = running_frames(machine)
    return place_of(frames[0]) if frames else None


def place_of(frame: Frame) -> Place:
    """The line that a frame is at."""
    code = frame.closure.code
    return Place(code.file_of(frame.line), code.line_of(frame.line))

"""Starting programs and measuring what they use."""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

TIMEOUT_SECONDS = 900


class BenchmarkError(Exception):
    """Something that makes a measurement impossible, in words for the person who asked for it."""


@dataclass(frozen=True)
class Finished:
    """A process that has ended: its output, and seconds of the clock, in user mode and in the kernel."""

    output: str
    errors: str
    status: int
    wall: float
    user: float
    system: float

    @property
    def processor(self) -> float:
        """Seconds of processor time."""
        return self.user + self.system


def run_process(command: Sequence[str], variables: Mapping[str, str] | None = None) -> Finished:
    """Run a command to its end. ``variables`` are added to the environment.

    Python processes see installed packages only, never the source tree they are started in.

    Raises:
        BenchmarkError: it could not be started or did not end within ``TIMEOUT_SECONDS``.
    """
    environment = {**os.environ, "PYTHONSAFEPATH": "1", **(variables or {})}
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env=environment)
        except OSError as error:
            raise BenchmarkError(f"cannot start {command[0]}: {error.strerror}") from None
        before = children_times()
        try:
            status = process.wait(TIMEOUT_SECONDS)
        except BaseException as error:
            process.kill()
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise BenchmarkError(f"no end after {TIMEOUT_SECONDS} s: {' '.join(command)}") from None
            raise
        wall = time.perf_counter() - started
        after = children_times()
        return Finished(
            output=_text(output),
            errors=_text(errors),
            status=status,
            wall=wall,
            user=after[0] - before[0],
            system=after[1] - before[1],
        )


def check(finished: Finished, what: str) -> Finished:
    """The same process, unless its exit status says that it failed: BenchmarkError with the last line it wrote."""
    if finished.status != 0:
        lines = finished.errors.strip().splitlines() or [f"exit status {finished.status}"]
        raise BenchmarkError(f"{what}: {lines[-1]}")
    return finished


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("latin-1")


def children_times() -> tuple[float, float]:
    """User and system seconds of all children that have ended. Only one runs at a time, so differences are exact."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime, usage.ru_stime

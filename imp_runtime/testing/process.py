"""Runs one test file in a process of its own, within bounds of time and output."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from imp_runtime.testing.recording import Recording

MOST_OUTPUT: Final = 16 << 20
"""Bytes of log and messages that a file may write; far more than anybody reads."""

_MODULE: Final = "imp_runtime.cli.recorded_run"
_CHUNK: Final = 1 << 16
_TIMED_OUT: Final = "timed out"
# Seconds between two looks whether somebody wants the process to end.
_LOOK_EVERY: Final = 0.1


@dataclass(slots=True)
class ProcessResult:
    """How a process ended. ``problem`` is why it did not come to its own end, in words; ``messages`` is its stderr."""

    recording: Recording = field(default_factory=Recording)
    messages: list[str] = field(default_factory=list)
    exit_code: int = 0
    problem: str | None = None


def run_in_process(file: str, options: Sequence[str], timeout: float, cancelled: threading.Event) -> ProcessResult:
    """Run a file with options of ``impsim run``.

    Parameters: ``timeout`` in seconds; when ``cancelled`` is set, the process is ended.
    """
    # -P and the paths: modules come from where this process has them, never from the folder that it happens to be in.
    paths = [path or os.getcwd() for path in sys.path]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", _MODULE, file, *options],
        # Kept open, it tells the process that this one is alive.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # Ctrl-C is for this process, which ends the others itself.
        start_new_session=True,
    )
    assert process.stdin and process.stdout and process.stderr
    told, messages = bytearray(), bytearray()
    deadline = time.monotonic() + timeout
    with process:
        try:
            problem = _read({process.stdout: told, process.stderr: messages}, deadline, cancelled)
            if problem is None:
                process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            problem = _TIMED_OUT
        finally:
            process.kill()
    result = ProcessResult(exit_code=process.returncode, problem=problem)
    if problem == _TIMED_OUT:
        result.problem = f"did not end within {timeout:g} s"
    elif problem is None and process.returncode < 0:
        result.problem = f"its process was ended by {_signal_name(-process.returncode)}"
    # What comes after the last line end was cut off.
    for line in bytes(told).split(b"\n")[:-1]:
        result.recording.add(line)
    result.messages = messages.decode("utf-8", "replace").splitlines()
    return result


def _read(pipes: dict[IO[bytes], bytearray], deadline: float, cancelled: threading.Event) -> str | None:
    """Read what comes through the pipes until they are closed; return why it was given up before that, if it was."""
    left = MOST_OUTPUT
    with selectors.DefaultSelector() as selector:
        for pipe, kept in pipes.items():
            selector.register(pipe, selectors.EVENT_READ, kept)
        while selector.get_map():
            if cancelled.is_set():
                return "ended, as nobody wants to know any more"
            wait = deadline - time.monotonic()
            if wait <= 0:
                return _TIMED_OUT
            for key, _ in selector.select(min(wait, _LOOK_EVERY)):
                chunk = os.read(key.fd, _CHUNK)
                if not chunk:
                    selector.unregister(key.fileobj)
                key.data.extend(chunk)
                left -= len(chunk)
            if left < 0:
                return f"wrote more than {MOST_OUTPUT >> 20} MB: ended"
    return None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""Programs of others that tests run impsim against: whether they are there, how they are started, read and stopped."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pytest

PATIENCE = 40.0
"""Seconds after which a test gives up waiting for a program; nothing takes that long."""

REQUIRED = os.environ.get("IMPSIM_REQUIRE_PEERS") == "1"
"""Whether a missing program fails the tests that need it, as in continuous integration, instead of skipping them."""


def missing(what: str, remedy: str) -> None:
    """Skip, or fail, the tests that need a program: `what` it is and how to get it."""
    text = f"{what} is not installed; {remedy}"
    if REQUIRED:
        pytest.fail(text)
    pytest.skip(text)


def free_port() -> int:
    """A port that a program can be told to listen on.

    It is none of those that the system gives to outgoing connections, so that none of them takes it in the meantime.
    """
    for _ in range(100):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise AssertionError("no free port")


class Program:
    """A running program and the lines it writes, errors included.

    It runs in a process group of its own, and ends with the `with` block.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None, *, name: str
    ) -> None:
        self.name = name
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name=f"output of {name}", daemon=True)
        self._reader.start()

    def __enter__(self) -> Program:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def wait_line(self, matches: Callable[[str], object], what: str) -> str:
        """Wait for a line of the output and return it.

        Raises:
            AssertionError: the program ended, or nothing came; with what the program wrote.
        """

        def found() -> str | None:
            return next((line for line in self.lines if matches(line)), None)

        with self._changed:
            self._changed.wait_for(lambda: found() is not None or self._ended, PATIENCE)
            line = found()
        if line is None:
            end = "\n".join(self.lines[-40:])
            raise AssertionError(f"{self.name} {'ended' if self._ended else 'runs'} without {what}:\n{end}")
        return line

    def finish(self) -> list[str]:
        """Wait until it ends by itself, well, and return its output."""
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        assert code == 0, f"{self.name} ended with {code}:\n" + "\n".join(self.lines[-40:])
        return self.lines

    def kill(self) -> None:
        """End it at once, without a goodbye to anybody."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def stop(self) -> None:
        """End it as its user would, and with force what is left then."""
        if self._process.poll() is None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE / 2)
        self.kill()
        self._reader.join(PATIENCE)
        if self._process.stdout is not None:
            self._process.stdout.close()

"""Runs `impsim broker` as a process."""

from __future__ import annotations

import signal
import subprocess

from tests.command import COMMAND
from tests.imp_runtime.broker.amqp_client import PATIENCE


class Process:
    """A running `impsim broker`."""

    def __init__(self, *options: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "broker", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def ready_port(self) -> int:
        return int(self.line().rpartition(":")[2])

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(number)
        return self.end()

    def end(self) -> tuple[int, str, str]:
        try:
            out, err = self.process.communicate(timeout=PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
        return self.process.returncode, out, err


def run(*options: str) -> tuple[int, str, str]:
    return Process(*options).end()

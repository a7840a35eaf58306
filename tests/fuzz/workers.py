"""Runs fuzzing cases in a process of their own, and tells what became of each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# What a program may end in. Anything else is a fault of the interpreter.
ALLOWED: Final = frozenset({"result", "compile error", "error", "interrupted"})
# Between the interrupt and the moment the process counts as stuck, in seconds of real time.
STUCK_AFTER: Final = 20.0
# A process is replaced after so many cases.
MOST_CASES: Final = 500
# Megabytes of resident memory above which a case is reported.
MOST_MEMORY: Final = 3000


@dataclass
class Outcome:
    """What became of a case. `kind` is one of `ALLOWED`, or `exception`, `late`, `stuck`, `crash`, `memory`."""

    kind: str
    detail: str = ""
    seconds: float = 0.0

    @property
    def is_fault(self) -> bool:
        return self.kind not in ALLOWED

    def signature(self) -> str:
        """The same for cases that fail in the same way."""
        return f"{self.kind}: {self.detail.split(' at 0x')[0]}" if self.kind == "exception" else self.kind


class Worker:
    """A process that runs cases, started when it is needed and replaced when it has died."""

    def __init__(self, seconds: float = 2.0) -> None:
        """`seconds` is how long a case may run before it is interrupted."""
        self.seconds = seconds
        self.process: subprocess.Popen[str] | None = None
        self.cases = 0

    def run(self, source: str) -> Outcome:
        """Run one program (its characters are bytes)."""
        process = self.process
        if process is None or self.cases >= MOST_CASES:
            self.close()
            process = self._start()
        self.cases += 1
        assert process.stdin is not None and process.stdout is not None
        stuck = threading.Event()

        def stop() -> None:
            stuck.set()
            process.kill()

        timer = threading.Timer(self.seconds + STUCK_AFTER, stop)
        timer.start()
        try:
            process.stdin.write(json.dumps({"source": source, "seconds": self.seconds}) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        finally:
            timer.cancel()
        if not answer:
            status = process.wait()
            self.close()
            if stuck.is_set():
                return Outcome("stuck")
            return Outcome("crash", signal.Signals(-status).name if status < 0 else f"exit status {status}")
        found = json.loads(answer)
        if found["peak"] > MOST_MEMORY:
            self.close()
            return Outcome("memory", f"{found['peak']} MB")
        return Outcome(found["outcome"], found["detail"], found["seconds"])

    def _start(self) -> subprocess.Popen[str]:
        self.cases = 0
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        return self.process

    def close(self) -> None:
        """End the process."""
        process = self.process
        self.process = None
        if process is not None:
            process.kill()
            process.wait()
            assert process.stdin is not None and process.stdout is not None
            process.stdin.close()
            process.stdout.close()

"""Runs programs on the reference VM in one long-lived child process (``oracle_driver.py``).

The oracle is the C++ Squirrel 3.0.5 of the PyPI package ``squirrel-lang-sq305``. Its import name is ``squirrel`` too,
so it needs a virtual environment of its own::

    python -m venv .venv-oracle && .venv-oracle/bin/pip install squirrel-lang-sq305

``IMPSIM_ORACLE`` names another Python that has the package.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
from pathlib import Path
from typing import Self

from imp_runtime.testing import CompileFailure, Frame, Outcome, RuntimeFailure

_HERE = Path(__file__).resolve().parent
_DEFAULT_PYTHON = _HERE.parents[1] / ".venv-oracle" / "bin" / "python"


class OracleCrash(Exception):
    """The reference VM died, or did not answer in time, while running one program."""


def oracle_python() -> Path:
    """The Python that is to run the oracle; it need not exist."""
    return Path(os.environ.get("IMPSIM_ORACLE") or _DEFAULT_PYTHON)


def missing_oracle() -> str | None:
    """Why the oracle cannot be used, in words for a skip, or None if it can."""
    python = oracle_python()
    if not python.exists():
        return (
            f"the reference VM is not installed ({python} does not exist): create a virtual environment with "
            "squirrel-lang-sq305 in .venv-oracle, or set IMPSIM_ORACLE to the path of its python"
        )
    probe = subprocess.run([python, "-I", "-c", "import _squirrel"], capture_output=True, check=False)
    if probe.returncode != 0:
        return f"{python} has no package squirrel-lang-sq305: run '{python} -m pip install squirrel-lang-sq305'"
    return None


class Oracle:
    """The reference VM. Use as a context manager; every program gets a fresh VM in a shared process."""

    def __init__(self, seconds: float = 10.0) -> None:
        """``seconds``: how long one program may run before it counts as a crash."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, source: str) -> Outcome:
        """Compile and run a program; its characters are bytes (latin-1).

        Raises :class:`OracleCrash` if the VM died; the next call starts a new process.
        """
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"source": source}).encode("ascii") + b"\n")
            process.stdin.flush()
            answer = self._answer(process)
        except OSError:
            answer = b""
        if not answer:
            self._stop()
            raise OracleCrash(f"the reference VM ended with status {process.returncode}")
        return _outcome(json.loads(answer))

    def _answer(self, process: subprocess.Popen[bytes]) -> bytes:
        """The line the driver answers with; empty if it died."""
        assert process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            if not selector.select(self._seconds):
                self._stop()
                raise OracleCrash(f"no answer from the reference VM within {self._seconds:g} s")
        return process.stdout.readline()

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [oracle_python(), "-I", _HERE / "oracle_driver.py"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def _outcome(answer: dict[str, object]) -> Outcome:
    """The driver's JSON as an outcome."""
    outcome = Outcome(output=str(answer["output"]))
    compile_error, error = answer["compile_error"], answer["error"]
    if isinstance(compile_error, dict):
        outcome.compile_error = CompileFailure(**compile_error)
    if isinstance(error, dict):
        outcome.error = RuntimeFailure(error["message"], tuple(Frame(**frame) for frame in error["frames"]))
    return outcome

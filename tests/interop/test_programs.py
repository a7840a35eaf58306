"""The helpers of these tests themselves: a missing program is noticed, a stray one does not stay."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.imp_runtime.amqp.raw_peer import wait_for
from tests.interop import programs
from tests.interop.programs import Program, missing


def test_a_missing_program_skips_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "REQUIRED", False)
    with pytest.raises(pytest.skip.Exception, match="RabbitMQ is not installed; install it"):
        missing("RabbitMQ", "install it")


def test_a_missing_program_fails_the_tests_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "REQUIRED", True)
    with pytest.raises(pytest.fail.Exception, match="RabbitMQ is not installed; install it"):
        missing("RabbitMQ", "install it")


def test_a_program_ends_with_all_that_it_started(tmp_path: Path) -> None:
    child = "import subprocess, sys; p = subprocess.Popen(['sleep', '100']); print(p.pid, flush=True); p.wait()"
    with Program([sys.executable, "-c", child], tmp_path, name="parent") as program:
        started = int(program.wait_line(str.isdigit, "a number"))
    wait_for(lambda: not runs(started), "the child's end")


def runs(process: int) -> bool:
    """Whether a process is there and has not ended; its parent is gone, and who takes its place may be slow."""
    try:
        return Path(f"/proc/{process}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_program_that_ends_too_early_is_told_with_its_output(tmp_path: Path) -> None:
    with (
        Program(["sh", "-c", "echo no such file; exit 3"], tmp_path, name="server") as program,
        pytest.raises(AssertionError, match="server ended without a port:\nno such file"),
    ):
        program.wait_line(lambda line: line.startswith("port"), "a port")

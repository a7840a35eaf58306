"""Runs every code block of the user documentation and compares what it does with what the document says."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import PATIENCE, Cli
from tests.docs.documents import DOCUMENTS, ROOT, Block, mismatch, read_blocks, without_time
from tests.in_process import run

BLOCKS = [block for document in DOCUMENTS for block in read_blocks(document)]


def _blocks(kind: str) -> list[object]:
    """The blocks of one kind, as parameters of a test."""
    return [pytest.param(block, id=block.place) for block in BLOCKS if kind_of(block) == kind]


def kind_of(block: Block) -> str:
    """What is done with a block; ``unknown`` when nothing says it."""
    for mark in ("not run", "file", "output"):
        if mark in block.marks:
            return mark
    return block.language if block.language in ("squirrel", "python", "console") else "unknown"


def test_every_block_is_run_or_says_why_not() -> None:
    assert [block.place for block in BLOCKS if kind_of(block) == "unknown"] == []
    assert [block.place for block in BLOCKS if kind_of(block) == "not run" and len(block.marks["not run"]) < 10] == []


def test_every_script_says_what_it_logs() -> None:
    assert [block.place for block in BLOCKS if kind_of(block) == "squirrel" and not block.expected_log()] == []


@pytest.mark.parametrize("block", _blocks("squirrel"))
def test_squirrel(block: Block, tmp_path: Path) -> None:
    options = shlex.split(block.marks.get("run", ""))
    if options:
        done = Cli(tmp_path).script(block.text, *options)
        status, log = done.returncode, done.stdout.splitlines()
    else:
        # A script's characters are its bytes.
        ran = run(block.text)
        assert ran.status is not None
        status, log = int(ran.status), ran.lines
    difference = mismatch(block.expected_log(), log)
    assert difference is None, difference
    assert status == int(block.marks.get("exit", "0"))


@pytest.mark.parametrize("block", _blocks("console"))
def test_console(block: Block, tmp_path: Path) -> None:
    for other in BLOCKS:
        if other.document == block.document and "file" in other.marks:
            (tmp_path / other.marks["file"]).write_text(other.text, encoding="utf-8")
    commands = [line[2:] for line in block.lines if line.startswith("$ ")]
    expected = [line for line in block.lines if not line.startswith("$ ")]
    assert commands
    installed = tmp_path / ".venv" / "bin"
    installed.mkdir(parents=True)
    difference = mismatch(expected, shell("\n".join(commands), tmp_path, installed))
    assert difference is None, difference


@pytest.mark.parametrize("block", _blocks("python"))
def test_python(block: Block, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", block.text],
        capture_output=True,
        cwd=tmp_path,
        env=Cli(tmp_path).environment,
        timeout=PATIENCE,
        check=False,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    difference = mismatch(block.output.lines if block.output is not None else [], done.stdout.splitlines())
    assert difference is None, difference


@pytest.mark.parametrize("block", _blocks("output"))
def test_output_of_a_command(block: Block, tmp_path: Path) -> None:
    output = shell(block.marks["output"], ROOT, tmp_path)
    if "any order" in block.marks:
        difference = mismatch(sorted(block.lines, key=without_time), sorted(output, key=without_time))
    else:
        difference = mismatch(block.lines, output)
    assert difference is None, difference


def shell(commands: str, folder: Path, programs: Path) -> list[str]:
    """Run commands as a terminal would: what they show, standard error included.

    ``impsim`` is the one under test; it is put into the folder ``programs``.
    """
    command = programs / "impsim"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m imp_runtime.cli "$@"\n')
    command.chmod(0o755)
    environment = Cli(folder).environment
    environment["PATH"] = f"{programs}:{environment['PATH']}"
    process = subprocess.Popen(
        ["/bin/sh", "-c", commands],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=PATIENCE)[0].splitlines()
    finally:
        # What the commands left running in the background, too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

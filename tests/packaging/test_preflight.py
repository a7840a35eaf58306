"""`make` says in one line what is missing on the machine, before pip is started."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.packaging_build import ROOT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def preflight(python: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `make preflight` with a Python and extra environment variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", "preflight", f"PYTHON={python}"],
        cwd=ROOT,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def complaint(result: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that was printed besides make's own `*** ... Error`."""
    assert result.returncode != 0
    (line,) = (line for line in result.stderr.splitlines() if not line.startswith("make"))
    return line


def fake_python(folder: Path, script: str) -> str:
    """Make an executable that stands where Python was expected."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_missing_python() -> None:
    line = complaint(preflight("no-such-python"))
    assert "Python 3.11 or newer" in line
    assert "no-such-python" in line


def test_old_python(tmp_path: Path) -> None:
    old = fake_python(tmp_path, '[ "$1" = -V ] && echo "Python 3.9.2" && exit 0; exit 1')
    line = complaint(preflight(old))
    assert "Python 3.11 or newer" in line
    assert "Python 3.9.2" in line


def test_python_without_ensurepip(tmp_path: Path) -> None:
    bare = fake_python(tmp_path, 'case "$2" in *ensurepip*) exit 1 ;; esac; exit 0')
    assert "apt install python3-venv" in complaint(preflight(bare))


def test_missing_compiler() -> None:
    assert "apt install gcc libc6-dev python3-dev" in complaint(preflight("python3", CC="/nonexistent/cc"))

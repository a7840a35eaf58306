"""Runs every program of this folder: one test each, checked against the expectation comments it carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from imp_runtime.testing import check, read_expectations
from imp_runtime.testing.language import with_large_stack

HERE = Path(__file__).parent
PROGRAMS = sorted(path.relative_to(HERE).as_posix() for path in HERE.rglob("*.nut"))


@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program: str) -> None:
    if program.startswith("regexp2/"):
        pytest.importorskip("re2", reason="google-re2 is not installed")
    source = (HERE / program).read_bytes().decode("latin-1")
    expectations = read_expectations(source, program)
    mismatches = check(expectations, with_large_stack(source))
    assert not mismatches, "\n".join(map(str, mismatches))


def test_programs_were_found() -> None:
    assert len(PROGRAMS) >= 260

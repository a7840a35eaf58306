"""``differences.md`` lists the programs that differ from the reference on purpose, and no others."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from imp_runtime.testing import read_expectations

HERE = Path(__file__).resolve().parent
LANG = HERE.parent / "lang"

_ROW = re.compile(r"^\| (?!Point|---).*\| (?P<programs>[^|]*) \|$", re.MULTILINE)


def differing_programs() -> set[str]:
    """The programs that carry ``// differs`` or ``// differs line``, without their extension."""
    found = set()
    for path in LANG.rglob("*.nut"):
        expectations = read_expectations(path.read_bytes().decode("latin-1"), path.name)
        if expectations.differs is not None or expectations.differs_line is not None:
            found.add(path.relative_to(LANG).with_suffix("").as_posix())
    return found


def test_every_row_names_programs_that_differ_and_every_such_program_is_named() -> None:
    programs = differing_programs()
    unnamed = set(programs)
    rows = list(_ROW.finditer((HERE / "differences.md").read_text(encoding="utf-8")))
    assert len(rows) > 40
    for row in rows:
        patterns = re.findall(r"`([^`]+)`", row["programs"])
        assert patterns, row[0]
        for pattern in patterns:
            named = {program for program in programs if fnmatchcase(program, pattern)}
            assert named, f"no program that differs is called {pattern}"
            unnamed -= named
    assert not unnamed

"""The interoperability matrix in the AMQP document: what it names exists, and what exists is in it."""

from __future__ import annotations

import json
import re

from tests.docs.documents import ROOT
from tests.docs.test_references import table_rows

DOCUMENT = ROOT / "docs" / "amqp.md"
INTEROP = ROOT / "tests" / "interop"


def code(cell: str) -> list[str]:
    """What a cell has in code style."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_peer_has_tests() -> None:
    rows = [row for row in table_rows(DOCUMENT, "Interoperability") if not set(row[0]) <= {"-"}]
    assert len(rows) == 6
    named = {name for row in rows for name in code(row[3])}
    assert [name for name in sorted(named) if not (ROOT / "tests" / name).exists()] == []
    files = {f"interop/{path.name}" for path in INTEROP.glob("test_*.py")} - {"interop/test_programs.py"}
    assert files <= named


def test_rhea_has_the_version_of_its_package_file() -> None:
    version = json.loads((INTEROP / "rhea" / "package.json").read_text(encoding="utf-8"))["dependencies"]["rhea"]
    rows = [row for row in table_rows(DOCUMENT, "Interoperability") if row[0].startswith("rhea")]
    assert [row[1] for row in rows] == [f"{version} (npm)"] * 2


def test_every_test_of_the_embedded_broker_has_a_row() -> None:
    rows = table_rows(DOCUMENT, "rhea and the embedded broker")
    named = [name for row in rows for name in code(row[1])]
    source = (INTEROP / "test_rhea_client.py").read_text(encoding="utf-8")
    assert sorted(named) == sorted(re.findall(r"^def (test_\w+)", source, re.MULTILINE))

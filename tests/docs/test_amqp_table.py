"""The tables of tests in the AMQP document: every test they name exists, and everything there is has a row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from imp_runtime.api.amqp import Amqp, Connection, Receiver, Sender, Session, Transfer
from imp_runtime.api.amqp_messages import Delivery, Message
from imp_runtime.natives.objects import HostObject, members_of
from imp_runtime.net.amqp_endpoint import Kind
from tests.docs.documents import ROOT
from tests.docs.test_references import table_rows

DOCUMENT = ROOT / "docs" / "amqp.md"
TESTS = ROOT / "tests" / "imp_runtime"
HEADINGS = [
    "Methods and their tests",
    "Events and their tests",
    "Rules and their tests",
    "Release and its tests",
    "Faults and their tests",
]


def rows(heading: str) -> list[list[str]]:
    """The rows below a heading that name tests, heads of tables left out."""
    return [row for row in table_rows(DOCUMENT, heading) if not set(row[0]) <= {"-"} and row[-1] != "tests"]


def code(cell: str) -> list[str]:
    """What a cell has in code style."""
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("heading", HEADINGS)
def test_every_named_test_exists(heading: str) -> None:
    found = rows(heading)
    assert found
    for row in found:
        named = code(row[-1])
        assert named, f"{row[0]} has no test"
        for name in named:
            file, _, function = name.partition("::")
            assert (TESTS / file).is_file(), name
            assert re.search(rf"^def {function}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), name


def test_every_method_has_a_row() -> None:
    objects: list[type[HostObject]] = [Amqp, Connection, Session, Sender, Receiver, Transfer, Delivery, Message]
    methods = {f"{cls.host_name}.{name}" for cls in objects for name in members_of(cls) if name != "weakref"}
    documented = {name for row in rows(HEADINGS[0]) for name in code(row[0])}
    assert methods == documented - {"weakref"}


def test_every_event_has_a_row() -> None:
    events = {f"{kind.value}_{what}" for kind in Kind for what in ("OPEN", "CLOSED", "ERROR")}
    assert {name for row in rows(HEADINGS[1]) for name in code(row[0])} == events


def test_every_rule_and_decision_has_a_row() -> None:
    """There are 13 rules, and decisions A1 to A21, of which the list of decisions names as many as it needs."""
    numbers = [re.match(r"A(\d+) ", row[0]) for row in rows(HEADINGS[2])]
    assert numbers[:13] == [None] * 13
    assert [int(number[1]) for number in numbers if number is not None] == list(range(1, 22))
    listed = re.findall(r"\(A(\d+)\)", (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"))
    assert {int(number) for number in listed} <= set(range(1, 22))


def test_the_place_of_the_tests() -> None:
    assert "`tests/imp_runtime`" in DOCUMENT.read_text(encoding="utf-8")
    assert isinstance(TESTS, Path)

"""What the documents name exists, and what exists is documented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import click
import pytest

from imp_runtime import broker
from imp_runtime.broker.events import EventName
from imp_runtime.cli.broker import broker_command
from imp_runtime.cli.run_command import run_command
from imp_runtime.cli.verbs import commands
from imp_runtime.status import ExitStatus
from tests.docs.documents import DOCUMENTS, ROOT

ALL_DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
VERBS = commands.list_commands(click.Context(commands))
PROGRAMS = ROOT / "tests" / "lang"

_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(#[^)\s]*)?\)")
_MAKE = re.compile(r"^(?: {4}|.*`)make ((?:[A-Z_]+=\S+ )*)([a-z][a-z-]*)", re.MULTILINE)
_ROW = re.compile(r"^\| (?P<first>.+?) \|(?P<rest>.*)\|$")


def declared_flags(command: click.Command) -> set[str]:
    flags = [flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)]
    return {flag for flag in flags if flag.startswith("--")}


def table_rows(document: Path, heading: str) -> list[list[str]]:
    """The cells of the rows below a heading, without the head of the table."""
    text = document.read_text(encoding="utf-8")
    section = re.split(r"^#", text.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line for line in section.split("\n") if _ROW.match(line)]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows[1:]]


@pytest.mark.parametrize(
    ("document", "headings", "command"),
    [("running.md", ["Options"], run_command), ("broker.md", ["Options", "Its options"], broker_command)],
    ids=["run", "broker"],
)
def test_options_are_those_of_the_command(document: str, headings: list[str], command: click.Command) -> None:
    rows = [row for heading in headings for row in table_rows(ROOT / "docs" / document, heading)]
    assert {_FLAG.findall(row[0])[0] for row in rows} == {*declared_flags(command), "--help"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_flags_exist(document: Path) -> None:
    known = {"--help", "--version"}
    for verb in VERBS:
        command = commands.get_command(click.Context(commands), verb)
        assert command is not None
        known |= declared_flags(command)
    assert set(_FLAG.findall(document.read_text(encoding="utf-8"))) <= known


def test_exit_codes_are_those_of_the_code() -> None:
    rows = table_rows(ROOT / "docs" / "running.md", "Exit codes")
    assert [int(row[0]) for row in rows] == sorted(int(status) for status in ExitStatus)


def test_the_events_of_the_broker_are_those_of_the_code() -> None:
    rows = table_rows(ROOT / "docs" / "broker.md", "The log")
    documented = {event for row in rows for event in re.findall(r"`([a-z-]+)`", row[0])}
    assert documented == set(get_args(EventName))


def test_the_events_of_the_broker_happen() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in Path(broker.__file__).parent.rglob("*.py"))
    assert [name for name in get_args(EventName) if sources.count(f'"{name}"') < 2] == []


def test_every_verb_is_documented() -> None:
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    for verb in VERBS:
        assert f"impsim {verb}" in text


@pytest.mark.parametrize("document", ALL_DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for match in _LINK.finditer(document.read_text(encoding="utf-8")):
        assert (document.parent / match[1]).exists(), match[0]


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {match[2] for document in ALL_DOCUMENTS for match in _MAKE.finditer(document.read_text(encoding="utf-8"))}
    assert {"run", "test"} <= named <= targets


def test_the_first_run_is_that_of_the_makefile() -> None:
    marks = re.findall(r"<!-- output: (.*) -->", (ROOT / "README.md").read_text(encoding="utf-8"))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert marks
    assert all(f"\t@.venv/bin/{mark.removesuffix(' 2>/dev/null')}\n" in makefile for mark in marks)


def test_every_row_of_the_language_names_programs() -> None:
    """In the tables of the last part each row ends with the programs in tests/lang that show it."""
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8").split("# Point by point\n", 1)[1]
    rows = [row for row in text.split("\n") if _ROW.match(row) and not row.startswith(("|---", "| what "))]
    assert len(rows) > 100
    for row in rows:
        programs = re.findall(r"`([^`]+)`", re.split(r"(?<!\\)\|", row)[-2])
        assert programs, row
        for program in programs:
            assert (PROGRAMS / f"{program}.nut").is_file(), f"{program} in {row}"


def test_every_folder_of_programs_is_in_the_language_document() -> None:
    text = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    folders = sorted(path.name for path in PROGRAMS.iterdir() if any(path.glob("*.nut")))
    assert [folder for folder in folders if f"`{folder}/" not in text] == []

"""The ``impsim api`` verb: what of the imp API there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import click

from imp_runtime.api.coverage import THROWS, WORKS, Row, Section, agent_sections, device_sections
from imp_runtime.status import ExitStatus

_AGENT: Final = "On an agent"
_DEVICE: Final = "On a device"
_INTRODUCTION: Final = """\
# What of the imp API there is

This page is what `impsim api --markdown` prints: it is made from the code, and a test keeps it so. Parameters in
brackets may be left out. What *throws* is there to say why it cannot be had: calling it throws an error with its own
name and the reason. Every other name that the platform knows, such as `imp.onidle` on an agent, is absent as it is on
the platform: `the index 'onidle' does not exist`.
"""


@click.command(name="api")
@click.option("--markdown", is_flag=True, help="As a page of documentation.")
def api_command(markdown: bool) -> int:
    """Show every member of the imp API: whether it works, and what it does."""
    parts = [(_AGENT, agent_sections()), (_DEVICE, device_sections())]
    click.echo("\n".join(_page(parts) if markdown else _table(parts)).rstrip())
    return ExitStatus.OK


def _table(parts: Sequence[tuple[str, list[Section]]]) -> Iterator[str]:
    for title, sections in parts:
        yield f"{title}:"
        for section in sections:
            width = max(len(row.name) for row in section.rows)
            yield ""
            for row in section.rows:
                yield f"{row.status:<6}  {row.name:<{width}}  {row.text.replace('`', '')}".rstrip()
        yield ""
        yield f"{title}: {_counts(sections)}"
        yield ""


def _page(parts: Sequence[tuple[str, list[Section]]]) -> Iterator[str]:
    yield _INTRODUCTION
    for title, sections in parts:
        yield f"## {title}"
        yield ""
        for section in sections:
            yield f"### {section.title}"
            yield ""
            if all(not row.text for row in section.rows):
                yield "work: " + ", ".join(f"`{row.name}`" for row in section.rows)
            else:
                yield "| member | status | |"
                yield "|---|---|---|"
                yield from map(_row, section.rows)
            yield ""
        yield f"{title}: {_counts(sections)}."
        yield ""


def _row(row: Row) -> str:
    text = row.text.replace("|", "\\|")
    return f"| `{row.name}` | {row.status} | {text} |"


def _counts(sections: Sequence[Section]) -> str:
    statuses = [row.status for section in sections for row in section.rows]
    return f"{len(statuses)} members, {statuses.count(WORKS)} work, {statuses.count(THROWS)} throw"

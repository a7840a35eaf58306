"""Reads the user documentation: its code blocks, and the comments before them that say how they are run.

A block is fenced, or indented by four blanks. An HTML comment right above it, which a reader never sees, says what a
test has to know; several are allowed, one a line:

============================= =======================================================================================
``<!-- run: OPTIONS -->``     run this squirrel block with these options of ``impsim run``
``<!-- exit: N -->``          the exit code, when it is not 0
``<!-- file: NAME -->``       not run by itself: it is the file NAME in the folder that the document's console blocks
                              run in
``<!-- output: COMMAND -->``  this text block is what COMMAND shows, run from the root of the repository
``<!-- any order: WHY -->``   the lines of that output are compared without their order
``<!-- not run: REASON -->``  nothing runs it
============================= =======================================================================================

What a squirrel block must log, in ``plain`` form, is the text block that follows it; where there is none, it is the
texts of its comments that begin with ``->``, in their order. What a python block must print is the text block that
follows. A console block is what a terminal shows: commands after ``$ ``, and their output.

In an expected line ``…`` stands for any characters, and a line of only ``…`` for any number of lines. Times, and ports
of 127.0.0.1, are never compared.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]

# What is written for those who change impsim; its commands build, install and publish.
NOT_FOR_USERS = frozenset({"contributing.md", "decisions.md", "internals.md"})

DOCUMENTS = [
    ROOT / "README.md",
    *(path for path in sorted((ROOT / "docs").glob("*.md")) if path.name not in NOT_FOR_USERS),
]

_FENCE = re.compile(r"(?P<ticks>```+)(?P<language>[a-z]*)\s*$")
_MARK = re.compile(r"<!--\s*(?P<key>run|exit|file|output|any order|not run):\s*(?P<value>.*?)\s*-->\s*$")
_ARROW = re.compile(r"//\s*->(?: (?P<text>.*))?$")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_PORT = re.compile(r"\b127\.0\.0\.1:\d{4,5}\b")


@dataclass
class Block:
    """A code block; ``line`` is that of its first line of code, ``language`` is empty for an indented block."""

    document: Path
    line: int
    language: str
    lines: list[str]
    marks: dict[str, str] = field(default_factory=dict)
    # The text block that follows with nothing between.
    output: Block | None = None

    @property
    def text(self) -> str:
        """What is in the block."""
        return "\n".join(self.lines) + "\n"

    @property
    def place(self) -> str:
        """``document.md:line``."""
        return f"{self.document.name}:{self.line}"

    def expected_log(self) -> list[str]:
        """The lines that a squirrel block must log."""
        if self.output is not None:
            return self.output.lines
        return [match["text"] or "" for line in self.lines if (match := _ARROW.search(line))]


def read_blocks(document: Path) -> list[Block]:
    """The blocks of a document, in order. A text block that belongs to the block before it is in its ``output``."""
    lines = document.read_text(encoding="utf-8").split("\n")
    blocks: list[Block] = []
    marks: dict[str, str] = {}
    adjacent = False
    index = 0
    while index < len(lines):
        line = lines[index]
        if fence := _FENCE.match(line):
            end = lines.index(fence["ticks"], index + 1)
            block = Block(document, index + 2, fence["language"], lines[index + 1 : end], marks)
            index = end
        elif line.startswith("    ") and (index == 0 or not lines[index - 1].strip() or marks):
            end = index
            while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
                end += 1
            code = "\n".join(line[4:] for line in lines[index:end]).rstrip("\n").split("\n")
            block = Block(document, index + 1, "", code, marks)
            index = end - 1
        else:
            mark = _MARK.match(line)
            if mark is not None:
                marks[mark["key"]] = mark["value"]
                adjacent = False
            elif line.strip():
                marks = {}
                adjacent = False
            index += 1
            continue
        if block.language == "text" and adjacent and not marks and blocks:
            blocks[-1].output = block
            adjacent = False
        else:
            blocks.append(block)
            adjacent = block.language in ("squirrel", "python")
        marks = {}
        index += 1
    return blocks


def mismatch(expected: list[str], actual: list[str]) -> str | None:
    """Why the lines differ, None when they match."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, without_time(line).split("…"))) + r"\n"
        for line in expected
    )
    text = "".join(without_time(line.rstrip()) + "\n" for line in actual)
    if re.fullmatch(pattern, text):
        return None
    return "documented:\n" + "\n".join(expected) + "\n\nreally:\n" + "\n".join(actual)


def without_time(line: str) -> str:
    """The line with its times and ports masked."""
    return _PORT.sub("127.0.0.1:PORT", _TIME.sub("TIME", line))

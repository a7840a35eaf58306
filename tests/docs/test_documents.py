"""The reader of the documents itself: what it finds, and that it tells a difference when there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.documents import mismatch, read_blocks

DOCUMENT = """\
Some text.

<!-- run: --broker -->
<!-- exit: 70 -->
```squirrel
server.log(1);    // -> 1
```

```text
1
```

Text between.

```text
alone
```

<!-- not run: it installs things -->
    make run

    make test

    an indented block
"""


def test_blocks_are_found_with_what_belongs_to_them(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(DOCUMENT)
    script, alone, commands = read_blocks(document)
    assert (script.place, script.language, script.lines) == ("page.md:6", "squirrel", ["server.log(1);    // -> 1"])
    assert script.marks == {"run": "--broker", "exit": "70"}
    assert script.output is not None
    assert script.expected_log() == ["1"]
    assert (alone.lines, alone.marks) == (["alone"], {})
    assert commands.lines == ["make run", "", "make test", "", "an indented block"]
    assert commands.marks == {"not run": "it installs things"}


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["a", "b"], ["a", "b"]),
        (["a … c"], ["a b c"]),
        (["a", "…", "z"], ["a", "b", "c", "z"]),
        (["a", "…", "z"], ["a", "z"]),
        (["2026-01-01T00:00:00.000Z 127.0.0.1:1234"], ["2031-02-03T04:05:06.789Z 127.0.0.1:40001"]),
    ],
)
def test_lines_that_match(expected: list[str], actual: list[str]) -> None:
    assert mismatch(expected, actual) is None


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (["a"], ["b"]),
        (["a"], []),
        ([], ["a"]),
        (["a", "b"], ["b", "a"]),
        (["a … c"], ["a b", "c"]),
        (["."], ["x"]),
        (["a", "…", "z"], ["a", "b"]),
    ],
)
def test_lines_that_differ(expected: list[str], actual: list[str]) -> None:
    assert mismatch(expected, actual) is not None

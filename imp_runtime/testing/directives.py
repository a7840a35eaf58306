"""What the comments at the head of a test file say about how it is run.

=========================== ==========================================================================================
``// options: OPTIONS``     options of ``impsim run``, written as in a shell; may be there several times
``// device: FILE``         the code of the agent's device; short for ``// options: --device FILE``
``// skip: REASON``         the file is not run
=========================== ==========================================================================================

The head is everything before the first line of code: further down such words are ordinary comments.

The module is pure: it reads text.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from imp_runtime.testing.expectations import ExpectationSyntaxError

_DIRECTIVE = re.compile(r"[ \t]*//[ \t]*(?P<word>options|device|skip):[ \t]*(?P<text>.*?)[ \t\r]*$")
# Words of an options comment that take back what a test has by default; `impsim run` has no need of them.
_NO_FAST = "--no-fast"
_NO_BROKER = "--no-broker"
# With or without the file in the same word.
_DEVICE = "--device"


@dataclass(slots=True)
class Directives:
    """How a test file is run.

    ``options`` are words of a command line, files in them relative to the folder of the test file; ``fast`` and
    ``broker`` are False where the file does not want what tests have by default; ``skip`` is the reason, or None.
    """

    options: list[str] = field(default_factory=list)
    fast: bool = True
    broker: bool = True
    skip: str | None = None

    @property
    def devices(self) -> list[str]:
        """The files that these options name as the code of a device."""
        pairs = zip(self.options, self.options[1:], strict=False)
        apart = [value for word, value in pairs if word == _DEVICE]
        return apart + [word.partition("=")[2] for word in self.options if word.startswith(f"{_DEVICE}=")]


def read_directives(source: str, file: str) -> Directives:
    """Collect the directives of a test file; ``file`` is its name in messages.

    Raises:
        ExpectationSyntaxError: a directive cannot be read.
    """
    found = Directives()
    for number, text in _head(source):
        match = _DIRECTIVE.match(text)
        if match is None:
            continue
        word, value = match["word"], match["text"]
        if not value:
            raise ExpectationSyntaxError(file, number, f"'// {word}:' says nothing")
        if word == "skip":
            found.skip = value
        elif word == "device":
            found.options += [_DEVICE, value]
        else:
            _add_options(found, value, file, number)
    return found


def _add_options(found: Directives, text: str, file: str, number: int) -> None:
    try:
        words = shlex.split(text)
    except ValueError:
        message = "unreadable options: a quotation mark is not closed"
        raise ExpectationSyntaxError(file, number, message) from None
    found.fast = found.fast and _NO_FAST not in words
    found.broker = found.broker and _NO_BROKER not in words
    found.options += [word for word in words if word not in (_NO_FAST, _NO_BROKER)]


def _head(source: str) -> list[tuple[int, str]]:
    """The lines before the first line of code, with their numbers; lines of block comments are left out."""
    lines: list[tuple[int, str]] = []
    inside = False
    for number, text in enumerate(source.split("\n"), start=1):
        stripped = text.strip()
        if not inside and stripped.startswith("/*"):
            inside, stripped = True, stripped[2:]
        if inside:
            inside = "*/" not in stripped
        elif not stripped or stripped.startswith(("//", "#")):
            lines.append((number, text))
        else:
            break
    return lines

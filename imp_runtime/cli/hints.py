"""What to do about a runtime error, where impsim can tell."""

from __future__ import annotations

import re
from typing import Final

_MISSING: Final = re.compile(r"the index '([A-Z][A-Z0-9_]+)' does not exist\Z")


def runtime_hint(text: str, source: bytes) -> str:
    """A line ``hint: ...`` for an error's text, with a line end before it; empty when there is nothing to say.

    A name in capitals that the script uses and nowhere sets is a constant that it expects from outside.
    """
    match = _MISSING.match(text)
    if match is None:
        return ""
    name = match[1]
    code = source.decode("latin-1")
    bare = rf"(?<![\w.\"']){name}(?![\w\"'])"
    if not re.search(bare, code) or re.search(rf"{bare}\s*(?:=(?!=)|<-)", code):
        return ""
    return f"\nhint: give the script this constant with --define {name}=..."

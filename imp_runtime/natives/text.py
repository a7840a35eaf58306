"""The two views of text: Squirrel's byte strings and the host's Unicode strings."""

from __future__ import annotations


def byte_string(text: str) -> str:
    """A host text (an error description, a file name) as a Squirrel string: its UTF-8 bytes, one character each."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def host_text(value: str) -> str:
    """A Squirrel string as host text: read as UTF-8, a byte that fits nowhere becomes U+FFFD."""
    return value.encode("latin-1").decode("utf-8", "replace")

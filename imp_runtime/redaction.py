"""Keeps secrets out of what impsim itself writes: error texts, the locals of a stack, the broker's log."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

# Names of variables and slots whose values are not for a screen or a CI log.
_SECRET_NAME: Final = re.compile(
    r"pass(word|wd|phrase|code)?(?![a-z])|pwd|^pw$|secret|token|credential|signature|auth(?!or)|(^|_)sas|_?key$",
    re.IGNORECASE,
)

_PATTERNS: Final = (
    # The password of a URL: everything up to the last @, as it may hold any character. A port is none.
    (re.compile(r"(://[^/@:\s\"']*):(?!\d{1,5}/)[^\s\"']*@"), rf"\1:{HIDDEN}@"),
    # The same where an error text has cut the URL before its @.
    (re.compile(r"(://[^/@:\s\"']+):(?!\d{1,5}(?:[/?'\"\s]|$))[^\s\"'@*][^\s\"'@]*(?=['\"])"), rf"\1:{HIDDEN}"),
    # The keys of connection strings and shared access signatures.
    (re.compile(r"((?:SharedAccessKey|AccountKey|password|sig)=)[^;&\s\"']+", re.IGNORECASE), rf"\1{HIDDEN}"),
)


def is_secret_name(name: str) -> bool:
    """Whether a variable or slot of that name is likely to hold a secret."""
    return _SECRET_NAME.search(name) is not None


def hide_secrets(text: str) -> str:
    """The text without the passwords of its URLs and the keys of its connection strings."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text

"""Keeps secrets out of what impsim itself writes: error texts, the locals of a stack, the broker's log."""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "***"

# Parts of names of variables and slots whose values are not for a screen or a CI log. Hiding too much is harmless.
_SECRET_NAME: Final = re.compile(r"pass|pw|secret|token|cred|signature|auth|sas|key", re.IGNORECASE)

# A URL from its :// on, up to white space or a quote. Each character is looked at once: texts may be very long.
_URL: Final = re.compile(r"://([^\s\"']*)([\"']?)")
# The user of a URL, with the colon after it; a user may hold an @ (``device@hub:token@host``).
_USER: Final = re.compile(r"(?:^|://)([^/:]*):")
_PORT: Final = re.compile(r"\d{1,5}(?:[/?#]|$)")
# The keys of connection strings, shared access signatures and JSON: ``name=value``, ``"name": "value"``.
_KEY: Final = re.compile(
    r"((?:SharedAccessKey|AccountKey|password|sig)[\"']?\s{0,4}[=:]\s{0,4}[\"']?)([^;&\s\"']+)", re.IGNORECASE
)


def is_secret_name(name: str) -> bool:
    """Whether a variable or slot of that name is likely to hold a secret."""
    return _SECRET_NAME.search(name) is not None


def hide_secrets(text: str, *, keep_length: bool = False) -> str:
    """The text without the passwords of its URLs and the keys of its connection strings.

    With ``keep_length`` each hidden character becomes one asterisk, so that columns stay.
    """

    def hidden(secret: str) -> str:
        return "*" * len(secret) if keep_length else HIDDEN

    def url(match: re.Match[str]) -> str:
        rest, quote = match.groups()
        user = _USER.search(rest)
        if user is None:
            return match[0]
        start, end = user.end(), rest.rfind("@")
        if end < start:
            # No password, or an error text has cut the URL before its @: then a quote follows at once.
            end = len(rest)
            if not quote or start == end or user[1].startswith("[") or "@" in user[1] or _PORT.match(rest, start):
                return match[0]
        return f"://{rest[:start]}{hidden(rest[start:end])}{rest[end:]}{quote}"

    return _KEY.sub(lambda match: match[1] + hidden(match[2]), _URL.sub(url, text))

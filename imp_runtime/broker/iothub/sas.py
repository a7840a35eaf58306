"""Shared access signatures: the tokens by which devices and services authorise at an IoT hub.

A token is the text `SharedAccessSignature sr=RESOURCE&sig=SIGNATURE&se=EXPIRY[&skn=POLICY]`. Its fields are percent-
encoded. What is signed, by HMAC-SHA256 with the decoded key, is the resource as it stands in the token, a line feed and
the expiry (seconds since 1970).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

_PREFIX = "SharedAccessSignature "
_EXPIRY = re.compile(r"[0-9]{1,11}\Z")
_LONGEST_TOKEN = 4096
_FIELDS = ("sr", "sig", "se", "skn")
_KEY_SIZES = range(16, 65)
"""Bytes of a decoded key."""


class MalformedToken(ValueError):
    """A text that is no shared access signature; says why, without any of it."""


@dataclass(frozen=True)
class SasToken:
    """A token that was read, its signature not yet checked.

    * `signed_resource`: the resource as it was signed
    * `signature`: what is claimed to be its signature
    * `expiry`: seconds since 1970
    * `policy`: the name of the policy whose key signed it; None: the key of the device
    """

    signed_resource: str
    signature: bytes = field(repr=False)
    expiry: int
    policy: str | None

    def covers(self, path: Sequence[str]) -> bool:
        """Whether the resource is `path` (the hub's host name in lower case, then names) or one that contains it.

        Some peers encode the names in the resource, some the whole of it, some both.
        """
        text = self.signed_resource
        for _ in range(3):
            host, *names = text.rstrip("/").split("/")
            if [host.lower(), *names] == list(path[: len(names) + 1]):
                return True
            text = unquote(text)
        return False

    def is_signed_with(self, key: bytes) -> bool:
        """Whether the signature is right."""
        return hmac.compare_digest(signature(self.signed_resource, self.expiry, key), self.signature)


def parse_token(text: str) -> SasToken:
    """Read a token. Raises `MalformedToken`."""
    if not text.startswith(_PREFIX):
        raise MalformedToken("it must begin with 'SharedAccessSignature '")
    if len(text) > _LONGEST_TOKEN:
        raise MalformedToken(f"it is longer than {_LONGEST_TOKEN} characters")
    fields: dict[str, str] = {}
    for part in text[len(_PREFIX) :].split("&"):
        name, _, value = part.partition("=")
        if name in fields:
            raise MalformedToken(f"the field '{name}' occurs twice" if name in _FIELDS else "a field occurs twice")
        fields[name] = value
    for name in _FIELDS[:3]:
        if not fields.get(name):
            raise MalformedToken(f"the field '{name}' is missing")
    if not _EXPIRY.match(fields["se"]):
        raise MalformedToken("the field 'se' must be a number of seconds since 1970")
    try:
        signed = base64.b64decode(unquote(fields["sig"]).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedToken("the field 'sig' must be percent-encoded Base64") from None
    return SasToken(fields["sr"], signed, int(fields["se"]), unquote(fields["skn"]) if fields.get("skn") else None)


def create_token(resource: str, key: str, expiry: int, policy: str | None = None) -> str:
    """A token for `resource` (for example `my-hub.example/devices/d1`), signed with a Base64 `key`.

    `expiry`: seconds since 1970; `policy`: the name of the policy that the key belongs to, None for a device's key.
    Raises `ValueError` when the key is no Base64.
    """
    encoded = quote(resource, safe="")
    signed = base64.b64encode(signature(encoded, expiry, base64.b64decode(key, validate=True))).decode("ascii")
    token = f"{_PREFIX}sr={encoded}&sig={quote(signed, safe='')}&se={expiry}"
    return token if policy is None else f"{token}&skn={quote(policy, safe='')}"


def signature(signed_resource: str, expiry: int, key: bytes) -> bytes:
    """The signature of a resource, encoded as in the token, and an expiry."""
    return hmac.digest(key, f"{signed_resource}\n{expiry}".encode(), hashlib.sha256)


def decode_key(text: str) -> bytes | None:
    """The bytes of a Base64 key of 16 to 64 bytes; None when it is none."""
    try:
        key = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return key if len(key) in _KEY_SIZES else None

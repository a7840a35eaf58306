"""AMQP URLs: ``amqps://user:password@host:port`` (core sheet, section 1.12; decision A20)."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote

_DEFAULT_PORTS = {"amqp": 5672, "amqps": 5671}


class UrlError(ValueError):
    """The text is no URL of a known kind; the message says why and never repeats the URL, which may hold a password."""


@dataclass(frozen=True)
class AmqpUrl:
    """Where to connect, and as whom (`user` None: anonymously)."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        return self.scheme == "amqps"

    @property
    def place(self) -> str:
        """``host:port``, for messages."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_url(text: str) -> AmqpUrl:
    """Read a URL; a path, query or fragment after the host is ignored.

    Raises:
        UrlError: another scheme, no host, or a port that is none.
    """
    scheme, separator, rest = text.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in _DEFAULT_PORTS:
        raise UrlError("the URL must begin with amqps:// or amqp://")
    for end in "/?#":
        rest = rest.partition(end)[0]
    userinfo, at, place = rest.rpartition("@")
    user: str | None = None
    password: str | None = None
    if at:
        name, _, secret = userinfo.partition(":")
        user, password = unquote(name), unquote(secret)
    host, port = split_place(place)
    if not host:
        raise UrlError("the URL names no host")
    if any(character <= " " or character == "\x7f" for character in host):
        raise UrlError("the URL's host contains a space or control character")
    # Whoever has a colon but no user gave no identity.
    if not user:
        user = password = None
    return AmqpUrl(scheme, host, _DEFAULT_PORTS[scheme] if port is None else port, user, password)


def split_place(place: str) -> tuple[str, int | None]:
    """Host and port of ``host:port``; the port is None when there is none.

    Raises:
        UrlError: the port is none, or a bracket is missing.
    """
    if place.startswith("["):
        host, bracket, rest = place[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise UrlError("the URL's host has an unbalanced bracket")
        port = rest[1:]
    else:
        host, _, port = place.partition(":")
    if not port:
        return host, None
    if not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536:
        raise UrlError("the URL's port must be a number from 1 to 65535")
    return host, int(port)

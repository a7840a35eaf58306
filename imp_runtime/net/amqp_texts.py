"""What a peer says, as text: its errors for the script, its frames for the trace."""

from __future__ import annotations

import re

from proton import Connection, ProtonException, Transport
from proton import Endpoint as ProtonEndpoint

_ESTABLISHMENT_FAILED = "amqp:connection-establishment-failed"

# What a trace must not show: SASL responses hold passwords, and messages to $cbs hold tokens.
_SECRET_FIELDS = re.compile(r"\b(initial-response|response)=.*(?=\])", re.DOTALL)
_PAYLOAD = re.compile(r"\] \((\d+)\) .*$", re.DOTALL)


def redacted(frame: str) -> str:
    """A line of Proton's frame trace without what may be secret: SASL responses and message contents."""
    shown = _SECRET_FIELDS.sub(r"\1=(hidden)", frame)
    return _PAYLOAD.sub(r"] (\1 bytes)", shown) if "@transfer(" in shown else shown


def condition_text(endpoint: ProtonEndpoint) -> str | None:
    """The peer's error as ``condition: description``, None when it gave none (core sheet, 1.9; decision A12)."""
    try:
        condition = endpoint.remote_condition
    except (ProtonException, UnicodeError):
        return "amqp:decode-error: the peer's error text is not UTF-8"
    return None if condition is None else joined(condition.name, condition.description)


def transport_failure(transport: Transport, user: str | None, place: str) -> str:
    """What Proton found wrong with the bytes or the authentication, for the script.

    `user` is who authenticated (None: nobody), `place` the peer as ``host:port``.
    """
    condition = transport.condition
    if condition is None:
        return f"the connection to {place} failed"
    description = condition.description
    if condition.name == "amqp:unauthorized-access":
        if user is None:
            description = f"{place} does not accept anonymous connections; put user:password@ into the URL"
        else:
            description = f"{place} refused the user name or the password"
    return joined(condition.name, description) or f"the connection to {place} failed"


def joined(name: str | None, description: str | None) -> str | None:
    """Condition and description, whichever of them there are."""
    return f"{name}: {description}" if name and description else name or description or None


def establishment_failed(connection: Connection) -> bool:
    """Whether the open frame announces that a close with the reason follows (AMQP 1.0 part 2, section 2.7.1)."""
    try:
        properties = connection.remote_properties
        return isinstance(properties, dict) and _ESTABLISHMENT_FAILED in properties
    except Exception:
        # Whatever the peer's bytes provoke in Proton's decoder; then they are not that announcement.
        return False

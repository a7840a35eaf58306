"""What a peer says that went wrong, as text for the script."""

from __future__ import annotations

from typing import Final

from proton import Connection, ProtonException, Transport
from proton import Endpoint as ProtonEndpoint

from imp_runtime.net.amqp_url import AmqpUrl

_FRAMING_ERROR = "amqp:connection:framing-error"
_DECODE_ERROR = "amqp:decode-error"
_LIMIT_EXCEEDED = "amqp:resource-limit-exceeded"
_ESTABLISHMENT_FAILED = "amqp:connection-establishment-failed"

GREETING_LENGTH: Final = 8
"""Bytes that a peer begins with: its protocol header (AMQP 1.0 part 2, section 2.2)."""

_AMQP_HEADER: Final = b"AMQP\x00\x01\x00\x00"
_SASL_HEADER: Final = b"AMQP\x03\x01\x00\x00"
_TLS_HEADER: Final = b"AMQP\x02"
# The first two bytes of a TLS record that carries an alert.
_TLS_ALERT: Final = b"\x15\x03"


def condition_text(endpoint: ProtonEndpoint) -> str | None:
    """The peer's error as ``condition: description``, None when it gave none (core sheet, 1.9; decision A12)."""
    try:
        condition = endpoint.remote_condition
    except (ProtonException, UnicodeError):
        return f"{_DECODE_ERROR}: the peer's error text is not UTF-8"
    return None if condition is None else joined(condition.name, condition.description)


def not_amqp(url: AmqpUrl, greeting: bytes) -> str | None:
    """What a peer is that does not speak AMQP 1.0, by the first bytes it sent; None for one that does.

    Without TLS, an alert or a hang-up at the first byte is how ports with TLS answer.
    """
    if greeting.startswith((_SASL_HEADER, _AMQP_HEADER)):
        return None
    if greeting and (_SASL_HEADER.startswith(greeting) or _AMQP_HEADER.startswith(greeting)):
        # It was cut off.
        return None
    if not url.tls:
        if not greeting:
            return f"{url.place} closed the connection at once; the port may want TLS: try amqps://"
        if greeting.startswith((_TLS_ALERT, _TLS_HEADER)):
            return f"{url.place} does not speak plain AMQP; the port may want TLS: try amqps://"
    return f"{url.place} does not speak AMQP 1.0" if greeting else None


def transport_failure(transport: Transport, url: AmqpUrl, greeting: bytes) -> str:
    """What Proton found wrong with the bytes or the authentication, for the script.

    `greeting` is what the peer sent first, eight bytes at most.
    """
    stranger = not_amqp(url, greeting)
    if stranger is not None:
        return stranger
    place = url.place
    try:
        condition = transport.condition
    except UnicodeError:
        # Proton quotes what it could not make sense of.
        return f"{_DECODE_ERROR}: {place} sent a frame that cannot be read"
    if condition is None:
        return f"the connection to {place} failed"
    description = condition.description
    if greeting == _AMQP_HEADER and condition.name == _FRAMING_ERROR and "SASL protocol header" in (description or ""):
        return f"{place} speaks AMQP 1.0 but without SASL, which it must offer"
    if condition.name == "amqp:unauthorized-access":
        if url.user is None:
            description = f"{place} does not accept anonymous connections; put user:password@ into the URL"
        elif transport.sasl().mech is None:
            description = f"{place} does not offer to log in with a user name and password (SASL PLAIN)"
        else:
            description = f"{place} refused the user name or the password"
    elif condition.name == _LIMIT_EXCEEDED and "idle" in (description or ""):
        description = f"{place} was silent for too long (idle timeout)"
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

"""The `$cbs` node: the put-token operation of AMQP Claims-based Security 1.0, as brokers speak it.

A peer sends a message with the application properties `operation` = `put-token`, `type` and `name`, the token as body,
and gets `status-code` and `status-description` back. What a token is worth is for a `TokenPolicy` to say; the one here
takes any.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, cast

from proton import Message, int32

from imp_runtime.broker.encoding import destination

CBS_ADDRESS = "$cbs"


@dataclass(frozen=True)
class PutToken:
    """A put-token request: the audience `name`, the token `type`, the `token` itself (never shown), and who asks."""

    name: str
    type: str
    token: object = field(repr=False)
    user: str | None = None
    container: str | None = None


@dataclass(frozen=True)
class TokenAnswer:
    """The answer to a request: an HTTP-like `status` code and its `description`."""

    status: int
    description: str


class TokenPolicy(Protocol):
    """Decides about tokens."""

    def put_token(self, request: PutToken) -> TokenAnswer:
        """Judge one request."""


class AcceptAnyToken:
    """The policy of a desk: every token will do."""

    def put_token(self, request: PutToken) -> TokenAnswer:
        """Answer 200 OK."""
        return TokenAnswer(200, "OK")


@dataclass(frozen=True)
class CbsExchange:
    """One request and its answer: the encoded `reply`, where the peer wants it, and what to log."""

    reply: bytes
    reply_to: str | None
    answer: TokenAnswer
    request: PutToken | None


def answer_request(raw: bytes, policy: TokenPolicy, user: str | None, container: str | None) -> CbsExchange | None:
    """Answer the encoded request message `raw`; `None` when it is not a readable AMQP message."""
    message = Message()
    try:
        destination(raw)
        message.decode(raw)
    # Proton's decoder raises whatever the bytes provoke (its own errors, Unicode, unhashable map keys, recursion), and
    # it takes some rubbish for an empty message, which the walk to the address does not.
    except Exception:
        return None
    request: PutToken | None = None
    # Proton declares the properties it decodes as always absent.
    properties = cast("dict[str, object] | None", message.properties) or {}
    operation, name, kind = (properties.get(key) for key in ("operation", "name", "type"))
    if operation != "put-token":
        answer = TokenAnswer(400, "the application property 'operation' must be 'put-token'")
    elif not isinstance(name, str) or not isinstance(kind, str):
        answer = TokenAnswer(400, "put-token needs the application properties 'name' and 'type', both strings")
    else:
        request = PutToken(str(name), str(kind), message.body, user, container)
        answer = policy.put_token(request)
    reply = Message(
        properties={"status-code": int32(answer.status), "status-description": answer.description},
        correlation_id=message.id,
    )
    return CbsExchange(bytes(reply.encode()), message.reply_to, answer, request)

"""The opening of a connection, seen from the server: protocol headers and SASL (AMQP 1.0 part 2.2 and part 5.3).

Proton's own SASL server offers ANONYMOUS only unless it was built with Cyrus SASL, which Python wheels are not. So
this layer stands in front of the Proton transport: bytes in, bytes out, no sockets. When it is done, the bytes from the
plain AMQP header on (`rest`) belong to a Proton transport that knows nothing of SASL.

PLAIN sends passwords as they are; they are compared here and never kept, shown or logged.
"""

from __future__ import annotations

import hmac
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NoReturn

from proton import Data, ProtonException

AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
SASL_HEADER = b"AMQP\x03\x01\x00\x00"

_MECHANISMS = 0x40
_INIT = 0x41
_CHALLENGE = 0x42
_RESPONSE = 0x43
_OUTCOME = 0x44
_DESCRIPTOR_NAMES = {"amqp:sasl-init:list": _INIT, "amqp:sasl-response:list": _RESPONSE}

_OUTCOME_OK = 0
_OUTCOME_AUTH = 1

_SASL_FRAME_TYPE = 1
_LARGEST_FRAME = 4096
"""Bytes of a SASL frame; the specification sets 512, some clients are less strict with long tokens."""


@dataclass(frozen=True)
class Credentials:
    """Who may connect: `users` (name -> password; empty: anybody) by PLAIN, and whether anonymous peers may."""

    users: Mapping[str, str] = field(default_factory=dict, repr=False)
    allow_anonymous: bool = True

    def mechanisms(self) -> list[str]:
        """The SASL mechanisms on offer."""
        return ["PLAIN", "ANONYMOUS"] if self.allow_anonymous else ["PLAIN"]

    def check(self, user: str, password: str) -> bool:
        """Whether this user may connect with this password."""
        if not self.users:
            return bool(user)
        expected = self.users.get(user)
        # The comparison also runs for an unknown user, so that the time tells nothing.
        matches = hmac.compare_digest((expected or "").encode(), password.encode())
        return expected is not None and matches


class _State(Enum):
    HEADER = auto()
    INIT = auto()
    RESPONSE = auto()
    AMQP_HEADER = auto()
    DONE = auto()
    FAILED = auto()


class _Refused(Exception):
    """The opening ends here; the text says why, without anything secret."""


class ServerHandshake:
    """The server's half of a connection's opening.

    Feed it with `receive`, send what `take_output` returns, and look at `done` and `failure` after each step.

    * `mechanism`: `ANONYMOUS` or `PLAIN`, `None` for a peer without a SASL layer
    * `user`: the name that PLAIN gave
    * `failure`: why the connection must end, once the output is sent
    * `rest`: when `done`, the bytes that follow, beginning with the AMQP header
    """

    def __init__(self, credentials: Credentials) -> None:
        self.mechanism: str | None = None
        self.user: str | None = None
        self.failure: str | None = None
        self._credentials = credentials
        self._state = _State.HEADER
        self._input = bytearray()
        self._output = bytearray()

    @property
    def done(self) -> bool:
        """Whether the peer is let in and the plain AMQP header has arrived."""
        return self._state is _State.DONE

    @property
    def rest(self) -> bytes:
        """The bytes that have arrived and were not used here."""
        return bytes(self._input)

    def take_output(self) -> bytes:
        """The bytes to send to the peer; they are returned once."""
        output = bytes(self._output)
        self._output.clear()
        return output

    def receive(self, data: bytes) -> None:
        """Take bytes from the peer."""
        self._input += data
        try:
            while self._step():
                pass
        except _Refused as refusal:
            self._state = _State.FAILED
            self.failure = str(refusal)

    def _step(self) -> bool:
        """Use what has arrived; False when more is needed or there is nothing more to do."""
        if self._state in (_State.HEADER, _State.AMQP_HEADER):
            return self._read_header()
        if self._state in (_State.INIT, _State.RESPONSE):
            return self._read_frame()
        return False

    def _read_header(self) -> bool:
        header = bytes(self._input[:8])
        # After SASL the plain header must follow; before it, that header means an anonymous peer.
        plain_allowed = self._state is _State.AMQP_HEADER or self._credentials.allow_anonymous
        if header == AMQP_HEADER and plain_allowed:
            self._state = _State.DONE
            return False
        expected = [AMQP_HEADER] if self._state is _State.AMQP_HEADER else [AMQP_HEADER, SASL_HEADER]
        if len(header) < 8 and any(known.startswith(header) for known in expected):
            return False
        if header == SASL_HEADER and self._state is _State.HEADER:
            del self._input[:8]
            self._output += SASL_HEADER
            self._send(_MECHANISMS, _put_symbols(self._credentials.mechanisms()))
            self._state = _State.INIT
            return True
        # A peer with another header is told the one that would do (AMQP 1.0 part 2.2).
        self._output += AMQP_HEADER if plain_allowed else SASL_HEADER
        raise _Refused(_header_error(header))

    def _read_frame(self) -> bool:
        if len(self._input) < 8:
            return False
        size, offset, kind = struct.unpack_from(">IBB", self._input)
        if kind != _SASL_FRAME_TYPE or not 8 <= offset * 4 <= size <= _LARGEST_FRAME:
            raise _Refused("malformed SASL frame")
        if len(self._input) < size:
            return False
        body = bytes(self._input[offset * 4 : size])
        del self._input[:size]
        code, fields = _decode(body)
        if self._state is _State.INIT and code == _INIT:
            self._init(fields)
        elif self._state is _State.RESPONSE and code == _RESPONSE:
            self._plain(fields[0] if fields else None)
        else:
            raise _Refused("unexpected SASL frame")
        return True

    def _init(self, fields: list[str | bytes | None]) -> None:
        mechanism = fields[0] if fields else None
        response = fields[1] if len(fields) > 1 else None
        if not isinstance(mechanism, str) or mechanism not in self._credentials.mechanisms():
            self._refuse("the peer chose a SASL mechanism that is not offered")
        self.mechanism = mechanism
        if mechanism == "ANONYMOUS":
            self._admit()
        elif response is None:
            self._send(_CHALLENGE, lambda data: data.put_binary(b""))
            self._state = _State.RESPONSE
        else:
            self._plain(response)

    def _plain(self, response: str | bytes | None) -> None:
        """RFC 4616: authorization identity, NUL, authentication identity, NUL, password."""
        parts = response.split(b"\x00") if isinstance(response, bytes) else []
        if len(parts) != 3:
            self._refuse("malformed PLAIN credentials")
        try:
            authorize, user, password = (part.decode("utf-8") for part in parts)
        except UnicodeDecodeError:
            self._refuse("PLAIN credentials are not UTF-8")
        self.user = user
        if authorize not in ("", user) or not self._credentials.check(user, password):
            self._refuse("wrong user name or password")
        self._admit()

    def _admit(self) -> None:
        self._send(_OUTCOME, lambda data: data.put_ubyte(_OUTCOME_OK))
        self._state = _State.AMQP_HEADER

    def _refuse(self, reason: str) -> NoReturn:
        self._send(_OUTCOME, lambda data: data.put_ubyte(_OUTCOME_AUTH))
        raise _Refused(reason)

    def _send(self, code: int, put_fields: Callable[[Data], None]) -> None:
        data = Data()
        data.put_described()
        data.enter()
        data.put_ulong(code)
        data.put_list()
        data.enter()
        put_fields(data)
        body = data.encode()
        self._output += struct.pack(">IBBH", 8 + len(body), 2, _SASL_FRAME_TYPE, 0) + body


def _put_symbols(symbols: list[str]) -> Callable[[Data], None]:
    def put(data: Data) -> None:
        data.put_array(False, Data.SYMBOL)
        data.enter()
        for symbol in symbols:
            data.put_symbol(symbol)
        data.exit()

    return put


def _decode(body: bytes) -> tuple[int | None, list[str | bytes | None]]:
    """The descriptor of a SASL performative and its text and binary fields; other fields read as `None`.

    Only the outer list is walked: what a peer nests inside a field is of no interest and may be deep.
    """
    data = Data()
    try:
        data.decode(body)
        data.rewind()
        if data.next() != Data.DESCRIBED or not data.enter():
            raise _Refused("malformed SASL frame")
        kind = data.next()
        code: int | None = None
        if kind == Data.ULONG:
            code = int(data.get_ulong())
        elif kind == Data.SYMBOL:
            code = _DESCRIPTOR_NAMES.get(str(data.get_symbol()))
        if data.next() != Data.LIST:
            raise _Refused("malformed SASL frame")
        count = data.get_list()
        data.enter()
        return code, [_field(data, data.next()) for _ in range(count)]
    except (ProtonException, UnicodeDecodeError):
        raise _Refused("malformed SASL frame") from None


def _field(data: Data, kind: int | None) -> str | bytes | None:
    if kind == Data.SYMBOL:
        return str(data.get_symbol())
    if kind == Data.BINARY:
        return bytes(data.get_binary())
    return None


def _header_error(header: bytes) -> str:
    """What is wrong with the first bytes of a connection, for the log."""
    if header[:2] == b"\x16\x03":
        return "the peer speaks TLS; this is the plain port"
    if header == AMQP_HEADER:
        return "the peer did not authenticate and anonymous connections are not allowed"
    if header.startswith(b"AMQP\x02"):
        return "the peer asks for TLS inside AMQP; use the TLS port"
    if header.startswith(b"AMQP") and len(header) == 8:
        return f"the peer speaks another AMQP: protocol {header[4]}, version {header[5]}.{header[6]}.{header[7]}"
    return "the peer does not speak AMQP 1.0"

"""Getting a socket to an AMQP or MQTT peer, TLS included, and saying plainly why that failed.

TLS is Python's, not Proton's: the same in every build of Proton, and its errors say what is wrong.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Callable
from typing import Protocol, TypeVar

from imp_runtime.config import NetworkConfig

_P = TypeVar("_P", bound=asyncio.BaseProtocol)

CONNECT_TIMEOUT = 30.0
"""Seconds for the name, the socket and the TLS handshake together."""

# OpenSSL's numbers for what is wrong with a certificate.
_EXPIRED = 10
_NOT_YET_VALID = 9
_WRONG_NAME = frozenset({62, 64})

# Without TLS the scheme is another one.
_PLAIN_SCHEMES = {"amqps": "amqp", "ssl": "tcp"}


class Target(Protocol):
    """Where to connect: what the URLs of the protocols have in common."""

    @property
    def scheme(self) -> str:
        """What stands before the ``://``, in lower case."""
        ...

    @property
    def host(self) -> str:
        """The name that the certificate must be for."""
        ...

    @property
    def port(self) -> int:
        """The TCP port."""
        ...

    @property
    def tls(self) -> bool:
        """Whether the connection is encrypted."""
        ...

    @property
    def place(self) -> str:
        """``host:port``, for messages."""
        ...


class DialError(Exception):
    """There is no connection; the message is for the script."""


async def dial(url: Target, config: NetworkConfig, factory: Callable[[], _P]) -> _P:
    """Connect to where `config` sends the URL, with a TLS handshake that checks the certificate for the URL's host.

    Raises:
        DialError: with a short text that holds no secrets.
    """
    host, port = config.target(url.host, url.port, url.scheme)
    refusal = config.refusal((host, port))
    if refusal is not None:
        raise DialError(refusal)
    loop = asyncio.get_running_loop()
    try:
        context = _tls_context(config) if url.tls else None
        async with asyncio.timeout(CONNECT_TIMEOUT):
            _, protocol = await loop.create_connection(
                factory, host, port, ssl=context, server_hostname=url.host if context is not None else None
            )
        return protocol
    except (OSError, UnicodeError, ValueError) as error:
        reason = _explain(error, url, host, port)
        _let_go_of_frames(error)
    raise DialError(reason)


def _let_go_of_frames(error: BaseException | None) -> None:
    """Break the cycles of an error and the frames it has passed, where asyncio keeps the futures that hold it.

    While an agent runs nobody collects cycles, and these have TLS buffers and certificates in them.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _tls_context(config: NetworkConfig) -> ssl.SSLContext:
    context = ssl.create_default_context()
    for path in config.ca_files:
        try:
            context.load_verify_locations(cafile=path)
        except (OSError, ssl.SSLError):
            raise DialError(f"cannot read certificates from {path}") from None
    for text in config.ca_pem:
        context.load_verify_locations(cadata=text)
    return context


def _explain(error: Exception, url: Target, host: str, port: int) -> str:
    """One line for the script: what failed, where, and what to do when that is not obvious."""
    place = url.place
    if (host, port) != (url.host, url.port):
        place += f" (redirected to {host}:{port})"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _explain_certificate(error, url, place)
    if isinstance(error, TimeoutError):
        return f"connecting to {place} timed out"
    if isinstance(error, (socket.gaierror, UnicodeError)):
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            return f"cannot resolve host '{host}': the name server does not answer"
        return f"unknown host '{host}'"
    if isinstance(error, ssl.SSLError):
        if error.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
            plain = _PLAIN_SCHEMES[url.scheme]
            return f"{place} does not speak TLS; is it the plain port ({plain}:// instead of {url.scheme}://)?"
        return f"TLS handshake with {place} failed: {(error.reason or 'unknown reason').replace('_', ' ').lower()}"
    if isinstance(error, ConnectionRefusedError) or f"[Errno {errno.ECONNREFUSED}]" in str(error):
        return f"connection refused by {place}"
    if isinstance(error, (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)):
        handshake = " during the TLS handshake" if url.tls else ""
        return f"connection reset by {place}{handshake}"
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return f"no route to {place}"
    return f"cannot connect to {place}: {_reason(error)}"


def _explain_certificate(error: ssl.SSLCertVerificationError, url: Target, place: str) -> str:
    if error.verify_code == _EXPIRED:
        return f"the certificate of {place} has expired"
    if error.verify_code == _NOT_YET_VALID:
        return f"the certificate of {place} is not valid yet; is the clock right?"
    if error.verify_code in _WRONG_NAME or "Hostname mismatch" in str(error) or "IP address mismatch" in str(error):
        return f"the certificate of {place} is not for '{url.host}'"
    return (
        f"the certificate of {place} is not trusted ({error.verify_message}); "
        "to trust its authority give its certificate with --tls-ca"
    )


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return type(error).__name__

"""``httprequest`` and ``httpstream``: what a script asks of others (http sheet, sections 2 and 4)."""

from __future__ import annotations

import math
from typing import Final

from imp_runtime.api.http_outgoing import Outgoing
from imp_runtime.api.http_values import method_name, request_headers
from imp_runtime.natives import Callback, HostObject, method
from imp_runtime.net.http_exchange import Order
from squirrel.errors import SquirrelError
from squirrel.machine import Machine
from squirrel.values.table import Table

NO_TIMEOUT: Final = -1
VALIDATE_NONE: Final = 0
VALIDATE_USING_SYSTEM_CA_CERTS: Final = 1

_DEFAULT_TIMEOUT: Final = 600.0
# Seconds; more is the same as no limit, and libcurl counts milliseconds in 32 bits.
_LONGEST_TIMEOUT: Final = 2_000_000.0


class HttpRequest(HostObject, name="httprequest"):
    """One request, to be sent once. While it is under way it holds itself: the script need not keep it."""

    def __init__(
        self, machine: Machine, outgoing: Outgoing, verb: str, url: str, headers: Table | None, body: bytes
    ) -> None:
        """Raises SquirrelError for a verb or a header that cannot be sent."""
        super().__init__()
        self._outgoing = outgoing
        self._verb = method_name(verb)
        self._url = url.encode("latin-1")
        self._headers = request_headers(machine, headers)
        self._body = body
        self._verify = False
        self._number: int | None = None
        self._spent = ""

    @method
    def sendasync(
        self, doneCallback: Callback, streamCallback: Callback | None = None, timeout: float = _DEFAULT_TIMEOUT
    ) -> None:
        """Send; ``doneCallback(response)`` runs when the request is over, whatever became of it.

        ``streamCallback(content)`` gets the body as it comes in. ``timeout`` is in seconds; ``NO_TIMEOUT`` is for ever.

        Raises:
            SquirrelError: sent or cancelled before; a negative timeout.
        """
        limit = seconds(timeout)
        self._number = self._outgoing.start(self._order(limit), doneCallback, streamCallback)

    @method
    def sendsync(self) -> Table:
        """Send, block the agent until the request is over, and return the response table.

        Raises:
            SquirrelError: sent or cancelled before.
        """
        return self._outgoing.wait(self._outgoing.start(self._order(_DEFAULT_TIMEOUT), None))

    @method
    def cancel(self) -> None:
        """Give the request up: no callback of it runs any more. Nothing happens when it is over."""
        self._spent = self._spent or "cancelled"
        if self._number is not None:
            self._outgoing.cancel(self._number)

    @method
    def setvalidation(self, mode: int) -> None:
        """``VALIDATE_USING_SYSTEM_CA_CERTS`` or ``VALIDATE_NONE``, the default.

        Raises:
            SquirrelError: another mode; sent or cancelled before.
        """
        self._check_unspent()
        self._verify = verifies(mode)

    def _order(self, timeout: float | None) -> Order:
        self._check_unspent()
        self._spent = "sent"
        expect_body = self._outgoing.limited and self._verb == b"HEAD"
        return Order(self._verb, self._url, b"", self._headers, self._body, timeout, self._verify, expect_body)

    def _check_unspent(self) -> None:
        if self._spent:
            raise SquirrelError(f"the httprequest was already {self._spent}; make a new one for each request")


class HttpStream(HostObject, name="httpstream"):
    """A request whose body is sent piece by piece. It opens its connection at the first piece."""

    def __init__(
        self, machine: Machine, outgoing: Outgoing, verb: str, url: str, headers: Table | None, callback: Callback
    ) -> None:
        """Raises SquirrelError for a verb or a header that cannot be sent."""
        super().__init__()
        self._closed = True
        self._outgoing = outgoing
        self._verb = method_name(verb)
        self._url = url.encode("latin-1")
        self._headers = request_headers(machine, headers)
        self._callback: Callback | None = callback
        self._verify = False
        self._number: int | None = None
        self._closed = False

    def __del__(self) -> None:
        # Nobody can end its body any more.
        if not self._closed:
            self.cancel()

    @method
    def send(self, data: bytes) -> None:
        """Send a piece; the peer may get several as one.

        Raises:
            SquirrelError: the stream is cancelled or closed, or its request is over; or the peer is far behind.
        """
        if not self._outgoing.send(self._open(), data):
            raise SquirrelError("the peer does not take what is sent: too much is waiting")

    @method
    def closeasync(self, callback: Callback | None = None, timeout: float = _DEFAULT_TIMEOUT) -> None:
        """End the body; ``callback(content)`` gets that of the answer as it comes in, before the stream's own callback.

        Raises:
            SquirrelError: the stream is cancelled or closed, or its request is over.
        """
        limit = seconds(timeout)
        number = self._open()
        self._closed = True
        self._outgoing.finish(number, callback, limit)

    @method
    def closesync(self) -> Table:
        """End the body, block the agent until the request is over, and return the response table.

        The stream's own callback does not run.

        Raises:
            SquirrelError: the stream is cancelled or closed, or its request is over.
        """
        number = self._open()
        self._closed = True
        self._outgoing.finish(number, None, _DEFAULT_TIMEOUT)
        return self._outgoing.wait(number)

    @method
    def cancel(self) -> None:
        """Give the request up: no callback of it runs any more."""
        self._closed = True
        self._callback = None
        if self._number is not None:
            self._outgoing.cancel(self._number)

    @method
    def setvalidation(self, mode: int) -> None:
        """As that of ``httprequest``; before the first piece.

        Raises:
            SquirrelError: another mode, or too late.
        """
        if self._closed or self._number is not None:
            raise SquirrelError("the httpstream is already sending")
        self._verify = verifies(mode)

    def _open(self) -> int:
        """The number of the request, which begins here if it has not."""
        if self._number is None and not self._closed:
            order = Order(self._verb, self._url, b"", self._headers, None, None, self._verify)
            callback, self._callback = self._callback, None
            self._number = self._outgoing.start(order, callback)
        elif self._closed or self._number is None or self._outgoing.is_over(self._number):
            raise SquirrelError("stream closed")
        return self._number


def seconds(timeout: float) -> float | None:
    """The time limit that a script gives, None for no limit.

    Raises:
        SquirrelError: a negative one.
    """
    if timeout in (NO_TIMEOUT, 0) or timeout > _LONGEST_TIMEOUT:
        return None
    if math.isnan(timeout) or timeout < 0:
        raise SquirrelError("the timeout must be a number of seconds, or NO_TIMEOUT")
    return timeout


def verifies(mode: int) -> bool:
    """Whether a mode of ``setvalidation`` has certificates checked.

    Raises:
        SquirrelError: it is no mode.
    """
    if mode not in (VALIDATE_NONE, VALIDATE_USING_SYSTEM_CA_CERTS):
        raise SquirrelError("invalid mode: it must be VALIDATE_NONE or VALIDATE_USING_SYSTEM_CA_CERTS")
    return mode == VALIDATE_USING_SYSTEM_CA_CERTS

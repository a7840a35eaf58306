"""The outgoing requests of an agent that are under way: from the script's objects to the I/O thread and back."""

from __future__ import annotations

import functools
import re
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imp_runtime.api.http_limits import Bucket
from imp_runtime.api.http_values import response_table
from imp_runtime.natives import Callback, byte_string, invoke
from imp_runtime.net.http_client import HttpClient
from imp_runtime.net.http_exchange import Answer, Exchange, Failure, Order
from squirrel.ops.text import LONGEST_TEXT
from squirrel.values.base import Value
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

# The platform's rate: 40 requests at once, and two more each second.
_BURST: Final = 40
_PER_SECOND: Final = 2.0
_TOO_MANY: Final = 429
# Bytes that a stream may have waiting for a peer that does not take them.
_MOST_WAITING: Final = LONGEST_TEXT

# A URL as (scheme and authority (scheme) (host) (port)) (path and query). Stricter than libcurl, so that what is
# decided by the host holds for libcurl as well.
_URL: Final = re.compile(
    rb"""(
        (https?)://
        (?:[^\x00-\x20\x7f/?\#@\\]*@)?
        (\[[0-9A-Fa-f:.]+\] | [^\x00-\x20\x7f/?\#@\\:\[\]%]+)
        (?::([0-9]{1,5}))?
    )
    ((?:[/?][^\x00-\x20\x7f\#]*)?)
    (?:\#[^\x00-\x20\x7f]*)?\Z""",
    re.IGNORECASE | re.VERBOSE,
)


class Pending:
    """A request under way, whether or not the script keeps its object.

    ``done`` and ``piece`` are the script's callbacks; ``refused`` is the answer to a request that was not sent.
    """

    def __init__(self, done: Callback | None, piece: Callback | None) -> None:
        self.done = done
        self.piece = piece
        self.exchange: Exchange | None = None
        self.refused: Answer | None = None

    @property
    def answer(self) -> Answer | None:
        """The answer, as soon as there is one."""
        return self.exchange.answer if self.exchange is not None else self.refused


class Outgoing:
    """The requests of one agent that are under way, by their numbers. Only on the agent's thread."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent
        self._pending: dict[int, Pending] = {}
        self._started = 0
        self._client = HttpClient(agent.io, agent.config.network)
        self.limited = agent.config.limits is not None
        self._bucket = Bucket(_BURST, _PER_SECOND, agent.clock.monotonic) if self.limited else None
        agent.handles.add_roots(self._under_way)

    def _under_way(self) -> list[tuple[str, Value]]:
        callbacks = [callback for pending in self._pending.values() for callback in (pending.done, pending.piece)]
        return [("request under way", callback) for callback in callbacks if callback is not None]

    def start(self, order: Order, done: Callback | None, piece: Callback | None = None) -> int:
        """Send a request, and keep the run alive until it is over; return its number."""
        self._started += 1
        number = self._started
        pending = self._pending[number] = Pending(done, piece)
        scheduler = self._agent.scheduler
        scheduler.hold()
        # Neither the inbox nor the I/O thread may keep the script's callbacks alive.
        this = weakref.ref(self)

        def on_answer(answer: Answer) -> None:
            scheduler.post(functools.partial(_answered, this, number, answer))

        def on_piece(data: bytes) -> None:
            scheduler.post(functools.partial(_streamed, this, number, data))

        checked = self._checked(order)
        if isinstance(checked, Answer):
            pending.refused = checked
            on_answer(checked)
        else:
            pending.exchange = Exchange(checked, on_answer, on_piece, streaming=piece is not None)
            self._client.start(pending.exchange)
        return number

    def wait(self, number: int) -> Table:
        """Block the agent until a request is over, whose callback then does not run; return its response table.

        Raises:
            Interrupted: the run was stopped.
        """
        pending = self._pending[number]
        try:
            self._agent.scheduler.wait_for(lambda: pending.answer is not None, None)
        finally:
            self.cancel(number)
        assert pending.answer is not None
        return _response_of(pending.answer)

    def cancel(self, number: int) -> None:
        """Give up a request: no callback of it runs any more. Nothing happens when it is over."""
        pending = self._forget(number)
        if pending is not None and pending.exchange is not None:
            self._client.cancel(pending.exchange)

    def is_over(self, number: int) -> bool:
        """Whether the script was told the answer of a request, or has given it up."""
        return number not in self._pending

    def send(self, number: int, data: bytes) -> bool:
        """More of a streamed body; False when the peer is so far behind that no more can wait."""
        exchange = self._pending[number].exchange
        if exchange is None:
            # Refused, as its callback will be told.
            return True
        if exchange.waiting + len(data) > _MOST_WAITING:
            return False
        exchange.pushed += len(data)
        self._client.send(exchange, data)
        return True

    def finish(self, number: int, piece: Callback | None, timeout: float | None) -> None:
        """The streamed body ends here; ``piece`` gets the answer's pieces from now on."""
        pending = self._pending[number]
        pending.piece = piece
        if pending.exchange is not None:
            self._client.finish(pending.exchange, timeout, stream=piece is not None)

    def _checked(self, order: Order) -> Order | Answer:
        """The order with the address it goes to, or the answer to a request that must not be sent."""
        parts = _URL.match(order.url)
        if parts is None:
            return Answer(Failure.MALFORMED_URL)
        base, scheme, host_text, port_text, target = parts.groups()
        host = host_text.decode("latin-1").strip("[]")
        port = int(port_text or (443 if scheme.lower() == b"https" else 80))
        if not 0 < port < 65536:
            return Answer(Failure.MALFORMED_URL)
        network = self._agent.config.network
        address = network.target(host, port)
        refusal = network.refusal(address)
        if refusal is not None:
            self._agent.log.error(byte_string(f"http: {refusal}"))
            return Answer(Failure.CANNOT_CONNECT)
        if self._bucket is not None and not self._bucket.take():
            wait = self._bucket.seconds_to_next()
            lines = (b"HTTP/1.1 429 Too Many Requests", b"x-agent-rate-limited: true", b"retry-after: %d" % wait)
            return Answer(_TOO_MANY, lines)
        if not target.startswith(b"/"):
            target = b"/" + target
        return replace(order, url=base + b"/", target=target, address=None if address == (host, port) else address)

    def _forget(self, number: int) -> Pending | None:
        pending = self._pending.pop(number, None)
        if pending is not None:
            self._agent.scheduler.release()
        return pending

    def answered(self, number: int, answer: Answer) -> None:
        """Call back: the request is over. Not when it was given up in the meantime."""
        pending = self._forget(number)
        if pending is not None and pending.done is not None:
            invoke(self._agent.machine, pending.done, _response_of(answer))

    def streamed(self, number: int, data: bytes) -> None:
        """Call back with a piece of the answer."""
        pending = self._pending.get(number)
        if pending is None or pending.piece is None:
            return
        invoke(self._agent.machine, pending.piece, data.decode("latin-1"))
        # Not before: while the script is busy with it, no more shall come than can wait.
        if pending.exchange is not None:
            self._client.taken(pending.exchange, len(data))


def _answered(outgoing: weakref.ref[Outgoing], number: int, answer: Answer) -> None:
    known = outgoing()
    if known is not None:
        known.answered(number, answer)


def _streamed(outgoing: weakref.ref[Outgoing], number: int, data: bytes) -> None:
    known = outgoing()
    if known is not None:
        known.streamed(number, data)


def _response_of(answer: Answer) -> Table:
    return response_table(answer.status, answer.lines, answer.body)

"""What crosses between the agent's thread and the I/O thread for one outgoing HTTP request, and its life in between."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import pycurl

from squirrel.ops.text import LONGEST_TEXT

# Bytes of a streamed answer that the script has not taken yet, from which on the peer has to wait.
_MOST_UNTAKEN: Final = 256 * 1024


class Failure(IntEnum):
    """The codes of libcurl that are given without asking libcurl (http sheet, section 2.2)."""

    MALFORMED_URL = 3
    CANNOT_CONNECT = 7
    TIMED_OUT = 28


@dataclass(frozen=True, slots=True)
class Order:
    """A request as it is to be sent.

    * `url`: scheme, user, host and port; the scheme is http or https
    * `target`: path and query, sent as they are
    * `headers`: names and values, as bytes, none of which may hold a line end
    * `body`: None when it is streamed: `HttpClient.send` and `finish` give it
    * `timeout`: seconds for everything; None for no limit. Of a streamed body it counts from its end
    * `verify`: whether the certificate of the peer is checked
    * `expect_body`: whether an answer to HEAD is taken to have a body, as the platform does, which then never comes
    * `address`: where to connect to instead of the URL's host and port
    """

    method: bytes
    url: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes | None
    timeout: float | None
    verify: bool
    expect_body: bool = False
    address: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended.

    * `status`: of HTTP, or below 100 libcurl's number for what went wrong
    * `lines`: the head of the answer, status line first, without line ends
    * `body`: without what was streamed, unless the status is an error
    """

    status: int
    lines: Sequence[bytes] = ()
    body: bytes = b""


class Exchange:
    """One request on its way. Made on any thread, and from then on the I/O thread's, but for its `answer`."""

    def __init__(
        self,
        order: Order,
        on_answer: Callable[[Answer], None],
        on_piece: Callable[[bytes], None],
        *,
        streaming: bool,
    ) -> None:
        """Both functions are called on the I/O thread, `on_piece` only while the answer is streamed."""
        self.order = order
        self.on_answer = on_answer
        self.on_piece = on_piece
        self.streaming = streaming
        # Bytes of a streamed request body: what the agent's thread has given, and what libcurl has taken of it.
        self.pushed = 0
        self._sent = 0
        self.over = False
        self.answer: Answer | None = None
        # What the request ends with when it is taken away from libcurl; None for a request that nobody waits for.
        self.failure: Failure | None = None
        # Where libcurl's own limit does not do: while the request waits for its turn, and for a streamed body.
        self.deadline: asyncio.TimerHandle | None = None
        self.curl: Any = None
        self._lines: list[bytes] = []
        self._body: list[bytes] = []
        self._collected = 0
        self._untaken = 0
        self._outgoing: deque[bytes] = deque()
        self._outgoing_ended = order.body is not None
        self._resting = False

    # What libcurl calls. An exception would only be printed, so there is none.

    def on_header(self, line: bytes) -> None:
        """A line of the head of the answer; that of an interim answer (100 Continue) makes room for the next."""
        if line.startswith(b"HTTP/"):
            self._lines.clear()
        if line.strip():
            self._lines.append(line.rstrip(b"\r\n"))

    def on_write(self, data: bytes) -> int | None:
        """A piece of the answer's body."""
        if not self.streaming:
            self._body.append(data)
            return None
        if self._untaken >= _MOST_UNTAKEN:
            self._resting = True
            pause: int = pycurl.WRITEFUNC_PAUSE
            return pause
        self._untaken += len(data)
        if not self._is_success() and self._collected < LONGEST_TEXT:
            self._body.append(data)
            self._collected += len(data)
        self.on_piece(data)
        return None

    def on_read(self, size: int) -> bytes | int:
        """The next piece of a streamed request body; an empty one ends it."""
        if not self._outgoing:
            if self._outgoing_ended:
                return b""
            self._resting = True
            pause: int = pycurl.READFUNC_PAUSE
            return pause
        data = self._outgoing.popleft()
        if len(data) > size:
            self._outgoing.appendleft(data[size:])
        self._sent += min(len(data), size)
        return data[:size]

    @property
    def waiting(self) -> int:
        """Bytes of a streamed request body that the peer has not been sent yet; on any thread."""
        return self.pushed - self._sent

    # What the agent wants.

    def push(self, data: bytes | None) -> None:
        """More of a streamed request body; None for its end."""
        if data is None:
            self._outgoing_ended = True
        else:
            self._outgoing.append(data)
        self._wake()

    def stream(self) -> None:
        """Stream the answer from now on, beginning with what has come of it already."""
        self.streaming = True
        if self._body and self._is_success():
            data = b"".join(self._body)
            self._body.clear()
            self._untaken += len(data)
            self.on_piece(data)

    def taken(self, size: int) -> None:
        """The script is done with so many bytes of the streamed answer."""
        self._untaken -= size
        self._wake()

    def _wake(self) -> None:
        if self._resting and not self.over and self.curl is not None:
            self._resting = False
            self.curl.pause(pycurl.PAUSE_CONT)

    def end(self, failure: int | None) -> None:
        """The request is over, well, or with one of libcurl's codes."""
        if self.over:
            return
        status = self.status() if failure is None else failure
        self.answer = answer = Answer(status, tuple(self._lines), b"".join(self._body))
        self.close()
        self.on_answer(answer)

    def close(self) -> None:
        """Let go of everything; nothing is told any more."""
        self.over = True
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None
        self._body.clear()
        self._outgoing.clear()
        if self.curl is not None:
            self.curl.close()
            self.curl = None

    def status(self) -> int:
        """The status of the answer so far, 0 before there is one."""
        parts = self._lines[0].split(None, 2) if self._lines else []
        return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0

    def _is_success(self) -> bool:
        return 200 <= self.status() < 300

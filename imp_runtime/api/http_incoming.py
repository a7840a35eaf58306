"""``http.onrequest`` and ``httpresponse``: what others ask of the agent (http sheet, section 1)."""

from __future__ import annotations

import functools
import os
import time
import weakref
from typing import TYPE_CHECKING, Final

from imp_runtime.api.http_codecs import decode_url
from imp_runtime.api.http_limits import Bucket
from imp_runtime.api.http_values import header, request_table
from imp_runtime.natives import Callback, HostObject, byte_string, host_text, invoke, method
from imp_runtime.net.http_connection import ServerLimits
from imp_runtime.net.http_server import HOST, HttpServer, Request
from squirrel.errors import SquirrelError
from squirrel.values.base import Value

if TYPE_CHECKING:
    from imp_runtime.agent import Agent
    from imp_runtime.scheduler import Scheduler

# The platform takes some twenty requests a second, and lets no client wait for ever.
_PER_SECOND: Final = 20
_ANSWER_TIME: Final = 60.0
_STATUSES: Final = range(200, 1000)


class Incoming:
    """The agent's URL, and the function that answers there. Only on the agent's thread."""

    def __init__(self, agent: Agent) -> None:
        """Raises SquirrelError when the port is not to be had."""
        self._agent = agent
        self._handler: Callback | None = None
        scheduler = agent.scheduler
        this = weakref.ref(self)

        def on_request(request: Request) -> None:
            # The inbox must not keep the script's handler alive.
            scheduler.post(functools.partial(_arrived, this, request))

        config = agent.config
        limits = ServerLimits()
        if config.limits is not None:
            limits = ServerLimits(answer_time=_ANSWER_TIME, rate=Bucket(_PER_SECOND, _PER_SECOND, time.monotonic))
        try:
            self._server = HttpServer(agent.io, config.http_port, config.agent_id, on_request, limits)
        except OSError as error:
            # Not the error's own text, which repeats the address.
            reason = os.strerror(error.errno).lower() if error.errno else type(error).__name__
            message = byte_string(f"cannot listen on {HOST}:{config.http_port}: {reason}")
        else:
            message = ""
        if message:
            raise SquirrelError(message)
        self.url = f"http://{HOST}:{self._server.port}/{config.agent_id}"
        self._announced = False
        # For reports of what is open. No place where they were opened is noted: it is always the handler's beginning.
        self._responses: weakref.WeakSet[HttpResponse] = weakref.WeakSet()
        agent.handles.add_roots(self._roots)
        agent.handles.add_source(lambda: list(self._responses))

    def _roots(self) -> list[tuple[str, Value]]:
        return [] if self._handler is None else [("handler of http.onrequest", self._handler)]

    def register(self, handler: Callback | None) -> None:
        """Have requests answered by a function, or by none; while there is one, the run does not end."""
        scheduler = self._agent.scheduler
        if handler is not None and self._handler is None:
            scheduler.keep_open()
        if handler is None and self._handler is not None:
            scheduler.let_close()
        self._handler = handler
        self._server.attended = handler is not None

    def announce(self) -> None:
        """Tell the host the URL, once: when whoever reads it may use it."""
        tell = self._agent.config.tell_url
        if not self._announced and tell is not None:
            self._announced = True
            tell(self.url)

    def arrived(self, request: Request) -> None:
        """Call the handler with a request."""
        handler = self._handler
        if handler is None:
            request.answer(404, (), b"")
            return
        # Neither of the two is kept: a response that the script drops is answered at once.
        invoke(
            self._agent.machine,
            handler,
            request_table(
                request.method, request.path, decode_url(request.query.decode("latin-1")), request.headers, request.body
            ),
            self._response_to(request),
        )

    def _response_to(self, request: Request) -> HttpResponse:
        response = HttpResponse(self._agent.scheduler, request)
        self._responses.add(response)
        return response


def _arrived(incoming: weakref.ref[Incoming], request: Request) -> None:
    known = incoming()
    if known is not None:
        known.arrived(request)


class HttpResponse(HostObject, name="httpresponse"):
    """The answer to one request, which is given by ``send``. The script may keep it for as long as it likes."""

    def __init__(self, scheduler: Scheduler, request: Request) -> None:
        super().__init__()
        self._request: Request | None = request
        self._scheduler = scheduler
        self._headers: list[tuple[bytes, bytes]] = []
        self._what = host_text(f"{request.method.decode('latin-1')} {request.path.decode('latin-1')}")
        self._scheduler.keep_open()

    def __del__(self) -> None:
        # Nobody can answer it any more.
        self._answer(500, [], b"the agent did not answer\n")

    def open_text(self) -> str | None:
        """``response to GET /path``; None when it is sent."""
        return None if self._request is None else f"response to {self._what}"

    @method
    def header(self, headerName: str, headerValue: str) -> None:
        """Add a header.

        Raises:
            SquirrelError: the response was sent; the name is none, or the value has control characters.
        """
        self._check_unsent()
        self._headers.append(header(headerName, headerValue))

    @method
    def send(self, statusCode: int, responseBody: bytes) -> None:
        """Answer the request. Nothing happens when its client has gone.

        Raises:
            SquirrelError: the response was sent; a status code that is none.
        """
        self._check_unsent()
        if statusCode not in _STATUSES:
            raise SquirrelError(f"{statusCode} is not a status code: it must be from {_STATUSES[0]} to {_STATUSES[-1]}")
        self._answer(statusCode, self._headers, responseBody)

    def _check_unsent(self) -> None:
        if self._request is None:
            raise SquirrelError("the response was already sent")

    def _answer(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        request, self._request = self._request, None
        if request is not None:
            request.answer(status, headers, body)
            self._scheduler.let_close()

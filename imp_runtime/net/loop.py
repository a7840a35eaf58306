"""The I/O thread: one asyncio loop that all transports of an agent live on.

Transports run on this thread and talk to the agent only by ``Scheduler.post``; the agent talks to them by ``call``.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

_log = logging.getLogger(__name__)


class Transport(Protocol):
    """What the I/O thread must be able to end in an orderly way."""

    async def shutdown(self) -> None:
        """Say goodbye to the peer and close the socket. Cancelled when the time is up; then the socket must go too."""
        ...


class IoThread:
    """Runs the loop on a thread of its own, which starts at the first use."""

    def __init__(self) -> None:
        self._loop: _Loop | None = None
        self._thread: threading.Thread | None = None
        self._transports: set[Transport] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._lock = threading.Lock()
        self._stopped = False

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop, running; from any thread.

        Raises:
            RuntimeError: the thread was stopped.
        """
        with self._lock:
            if self._stopped:
                raise RuntimeError("the I/O thread has ended")
            if self._loop is None:
                self._loop = _Loop()
                self._thread = threading.Thread(target=self._run, args=(self._loop,), name="impsim-io", daemon=True)
                self._thread.start()
            return self._loop

    def _run(self, loop: _Loop) -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Run a function on the I/O thread, soon and in the order of the calls; from any thread.

        After ``stop`` nothing happens.
        """
        try:
            self.loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:
            _log.debug("call after the end of the I/O thread")

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task and keep it alive; only on the I/O thread. What still runs at the end is cancelled."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def add(self, transport: Transport) -> None:
        """Register a transport to be shut down at the end; only on the I/O thread."""
        self._transports.add(transport)

    def remove(self, transport: Transport) -> None:
        """Forget a transport that has closed; only on the I/O thread."""
        self._transports.discard(transport)

    def stop(self, grace: float) -> None:
        """Shut down all transports, waiting at most ``grace`` seconds, and end the thread. From any other thread."""
        with self._lock:
            self._stopped = True
            loop, thread = self._loop, self._thread
        if loop is None or thread is None or not thread.is_alive():
            return
        ending = self._shut_down(grace)
        try:
            asyncio.run_coroutine_threadsafe(ending, loop)
        except RuntimeError:
            # Another thread has stopped it in the meantime.
            ending.close()
        # Longer than the grace only when a transport blocks its thread, which is then left behind.
        thread.join(grace + 1.0)

    async def _shut_down(self, grace: float) -> None:
        loop = asyncio.get_running_loop()
        try:
            endings = [loop.create_task(transport.shutdown()) for transport in self._transports]
            if endings:
                await asyncio.wait(endings, timeout=grace)
            leftover = [task for task in [*endings, *self._tasks] if not task.done()]
            for task in leftover:
                task.cancel()
            if leftover:
                await asyncio.wait(leftover, timeout=0.5)
            for ending in endings:
                if ending.done() and not ending.cancelled() and ending.exception() is not None:
                    _log.debug("shutdown of a transport failed", exc_info=ending.exception())
        finally:
            loop.stop()


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up on daemon threads: a slow name server must not delay the end of the process."""

    async def getaddrinfo(
        self,
        host: bytes | str | None,
        port: bytes | str | int | None,
        *,
        family: int = 0,
        type: int = 0,
        proto: int = 0,
        flags: int = 0,
    ) -> Any:
        """As ``socket.getaddrinfo``."""
        answer: asyncio.Future[Any] = self.create_future()

        def settle(result: Any, error: OSError | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(result)

        def look_up() -> None:
            result: Any = None
            failure: OSError | None = None
            try:
                result = socket.getaddrinfo(host, port, family, type, proto, flags)
            except OSError as error:
                failure = error
            except UnicodeError:
                failure = socket.gaierror(socket.EAI_NONAME, "not a host name")
            try:
                self.call_soon_threadsafe(settle, result, failure)
            except RuntimeError:
                _log.debug("a name was found after the end of the I/O thread")

        threading.Thread(target=look_up, name="impsim-dns", daemon=True).start()
        return await answer

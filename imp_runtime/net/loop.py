"""The I/O thread: one asyncio loop that all transports of an agent live on.

Transports run on this thread and talk to the agent only by ``Scheduler.post``; the agent talks to them by ``call``.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import threading
import types
import weakref
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, Final, Protocol

_log = logging.getLogger(__name__)

_Failure = type[OSError]

# Calls that do not wait any longer for the agent's thread to pause.
_MANY_CALLS: Final = 100

# Seconds for which a thread may keep Python's lock while another wants it. With Python's own five milliseconds the I/O
# thread, which lets go of the lock at every system call, would wait that long each time for a busy script.
_SWITCH_INTERVAL: Final = 0.0005


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
        # Calls that have not run yet, and whether the loop knows that there are some: it is woken once for many.
        self._calls: deque[tuple[Callable[..., object], tuple[object, ...]]] = deque()
        self._called = False
        self._after_calls: list[Callable[[], object]] = []

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
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_INTERVAL))
        asyncio.set_event_loop(loop)
        try:
            loop.run_forever()
        finally:
            loop.close()

    def call(self, function: Callable[..., object], *arguments: object) -> None:
        """Run a function on the I/O thread, soon and in the order of the calls; from any thread.

        After ``stop`` nothing happens.
        """
        if self._stopped:
            return
        self._calls.append((function, arguments))
        self.flush()

    def call_in_time(self, function: Callable[..., object], *arguments: object) -> None:
        """As ``call``, from the agent's thread, for what comes in great numbers.

        It need not run before the agent's thread calls ``flush``, which it does whenever it waits or pauses: two
        threads that wake each other for every message do little else.
        """
        if self._stopped:
            return
        self._calls.append((function, arguments))
        if len(self._calls) >= _MANY_CALLS:
            self.flush()

    def flush(self) -> None:
        """Have the calls run that were made up to now; from any thread."""
        # Without a lock, since a call may interrupt another: the last reference to a handle can go anywhere. At worst
        # the loop is woken twice.
        if self._calls and not self._called:
            self._called = True
            try:
                self.loop.call_soon_threadsafe(self._run_calls)
            except RuntimeError:
                _log.debug("call after the end of the I/O thread")

    def after_calls(self, function: Callable[[], object]) -> None:
        """Run a function when the calls that have been made up to now have run; only from within such a call."""
        self._after_calls.append(function)

    def _run_calls(self) -> None:
        # Reset before the calls are taken out: what is appended from now on wakes the loop again.
        self._called = False
        # Not more than there are at this moment: the sockets must have their turn.
        for _ in range(len(self._calls)):
            _run(*self._calls.popleft())
        after, self._after_calls = self._after_calls, []
        for function in after:
            _run(function, ())

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
        self._run_calls()
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


def _run(function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Run a call; a fault in one must not keep the others from running."""
    try:
        function(*arguments)
    except Exception:
        _log.exception("a call on the I/O thread failed")


class _Loop(asyncio.SelectorEventLoop):
    """Leaves nothing behind: while an agent runs nobody collects cycles, and asyncio makes one for each socket.

    Names are looked up on daemon threads: a slow name server must not delay the end of the process.
    """

    def _make_socket_transport(self, sock: socket.socket, *arguments: Any, **named: Any) -> Any:
        transport = super()._make_socket_transport(sock, *arguments, **named)  # type: ignore[misc]
        self._untie(sock)
        return transport

    def _make_ssl_transport(self, sock: socket.socket, *arguments: Any, **named: Any) -> Any:
        transport = super()._make_ssl_transport(sock, *arguments, **named)  # type: ignore[misc]
        self._untie(sock)
        return transport

    def _untie(self, sock: socket.socket) -> None:
        """A socket's transport refers to itself by the method that it reads with; make that a weak reference."""
        transport: Any = getattr(self, "_transports", {}).get(sock.fileno())
        method = getattr(transport, "_read_ready_cb", None)
        if isinstance(method, types.MethodType):
            reader = weakref.WeakMethod(method)

            def read() -> None:
                method = reader()
                if method is not None:
                    method()

            transport._read_ready_cb = read

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
        # Errors travel as their arguments: one that is kept anywhere on its way is part of a cycle with the frames that
        # it has passed, and while an agent runs nobody collects those.
        answer: asyncio.Future[tuple[Any, _Failure, tuple[object, ...]]] = self.create_future()

        def settle(result: Any, failure: _Failure, arguments: tuple[object, ...]) -> None:
            if not answer.done():
                answer.set_result((result, failure, arguments))

        def look_up() -> None:
            result: Any = None
            failure: _Failure = OSError
            arguments: tuple[object, ...] = ()
            try:
                result = socket.getaddrinfo(host, port, family, type, proto, flags)
            except OSError as error:
                failure, arguments = error.__class__, error.args
            except UnicodeError:
                failure, arguments = socket.gaierror, (socket.EAI_NONAME, "not a host name")
            try:
                self.call_soon_threadsafe(settle, result, failure, arguments)
            except RuntimeError:
                _log.debug("a name was found after the end of the I/O thread")

        threading.Thread(target=look_up, name="impsim-dns", daemon=True).start()
        result, failure, arguments = await answer
        if result is None:
            raise failure(*arguments)
        return result

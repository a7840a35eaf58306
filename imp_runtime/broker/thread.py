"""A broker on a thread of its own, for callers that are not asyncio: `impsim run --broker` and tests."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from proton import Message

from imp_runtime.broker.broker import Broker
from imp_runtime.broker.config import BrokerConfig
from imp_runtime.broker.events import BrokerEvent
from imp_runtime.broker.profile import Profile

_T = TypeVar("_T")


class BrokerThread:
    """Runs a `Broker` on a daemon thread. All methods may be called from any thread but the broker's own."""

    def __init__(
        self, config: BrokerConfig, log: Callable[[BrokerEvent], None], profile: Profile | None = None
    ) -> None:
        """`log` is called on the broker's thread; `profile` says what the broker imitates."""
        self._broker = Broker(config, log, profile)
        self._thread = threading.Thread(target=self._run, name="amqp-broker", daemon=True)
        self._started = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    def start(self) -> None:
        """Start; peers can connect when this returns. Raises what `Broker.start` raises."""
        self._thread.start()
        self._started.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure

    def stop(self, patience: float | None = None) -> None:
        """Close every connection and wait for the thread to end, `patience` seconds at most when it is given.

        Does nothing when it is not running.
        """
        if self._loop is None or self._stopping is None or not self._thread.is_alive():
            return
        # The loop may have closed in the meantime; then it is stopped already.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(patience)

    def __enter__(self) -> BrokerThread:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """TCP port of the plain listener."""
        return self._broker.port

    @property
    def tls_port(self) -> int | None:
        """TCP port of the TLS listener, `None` without one."""
        return self._broker.tls_port

    @property
    def ca_pem(self) -> bytes:
        """See `Broker.ca_pem`."""
        return self._broker.ca_pem

    def queue_depth(self, address: str) -> int:
        """See `Broker.queue_depth`."""
        return self._call(lambda: self._broker.queue_depth(address))

    def put(self, address: str, message: Message | bytes) -> None:
        """See `Broker.put`."""
        raw = bytes(message.encode() if isinstance(message, Message) else message)
        self._call(lambda: self._broker.put(address, raw))

    def peek(self, address: str) -> list[bytes]:
        """See `Broker.peek`."""
        return self._call(lambda: self._broker.peek(address))

    def connection_count(self) -> int:
        """See `Broker.connection_count`."""
        return self._call(self._broker.connection_count)

    def _call(self, function: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return function()

        if self._loop is None:
            raise RuntimeError("the broker is not started")
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            await self._broker.start()
        except BaseException as error:
            self._failure = error
            return
        finally:
            self._started.set()
        await self._stopping.wait()
        await self._broker.stop()

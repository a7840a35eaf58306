"""The embedded MQTT broker of ``impsim run --broker``: amqtt, on a thread of its own.

amqtt is optional (the extra ``mqtt-broker``) and loaded only when a script connects. It gets its connections from
listeners of ours, which choose free ports and answer TLS with a certificate for the name that the client asks for.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from imp_runtime.broker.certificates import CertificateAuthority
from imp_runtime.broker.events import BrokerEvent
from imp_runtime.config import EmbeddedMqtt, EmbeddedMqttError

if TYPE_CHECKING:
    from amqtt.broker import Broker

_HOST: Final = "127.0.0.1"
_LISTENER: Final = "default"
# Seconds for amqtt to let go of its clients at the end.
_STOP_TIME: Final = 1.0

_MISSING: Final = (
    "the embedded broker has no MQTT without the package amqtt: pip install 'impsim[mqtt-broker]'; or run a broker, "
    "such as Mosquitto, and lead the connection there with --connect-to"
)


class MqttBrokerThread:
    """A broker that accepts every client, any name and password. It is started at its first use."""

    def __init__(self, log: Callable[[BrokerEvent], None]) -> None:
        """`log` is told where the broker listens when it is started; on the thread that starts it."""
        self._log = log
        self._lock = threading.Lock()
        self._place: EmbeddedMqtt | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._failure: Exception | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._clients: set[asyncio.Task[Any]] = set()

    def start(self) -> EmbeddedMqtt:
        """Where the broker listens; from any thread.

        Raises:
            EmbeddedMqttError: amqtt is not installed, or cannot be started.
        """
        with self._lock:
            if self._place is not None:
                return self._place
            try:
                import amqtt.broker  # noqa: F401
            except ImportError:
                raise EmbeddedMqttError(_MISSING) from None
            place = self._launch()
            for scheme, (host, port) in (("tcp", place.plain), ("ssl", place.tls)):
                self._log(BrokerEvent(time.time(), "listening", address=f"{scheme}://{host}:{port}", detail="MQTT"))
            return place

    def _launch(self) -> EmbeddedMqtt:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="mqtt-broker", daemon=True)
            self._thread.start()
            self._started.wait()
        if self._place is None:
            raise EmbeddedMqttError(f"the embedded MQTT broker cannot be started: {self._failure}")
        return self._place

    def stop(self, patience: float | None = None) -> None:
        """Close every connection and wait for the thread to end, so many seconds at most; from any other thread."""
        if self._loop is None or self._stopping is None or self._thread is None:
            return
        # The loop may have closed in the meantime; then it is stopped already.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(patience)

    def _run(self) -> None:
        # What it logs is for those who run it as a service.
        for name in ("amqtt", "transitions"):
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        from amqtt.broker import Broker
        from amqtt.contexts import BrokerConfig, ListenerConfig, ListenerType

        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        try:
            config = BrokerConfig(
                listeners={_LISTENER: ListenerConfig(type=ListenerType.EXTERNAL)},
                plugins={"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
            )
            broker = Broker(config)
            await broker.start()
            authority = CertificateAuthority(_HOST)

            async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await self._accept(broker, reader, writer)

            plain = await asyncio.start_server(accept, _HOST, 0)
            tls = await asyncio.start_server(accept, _HOST, 0, ssl=authority.server_context())
            self._place = EmbeddedMqtt(_address(plain), _address(tls), authority.ca_pem.decode("ascii"))
        except Exception as error:
            self._failure = error
            return
        finally:
            self._started.set()
        await self._stopping.wait()
        for server in (plain, tls):
            server.close()
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_STOP_TIME):
                await broker.shutdown()
        for client in self._clients:
            client.cancel()

    async def _accept(self, broker: Broker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from amqtt.adapters import StreamReaderAdapter, StreamWriterAdapter

        client = asyncio.current_task()
        assert client is not None
        self._clients.add(client)
        try:
            await broker.external_connected(StreamReaderAdapter(reader), StreamWriterAdapter(writer), _LISTENER)
        except Exception:
            # A client that breaks the protocol, or goes in the middle, must not be more than that.
            logging.getLogger(__name__).debug("an MQTT client failed", exc_info=True)
        finally:
            self._clients.discard(client)
            writer.close()


def _address(server: asyncio.Server) -> tuple[str, int]:
    host, port = server.sockets[0].getsockname()[:2]
    return host, port

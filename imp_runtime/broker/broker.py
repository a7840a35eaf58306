"""The broker: its listeners, its queues, its connections.

A broker for a desk and for CI. Everything is in memory and gone when it stops: no persistence, no clustering, no
access control beyond a user list. It is not for production.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Coroutine
from itertools import count
from typing import TYPE_CHECKING

from proton import Message

from imp_runtime.broker.cbs import AcceptAnyToken, TokenPolicy
from imp_runtime.broker.config import BrokerConfig
from imp_runtime.broker.connection import ClientConnection
from imp_runtime.broker.events import BrokerEvent, EventName
from imp_runtime.broker.listener import TlsAcceptor, listening_socket
from imp_runtime.broker.profile import Profile
from imp_runtime.broker.queue import Queue, StoredMessage

if TYPE_CHECKING:
    from imp_runtime.broker.certificates import CertificateAuthority


class Broker:
    """An AMQP 1.0 broker on the running asyncio event loop.

    * `port`, `tls_port`: where it listens, once started (`tls_port` is `None` without a TLS listener)
    * `stopping`: whether it is about to end, and takes no new peers
    * `token_policy`: who decides about tokens put to `$cbs`, where no profile does; replace it before `start`
    """

    def __init__(
        self, config: BrokerConfig, log: Callable[[BrokerEvent], None], profile: Profile | None = None
    ) -> None:
        """`log` is called for every event, on the event loop's thread; it must not block.

        `profile`: what the broker imitates; without one any address is a queue.
        """
        self.config = config
        self.profile = profile
        self.token_policy: TokenPolicy = AcceptAnyToken()
        self.port = 0
        self.tls_port: int | None = None
        self.loop: asyncio.AbstractEventLoop
        self._log = log
        self._servers: list[asyncio.Server] = []
        self._connections: set[ClientConnection] = set()
        self._queues: dict[str, Queue] = {}
        self._to_dispatch: dict[Queue, None] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._connection_numbers = count(1)
        self._message_numbers = count(1)
        self._authority: CertificateAuthority | None = None
        self.stopping = False

    @property
    def ca_pem(self) -> bytes:
        """The certificate (PEM) of the authority that the TLS listener's certificates come from.

        Raises `RuntimeError` when the broker has no TLS listener or is not started.
        """
        if self._authority is None:
            raise RuntimeError("the broker has no TLS listener")
        return self._authority.ca_pem

    def server_context(self) -> ssl.SSLContext:
        """What a TLS listener needs, with certificates of the broker's authority."""
        if self._authority is None:
            # Only a TLS listener pays for loading the cryptography package.
            from imp_runtime.broker.certificates import CertificateAuthority

            self._authority = CertificateAuthority(self.config.host)
        return self._authority.server_context()

    async def start(self) -> None:
        """Listen; peers can connect when this returns.

        Raises `OSError` with a plain `strerror` when an address cannot be had.
        """
        self.loop = asyncio.get_running_loop()
        config = self.config
        try:
            self.port = await self._listen("amqp", config.port, self.new_connection)
            if config.tls_port is not None:
                context = self.server_context()
                self.tls_port = await self._listen("amqps", config.tls_port, lambda: TlsAcceptor(self, context))
            if self.profile is not None:
                await self.profile.start(self)
        except BaseException:
            self._close_servers()
            if self.profile is not None:
                await self.profile.stop()
            raise

    async def _listen(self, scheme: str, port: int, factory: Callable[[], asyncio.Protocol]) -> int:
        listener = listening_socket(self.config.host, port)
        bound: int = listener.getsockname()[1]
        self._servers.append(await self.loop.create_server(factory, sock=listener))
        self.report("listening", address=url(scheme, self.config.host, bound))
        return bound

    async def stop(self) -> None:
        """Close every connection with `amqp:connection:forced`, then the sockets. Messages are gone with the broker."""
        self.stopping = True
        self._close_servers()
        if self.profile is not None:
            await self.profile.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        connections = list(self._connections)
        for connection in connections:
            connection.force_close("the broker is stopping")
        await asyncio.gather(*(connection.closed for connection in connections))
        self.report("stopped", detail=f"{sum(len(queue) for queue in self._queues.values())} messages discarded")
        self._queues.clear()

    def _close_servers(self) -> None:
        for server in self._servers:
            server.close()
        self._servers.clear()

    # For tests and tools.

    def queue_depth(self, address: str) -> int:
        """Messages that wait on a queue for a consumer; 0 when there is no such queue."""
        queue = self._queues.get(address)
        return 0 if queue is None else queue.depth

    def put(self, address: str, message: Message | bytes) -> None:
        """Put a message (or its encoded bytes) on a queue, as if a peer had sent it.

        Raises `OverflowError` when the queue is full.
        """
        queue = self.queue(address)
        if queue.full:
            raise OverflowError(f"the queue {address} is full ({queue.limit} messages)")
        queue.put(self.new_message(bytes(message.encode() if isinstance(message, Message) else message)))

    def peek(self, address: str) -> list[bytes]:
        """The encoded messages that wait on a queue, first one first; they stay there."""
        queue = self._queues.get(address)
        return [] if queue is None else [message.encoded() for message in queue.waiting()]

    def connection_count(self) -> int:
        """Peers connected at present."""
        return len(self._connections)

    # For connections and links.

    def queue(self, address: str, *, temporary: bool = False) -> Queue:
        """The queue at an address, made on demand."""
        queue = self._queues.get(address)
        if queue is None:
            queue = Queue(address, self.config.max_queue_length, self.schedule_dispatch, temporary=temporary)
            self._queues[address] = queue
            self.report("queue-created", address=address)
        return queue

    def add(self, queue: Queue) -> None:
        """Take in a queue that was made elsewhere."""
        self._queues[queue.address] = queue

    def private_queue(self, address: str) -> Queue:
        """A queue that no other connection can reach."""
        return Queue(address, self.config.max_queue_length, self.schedule_dispatch)

    def delete(self, queue: Queue) -> None:
        """Remove a queue with whatever is on it."""
        if self._queues.get(queue.address) is queue:
            del self._queues[queue.address]
            self.report("queue-deleted", address=queue.address, detail=f"{len(queue)} messages discarded")

    def new_message(self, raw: bytes) -> StoredMessage:
        """A message with the next number."""
        return StoredMessage(next(self._message_numbers), raw)

    def schedule_dispatch(self, queue: Queue) -> None:
        """Look at a queue soon: after everything that has already arrived was taken in."""
        if not self._to_dispatch:
            self.loop.call_soon(self._dispatch)
        self._to_dispatch[queue] = None

    def _dispatch(self) -> None:
        queues = list(self._to_dispatch)
        self._to_dispatch.clear()
        for queue in queues:
            queue.dispatch()

    def new_connection(self) -> ClientConnection:
        """A peer is connecting."""
        return ClientConnection(self, f"c{next(self._connection_numbers)}")

    def remember(self, connection: ClientConnection) -> None:
        """A peer has connected."""
        self._connections.add(connection)

    def forget(self, connection: ClientConnection) -> None:
        """A peer is gone."""
        self._connections.discard(connection)

    def run_until_stopped(self, work: Coroutine[None, None, None]) -> None:
        """Run a task that `stop` cancels."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def report(
        self,
        event: EventName,
        *,
        connection: str | None = None,
        link: str | None = None,
        address: str | None = None,
        message: int | None = None,
        size: int | None = None,
        outcome: str | None = None,
        detail: str | None = None,
    ) -> None:
        """Report an event to the log."""
        self._log(BrokerEvent(time.time(), event, connection, link, address, message, size, outcome, detail))


def url(scheme: str, host: str, port: int) -> str:
    """The URL of a listener."""
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

"""The AMQP transport: the agent's thread gives commands here, and they run on the I/O thread in the same order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from imp_runtime.config import NetworkConfig
from imp_runtime.net.amqp_connection import AmqpConnection
from imp_runtime.net.amqp_endpoint import CLOSED, Abandoned, Closing, Ended, Endpoint, Notice, Outcome
from imp_runtime.net.amqp_links import LinkNode, ReceiverNode, SenderNode, SessionNode, new_link
from imp_runtime.net.amqp_trace import FrameTrace
from imp_runtime.net.amqp_url import AmqpUrl
from imp_runtime.net.loop import IoThread


class AmqpEngine:
    """All AMQP connections of one agent.

    The public methods may be called from any thread and return at once; what comes of them is told by notices. An
    endpoint belongs to the engine from its opening on; it knows nothing of the script's objects.
    """

    def __init__(
        self,
        io: IoThread,
        config: NetworkConfig,
        emit: Callable[[Sequence[Notice]], None],
        trace: Callable[[str], None] | None = None,
    ) -> None:
        """`emit` gets the notices, some at a time; `trace` each frame as text; both are called on the I/O thread."""
        self._io = io
        self._config = config
        self._tell_agent = emit
        self._trace = trace
        self._opened = 0
        self._connections: dict[Endpoint, AmqpConnection] = {}
        self._sessions: dict[Endpoint, tuple[AmqpConnection, SessionNode]] = {}
        self._links: dict[Endpoint, tuple[AmqpConnection, LinkNode]] = {}
        self._turns_due: list[AmqpConnection] = []

    def open_connection(self, endpoint: Endpoint, url: AmqpUrl) -> None:
        """Connect; `endpoint` is new."""
        self._io.call(self._open_connection, endpoint, url)

    def open_session(self, endpoint: Endpoint, connection: Endpoint) -> None:
        """Open a session when the connection is open."""
        self._io.call(self._open_session, endpoint, connection)

    def open_link(self, endpoint: Endpoint, session: Endpoint, address: str) -> None:
        """Open a sender or receiver (the endpoint's kind says which) when the session is open."""
        self._io.call(self._open_link, endpoint, session, address)

    def send(self, sender: Endpoint, transfer: int, payload: bytes) -> None:
        """Send an encoded message when there is credit; `transfer` is a number higher than that of any before."""
        self._io.call_in_time(self._send, sender, transfer, payload)

    def cancel(self, sender: Endpoint, transfer: int) -> None:
        """Do not send a message that waits for credit."""
        self._io.call(self._cancel, sender, transfer)

    def settle(self, receiver: Endpoint, number: int, outcome: Outcome) -> None:
        """Settle a received message; nothing happens when its link is gone."""
        self._io.call_in_time(self._settle, receiver, number, outcome)

    def close(self, endpoint: Endpoint) -> None:
        """Close an endpoint and everything on it. No notice about any of them follows but for transfers."""
        self._io.call(self._close, endpoint)

    def _open_connection(self, endpoint: Endpoint, url: AmqpUrl) -> None:
        self._opened += 1
        trace = None if self._trace is None else FrameTrace(self._opened, self._trace)
        connection = AmqpConnection(endpoint, url, self._config, self._emit, self._forget, self._turn_soon, trace)
        self._connections[endpoint] = connection
        self._io.add(connection)
        connection.start()

    def _turn_soon(self, connection: AmqpConnection) -> None:
        if not self._turns_due:
            self._io.after_calls(self._take_turns)
        self._turns_due.append(connection)

    def _take_turns(self) -> None:
        """Send what was asked for up to now."""
        due, self._turns_due = self._turns_due, []
        for connection in due:
            connection.turn_if_due()

    def _open_session(self, endpoint: Endpoint, parent: Endpoint) -> None:
        self._take_turns()
        connection = self._connections.get(parent)
        if connection is None or parent.state == CLOSED:
            self._refuse(endpoint, "the connection is closed")
            return
        node = SessionNode(endpoint)
        self._sessions[endpoint] = (connection, node)
        connection.add_session(node)

    def _open_link(self, endpoint: Endpoint, parent: Endpoint, address: str) -> None:
        self._take_turns()
        found = self._sessions.get(parent)
        if found is None or parent.state == CLOSED:
            self._refuse(endpoint, "the session is closed")
            return
        connection, session = found
        node = new_link(endpoint, session, address)
        self._links[endpoint] = (connection, node)
        connection.add_link(node)

    def _refuse(self, endpoint: Endpoint, text: str) -> None:
        """The peer closed the parent while the agent was opening the child."""
        endpoint.state = CLOSED
        self._emit([Closing((endpoint,)), Ended(endpoint, text)])

    def _send(self, sender: Endpoint, transfer: int, payload: bytes) -> None:
        found = self._links.get(sender)
        if found is None or sender.state == CLOSED or not isinstance(found[1], SenderNode):
            self._emit([Abandoned((transfer,), 0, "")])
            return
        found[0].send(found[1], transfer, payload)

    def _cancel(self, sender: Endpoint, transfer: int) -> None:
        found = self._links.get(sender)
        if found is not None and isinstance(found[1], SenderNode):
            node = found[1]
            waiting = [entry for entry in node.queue if entry[0] != transfer]
            if len(waiting) < len(node.queue):
                node.queue.clear()
                node.queue.extend(waiting)

    def _settle(self, receiver: Endpoint, number: int, outcome: Outcome) -> None:
        found = self._links.get(receiver)
        if found is not None and isinstance(found[1], ReceiverNode):
            found[0].settle(found[1], number, outcome)

    def _close(self, endpoint: Endpoint) -> None:
        self._take_turns()
        connection = self._connections.get(endpoint)
        if connection is not None:
            connection.close()
        elif endpoint in self._sessions:
            connection, session = self._sessions.pop(endpoint)
            for node in session.links:
                self._links.pop(node.endpoint, None)
            connection.close_session(session)
        elif endpoint in self._links:
            connection, link = self._links.pop(endpoint)
            connection.close_link(link)
        endpoint.state = CLOSED

    def _forget(self, connection: AmqpConnection) -> None:
        """A connection is gone, and with it everything on it."""
        self._io.remove(connection)
        self._connections.pop(connection.endpoint, None)
        for endpoint in [endpoint for endpoint, entry in self._sessions.items() if entry[0] is connection]:
            del self._sessions[endpoint]
        for endpoint in [endpoint for endpoint, entry in self._links.items() if entry[0] is connection]:
            del self._links[endpoint]

    def _emit(self, notices: Sequence[Notice]) -> None:
        for notice in notices:
            if isinstance(notice, Ended):
                self._sessions.pop(notice.endpoint, None)
                self._links.pop(notice.endpoint, None)
        self._tell_agent(notices)

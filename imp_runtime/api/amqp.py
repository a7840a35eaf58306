"""``amqp`` and the objects it makes (core sheet, section 1; decisions A1-A21)."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from imp_runtime.api.amqp_encoding import encode_message
from imp_runtime.api.amqp_handles import AmqpHost, Handle, PendingTransfer
from imp_runtime.api.amqp_messages import Message
from imp_runtime.natives import Callback, Module, byte_string, host_text, method
from imp_runtime.net.amqp_endpoint import Kind
from imp_runtime.net.amqp_url import UrlError, parse_url
from squirrel.errors import SquirrelError
from squirrel.ops.call import WRONG_NUMBER, accepted_arguments
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent


class Transfer(PendingTransfer, name="amqptransfer"):
    """One attempt to send one message. After ``sendasync`` it holds itself: the script need not keep it."""

    def __init__(self, sender: Sender, message: Message) -> None:
        super().__init__()
        self._host = sender.host
        self._sender = weakref.ref(sender)
        self._message: Message | None = message
        self._number: int | None = None
        self._cancelled = False

    @method
    def sendasync(self, callback: Callback) -> None:
        """Send when the peer has given credit; ``callback()`` runs when the peer has settled the message, whatever the
        outcome was. Never runs when the link dies first.

        Raises:
            SquirrelError: called before, cancelled before, or the sender is closed.
        """
        if self._cancelled:
            raise SquirrelError("the amqptransfer was cancelled")
        if self._message is None:
            raise SquirrelError("the amqptransfer was already sent")
        sender = self._sender()
        if sender is None:
            raise SquirrelError("the amqpsender is closed")
        sender.check_usable()
        message, self._message = self._message, None
        self.callback = callback
        self._number = self._host.hold_transfer(self, sender.endpoint, message.encoded)

    @method
    def cancel(self) -> None:
        """Do not send, or if it is too late for that, do not call back."""
        self._cancelled = True
        self._message = None
        sender = self._sender()
        if self._number is not None and self._host.drop_transfer(self._number) is not None and sender is not None:
            self._host.engine.cancel(sender.endpoint, self._number)


class Sender(Handle, name="amqpsender"):
    """A link that messages are sent over."""

    counted_as = "link"
    kind = Kind.SENDER

    @method
    def createtransfer(self, message: Message) -> Transfer:
        """Prepare to send a message.

        Raises:
            SquirrelError: the sender is closed.
        """
        self.check_usable()
        return Transfer(self, message)

    @method
    def isopen(self) -> bool:
        """Whether messages can be sent."""
        return self.is_open

    @method
    def close(self) -> None:
        """Deprecated; set the last reference to null instead."""
        self.close_locally()


class Receiver(Handle, name="amqpreceiver"):
    """A link that messages are received over. The runtime grants the credit: 100 messages, unsettled ones included."""

    counted_as = "link"
    kind = Kind.RECEIVER

    @method
    def isopen(self) -> bool:
        """Whether messages can be received."""
        return self.is_open

    @method
    def close(self) -> None:
        """Deprecated; set the last reference to null instead."""
        self.close_locally()


class Session(Handle, name="amqpsession"):
    """A session: what links live on."""

    counted_as = "session"
    kind = Kind.SESSION

    @method
    def opensender(self, path: str, callback: Callback | None = None) -> Sender:
        """Open a link to send over; it is ready when ``SENDER_OPEN`` says so.

        Raises:
            SquirrelError: the session is closed; ``max link limit reached``.
        """
        self.check_usable()
        address = host_text(path)
        sender = Sender(self.host, self, callback, f" to '{address}'")
        self.host.engine.open_link(sender.endpoint, self.endpoint, address)
        return sender

    @method
    def openreceiver(self, path: str, *callbacks: Callback | None) -> Receiver:
        """``openreceiver(path, [eventCallback], [messageCallback])``: open a link to receive over.

        Of a single callback its parameters tell which one it is: one parameter, the messages; else the events.

        Raises:
            SquirrelError: the session is closed; ``max link limit reached``.
        """
        if len(callbacks) > 2:
            raise SquirrelError(WRONG_NUMBER)
        self.check_usable()
        event_callback = callbacks[0] if callbacks else None
        message_callback = callbacks[1] if len(callbacks) == 2 else None
        if len(callbacks) == 1 and event_callback is not None and accepted_arguments(event_callback)[1] == 1:
            event_callback, message_callback = None, event_callback
        address = host_text(path)
        receiver = Receiver(self.host, self, event_callback, f" from '{address}'")
        receiver.message_callback = message_callback
        self.host.engine.open_link(receiver.endpoint, self.endpoint, address)
        return receiver

    @method
    def isopen(self) -> bool:
        """Whether links can be used on it."""
        return self.is_open

    @method
    def close(self) -> None:
        """Deprecated; set the last reference to null instead. Closes the session's links too."""
        self.close_locally()


class Connection(Handle, name="amqpconnection"):
    """A connection to a peer."""

    counted_as = "connection"
    kind = Kind.CONNECTION

    @method
    def opensession(self, callback: Callback | None = None) -> Session:
        """Open a session; it is ready when ``SESSION_OPEN`` says so.

        Raises:
            SquirrelError: the connection is closed; ``max session limit reached``.
        """
        self.check_usable()
        session = Session(self.host, self, callback)
        self.host.engine.open_session(session.endpoint, self.endpoint)
        return session

    @method
    def isopen(self) -> bool:
        """Whether the connection is up."""
        return self.is_open

    @method
    def close(self) -> None:
        """Deprecated; set the last reference to null instead. Closes the sessions and links too."""
        self.close_locally()


class Amqp(Module, name="amqp"):
    """The ``amqp`` object of an agent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._host = AmqpHost(agent)

    @method
    def openconnection(self, url: str, callback: Callback) -> Connection:
        """Connect to ``amqps://[user:password@]host[:port]`` (or ``amqp://``, unencrypted).

        Raises:
            SquirrelError: the URL is none; ``max connection limit reached``.
        """
        try:
            parsed = parse_url(host_text(url))
        except UrlError as error:
            # The text alone: the error must not be kept, and never shows the URL.
            message = byte_string(str(error))
        else:
            connection = Connection(self._host, None, callback, f" to {parsed.place}")
            self._host.engine.open_connection(connection.endpoint, parsed)
            return connection
        raise SquirrelError(message)

    @method
    def createmessage(self, body: str, properties: Table | None = None) -> Message:
        """A message with a text as body (AMQP VALUE).

        Raises:
            SquirrelError: a property's key is not a string.
        """
        return self._message(body, properties, binary=False)

    @method
    def createbinarymessage(self, body: str, properties: Table | None = None) -> Message:
        """A message with the bytes of a string as body (AMQP DATA).

        Raises:
            SquirrelError: a property's key is not a string.
        """
        return self._message(body, properties, binary=True)

    def _message(self, body: str, properties: Table | None, *, binary: bool) -> Message:
        machine = self._host.agent.machine
        encoded = encode_message(machine, body, properties, binary=binary)
        machine.spend(len(encoded))
        return Message(encoded, machine)

"""``mqtt`` and the objects it makes (core sheet, section 2; decision 14)."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from imp_runtime.api.mqtt_arguments import (
    Rejected,
    check_payload,
    filters_of,
    message_options,
    qos_levels,
    settings_of,
    topic_text,
)
from imp_runtime.api.mqtt_host import MqttHost, State
from imp_runtime.natives import Callback, HostObject, Module, attribute, method
from imp_runtime.net.mqtt_connection import MqttConnection
from squirrel.errors import SquirrelError
from squirrel.values.array import Array
from squirrel.values.blob import Blob
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent


class Message(
    HostObject, name="mqttmessage", refused={"sendsync": "the platform removed it in 2018; use sendasync"}
):
    """A message to be published. It need not be kept after ``sendasync``: until it is delivered it holds itself."""

    def __init__(self, client: Client, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        super().__init__()
        self._client = weakref.ref(client)
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.retain = retain

    @method
    def sendasync(self, callback: Callback | None = None) -> None:
        """Publish the message; ``callback(resultCode)`` runs when it is delivered as its QoS wants it, or failed.

        Raises:
            SquirrelError: the client is not connected.
        """
        client = self._client()
        if client is None:
            raise SquirrelError("the mqttclient was released")
        client.send(self, callback)


class Client(HostObject, name="mqttclient"):
    """A client; one of an agent's may be connected at a time. Dropping the last reference closes its connection.

    * `state`: what the script has been told
    * `connection`: the one that counts; None before the first
    * `under_way`: the numbers of messages and requests that have no result yet; each keeps the run alive
    * `messages`, `callbacks`: what belongs to them
    * `several`: those of subscriptions to an array of topics
    """

    def __init__(self, host: MqttHost) -> None:
        super().__init__()
        self.state = State.DISCONNECTED
        self.connection: MqttConnection | None = None
        self.under_way: set[int] = set()
        self.messages: dict[int, Message] = {}
        self.callbacks: dict[int, Callback] = {}
        self.several: set[int] = set()
        self.disconnect_callbacks: list[Callback] = []
        self.connect_handler: Callback | None = None
        self.lost_handler: Callback | None = None
        self.message_handler: Callback | None = None
        self._host = host
        self._url = ""

    def __del__(self) -> None:
        if self.state is not State.DISCONNECTED:
            assert self.connection is not None
            self.connection.desert()
            self.end()
        # After a lost connection, too, results may not have been told yet.
        for _ in self.under_way:
            self._host.scheduler.release()

    def open_text(self) -> str | None:
        """``mqttclient to broker:8883``; None when there is no connection."""
        if self.state is State.DISCONNECTED or self.connection is None:
            return None
        return f"mqttclient to {self.connection.settings.url.place}"

    def end(self) -> None:
        """There is no connection any more."""
        if self.state is not State.DISCONNECTED:
            self.state = State.DISCONNECTED
            self._host.give_back()

    @method
    def connect(self, url: str, clientID: str, options: Table | None = None) -> None:
        """Connect to ``ssl://host[:port]`` (or ``tcp://``, unencrypted); the handler of ``onconnect`` is told.

        Raises:
            SquirrelError: an argument is wrong; this client, or another one of the agent, is not disconnected.
        """
        if self.state is not State.DISCONNECTED:
            raise SquirrelError(f"the mqttclient {self.state.value}")
        settings = settings_of(url.encode("latin-1"), clientID.encode("latin-1"), options)
        network = self._host.network_for(settings.url)
        self._host.claim(self)
        self._url = url
        self.state = State.CONNECTING
        self.connection = self._host.new_connection(self, network, settings)
        self._host.agent.handles.opened(self)
        self.connection.ask_connect()

    @method
    def disconnect(self, callback: Callback | None = None) -> None:
        """Close the connection; ``callback()`` runs when that is done, and ``onconnectionlost`` is not told."""
        if self.state is State.DISCONNECTED:
            if callback is not None:
                self._host.call_later(callback)
            return
        if callback is not None:
            self.disconnect_callbacks.append(callback)
        if self.state is not State.DISCONNECTING:
            self.state = State.DISCONNECTING
            self._host.disconnecting()
            assert self.connection is not None
            self.connection.ask_close()

    @method
    def onconnect(self, callback: Callback | None) -> None:
        """Set the handler ``callback(resultCode)`` for the outcome of ``connect``; null removes it."""
        self.connect_handler = callback

    @method
    def onconnectionlost(self, callback: Callback | None) -> None:
        """Set the handler ``callback([reasonCode])`` for the loss of a connection; null removes it."""
        self.lost_handler = callback

    @method
    def onmessage(self, callback: Callback | None) -> None:
        """Set the handler ``callback(message)`` for what is received; null removes it."""
        self.message_handler = callback

    @method
    def url(self) -> str:
        """The URL of the last ``connect``; an empty string before the first."""
        return self._url

    @method
    def subscribe(
        self, topics: str | Blob | Array, qos: int | Array | Callback | None = None, callback: Callback | None = None
    ) -> int:
        """Subscribe to one topic or to ten at most.

        Returns 0, or the code of an error, and then there is no callback. ``callback`` gets the result code and the
        granted QoS, or the QoS alone when it takes only one argument.

        Raises:
            SquirrelError: an argument is wrong, or the client is not connected.
        """
        connection = self._connected()
        if callback is None and not isinstance(qos, (int, Array)):
            qos, callback = None, qos
        try:
            filters = filters_of(topics)
            if qos is not None and not isinstance(qos, (int, Array)):
                raise SquirrelError("the QoS must be an integer or an array of integers")
            levels = qos_levels(0 if qos is None else qos, len(filters))
        except Rejected as rejected:
            return rejected.code
        number = self._begin()
        if callback is not None:
            self.callbacks[number] = callback
        if isinstance(topics, Array):
            self.several.add(number)
        connection.ask_subscribe(number, list(zip(filters, levels, strict=True)))
        return 0

    @method
    def unsubscribe(self, topics: str | Blob | Array, callback: Callback) -> None:
        """Unsubscribe from one topic or from ten at most; ``callback(resultCode)`` gets 0 or -1.

        Raises:
            SquirrelError: an argument is wrong, or the client is not connected.
        """
        connection = self._connected()
        try:
            filters = filters_of(topics)
        except Rejected as rejected:
            message = str(rejected)
        else:
            number = self._begin()
            self.callbacks[number] = callback
            connection.ask_unsubscribe(number, filters)
            return
        raise SquirrelError(message)

    @method
    def createmessage(self, topic: bytes, message: bytes, options: Table | None = None) -> Message:
        """Make a message to be published; the client need not be connected yet.

        Raises:
            SquirrelError: an argument is wrong, or the message is larger than 256 KB.
        """
        check_payload(message)
        return Message(self, topic_text(topic), message, *message_options(options))

    def send(self, message: Message, callback: Callback | None) -> None:
        """Publish a message, and hold it until there is a result.

        Raises:
            SquirrelError: the client is not connected.
        """
        connection = self._connected()
        number = self._begin()
        self.messages[number] = message
        if callback is not None:
            self.callbacks[number] = callback
        self._host.agent.machine.spend(len(message.payload))
        connection.ask_publish(number, message.topic, message.payload, message.qos, message.retain)

    def _begin(self) -> int:
        number = self._host.new_number()
        self.under_way.add(number)
        self._host.scheduler.hold()
        return number

    def ended(self, number: int) -> Callback | None:
        """There is a result of a message or request: forget it, and return its callback."""
        if number in self.under_way:
            self.under_way.discard(number)
            self._host.scheduler.release()
        self.messages.pop(number, None)
        return self.callbacks.pop(number, None)

    def _connected(self) -> MqttConnection:
        if self.state is not State.CONNECTED or self.connection is None:
            state = State.DISCONNECTED if self.state is not State.DISCONNECTING else self.state
            raise SquirrelError(f"the mqttclient {state.value}")
        return self.connection


class Mqtt(Module, name="mqtt"):
    """The ``mqtt`` object of an agent."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._host = MqttHost(agent)

    @method
    def createclient(self) -> Client:
        """A client that is not connected."""
        return Client(self._host)

    @attribute
    def AT_MOST_ONCE(self) -> int:
        """QoS 0."""
        return 0

    @attribute
    def AT_LEAST_ONCE(self) -> int:
        """QoS 1."""
        return 1

    @attribute
    def EXACTLY_ONCE(self) -> int:
        """QoS 2."""
        return 2

"""One agent's MQTT: which client is connected, and where the notices of the I/O thread become events of the script.

A client closes its connection the moment its last reference goes. So nothing here holds one: connections know their
client weakly, and while a callback runs no Python frame below it keeps the client that it belongs to.
"""

from __future__ import annotations

import copy
import functools
import weakref
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING

from imp_runtime.config import EmbeddedMqttError, NetworkConfig
from imp_runtime.natives import Callback, byte_string, invoke
from imp_runtime.net.mqtt_connection import MqttConnection
from imp_runtime.net.mqtt_notices import (
    SUCCESS,
    Arrived,
    Connected,
    Done,
    Down,
    Lost,
    MqttSettings,
    Notice,
    Refused,
    Subscribed,
    Unconfirmed,
)
from imp_runtime.net.mqtt_url import MqttUrl
from imp_runtime.redaction import hide_secrets
from squirrel.errors import SquirrelError
from squirrel.ops.call import accepted_arguments
from squirrel.values.array import Array
from squirrel.values.blob import Blob
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent
    from imp_runtime.api.mqtt import Client


class State(Enum):
    """What a client's script has been told of its connection; the values are for error texts."""

    DISCONNECTED = "is not connected"
    CONNECTING = "is still connecting"
    CONNECTED = "is already connected"
    DISCONNECTING = "is still disconnecting; wait for the callback of disconnect"


class MqttHost:
    """What the clients of one agent share. Only on the agent's thread."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        # After a restart the agent has another one.
        self.scheduler = agent.scheduler
        self._io = agent.io
        self._busy: weakref.ref[Client] | None = None
        self._resting = False
        self._numbers = 0

    def new_number(self) -> int:
        """A number for a message or request, higher than any before."""
        self._numbers += 1
        return self._numbers

    def claim(self, client: Client) -> None:
        """Let a client be the one that is connected; it keeps the run alive.

        Raises:
            SquirrelError: another one is.
        """
        busy = None if self._busy is None else self._busy()
        if busy is not None:
            raise SquirrelError(f"another mqttclient {busy.state.value}; only one may be connected at a time")
        self._busy = weakref.ref(client)
        self._resting = False
        self.scheduler.hold()

    def connected(self) -> None:
        """The client that is connected waits for whatever may come: time may jump meanwhile."""
        if self._busy is not None and not self._resting:
            self._resting = True
            self.scheduler.keep_open()
            self.scheduler.release()

    def disconnecting(self) -> None:
        """The client that was connected waits for its end, which needs real time."""
        if self._resting:
            self._resting = False
            self.scheduler.hold()
            self.scheduler.let_close()

    def give_back(self) -> None:
        """The client that was connected is not any more."""
        self._busy = None
        if self._resting:
            self._resting = False
            self.scheduler.let_close()
        else:
            self.scheduler.release()

    def network_for(self, url: MqttUrl) -> NetworkConfig:
        """The network settings for a connection; starts the embedded broker when that is where it goes.

        Raises:
            SquirrelError: there is no embedded broker.
        """
        network = self.agent.config.network
        if network.embedded_mqtt is None or (url.host.lower(), url.port) in network.redirects:
            return network
        try:
            broker = network.embedded_mqtt()
        except EmbeddedMqttError as error:
            # The text alone: the error must not be kept.
            message = byte_string(str(error))
        else:
            network = copy.copy(network)
            network.ca_pem = (*network.ca_pem, broker.ca_pem)
            return network
        raise SquirrelError(message)

    def new_connection(self, client: Client, network: NetworkConfig, settings: MqttSettings) -> MqttConnection:
        """A connection whose notices go to a client, for as long as there is one."""
        receive = functools.partial(self._receive, weakref.ref(client))
        return MqttConnection(self._io, network, settings, receive)

    def call_later(self, callback: Callback) -> None:
        """Run a callback of the script as an event of its own."""
        self.scheduler.post(functools.partial(self._run, callback))

    def warn(self, text: str) -> None:
        """One line in the agent's log."""
        self.agent.log.log(byte_string(hide_secrets(f"WARNING: {text}")))

    def _receive(self, client: weakref.ref[Client], connection: MqttConnection, notices: Sequence[Notice]) -> None:
        """Called on the I/O thread."""
        self.scheduler.post_all(
            [functools.partial(self._handle, client, connection, notice) for notice in notices]
        )

    def _handle(self, reference: weakref.ref[Client], connection: MqttConnection, notice: Notice) -> None:
        """On the agent's thread, in the order in which the notices came, one a turn of the loop."""
        if isinstance(notice, Unconfirmed):
            messages = "1 MQTT message" if notice.count == 1 else f"{notice.count} MQTT messages"
            self.warn(f"{messages} may be lost: the mqttclient was released before the broker confirmed")
            return
        client = reference()
        if client is None:
            return
        if isinstance(notice, Arrived):
            wanted = client.connection is connection and client.state is State.CONNECTED
            callback = client.message_handler if wanted else None
            # The callback may drop the last reference, and then the client must go at once.
            del client
            if callback is not None:
                invoke(self.agent.machine, callback, _message(notice))
            connection.taken(notice)
        elif isinstance(notice, Done):
            callback = client.ended(notice.number)
            del client
            self._call(callback, notice.code)
        elif isinstance(notice, Subscribed):
            callback = client.ended(notice.number)
            several = notice.number in client.several
            client.several.discard(notice.number)
            del client
            if callback is not None:
                self._tell_granted(callback, notice, several)
        elif client.connection is connection:
            del client
            self._changed(reference, notice)

    def _changed(self, reference: weakref.ref[Client], notice: Notice) -> None:
        """The connection has come or gone."""
        client = reference()
        assert client is not None
        closing = client.state is State.DISCONNECTING
        callback: Callback | None = None
        if isinstance(notice, Connected):
            if not closing:
                client.state = State.CONNECTED
                self.connected()
                callback = client.connect_handler
            del client
            self._call(callback, SUCCESS)
        elif isinstance(notice, Down):
            # When the script has asked for the end, it is told when that is there.
            if not closing:
                client.end()
        elif closing:
            client.end()
            callbacks, client.disconnect_callbacks = client.disconnect_callbacks, []
            del client
            while callbacks and reference() is not None:
                invoke(self.agent.machine, callbacks.pop(0))
        elif isinstance(notice, (Refused, Lost)):
            client.end()
            callback = client.connect_handler if isinstance(notice, Refused) else client.lost_handler
            del client
            if notice.code < 0:
                # The code alone helps nobody.
                self.warn(f"mqttclient: {notice.text}")
            self._call(callback, notice.code)

    def _run(self, callback: Callback) -> None:
        invoke(self.agent.machine, callback)

    def _call(self, callback: Callback | None, code: int) -> None:
        if callback is not None:
            invoke(self.agent.machine, callback, code)

    def _tell_granted(self, callback: Callback, notice: Subscribed, several: bool) -> None:
        """Result and QoS for a callback that takes two arguments or more, the QoS alone for others (decision 8)."""
        if accepted_arguments(callback)[1] in (0, 1):
            if notice.code == SUCCESS or notice.granted:
                invoke(self.agent.machine, callback, _qos(notice, several))
            else:
                invoke(self.agent.machine, callback, notice.code)
        else:
            invoke(self.agent.machine, callback, notice.code, _qos(notice, several))


def _qos(notice: Subscribed, several: bool) -> object:
    """What the broker granted: one QoS, or an array of them; null when it has not answered."""
    if not notice.granted:
        return None
    return Array(list(notice.granted)) if several else notice.granted[0]


def _message(arrived: Arrived) -> Table:
    """A message as ``onmessage`` hands it over (core sheet, section 2.2)."""
    table = Table()
    table.new_slot("topic", byte_string(arrived.topic))
    table.new_slot("message", Blob(bytearray(arrived.payload)))
    table.new_slot("qos", arrived.qos)
    table.new_slot("retain", int(arrived.retain))
    table.new_slot("dup", int(arrived.dup))
    return table

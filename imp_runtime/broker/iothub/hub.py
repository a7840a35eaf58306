"""The hub: its devices, the telemetry that they sent, the messages for them, and who is told what became of those."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from proton import Message

from imp_runtime.broker.broker import Broker
from imp_runtime.broker.connection import ClientConnection
from imp_runtime.broker.iothub.access import HubAccess
from imp_runtime.broker.iothub.admin import AdminApi
from imp_runtime.broker.iothub.config import HubConfig
from imp_runtime.broker.iothub.devices import Device, Registry, devicebound_address, generate_key
from imp_runtime.broker.iothub.http import HttpServer
from imp_runtime.broker.iothub.journal import Journal
from imp_runtime.broker.iothub.mailbox import Mailbox, Outcome
from imp_runtime.broker.iothub.registry import RegistryApi
from imp_runtime.broker.queue import StoredMessage

_ADMIN_HOST = "127.0.0.1"
"""The API for a desk asks for no token: it is never on an address that other machines reach."""


@dataclass(frozen=True)
class Telemetry:
    """A message that a device sent: when (seconds since 1970), and the encoded bytes."""

    device_id: str
    time: float
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class Feedback:
    """What became of a message to a device, and when (seconds since 1970)."""

    device_id: str
    time: float
    message_id: str | None
    outcome: Outcome


class IotHub:
    """The profile of a `Broker` that imitates an IoT hub.

    * `registry`: the devices and policies
    * `telemetry`, `feedback`: what was sent, and what became of messages to devices
    * `admin_port`, `registry_port`: where the two HTTP APIs listen, once started; None without them
    """

    def __init__(self, config: HubConfig) -> None:
        self.config = config
        self.registry = Registry(config.host_name, config.policies)
        self.telemetry: Journal[Telemetry] = Journal(config.kept_telemetry, config.kept_telemetry_size)
        self.feedback: Journal[Feedback] = Journal(config.kept_feedback)
        self.admin_port: int | None = None
        self.registry_port: int | None = None
        self._broker: Broker
        self._accesses: set[HubAccess] = set()
        self._servers: list[HttpServer] = []

    async def start(self, broker: Broker) -> None:
        """Make the devices, and listen for HTTP. Raises `OSError` with a plain `strerror`."""
        self._broker = broker
        for device_id, key in self.config.devices.items():
            self._add_device(device_id, key, generate_key(), True)
        if self.config.admin_port is not None:
            server = HttpServer(AdminApi(self).answer, partial(broker.report, "http-request"))
            self._servers.append(server)
            self.admin_port = await server.start(_ADMIN_HOST, self.config.admin_port)
            broker.report("listening", address=f"http://{_ADMIN_HOST}:{self.admin_port}")
        if self.config.registry_port is not None:
            server = HttpServer(RegistryApi(self).answer, partial(broker.report, "http-request"))
            self._servers.append(server)
            host = broker.config.host
            self.registry_port = await server.start(host, self.config.registry_port, broker.server_context())
            broker.report("listening", address=f"https://{f'[{host}]' if ':' in host else host}:{self.registry_port}")

    async def stop(self) -> None:
        """Close the HTTP servers; who waits there for something is answered first."""
        self.telemetry.close()
        self.feedback.close()
        for server in self._servers:
            await server.stop()
        self._servers.clear()

    def access(self, connection: ClientConnection) -> HubAccess:
        """The rights of a new connection: none, until it puts a token to `$cbs`."""
        access = HubAccess(self, connection)
        self._accesses.add(access)
        return access

    def forget(self, access: HubAccess) -> None:
        """A connection is gone."""
        self._accesses.discard(access)

    def is_connected(self, device: Device) -> bool:
        """Whether a connection holds a token for a device."""
        return any(access.holds(device) for access in self._accesses)

    def create_device(
        self, device_id: str, *, primary_key: str | None = None, secondary_key: str | None = None, enabled: bool = True
    ) -> Device:
        """Add a device; keys that are not given are made up."""
        device = self._add_device(device_id, primary_key or generate_key(), secondary_key or generate_key(), enabled)
        self._broker.report("device-created", address=f"/devices/{device_id}")
        return device

    def _add_device(self, device_id: str, primary_key: str, secondary_key: str, enabled: bool) -> Device:
        mailbox = Mailbox(
            devicebound_address(device_id),
            self.config.mailbox_size,
            self.config.max_deliveries,
            self._broker.schedule_dispatch,
            partial(self._message_ended, device_id),
        )
        device = Device(device_id, primary_key, secondary_key, mailbox, enabled)
        self.registry.devices[device_id] = device
        self._broker.add(mailbox)
        return device

    def revoke(self, device: Device, condition: str, description: str) -> None:
        """End the links of a device; its tokens are void."""
        for access in list(self._accesses):
            access.revoke(device, condition, description)

    def delete_device(self, device: Device) -> None:
        """Remove a device, end its links, drop the messages for it."""
        del self.registry.devices[device.id]
        self.revoke(device, "amqp:not-found", f"the device {device.id} was deleted")
        device.mailbox.purge()
        self._broker.delete(device.mailbox)
        self._broker.report("device-deleted", address=f"/devices/{device.id}")

    def send(
        self,
        device: Device,
        body: bytes,
        properties: Mapping[str, str],
        message_id: str | None = None,
        correlation_id: str | None = None,
    ) -> str:
        """Put a message into the mailbox of a device, and return its id.

        Raises `OverflowError` when the mailbox is full.
        """
        if device.mailbox.full:
            raise OverflowError(f"{device.mailbox.limit} messages wait for the device {device.id}; it takes no more")
        message = Message(
            body,
            # A body of bytes is a DATA section only when this is said.
            inferred=True,
            id=message_id or str(uuid.uuid4()),
            address=device.mailbox.address,
            correlation_id=correlation_id,
            properties=dict(properties) or None,
        )
        stored = self._broker.new_message(bytes(message.encode()))
        self._broker.report(
            "message-received",
            address=device.mailbox.address,
            message=stored.number,
            size=len(stored.body),
            outcome="accepted",
            detail="over HTTP",
        )
        device.mailbox.put(stored)
        return str(message.id)

    def take_telemetry(self, device: Device, raw: bytes) -> int:
        """Record a message that a device sent; the result is the number it gets in the broker."""
        number = self._broker.new_message(raw).number
        self.telemetry.append(Telemetry(device.id, time.time(), raw), len(raw))
        return number

    def _message_ended(self, device_id: str, message: StoredMessage, outcome: Outcome) -> None:
        decoded = Message()
        try:
            decoded.decode(message.body)
        # A test may have put anything there.
        except Exception:
            message_id = None
        else:
            message_id = None if decoded.id is None else str(decoded.id)
        self.feedback.append(Feedback(device_id, time.time(), message_id, outcome))
        if outcome in (Outcome.REJECTED, Outcome.DELIVERY_COUNT_EXCEEDED):
            self._broker.report(
                "message-dead-lettered",
                address=devicebound_address(device_id),
                message=message.number,
                outcome=outcome.value,
                detail=f"failed deliveries so far: {message.failures}",
            )

"""What one connection may do at the hub, by the tokens that it put to `$cbs`; and the end of that when they expire."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from proton import Condition

from imp_runtime.broker.cbs import PutToken, TokenAnswer
from imp_runtime.broker.encoding import MalformedMessage, destination
from imp_runtime.broker.iothub.devices import Device, Grant, TokenRefused, devicebound_address, events_address
from imp_runtime.broker.iothub.sas import MalformedToken
from imp_runtime.broker.links import IncomingLink
from imp_runtime.broker.profile import NodeRefused
from imp_runtime.broker.queue import Queue

if TYPE_CHECKING:
    from imp_runtime.broker.connection import ClientConnection
    from imp_runtime.broker.iothub.hub import IotHub

_TOKEN_TYPES = ("azure-devices.net:sastoken", "servicebus.windows.net:sastoken")
_EVENTS = "events"
_DEVICEBOUND = "devicebound"
_UNAUTHORIZED = "amqp:unauthorized-access"
_ROOM = 1_000_000
"""Telemetry is always taken; the oldest makes room."""


class TelemetryTarget:
    """Where a device sends its telemetry to."""

    def __init__(self, hub: IotHub, device: Device) -> None:
        self.address: str | None = device.events_address
        self._hub = hub
        self._device = device

    def attach(self, link: IncomingLink) -> None:
        """Nothing to prepare."""

    def detach(self, link: IncomingLink) -> None:
        """Nothing to undo."""

    def room(self) -> int:
        """There is always room."""
        return _ROOM

    def take(self, raw: bytes, link: IncomingLink) -> Condition | None:
        """Record a message."""
        try:
            destination(raw)
        except MalformedMessage as error:
            return Condition("amqp:decode-error", str(error))
        number = self._hub.take_telemetry(self._device, raw)
        link.connection.log(
            "message-received",
            link=link.name,
            address=self.address,
            message=number,
            size=len(raw),
            outcome="accepted",
        )
        return None


class HubAccess:
    """The rights of one connection."""

    def __init__(self, hub: IotHub, connection: ClientConnection) -> None:
        self._hub = hub
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        # By device; under None those for the whole hub.
        self._expiries: dict[Device | None, asyncio.TimerHandle] = {}

    def put_token(self, request: PutToken) -> TokenAnswer:
        """Check a token; if it is good, its audience is open to this connection until it expires."""
        if request.type not in _TOKEN_TYPES:
            return TokenAnswer(400, f"a token must be of type {_TOKEN_TYPES[0]}")
        try:
            grant = self._hub.registry.judge(request.token, request.name)
        except MalformedToken as error:
            return TokenAnswer(400, f"this is no shared access signature: {error}")
        except TokenRefused as error:
            return TokenAnswer(401, f"Unauthorized: {error}")
        self._grant(grant)
        return TokenAnswer(200, "OK")

    def target(self, address: str | None) -> TelemetryTarget:
        """The telemetry of a device. Raises `NodeRefused`."""
        device = self._device(address, _EVENTS)
        return TelemetryTarget(self._hub, device)

    def source(self, address: str | None) -> Queue:
        """The messages for a device. Raises `NodeRefused`."""
        return self._device(address, _DEVICEBOUND).mailbox

    def holds(self, device: Device) -> bool:
        """Whether this connection has put a token for a device."""
        return device in self._expiries

    def revoke(self, device: Device, condition: str, description: str) -> None:
        """A device may do nothing any more, whatever its tokens say."""
        timer = self._expiries.pop(device, None)
        if timer is not None:
            timer.cancel()
        addresses = (device.events_address, device.mailbox.address)
        self._connection.end_links(lambda address: address in addresses, condition, description)

    def close(self) -> None:
        """The connection is gone."""
        for timer in self._expiries.values():
            timer.cancel()
        self._expiries.clear()
        self._hub.forget(self)

    def _grant(self, grant: Grant) -> None:
        old = self._expiries.get(grant.device)
        if old is not None:
            old.cancel()
        life = grant.expiry - time.time()
        if self._hub.config.token_life is not None:
            life = min(life, self._hub.config.token_life)
        self._expiries[grant.device] = self._loop.call_later(life, self._expired, grant.device)

    def _expired(self, device: Device | None) -> None:
        del self._expiries[device]
        host = self._hub.registry.host_name
        name = host if device is None else f"{host}/devices/{device.id}"
        self._connection.log("token-expired", address=name)
        # That the condition and this text stand there, agents rely on: it is how they notice.
        self._connection.end_links(self._lost(), _UNAUTHORIZED, "Token Invalid.")

    def _lost(self) -> Callable[[str | None], bool]:
        """The addresses of devices that no token is left for."""
        devices = [] if None in self._expiries else [device.id for device in self._expiries if device is not None]
        kept = {address(device) for device in devices for address in (events_address, devicebound_address)}
        everything = None in self._expiries
        return lambda address: not everything and (address or "").startswith("/devices/") and address not in kept

    def _device(self, address: str | None, node: str) -> Device:
        """The device that an address of a node belongs to. Raises `NodeRefused`."""
        if address is None:
            raise NodeRefused("amqp:not-allowed", "this hub has no anonymous relay and no dynamic nodes")
        path = _path(address)
        if len(path) != 4 or path[0] != "devices" or path[2] != "messages":
            raise NodeRefused(
                "amqp:not-found",
                f"no such node: {address}; a device sends to {events_address('ID')} and receives from "
                f"{devicebound_address('ID')}",
            )
        device = self._hub.registry.device_at(path)
        if None not in self._expiries and (device is None or device not in self._expiries):
            name = f"{self._hub.registry.host_name}/devices/{path[1]}"
            raise NodeRefused(_UNAUTHORIZED, f"no valid token for {name}; put one to $cbs first")
        if device is None:
            raise NodeRefused("amqp:not-found", f"no such device: {path[1]}")
        if not device.enabled:
            raise NodeRefused(_UNAUTHORIZED, f"the device {device.id} is disabled")
        if path[3].lower() != node:
            raise NodeRefused(
                "amqp:not-allowed",
                f"a device sends to {events_address(device.id)} and receives from {device.mailbox.address}",
            )
        return device


def _path(address: str) -> list[str]:
    """The names in an address, with or without a host before them."""
    _, scheme, rest = address.partition("://")
    path = rest.partition("/")[2] if scheme else address
    return path.strip("/").split("/")

"""A raw device of the embedded IoT hub, and a plain HTTP client for its two APIs."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import time
from typing import Any, cast

from proton import Delivery, Link, Message, Receiver, Sender, Terminus

from imp_runtime.broker import BrokerThread
from imp_runtime.broker.iothub import IotHub, create_token
from tests.imp_runtime.broker.amqp_client import PATIENCE, Client

HOST = "my-hub.example"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI="
POLICY_KEY = "cG9saWN5IGtleSBwb2xpY3kga2V5IHBvbGljeSBrZXk="
TOKEN_TYPE = "azure-devices.net:sastoken"
EVENTS = "/devices/d1/messages/events"
DEVICEBOUND = "/devices/d1/messages/devicebound"


def token(resource: str = f"{HOST}/devices/d1", key: str = KEY, life: float = 3600, policy: str | None = None) -> str:
    """A token that expires in `life` seconds."""
    return create_token(resource, key, int(time.time() + life), policy)


def body_of(message: Message) -> bytes:
    """The body of a message whose body is bytes."""
    return bytes(cast(bytes, message.body))


def properties_of(message: Message) -> dict[str, Any]:
    """The application properties of a message that has some; Proton declares them as always absent."""
    return cast("dict[str, Any]", message.properties)


class Hub:
    """A broker with the profile, seen from outside."""

    def __init__(self, broker: BrokerThread, profile: IotHub) -> None:
        self.broker = broker
        self.profile = profile
        self.clients: list[Client] = []

    def device(self) -> Device:
        """A new connection that has put no token yet."""
        device = Device(Client(self.broker.port).open())
        self.clients.append(device.client)
        return device

    def close(self) -> None:
        """Drop the sockets of all devices."""
        for client in self.clients:
            client.vanish()

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """A request to the API for a desk: status and decoded JSON."""
        assert self.profile.admin_port is not None
        return ask(http.client.HTTPConnection("127.0.0.1", self.profile.admin_port), method, path, body, headers or {})

    def outcomes(self, count: int) -> list[str]:
        """How the first `count` messages to devices ended; waits for them."""
        found: list[str] = []
        while len(found) < count:
            _, answer = self.ask("GET", f"/messages/feedback?after={len(found)}&wait=30")
            assert answer
            found += [entry["description"] for entry in answer]
        return found

    def registry(
        self, method: str, path: str, body: object = None, *, authorization: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        """A request to the registry, with a good token unless another is given."""
        assert self.profile.registry_port is not None
        context = ssl.create_default_context(cadata=self.broker.ca_pem.decode())
        if authorization is None:
            authorization = token(HOST, POLICY_KEY, policy="owner")
        connection = http.client.HTTPSConnection("localhost", self.profile.registry_port, context=context)
        data = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(connection, method, path, data, {"Authorization": authorization, **named})


def ask(
    connection: http.client.HTTPConnection, method: str, path: str, body: bytes | str | None, headers: dict[str, str]
) -> tuple[int, Any]:
    connection.timeout = PATIENCE
    with contextlib.closing(connection):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        data = answer.read()
    return answer.status, json.loads(data) if data else None


class Device:
    """A connection of a device."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._answers: Receiver | None = None
        self._requests: Sender | None = None

    def put_token(
        self, text: object, audience: str = f"{HOST}/devices/d1", kind: str = TOKEN_TYPE, reply_to: str | None = None
    ) -> tuple[int, str]:
        """Put a token to `$cbs`; the status and description of the answer."""
        if self._answers is None or self._requests is None:
            self._answers = self.client.receiver("$cbs")
            self._requests = self.client.sender("$cbs")
        properties = {"operation": "put-token", "type": kind, "name": audience}
        request = Message(cast(str, text), reply_to=reply_to, properties=dict(properties))
        assert self.client.send_and_wait(self._requests, request) == [Delivery.ACCEPTED]
        [(delivery, answer)] = self.client.receive(self._answers)
        self.client.settle(delivery)
        said = properties_of(answer)
        return said["status-code"], said["status-description"]

    def refused(self, link: Link) -> tuple[str, str]:
        """Open a link that the hub refuses; condition and description."""
        link.open()
        self.client.wait(lambda: bool(link.state & Link.REMOTE_CLOSED), "refusal")
        return self.end_of(link)

    def sending(self, address: str | None, *, dynamic: bool = False) -> Sender:
        """A sender that is not open yet."""
        link = self.client.session.sender(f"to {address} {dynamic}")
        link.target.type = Terminus.TARGET
        if address is not None:
            link.target.address = address
        link.target.dynamic = dynamic
        return link

    def receiving(self, address: str | None, *, dynamic: bool = False) -> Receiver:
        """A receiver that is not open yet."""
        link = self.client.session.receiver(f"from {address} {dynamic}")
        link.source.type = Terminus.SOURCE
        if address is not None:
            link.source.address = address
        link.source.dynamic = dynamic
        return link

    def wait_for_end(self, *links: Link) -> list[tuple[str, str]]:
        """Wait until the hub has detached these links; condition and description of each."""
        self.client.wait(lambda: all(link.state & Link.REMOTE_CLOSED for link in links), "detach")
        return [self.end_of(link) for link in links]

    @staticmethod
    def end_of(link: Link) -> tuple[str, str]:
        """Condition and description with which a link ended."""
        condition = link.remote_condition
        assert condition is not None
        return str(condition.name), str(condition.description)

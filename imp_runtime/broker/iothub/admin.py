"""The HTTP API for a desk: send a message to a device, read the telemetry, see what became of the messages.

It asks for no token, so it listens on the loopback address only, and does not answer what a web page sends.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar, cast

from proton import Message

from imp_runtime.broker.iothub.devices import Device
from imp_runtime.broker.iothub.http import Refused, Request, Response
from imp_runtime.broker.iothub.journal import Entry, Journal

if TYPE_CHECKING:
    from imp_runtime.broker.iothub.hub import Feedback, IotHub, Telemetry

_T = TypeVar("_T")
_LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_LONGEST_WAIT = 60.0
_DEEPEST = 50
"""Levels of lists and maps in a message that are shown."""
_PROPERTY_PREFIX = "iothub-app-"
_OVERVIEW = (
    "there are GET /devices, POST /devices/ID/messages/devicebound, GET /devices/ID/messages/events, "
    "GET /messages/events and GET /messages/feedback"
)


class AdminApi:
    """Answers the requests of a desk."""

    def __init__(self, hub: IotHub) -> None:
        self._hub = hub

    async def answer(self, request: Request) -> Response:
        """Answer a request. Raises `Refused`."""
        _refuse_browsers(request)
        match request.method, request.names:
            case "GET", ["devices"]:
                return Response(HTTPStatus.OK, [self._overview(d) for d in self._hub.registry.devices.values()])
            case "POST", ["devices", _, "messages", "devicebound"]:
                return self._send(request, self._device(request))
            case "GET", ["devices", _, "messages", "events"]:
                device = self._device(request)
                return await self._read(
                    self._hub.telemetry, request, lambda t: t.device_id == device.id, _telemetry_json
                )
            case "GET", ["messages", "events"]:
                return await self._read(self._hub.telemetry, request, lambda _: True, _telemetry_json)
            case "GET", ["messages", "feedback"]:
                return await self._read(self._hub.feedback, request, lambda _: True, _feedback_json)
        raise Refused(HTTPStatus.NOT_FOUND, f"no such thing here: {_OVERVIEW}")

    def _device(self, request: Request) -> Device:
        device = self._hub.registry.device_at(request.names)
        if device is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"no such device: {request.names[1]}")
        return device

    def _overview(self, device: Device) -> dict[str, object]:
        return {
            "deviceId": device.id,
            "enabled": device.enabled,
            "connected": self._hub.is_connected(device),
            "cloudToDeviceMessageCount": len(device.mailbox),
            "deadLetterCount": device.mailbox.dead,
        }

    def _send(self, request: Request, device: Device) -> Response:
        properties = {}
        for name, value in request.headers.items():
            if name.lower().startswith(_PROPERTY_PREFIX):
                properties[name[len(_PROPERTY_PREFIX) :]] = _text(value)
        message_id, correlation_id = (
            request.headers.get("iothub-messageid"),
            request.headers.get("iothub-correlationid"),
        )
        try:
            message_id = self._hub.send(
                device,
                request.body,
                properties,
                None if message_id is None else _text(message_id),
                None if correlation_id is None else _text(correlation_id),
            )
        except OverflowError as error:
            raise Refused(HTTPStatus.FORBIDDEN, str(error)) from None
        return Response(HTTPStatus.CREATED, {"messageId": message_id})

    async def _read(
        self, journal: Journal[_T], request: Request, wanted: Callable[[_T], bool], shown: Callable[[Entry[_T]], object]
    ) -> Response:
        after = _number(request, "after")
        wait = _number(request, "wait")
        if wait > _LONGEST_WAIT:
            raise Refused(HTTPStatus.BAD_REQUEST, f"wait may be {_LONGEST_WAIT:g} seconds at most")
        entries = await journal.wait_after(int(after), wanted, wait)
        return Response(HTTPStatus.OK, [shown(entry) for entry in entries])


def _refuse_browsers(request: Request) -> None:
    """A web page must not reach what listens here, be it by the address or by a name that it made point here."""
    if request.headers.get("Origin") is not None:
        raise Refused(HTTPStatus.FORBIDDEN, "this is not for web pages")
    host = request.headers.get("Host", "127.0.0.1")
    name, _, port = host.rpartition(":")
    if (name if port.isdigit() else host).lower() not in _LOCAL_HOSTS:
        raise Refused(HTTPStatus.FORBIDDEN, "ask for 127.0.0.1 or localhost: this is not reached by other names")


def _number(request: Request, name: str) -> float:
    """A number in the query, 0 when it is not there."""
    text = request.query.get(name, "0")
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value < math.inf:
        raise Refused(HTTPStatus.BAD_REQUEST, f"{name} must be a number from 0 up")
    return value


def _text(value: str) -> str:
    """A header's value, whose bytes the parser took for Latin-1, as the UTF-8 that it is."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        raise Refused(HTTPStatus.BAD_REQUEST, "the values of headers must be UTF-8") from None


def _utc(seconds: float) -> str:
    """A time as hubs write it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def _feedback_json(entry: Entry[Feedback]) -> object:
    feedback = entry.value
    return {
        "number": entry.number,
        "enqueuedTimeUtc": _utc(feedback.time),
        "deviceId": feedback.device_id,
        "originalMessageId": feedback.message_id,
        "description": feedback.outcome.value,
    }


def _telemetry_json(entry: Entry[Telemetry]) -> object:
    """A message from a device: application properties and body; the whole of it in Base64 if it cannot be decoded."""
    telemetry = entry.value
    message = Message()
    content: dict[str, object]
    try:
        message.decode(telemetry.raw)
        # Proton declares the properties it decodes as always absent.
        properties = cast("dict[str, object] | None", message.properties)
        content = {"properties": _plain(properties or {}), "body": _plain(message.body)}
    # Proton's decoder raises whatever the bytes provoke.
    except Exception:
        content = {"undecodable": _base64(telemetry.raw)}
    return {
        "number": entry.number,
        "enqueuedTimeUtc": _utc(telemetry.time),
        "deviceId": telemetry.device_id,
        **content,
    }


def _plain(value: object, depth: int = 0) -> object:
    """A decoded AMQP value as JSON has it: bytes are text where they are UTF-8, else `{"base64": ...}`."""
    if depth > _DEEPEST:
        return "..."
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, memoryview):
        value = bytes(value)
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return {"base64": _base64(value)}
    if isinstance(value, dict):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return str(value)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

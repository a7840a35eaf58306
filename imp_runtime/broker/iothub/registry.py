"""The registry of devices over HTTPS, as a service's library asks an IoT hub: create, read, update, list and delete.

Every request is authorised by a shared access signature for the hub, signed with the key of a policy.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

from imp_runtime.broker.iothub.devices import Device, TokenRefused, is_device_id, is_key
from imp_runtime.broker.iothub.http import Refused, Request, Response
from imp_runtime.broker.iothub.sas import MalformedToken

if TYPE_CHECKING:
    from imp_runtime.broker.iothub.hub import IotHub

# More than a description of a device has.
_MOST_BRACKETS = 100

_NEVER = "0001-01-01T00:00:00Z"


class RegistryApi:
    """Answers the requests of services."""

    def __init__(self, hub: IotHub) -> None:
        self._hub = hub

    async def answer(self, request: Request) -> Response:
        """Answer a request. Raises `Refused`."""
        self._authorise(request)
        match request.method, request.names:
            case "GET", ["devices"]:
                return Response(HTTPStatus.OK, [self._shown(d) for d in self._hub.registry.devices.values()])
            case "GET", ["devices", _]:
                return Response(HTTPStatus.OK, self._shown(self._device(request)))
            case "PUT", ["devices", _]:
                return self._put(request)
            case "DELETE", ["devices", _]:
                self._hub.delete_device(self._device(request))
                return Response(HTTPStatus.NO_CONTENT)
        raise Refused(HTTPStatus.NOT_FOUND, "there are GET /devices and GET, PUT and DELETE /devices/ID")

    def _authorise(self, request: Request) -> None:
        try:
            self._hub.registry.judge(request.headers.get("Authorization", ""), self._hub.registry.host_name)
        except (MalformedToken, TokenRefused) as error:
            raise Refused(HTTPStatus.UNAUTHORIZED, f"ErrorCode:IotHubUnauthorizedAccess;{error}") from None

    def _device(self, request: Request) -> Device:
        device = self._hub.registry.device_at(request.names)
        if device is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"ErrorCode:DeviceNotFound;no such device: {request.names[1]}")
        return device

    def _put(self, request: Request) -> Response:
        """Create a device, or update the one that `If-Match` says is there."""
        wanted = _Wanted(request)
        device = self._hub.registry.devices.get(wanted.id)
        if request.headers.get("If-Match") is None:
            if device is not None:
                raise Refused(HTTPStatus.CONFLICT, f"ErrorCode:DeviceAlreadyExists;there is a device {wanted.id}")
            device = self._hub.create_device(
                wanted.id, primary_key=wanted.primary, secondary_key=wanted.secondary, enabled=wanted.enabled
            )
        elif device is None:
            raise Refused(HTTPStatus.NOT_FOUND, f"ErrorCode:DeviceNotFound;no such device: {wanted.id}")
        else:
            self._update(device, wanted)
        return Response(HTTPStatus.OK, self._shown(device))

    def _update(self, device: Device, wanted: _Wanted) -> None:
        keys = (wanted.primary or device.primary_key, wanted.secondary or device.secondary_key)
        if not wanted.enabled:
            self._hub.revoke(device, "amqp:unauthorized-access", f"the device {device.id} is disabled")
        device.primary_key, device.secondary_key = keys
        device.enabled = wanted.enabled
        device.version += 1

    def _shown(self, device: Device) -> dict[str, object]:
        return {
            "deviceId": device.id,
            "generationId": device.generation,
            "etag": str(device.version),
            "connectionState": "Connected" if self._hub.is_connected(device) else "Disconnected",
            "status": "enabled" if device.enabled else "disabled",
            "statusReason": None,
            "connectionStateUpdatedTime": _NEVER,
            "statusUpdatedTime": _NEVER,
            "lastActivityTime": _NEVER,
            "cloudToDeviceMessageCount": len(device.mailbox),
            "authentication": {
                "symmetricKey": {"primaryKey": device.primary_key, "secondaryKey": device.secondary_key},
            },
        }


class _Wanted:
    """What a PUT asks for."""

    def __init__(self, request: Request) -> None:
        """Read the body. Raises `Refused`."""
        # Python's parser is recursive, and agents in the same process have raised the limit that would stop it.
        if request.body.count(b"[") + request.body.count(b"{") > _MOST_BRACKETS:
            raise _bad("the body must be JSON of one device")
        try:
            body = json.loads(request.body)
        except ValueError:
            raise _bad("the body must be JSON") from None
        if not isinstance(body, dict):
            raise _bad("the body must be a JSON object")
        device_id = body.get("deviceId")
        self.id = device_id if isinstance(device_id, str) else ""
        if not is_device_id(self.id):
            raise _bad("deviceId must be 1 to 128 letters, digits and - : . + % _ # * ? ! ( ) , = @ ; $ '")
        if self.id not in (request.names[1], unquote(request.names[1])):
            raise _bad("deviceId is not the one in the address")
        keys = body
        for name in ("authentication", "symmetricKey"):
            keys = keys.get(name) or {}
            if not isinstance(keys, dict):
                raise _bad(f"{name} must be an object")
        self.primary = _key(keys, "primaryKey")
        self.secondary = _key(keys, "secondaryKey")
        self.enabled = str(body.get("status") or "enabled").lower() != "disabled"


def _key(keys: dict[str, object], name: str) -> str | None:
    key = keys.get(name)
    if not key:
        return None
    if not isinstance(key, str) or not is_key(key):
        raise _bad(f"{name} must be the Base64 of 16 to 64 bytes")
    return key


def _bad(reason: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, f"ErrorCode:ArgumentInvalid;{reason}")

"""Who a hub knows: devices and policies, each with a key, and the judgement on a token."""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import unquote

from imp_runtime.broker.iothub.mailbox import Mailbox
from imp_runtime.broker.iothub.sas import MalformedToken, SasToken, decode_key, parse_token

_DEVICE_ID = re.compile(r"[A-Za-z0-9\-:.+%_#*?!(),=@;$']{1,128}\Z")
_GENERATED_KEY_SIZE = 32
"""Bytes. Its Base64 ends in exactly one `=`: published agent code relies on that in connection strings."""


class TokenRefused(Exception):
    """A token does not authorise; the text says why, for the peer and the log, without any of the token."""


@dataclass(eq=False)
class Device:
    """A device of the hub.

    * `primary_key`, `secondary_key`: Base64; a token may be signed with either
    * `generation`: tells a device from one of the same id that was deleted
    * `version`: changes with each update
    """

    id: str
    primary_key: str = field(repr=False)
    secondary_key: str = field(repr=False)
    mailbox: Mailbox
    enabled: bool = True
    generation: str = field(default_factory=lambda: secrets.token_hex(8))
    version: int = 1

    @property
    def events_address(self) -> str:
        """Where it sends its telemetry to."""
        return events_address(self.id)


@dataclass(frozen=True)
class Grant:
    """What a token authorises for: one device, or (`device` is None) everything; `expiry`: seconds since 1970."""

    device: Device | None
    expiry: int


class Registry:
    """The devices and policies of a hub, by name."""

    def __init__(self, host_name: str, policies: Mapping[str, str]) -> None:
        self.host_name = host_name.lower()
        self.devices: dict[str, Device] = {}
        self._policies = {name: base64.b64decode(key) for name, key in policies.items()}

    def device_at(self, path: list[str]) -> Device | None:
        """The device that the names in a path (`devices`, its id, ...) are about; the id may be percent-encoded."""
        if len(path) < 2 or path[0] != "devices":
            return None
        return self.devices.get(path[1]) or self.devices.get(unquote(path[1]))

    def judge(self, text: object, audience: str) -> Grant:
        """Check a token for `audience`, for example `my-hub.example/devices/d1`.

        Raises `MalformedToken` when the text is no token, and `TokenRefused`.
        """
        if not isinstance(text, str):
            raise MalformedToken("the body of the request must be a string")
        token = parse_token(text)
        host, *path = (audience if "/" in audience else unquote(audience)).rstrip("/").split("/")
        if host.lower() != self.host_name:
            raise TokenRefused(f"this hub is {self.host_name}, not {host}")
        device = self.device_at(path)
        if path and device is None:
            raise TokenRefused(f"no such device: {'/'.join(path)}")
        names = (path, [] if device is None else ["devices", device.id])
        if not any(token.covers([self.host_name, *name]) for name in names):
            raise TokenRefused(f"the token is for another resource than {audience}")
        self._check_signature(token, device)
        if token.expiry <= time.time():
            raise TokenRefused(f"the token expired at {datetime.fromtimestamp(token.expiry, UTC):%Y-%m-%dT%H:%M:%SZ}")
        if device is not None and not device.enabled:
            raise TokenRefused(f"the device {device.id} is disabled")
        return Grant(device, token.expiry)

    def _check_signature(self, token: SasToken, device: Device | None) -> None:
        if token.policy is not None:
            key = self._policies.get(token.policy)
            if key is None:
                raise TokenRefused(f"no such policy: {token.policy}")
            if not token.is_signed_with(key):
                raise TokenRefused(f"the signature does not match the key of the policy {token.policy}")
        elif device is None:
            raise TokenRefused("a token for the whole hub must be signed with the key of a policy (skn)")
        elif not any(token.is_signed_with(base64.b64decode(k)) for k in (device.primary_key, device.secondary_key)):
            raise TokenRefused(f"the signature does not match the keys of the device {device.id}")


def events_address(device_id: str) -> str:
    """The address that a device sends its telemetry to."""
    return f"/devices/{device_id}/messages/events"


def devicebound_address(device_id: str) -> str:
    """The address that a device receives its messages from."""
    return f"/devices/{device_id}/messages/devicebound"


def is_device_id(text: str) -> bool:
    """Whether a text can be the id of a device."""
    return _DEVICE_ID.match(text) is not None


def is_key(text: str) -> bool:
    """Whether a text can be a key: Base64 of 16 to 64 bytes."""
    return decode_key(text) is not None


def generate_key() -> str:
    """A new random key."""
    return base64.b64encode(secrets.token_bytes(_GENERATED_KEY_SIZE)).decode("ascii")

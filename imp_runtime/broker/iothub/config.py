"""The settings of an IoT hub, apart from the command line that fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_MESSAGE_SIZE = 256 * 1024
"""Bytes of one encoded message that a hub takes from a device."""


@dataclass(frozen=True)
class HubConfig:
    """Settings of an `IotHub`.

    * `host_name`: the hub's name, as it stands in connection strings and tokens
    * `devices`: device id -> its Base64 key
    * `policies`: name of a shared access policy -> its Base64 key; a policy may do everything
    * `token_life`: seconds after which a token counts as expired though it is signed for longer; None: as signed
    * `admin_port`: TCP port of the HTTP API for a desk, on 127.0.0.1; 0 for any free one, None for no such API
    * `registry_port`: TCP port of the registry of devices (HTTPS), 0 for any free one, None for no registry
    * `max_deliveries`: times a message is given to its device before it is dead-lettered
    * `mailbox_size`: messages that may wait for one device
    * `kept_telemetry`, `kept_telemetry_size`: telemetry messages kept for readers, and their bytes; the oldest go first
    * `kept_feedback`: outcomes of messages to devices kept for readers
    """

    host_name: str = "hub.example"
    devices: Mapping[str, str] = field(default_factory=dict, repr=False)
    policies: Mapping[str, str] = field(default_factory=dict, repr=False)
    token_life: float | None = None
    admin_port: int | None = None
    registry_port: int | None = None
    max_deliveries: int = 10
    mailbox_size: int = 50
    kept_telemetry: int = 10_000
    kept_telemetry_size: int = 64 * 1024 * 1024
    kept_feedback: int = 10_000

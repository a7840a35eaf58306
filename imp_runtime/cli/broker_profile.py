"""The options of `impsim broker --profile iothub`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from imp_runtime.broker.iothub import HubConfig, IotHub
from imp_runtime.broker.iothub.devices import generate_key, is_device_id, is_key
from imp_runtime.cli.click_types import checked
from imp_runtime.cli.options import seconds

_F = TypeVar("_F", bound=Callable[..., Any])
# A name may hold a = of its own, a key only at its end; a name with a part of a mistyped key is not repeated.
_NAME_AND_KEY = re.compile(r"(?P<name>[^;=][^;]*?)(=(?P<key>[^=]+=*))?\Z")
_DEFAULTS = HubConfig()


def hub_options(command: _F) -> _F:
    """Add the options to a command."""
    for option in reversed(
        (
            click.option(
                "--profile",
                type=click.Choice(["iothub"]),
                help="Imitate an IoT hub: shared access signatures, telemetry, messages to devices.",
            ),
            click.option(
                "--hub-host",
                metavar="NAME",
                help=f"Host name of the hub, as it stands in connection strings.  [default: {_DEFAULTS.host_name}]",
            ),
            click.option(
                "--device",
                "devices",
                multiple=True,
                metavar="ID[=KEY]",
                help="A device of the hub and its Base64 key; repeatable. Without a key one is made up and shown.",
            ),
            click.option(
                "--policy",
                "policies",
                multiple=True,
                metavar="NAME[=KEY]",
                help="A shared access policy of the hub and its Base64 key; repeatable. It may do everything.",
            ),
            click.option(
                "--token-life",
                type=checked(seconds),
                metavar="SECONDS",
                help="Let tokens expire that long after they were put, however long they are signed for.",
            ),
            click.option(
                "--admin-port",
                type=click.IntRange(0, 65535),
                help="HTTP API on the loopback address: send to devices, read telemetry; 0: any free port.",
            ),
            click.option(
                "--registry-port",
                type=click.IntRange(0, 65535),
                help="Registry of devices (HTTPS); 0: any free port; needs --policy.",
            ),
        )
    ):
        command = option(command)
    return command


def hub_of(
    *,
    profile: str | None,
    hub_host: str | None,
    devices: Sequence[str],
    policies: Sequence[str],
    token_life: float | None,
    admin_port: int | None,
    registry_port: int | None,
) -> tuple[IotHub | None, list[str]]:
    """The hub that the options ask for, None without `--profile`, and the connection strings with keys made up for it.

    Raises `click.UsageError`.
    """
    if profile is None:
        given = {
            "--hub-host": hub_host,
            "--device": devices or None,
            "--policy": policies or None,
            "--token-life": token_life,
            "--admin-port": admin_port,
            "--registry-port": registry_port,
        }
        for name, value in given.items():
            if value is not None:
                raise click.UsageError(f"{name} needs --profile iothub")
        return None, []
    if not devices and not policies:
        raise click.UsageError("an IoT hub without devices is of no use: give --device ID")
    if registry_port is not None and not policies:
        raise click.UsageError("--registry-port needs --policy: only services may use the registry")
    if hub_host is not None and not re.fullmatch(r"[A-Za-z0-9.-]+", hub_host):
        raise click.BadParameter("must be a host name", param_hint="--hub-host")
    host_name = (hub_host or _DEFAULTS.host_name).lower()
    device_keys, made_devices = _keys("--device", devices)
    policy_keys, made_policies = _keys("--policy", policies)
    for device in device_keys:
        if not is_device_id(device):
            raise click.BadParameter(f"'{device}' cannot be the id of a device.", param_hint="--device")
    config = HubConfig(
        host_name=host_name,
        devices=device_keys,
        policies=policy_keys,
        token_life=token_life,
        admin_port=admin_port,
        registry_port=registry_port,
    )
    made = [f"HostName={host_name};DeviceId={name};SharedAccessKey={device_keys[name]}" for name in made_devices]
    made += [
        f"HostName={host_name};SharedAccessKeyName={name};SharedAccessKey={policy_keys[name]}" for name in made_policies
    ]
    return IotHub(config), made


def _keys(option: str, values: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """The keys by name, and the names whose keys were made up."""
    keys: dict[str, str] = {}
    made = []
    for value in values:
        match = _NAME_AND_KEY.match(value)
        # The value may hold a key: it is not repeated.
        if match is None:
            raise click.BadParameter("must be a name, or NAME=KEY", param_hint=option)
        name, key = match["name"], match["key"]
        if name in keys:
            raise click.BadParameter(f"'{name}' is given twice", param_hint=option)
        if key is None:
            key = generate_key()
            made.append(name)
        elif not is_key(key):
            shown = name.partition("=")[0]
            raise click.BadParameter(f"the key of '{shown}' is not the Base64 of 16 to 64 bytes", param_hint=option)
        keys[name] = key
    return keys, made

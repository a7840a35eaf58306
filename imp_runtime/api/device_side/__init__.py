"""The imp API as devices see it: ``agent``, ``server``, ``imp``, and ``hardware``, of which there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.api.device_side.agent import Agent
from imp_runtime.api.device_side.hardware import Hardware
from imp_runtime.api.device_side.imp import Imp
from imp_runtime.api.device_side.server import CONSTANTS, Server
from squirrel.machine import Machine
from squirrel.values.function import NativeFunction

if TYPE_CHECKING:
    from imp_runtime.device.device import Device


def install(device: Device) -> None:
    """Put the API's objects and constants into the device's root table."""
    vm = device.vm
    vm.define("server", Server(device))
    vm.define("imp", Imp(device))
    vm.define("agent", Agent(device))
    vm.define("hardware", Hardware(device))
    for name, value in CONSTANTS.items():
        vm.define(name, value)
    # Python's collector knows only one heap, and that is the agent's to collect: its handles close by it.
    vm.define("collectgarbage", NativeFunction("collectgarbage", _collect_nothing, 0, -1))


def _collect_nothing(machine: Machine, arguments: list[object]) -> object:
    """``collectgarbage()``: 0."""
    return 0

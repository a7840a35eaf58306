"""What of the imp API there is, found out from the code: the table of ``impsim api``."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
from collections.abc import Iterator
from typing import Final

import imp_runtime.api
from imp_runtime.agent import Agent
from imp_runtime.api import device_side
from imp_runtime.clock import RealClock
from imp_runtime.config import AgentConfig
from imp_runtime.device.device import Device
from imp_runtime.device.link import DeviceLink
from imp_runtime.group import Group
from imp_runtime.log import DeviceLog, Log
from imp_runtime.natives import Declared, HostObject, Module, OnDemand, declarations_of
from squirrel.values.function import NativeFunction
from squirrel.values.table import Table

WORKS: Final = "works"
THROWS: Final = "throws"

_FUNCTIONS: Final = "Functions of the language"
_CONSTANTS: Final = "Constants"
_ON_DEVICES: Final = device_side.__name__


class Row:
    """One member: how it is written, ``WORKS`` or ``THROWS``, and what it does or why it throws."""

    def __init__(self, name: str, status: str, text: str) -> None:
        self.name = name
        self.status = status
        self.text = text


class Section:
    """An object, and what it has."""

    def __init__(self, title: str, rows: list[Row]) -> None:
        self.title = title
        self.rows = rows


def agent_sections() -> list[Section]:
    """The objects, functions and constants that an agent reaches, the objects' members included."""
    agent = Agent(AgentConfig(), Log(io.BytesIO()))
    try:
        return _sections(agent.machine.root, _classes(of_devices=False))
    finally:
        agent.close_connections(0.0)


def device_sections() -> list[Section]:
    """The objects and constants that a device has; the language is the same."""
    group = Group(RealClock())
    log = DeviceLog(Log(io.BytesIO()))
    device = Device(AgentConfig(), log, group, DeviceLink(group), report=None, diagnose=None, memory=None)
    sections = _sections(device.machine.root, _classes(of_devices=True))
    return [section for section in sections if section.title != _FUNCTIONS]


def _sections(root: Table, classes: list[type[HostObject]]) -> list[Section]:
    sections: list[Section] = []
    keys = root.keys()
    for key in keys:
        module = root.get(key)
        if isinstance(module, OnDemand):
            module = module.module
        if isinstance(module, Module):
            sections += _module_sections(str(key), module)
            sections += [
                Section(cls.host_name, list(_rows(cls.host_name, cls)))
                for cls in classes
                if _belongs(cls, type(module))
            ]
    return [*sections, *_language(root)]


def _module_sections(name: str, module: Module) -> Iterator[Section]:
    """A module, and those that are members of it: ``http`` and ``http.hash``."""
    yield Section(name, list(_rows(name, type(module))))
    for declared in declarations_of(type(module)):
        inner = module.member(declared.name) if declared.signature is None and not declared.refused else None
        if isinstance(inner, Module):
            yield from _module_sections(f"{name}.{declared.name}", inner)


def _language(root: Table) -> Iterator[Section]:
    """What is no object of the imp API: the functions of Squirrel's libraries, and constants."""
    functions: list[Row] = []
    constants: list[Row] = []
    keys = root.keys()
    for key in keys:
        value = root.get(key)
        if isinstance(value, NativeFunction):
            functions.append(Row(f"{key}()", WORKS, ""))
        elif isinstance(value, Table):
            members = value.keys()
            functions += [Row(f"{key}.{name}{_brackets(value.get(name))}", WORKS, "") for name in members]
        elif isinstance(value, (int, float, str)):
            constants.append(Row(str(key), WORKS, str(value)))
    # The table's order means nothing here.
    yield Section(_FUNCTIONS, sorted(functions, key=lambda row: row.name))
    yield Section(_CONSTANTS, sorted(constants, key=lambda row: row.name))


def _brackets(value: object) -> str:
    return "()" if isinstance(value, NativeFunction) else ""


def _classes(*, of_devices: bool) -> list[type[HostObject]]:
    """The classes of the objects that methods return."""
    for module in pkgutil.walk_packages(imp_runtime.api.__path__, f"{imp_runtime.api.__name__}."):
        importlib.import_module(module.name)
    found: list[type[HostObject]] = []
    pending = [HostObject]
    while pending:
        cls = pending.pop(0)
        pending += cls.__subclasses__()
        on_device = cls.__module__.startswith(_ON_DEVICES)
        inside = cls.__module__.startswith(f"{imp_runtime.api.__name__}.")
        if (
            inside
            and not issubclass(cls, Module)
            and on_device == of_devices
            and cls.host_name != HostObject.host_name
            and declarations_of(cls)
        ):
            found.append(cls)
    return sorted(found, key=lambda cls: cls.host_name)


def _belongs(cls: type[HostObject], module: type[Module]) -> bool:
    """Whether a module makes objects of a class: they are in its files, ``mqtt.py`` or ``http_requests.py``."""
    return cls is not module and re.match(rf"{re.escape(module.__module__)}(_\w+)?\Z", cls.__module__) is not None


def _rows(prefix: str, cls: type[HostObject]) -> Iterator[Row]:
    for declared in declarations_of(cls):
        name = f"{prefix}.{declared.name}"
        if declared.refused:
            yield Row(name if declared.name == "*" else f"{name}()", THROWS, declared.refused)
        else:
            yield Row(name + _parameters(declared), WORKS, _first_sentence(declared.text))


def _parameters(declared: Declared) -> str:
    """``(first, [second])``; nothing for an attribute."""
    signature = declared.signature
    if signature is None:
        return ""
    names = [
        parameter.name if index < signature.least else f"[{parameter.name}]"
        for index, parameter in enumerate(signature.parameters)
    ]
    if signature.rest is not None:
        names.append(f"[{signature.rest.name} ...]")
    return f"({', '.join(names)})"


def _first_sentence(text: str) -> str:
    paragraph = " ".join(text.split("\n\n", 1)[0].split()).replace("``", "`")
    return re.split(r"(?<=[.;])\s", paragraph, maxsplit=1)[0].rstrip(".;")

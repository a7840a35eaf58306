"""The device's side of a run: a Squirrel machine of its own, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from imp_runtime.api import device_side
from imp_runtime.config import DEVICE_SOURCE_NAME, AgentConfig
from imp_runtime.device.link import DEVICE, DeviceLink
from imp_runtime.group import Group
from imp_runtime.host import Host, Report
from imp_runtime.log import LogWriter
from imp_runtime.memory import MemoryLimit
from imp_runtime.serialisation import deserialise, serialise
from imp_runtime.status import ExitStatus
from squirrel.errors import SquirrelError
from squirrel.values.table import Table

# What survives in the table ``nv`` while a device sleeps, in bytes.
_LARGEST_NV: Final = 4096


class Device(Host):
    """A device: everything but its hardware."""

    source_name = DEVICE_SOURCE_NAME
    who = "the device"
    # Nothing of a device closes when it is released, and the agent's cycles are the agent's.
    collects = False

    def __init__(
        self,
        config: AgentConfig,
        log: LogWriter,
        group: Group,
        link: DeviceLink,
        *,
        report: Report | None,
        diagnose: Callable[[str], None] | None,
        memory: MemoryLimit | None,
    ) -> None:
        self.link = link
        self._nv: bytes | None = None
        super().__init__(config, log, group, report=report, diagnose=diagnose, memory=memory)

    def install(self) -> None:
        """The API of devices."""
        self.link.start_end(DEVICE, self)
        device_side.install(self)
        if self._nv is not None:
            self.vm.define("nv", deserialise(self._nv))

    def _run(self, source: str | bytes) -> ExitStatus:
        self.link.set_running(True)
        return super()._run(source)

    def _end(self) -> None:
        self._save_nv()
        self.link.set_running(False)
        self.link.end(DEVICE)
        super()._end()

    def _save_nv(self) -> None:
        """Keep the table ``nv``, which lasts until the device loses its power."""
        value = self.machine.root.get("nv")
        if isinstance(value, Table):
            try:
                self._nv = serialise(value, _LARGEST_NV)
            except SquirrelError as error:
                self.log.error(f"nv is lost: {error.message}")
                self._nv = None

    def _tasks(self) -> list[tuple[str, object]]:
        return [*super()._tasks(), *self.link.handlers(DEVICE)]

"""What plays the device of an agent: its Squirrel, a script of events, or both."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from imp_runtime.config import AgentConfig, DeviceConfig, DeviceEvent
from imp_runtime.device.link import AGENT, SENT
from imp_runtime.log import DeviceLog, Log
from imp_runtime.natives import host_text
from imp_runtime.scheduler import Scheduler
from imp_runtime.stack import start_with_large_stack
from imp_runtime.status import ExitStatus
from squirrel.errors import CompileError, Interrupted

if TYPE_CHECKING:
    from imp_runtime.agent import Agent
    from imp_runtime.device.device import Device
    from imp_runtime.host import Report


class Partner:
    """Runs beside one agent. Made, prepared, started and stopped on the agent's thread; ``stop`` on any."""

    def __init__(self, agent: Agent, config: DeviceConfig, log: Log, report: Report | None) -> None:
        self._agent = agent
        self._link = agent.link
        self._report = report
        self._source = config.source
        self._device: Device | None = None
        self._status = ExitStatus.OK
        self._fault: Exception | None = None
        self._started = False
        self._device_ended = threading.Event()
        if config.source is not None:
            # Imported late: a scripted device has no machine.
            from imp_runtime.device.device import Device

            self._device = Device(
                _device_settings(agent.config, config),
                DeviceLog(log),
                agent.group,
                agent.link,
                report=report,
                diagnose=agent.diagnose,
                memory=agent.memory,
            )
        self._player = _Player(agent, config.events)
        self._link.set_network(_begins_connected(config.events))

    def prepare(self) -> bool:
        """Whether the device's script compiles; what is wrong with it is reported."""
        if self._device is not None and self._source is not None:
            try:
                self._device.prepare(self._source)
            except CompileError as error:
                if self._report is not None:
                    self._report(error, host_text(error.message))
                self.stop(ExitStatus.COMPILE_ERROR)
                return False
        return True

    def start(self) -> None:
        """Switch the device on."""
        self._started = True
        self._player.start()
        if self._device is not None:
            start_with_large_stack(self._run_device, "impsim-device")
        else:
            self._device_ended.set()
            self._link.set_running(True)

    def _run_device(self) -> None:
        assert self._device is not None and self._source is not None
        try:
            self._status = self._device.run(self._source)
            if self._status is ExitStatus.OUTPUT_CLOSED or self._device.out_of_memory:
                self._agent.stop(self._status)
        except Exception as fault:
            self._fault = fault
            self._agent.stop(ExitStatus.INTERNAL_ERROR)
        finally:
            self._device_ended.set()

    def stop(self, status: ExitStatus) -> None:
        """Switch the device off."""
        self._player.stop()
        if self._device is not None:
            self._device.stop(status)

    def wait(self, seconds: float) -> None:
        """Wait until it is off. A device that does not stop is left behind.

        Raises:
            Exception: whatever an error in impsim itself raised on the device's thread.
        """
        if not self._started:
            self._player.close()
            return
        self._device_ended.wait(seconds)
        if self._fault is not None:
            raise self._fault

    @property
    def failure_status(self) -> ExitStatus:
        """How a run ends in which the agent itself did not fail: a device that failed is a failure."""
        return ExitStatus.RUNTIME_ERROR if self._status is ExitStatus.RUNTIME_ERROR else ExitStatus.OK


def _device_settings(agent: AgentConfig, device: DeviceConfig) -> AgentConfig:
    """What the device's machine is run with."""
    return AgentConfig(
        constants=agent.constants,
        script_name=device.script_name,
        device_id=agent.device_id,
        agent_id=agent.agent_id,
        program_cache=agent.program_cache,
        limits=agent.limits,
        restart=agent.restart,
    )


def _begins_connected(events: Sequence[DeviceEvent]) -> bool:
    """A device is connected from the start, unless the first that is heard of it is that it connects."""
    for event in events:
        if event.kind in ("connect", "disconnect"):
            return event.kind == "disconnect"
    return True


class _Player:
    """Makes the events of a device script happen, on a thread of its own: neither side can hold it up."""

    def __init__(self, agent: Agent, events: Sequence[DeviceEvent]) -> None:
        self._agent = agent
        self._events = events
        self._scheduler = Scheduler(agent.clock, agent.group) if events else None

    def start(self) -> None:
        """Begin to count the time."""
        if self._scheduler is not None:
            threading.Thread(
                target=self._run, args=(self._scheduler,), name="impsim-device-script", daemon=True
            ).start()

    def stop(self) -> None:
        """No event happens any more."""
        if self._scheduler is not None:
            self._scheduler.stop()

    def close(self) -> None:
        """It was never started."""
        if self._scheduler is not None:
            self._scheduler.clear()

    def _run(self, scheduler: Scheduler) -> None:
        for event in self._events:
            scheduler.start_timer(event.at, functools.partial(self._happens, event))
        try:
            scheduler.run()
        except Interrupted:
            pass
        finally:
            scheduler.clear()

    def _happens(self, event: DeviceEvent) -> None:
        link = self._agent.link
        if event.kind != "send":
            link.set_network(event.kind == "connect")
        elif link.send(AGENT, event.name, event.data) != SENT:
            text = f"the device script's message '{host_text(event.name)}' at {event.at:g} s is lost: not connected"
            self._agent.scheduler.interject(lambda: self._agent.tell_once(text))

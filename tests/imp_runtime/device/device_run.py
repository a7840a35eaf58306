"""Runs an agent with its device in the test process."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.clock import Clock, VirtualClock
from imp_runtime.config import AgentConfig, DeviceConfig, DeviceEvent
from imp_runtime.limits import Limits
from imp_runtime.log import Log, LogFormat
from imp_runtime.status import ExitStatus

PREFIX = "[Device] "


@dataclass
class Pair:
    """How a run ended, what each side logged, all of it in its order, and what was said beside the log."""

    status: ExitStatus | None
    agent: list[str]
    device: list[str]
    lines: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def run_pair(
    agent_source: str,
    device_source: str | None = "",
    *,
    events: list[DeviceEvent] | None = None,
    clock: Clock | None = None,
    timeout: float = 1e6,
    restart: bool = False,
    limits: Limits | None = None,
    max_memory: int | None = None,
) -> Pair:
    """Run the two, in virtual time unless another clock is given."""
    output = io.BytesIO()
    told: list[str] = []
    errors: list[str] = []
    source = None if device_source is None else device_source.encode()
    config = AgentConfig(
        device=DeviceConfig(source=source, script_name="device.nut", events=events or []),
        restart=restart,
        limits=limits,
        max_memory=max_memory,
    )
    agent = Agent(
        config,
        Log(output, LogFormat.PLAIN),
        clock=clock or VirtualClock(),
        device_report=lambda error, text: errors.append(text),
        diagnose=told.append,
    )
    status = run_on_thread(agent, agent_source, timeout=timeout)
    lines = output.getvalue().decode().splitlines()
    return Pair(
        status,
        [line for line in lines if not line.startswith(PREFIX)],
        [line.removeprefix(PREFIX) for line in lines if line.startswith(PREFIX)],
        lines,
        told,
        errors,
    )

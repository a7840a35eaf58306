"""Runs scripts in agents inside the test process, on a thread with a large stack as the command line does."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.status import ExitStatus


@dataclass
class Ran:
    """How a run ended, and the entries of its log in plain form."""

    status: ExitStatus | None
    lines: list[str] = field(default_factory=list)


def run(source: str, prepare: Callable[[Agent], None] | None = None, config: AgentConfig | None = None) -> Ran:
    """Run a script; ``prepare`` gets the agent before it starts."""
    output = io.BytesIO()
    agent = Agent(config or AgentConfig(), Log(output, LogFormat.PLAIN))
    if prepare is not None:
        prepare(agent)
    status = run_on_thread(agent, source, timeout=60)
    return Ran(status, output.getvalue().decode().splitlines())

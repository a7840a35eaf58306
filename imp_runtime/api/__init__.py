"""The imp API as agents see it: one file an object."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from imp_runtime.api.imp import Imp
from imp_runtime.api.server import Server
from imp_runtime.natives import Module, OnDemand, Unavailable

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

# Objects of the platform that this version does not have: touching one throws an error that names it.
_LATER = ("crypto", "device", "http", "mqtt")


def _amqp(agent: Agent) -> Module:
    # Imported late: Proton and asyncio take longer to load than most scripts to run.
    from imp_runtime.api.amqp import Amqp

    return Amqp(agent)


def install(agent: Agent) -> None:
    """Put the API's objects and constants into the agent's root table."""
    vm = agent.vm
    vm.define("server", Server(agent))
    vm.define("imp", Imp(agent))
    vm.define("amqp", OnDemand("amqp", functools.partial(_amqp, agent)))
    vm.define("ENVIRONMENT_CARD", 0)
    vm.define("ENVIRONMENT_MODULE", 1)
    vm.define("ENVIRONMENT_AGENT", 2)
    for name in _LATER:
        vm.define(name, Unavailable(name))

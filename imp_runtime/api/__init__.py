"""The imp API as agents see it: one file an object."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from imp_runtime.api.device import Device
from imp_runtime.api.ftp import Ftp
from imp_runtime.api.imp import Imp
from imp_runtime.api.server import Server
from imp_runtime.natives import Module, OnDemand

if TYPE_CHECKING:
    from imp_runtime.agent import Agent

def _amqp(agent: Agent) -> Module:
    # Imported late: Proton and asyncio take longer to load than most scripts to run.
    from imp_runtime.api.amqp import Amqp

    return Amqp(agent)


def _http(agent: Agent) -> Module:
    from imp_runtime.api.http import Http

    return Http(agent)


def _mqtt(agent: Agent) -> Module:
    from imp_runtime.api.mqtt import Mqtt

    return Mqtt(agent)


def _crypto(agent: Agent) -> Module:
    from imp_runtime.api.crypto import Crypto

    return Crypto(agent)


def install(agent: Agent) -> None:
    """Put the API's objects and constants into the agent's root table."""
    vm = agent.vm
    vm.define("server", Server(agent))
    vm.define("imp", Imp(agent))
    vm.define("device", Device(agent))
    vm.define("amqp", OnDemand("amqp", functools.partial(_amqp, agent)))
    vm.define("mqtt", OnDemand("mqtt", functools.partial(_mqtt, agent)))
    vm.define("http", OnDemand("http", functools.partial(_http, agent)))
    vm.define("crypto", OnDemand("crypto", functools.partial(_crypto, agent)))
    vm.define("ftp", Ftp())
    vm.define("ENVIRONMENT_CARD", 0)
    vm.define("ENVIRONMENT_MODULE", 1)
    vm.define("ENVIRONMENT_AGENT", 2)
    vm.define("NO_TIMEOUT", -1)
    vm.define("VALIDATE_NONE", 0)
    vm.define("VALIDATE_USING_SYSTEM_CA_CERTS", 1)
    vm.define("SHUTDOWN_NEWSQUIRREL", 1)
    vm.define("SHUTDOWN_NEWFIRMWARE", 2)
    vm.define("SHUTDOWN_OTHER", 3)

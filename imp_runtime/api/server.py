"""``server``: the agent's log (core sheet, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imp_runtime.natives import Module, method
from squirrel.ops.text import to_text

if TYPE_CHECKING:
    from imp_runtime.agent import Agent


class Server(Module, name="server", later=("load", "onshutdown", "restart", "save")):
    """The ``server`` object of an agent. Device-only members (``server.bless`` ...) are absent, as on the platform."""

    def __init__(self, agent: Agent) -> None:
        super().__init__()
        self._agent = agent

    @method
    def log(self, entry: object) -> int:
        """Log one entry of type ``agent.log``; anything is converted to text. Returns 0."""
        self._agent.log.log(to_text(self._agent.machine, entry))
        return 0

    @method
    def error(self, entry: object) -> int:
        """Log one entry of type ``agent.error``. Returns 0."""
        self._agent.log.error(to_text(self._agent.machine, entry))
        return 0

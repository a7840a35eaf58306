"""``server``: the agent's log, what it saves, and its restart (core sheet, section 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from imp_runtime.natives import Callback, Module, byte_string, method
from imp_runtime.store import StoreError
from squirrel.errors import SquirrelError
from squirrel.ops.text import to_text
from squirrel.values.table import Table

if TYPE_CHECKING:
    from imp_runtime.agent import Agent


class Server(Module, name="server"):
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

    @method
    def save(self, table: Table, formatType: int = 1) -> int:
        """Replace what is saved for this agent. Returns 0.

        As JSON (1) what JSON cannot carry is left out, and an error is logged; as binary (2) blobs and strings that are
        not safe are kept too, the latter as blobs.

        Raises:
            SquirrelError: another format, more than 64 KB, a circular structure, or the store cannot be written; what
                was saved before remains.
        """
        # Imported late, as below: most scripts save nothing.
        from imp_runtime.api.saving import to_saved

        config = self._agent.config
        saved = to_saved(self._agent.machine, table, formatType, self._agent.log)
        try:
            config.store.save(config.agent_id, saved)
        except StoreError as error:
            raise SquirrelError(byte_string(str(error))) from None
        return 0

    @method
    def load(self) -> Table:
        """What was saved last, an empty table when nothing ever was.

        Raises:
            SquirrelError: the store cannot be read, or its data is damaged.
        """
        from imp_runtime.api.saving import from_saved

        config = self._agent.config
        try:
            saved = config.store.load(config.agent_id)
        except StoreError as error:
            raise SquirrelError(byte_string(str(error))) from None
        return Table() if saved is None else from_saved(saved)

    @method
    def restart(self) -> NoReturn:
        """Start the agent's code anew: nothing but what was saved survives. Never returns."""
        self._agent.restart()

    @method
    def onshutdown(self, handler: Callback | None) -> None:
        """Register a function that gets a ``SHUTDOWN_*`` reason before ``--restart-after`` restarts the agent."""
        self._agent.shutdown_handler = handler

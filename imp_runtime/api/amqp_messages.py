"""``amqpmessage`` and ``amqpdelivery``: what is sent, and what was received (core sheet, 1.7, 1.8)."""

from __future__ import annotations

from imp_runtime.api.amqp_encoding import body_value, properties_table
from imp_runtime.natives import HostObject, method
from imp_runtime.net.amqp import AmqpEngine
from imp_runtime.net.amqp_endpoint import CLOSED, Endpoint, Outcome
from squirrel.machine import Machine
from squirrel.values.table import Table


class Message(HostObject, name="amqpmessage"):
    """A message: its encoded form. What the script reads from it is made afresh each time, so it cannot be changed."""

    def __init__(self, encoded: bytes, machine: Machine) -> None:
        super().__init__()
        self.encoded = encoded
        self._machine = machine

    @method
    def body(self) -> object:
        """The body, by the table of section 1.8; text or blob for a message that this agent made.

        Raises:
            SquirrelError: the peer sent something that is no AMQP message.
        """
        self._machine.spend(len(self.encoded))
        return body_value(self.encoded)

    @method
    def properties(self) -> Table:
        """The application properties; an empty table when there are none.

        Raises:
            SquirrelError: the peer sent something that is no AMQP message.
        """
        self._machine.spend(len(self.encoded))
        return properties_table(self.encoded)


class Delivery(HostObject, name="amqpdelivery"):
    """A received message, to be accepted, rejected or released; accepted when it is dropped without any of these."""

    def __init__(self, engine: AmqpEngine, receiver: Endpoint, number: int, message: Message) -> None:
        super().__init__()
        self._engine = engine
        self._receiver = receiver
        self._number = number
        self._message = message
        self._settled = False

    def __del__(self) -> None:
        self._settle(Outcome.ACCEPTED)

    def open_text(self) -> str | None:
        """``delivery`` until it is settled; a receiver that has gone took its deliveries with it."""
        return "delivery" if not self._settled and self._receiver.state != CLOSED else None

    def _settle(self, outcome: Outcome) -> None:
        """Only the first settlement counts; none is possible once the receiver is closed."""
        if not self._settled:
            self._settled = True
            self._engine.settle(self._receiver, self._number, outcome)

    @method
    def message(self) -> Message:
        """The message; readable after settlement too."""
        return self._message

    @method
    def accept(self) -> None:
        """The message was processed."""
        self._settle(Outcome.ACCEPTED)

    @method
    def reject(self) -> None:
        """The message cannot be processed and need not come again."""
        self._settle(Outcome.REJECTED)

    @method
    def release(self) -> None:
        """The message was not processed; the peer may deliver it again."""
        self._settle(Outcome.RELEASED)

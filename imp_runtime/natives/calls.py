"""Calling back into the script."""

from __future__ import annotations

from squirrel.errors import SquirrelError, TraceEntry
from squirrel.machine import Machine
from squirrel.ops.call import accepted_arguments, call
from squirrel.values.function import Closure


def invoke(machine: Machine, callback: object, *values: object) -> object:
    """Call a script's function from an event, with the root table as ``this`` where nothing is bound.

    Arguments that it cannot take are left off (decision 15); when it needs more than it is given, the usual
    ``wrong number of parameters`` is thrown.

    Raises:
        SquirrelError: what the callback throws. When it could not even be called, its trace names the callback.
    """
    arguments = list(values)
    # The tuple of this frame would keep the arguments alive for as long as the callback runs.
    del values
    _, most = accepted_arguments(callback)
    if most >= 0:
        del arguments[most:]
    try:
        return call(machine, callback, machine.root, arguments)
    except SquirrelError as error:
        if not error.trace and type(callback) is Closure:
            error.left(TraceEntry(callback.code, callback.code.line, []))
        raise

"""How a command ended: the exit codes of the command line."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit codes that scripts may rely on."""

    OK = 0
    USAGE = 2
    COMPILE_ERROR = 65
    # A Python module that impsim needs is missing; ``impsim doctor`` says which.
    UNAVAILABLE = 69
    RUNTIME_ERROR = 70
    # A fault in impsim itself.
    INTERNAL_ERROR = 71
    # Standard output cannot be written, for example because the disk is full.
    CANNOT_WRITE = 74
    TIMEOUT = 124
    # SIGHUP: the terminal has gone.
    HANGUP = 129
    INTERRUPTED = 130
    # The reader of standard output has gone; as SIGPIPE would have it.
    OUTPUT_CLOSED = 141
    # SIGTERM.
    TERMINATED = 143

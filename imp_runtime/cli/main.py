"""The ``impsim`` command: turns whatever goes wrong into one message and an exit code.

Nothing large is imported before signals are taken care of: Ctrl-C during the start must not end in a traceback.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

from imp_runtime.cli.signals import TEXTS, exit_at_once, handle_with
from imp_runtime.status import ExitStatus

# What writing to a full disk, a vanished reader or a closed descriptor gives.
_UNWRITABLE: Final = frozenset({errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF, errno.EFBIG, errno.EDQUOT})


class OutputError(Exception):
    """Standard output cannot be written; ``error`` says why. No OSError, for click has its own way with those."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror)
        self.error = error


@contextlib.contextmanager
def output_errors() -> Iterator[None]:
    """Raise OutputError for an OSError that says that standard output cannot be written."""
    try:
        yield
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            raise
        raise OutputError(error) from None


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and end the process with its exit code.

    71 means an error in impsim itself; set IMPSIM_DEBUG=1 to see where it happened. Signals are left alone when
    ``arguments`` are given: then the process is somebody else's.
    """
    if arguments is None:
        handle_with(exit_at_once)
        if sys.argv[1:2] == ["run"]:
            # Nothing collects cycles while an agent runs, and the imports before that leave none.
            gc.disable()
    if sys.stdout is None:
        complain("impsim: standard output is closed")
        sys.exit(ExitStatus.CANNOT_WRITE)
    code = _exit_code(arguments)
    if arguments is None:
        # The process ends: Python need not look for cycles in everything that was imported.
        gc.freeze()
    sys.exit(code)


def _exit_code(arguments: Sequence[str] | None) -> int:
    try:
        try:
            code = _run_words(sys.argv[1:] if arguments is None else arguments)
        except OutputError as failed:
            return output_failed(failed.error)
        try:
            sys.stdout.flush()
        except OSError as error:
            return output_failed(error)
        return code
    except KeyboardInterrupt as interrupt:
        status = getattr(interrupt, "status", ExitStatus.INTERRUPTED)
        complain(f"impsim: {TEXTS[status]}")
        return int(status)
    except Exception as error:
        if os.environ.get("IMPSIM_DEBUG"):
            raise
        return explain(error)


def _run_words(words: Sequence[str]) -> int:
    """Run the command of these words; its exit code."""
    if words and words[0] == "run":
        from imp_runtime.cli.run_options import read_plain

        settings = read_plain(words[1:])
        if settings is not None:
            from imp_runtime.cli.run import run

            with output_errors():
                return run(**settings)
    # Only now is click needed.
    from imp_runtime.cli.verbs import run_verb

    return run_verb(words)


def output_failed(error: OSError) -> ExitStatus:
    """Standard output takes nothing any more: say why, unless its reader has just gone; return the exit code."""
    discard_output()
    if isinstance(error, BrokenPipeError):
        return ExitStatus.OUTPUT_CLOSED
    complain(f"impsim: cannot write to standard output: {error.strerror}")
    return ExitStatus.CANNOT_WRITE


def explain(error: Exception) -> ExitStatus:
    """Say in one line what no other place could deal with; return the exit code for it."""
    if isinstance(error, ModuleNotFoundError) and error.name and not error.name.startswith(("imp_runtime", "squirrel")):
        complain(f"impsim: this Python has no module {error.name}; `impsim doctor` says what to install.")
        return ExitStatus.UNAVAILABLE
    from imp_runtime.redaction import hide_secrets

    complain(
        hide_secrets(f"impsim: internal error: {type(error).__name__}: {error}. ")
        + "This is a fault in impsim: please report it to its maintainers, with the script; IMPSIM_DEBUG=1 shows where "
        "it happened."
    )
    return ExitStatus.INTERNAL_ERROR


def complain(text: str) -> None:
    """Write to standard error, a whole line at a time; a reader that has gone is no reason to stop."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text + "\n")
            sys.stderr.flush()


def discard_output() -> None:
    """Send what is still unwritten of standard output nowhere: its reader has gone."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)

"""One file of ``impsim test``, in the process that it has to itself.

The first argument is the file to run, the rest are words of a command line of ``impsim run``. What happens goes to
standard output, one JSON object a line, in the form of the log: its entries, of the type ``print`` those of ``print``,
and in between what `imp_runtime.testing.recording` reads. Standard error is as with ``impsim run``, and so is the exit
code. The process ends when its standard input does: with whoever started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import BinaryIO, Final, NoReturn

import click

from imp_runtime.agent import Agent, run_on_thread, shortened
from imp_runtime.cli.main import complain, explain
from imp_runtime.cli.run import (
    CLOSE_TIME,
    GivenUp,
    device_reporter,
    diagnose,
    reporter,
    run,
    shown_path,
    text_problem,
)
from imp_runtime.cli.run_command import run_command
from imp_runtime.clock import Clock, RealClock, VirtualClock
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.natives import host_text
from imp_runtime.status import ExitStatus
from imp_runtime.testing.recording import COMPILE_ERROR, ERROR, PRINT
from squirrel.errors import CompileError, SquirrelError

# Parameters of `run` that name files.
_FILE_OPTIONS: Final = ("device_file", "device_script", "store_file")
# The innermost frames of a trace; after a stack overflow there are thousands.
_MOST_FRAMES: Final = 1000


class _RecordedAgent(Agent):
    """An agent whose prints can be told from its other entries."""

    def _print(self, text: str) -> None:
        self.machine.spend(len(text))
        assert isinstance(self.log, Log)
        self.log.entry(PRINT, text.removesuffix("\n"))


class _Recorder:
    """Runs a script like `imp_runtime.cli.run.run_script`, and writes what happens to a stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def run_script(
        self, source: bytes, name: str, config: AgentConfig, log_format: LogFormat, timeout: float | None, fast: bool
    ) -> int:
        """Run a script; return the exit code.

        Raises:
            GivenUp: the agent's thread still runs; its connections are closed.
        """
        problem = text_problem(source, name)
        if problem is not None:
            complain(problem)
            return ExitStatus.COMPILE_ERROR
        clock: Clock = VirtualClock() if fast else RealClock()
        log = Log(self._stream, LogFormat.JSON, now=clock.time)
        show = reporter(source, name)

        def report(error: CompileError | SquirrelError, text: str) -> None:
            if isinstance(error, CompileError):
                failure: dict[str, object] = {"message": text, "line": error.line, "column": error.column}
                log.entry(COMPILE_ERROR, json.dumps(failure), shown=True)
            else:
                frames = [[host_text(at.function), host_text(at.file), at.line] for at in error.trace[:_MOST_FRAMES]]
                # The entries of the log that tell of this error come right before.
                failure = {"message": text, "frames": frames, "entries": 1 + len(shortened(error.trace))}
                log.entry(ERROR, json.dumps(failure), shown=True)
            show(error, text)

        agent = _RecordedAgent(
            config,
            log,
            clock=clock,
            report=report,
            device_report=device_reporter(config.device),
            diagnose=diagnose,
        )
        if agent.memory is not None:
            agent.memory.enforce()
        status = run_on_thread(agent, source, timeout=timeout)
        if ExitStatus.TIMEOUT in (status, agent.stop_status):
            complain(f"impsim: stopped after {timeout:g} s (--timeout)")
        if status is None:
            agent.close_connections(CLOSE_TIME)
            raise GivenUp(agent.stop_status or ExitStatus.INTERRUPTED)
        return status


def main() -> NoReturn:
    """Run the file of the command line, and end the process."""
    stream = os.fdopen(os.dup(1), "wb")
    # Nothing else may write there.
    os.dup2(2, 1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        code = _run(sys.argv[1], sys.argv[2:], stream)
    except click.ClickException as error:
        complain(f"{shown_path(sys.argv[1])}: its options: {error.format_message()}")
        code = ExitStatus.USAGE
    except Exception as error:
        code = explain(error)
    sys.exit(code)


def _run(file: str, words: list[str], stream: BinaryIO) -> int:
    try:
        settings = dict(run_command.make_context("run", [*words, "--", file]).params)
    except click.exceptions.Exit:
        raise click.UsageError("only options that run the script make sense here") from None
    folder = os.path.dirname(file)
    for name in _FILE_OPTIONS:
        if settings[name]:
            settings[name] = os.path.join(folder, settings[name])
    settings["ca_files"] = [os.path.join(folder, path) for path in settings["ca_files"]]
    return run(**settings, run_with=_Recorder(stream).run_script)


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(ExitStatus.TERMINATED)


if __name__ == "__main__":
    main()

"""The ``impsim run`` verb: run one agent script."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final, NoReturn

import click

from imp_runtime.agent import Agent, Terminated, run_on_thread
from imp_runtime.cli.errors import compile_error_text, runtime_error_text
from imp_runtime.cli.hints import runtime_hint
from imp_runtime.cli.main import complain, discard_output
from imp_runtime.cli.options import definition, redirect, seconds
from imp_runtime.cli.signals import STATUS, TEXTS, handled_by
from imp_runtime.config import Address, AgentConfig, NetworkConfig
from imp_runtime.log import Log, LogFormat, wants_colour
from imp_runtime.status import ExitStatus
from squirrel.errors import CompileError, SquirrelError

_STDIN: Final = "<stdin>"
# Seconds for what is still open when a run is given up, or over: peers that do not answer must not keep the process.
_CLOSE_TIME: Final = 1.0
_UTF8_MARK: Final = b"\xef\xbb\xbf"


class UnreadableError(click.ClickException):
    """An input file that cannot be read: a mistake in the command."""

    exit_code = ExitStatus.USAGE

    def show(self, file: IO[Any] | None = None) -> None:
        """One line, on standard error unless told otherwise."""
        click.echo(f"impsim: {self.message}", file, err=True)


@click.command(name="run")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--log-format",
    type=click.Choice([log_format.value for log_format in LogFormat]),
    default=LogFormat.IMPT.value,
    show_default=True,
    help="plain: just the text; impt: with time and type, as impt shows it; json: one object a line.",
)
@click.option(
    "--timeout",
    type=seconds,
    metavar="SECONDS",
    help="Stop after that long, exit 124.",
)
@click.option(
    "--define",
    "definitions",
    type=definition,
    metavar="NAME=VALUE",
    multiple=True,
    help="A constant for the script: integer, float, true/false, else string; repeatable.",
)
@click.option(
    "--broker",
    "embedded_broker",
    is_flag=True,
    help="Start the embedded AMQP broker and send every AMQP connection of the script to it, TLS included.",
)
@click.option(
    "--connect-to",
    "redirects",
    type=redirect,
    metavar="HOST:PORT=ADDR:PORT",
    multiple=True,
    help="Redirect outgoing connections; certificate check and AMQP hostname stay those of HOST; repeatable.",
)
@click.option("--tls-ca", "ca_files", metavar="FILE", multiple=True, help="Trust this CA (PEM) too; repeatable.")
def run_command(
    *,
    file: str,
    log_format: str,
    timeout: float | None,
    definitions: Sequence[tuple[str, object]],
    embedded_broker: bool,
    redirects: Sequence[tuple[Address, Address]],
    ca_files: Sequence[str],
) -> int:
    """Run the agent script FILE, or standard input for `-`.

    Log entries go to standard output. The run ends by itself when nothing is pending: no timer, no open handle, no
    operation in flight.

    Exit codes: 0 done, 65 compile error, 70 uncaught runtime error, 124 time limit, 130 interrupted, 2 wrong usage, 71
    an error in impsim itself.
    """
    source, name = read_source(file)
    for path in ca_files:
        check_ca_file(path)
    with ExitStack() as stack:
        amqp: Address | None = None
        amqps: Address | None = None
        ca_pem: tuple[str, ...] = ()
        if embedded_broker:
            amqp, amqps, authority = _start_broker(stack)
            ca_pem = (authority,)
        network = NetworkConfig(
            redirects=dict(redirects),
            redirect_all_amqp=amqp,
            redirect_all_amqps=amqps,
            ca_files=tuple(ca_files),
            ca_pem=ca_pem,
        )
        config = AgentConfig(constants=dict(definitions), network=network)
        try:
            return run_script(source, name, config, LogFormat(log_format), timeout)
        except GivenUp as given_up:
            ending = given_up.status
    # The agent's thread does not come back, and what is left goes with the process.
    os._exit(ending)


class GivenUp(Exception):
    """The agent was told to end and does not; ``status`` is why it was told so."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__()
        self.status = status


def run_script(source: bytes, name: str, config: AgentConfig, log_format: LogFormat, timeout: float | None) -> int:
    """Run a script that has been read, with its log on standard output; return the exit code.

    Raises:
        GivenUp: the agent's thread still runs; its connections are closed.
    """
    problem = not_text(source)
    if problem is not None:
        offset, what = problem
        line, column = source.count(b"\n", 0, offset) + 1, offset - source.rfind(b"\n", 0, offset)
        complain(f"{name}:{line}:{column}: this is not text: {what}")
        return ExitStatus.COMPILE_ERROR
    if not source:
        complain(f"impsim: {name} is empty: nothing to run")

    def report(error: CompileError | SquirrelError, text: str) -> None:
        if isinstance(error, CompileError):
            complain(compile_error_text(error, text, name, source))
        else:
            complain(runtime_error_text(error, text, name) + runtime_hint(text, source))

    terminal = sys.stdout.isatty()
    log = Log(sys.stdout.buffer, log_format, colour=wants_colour(terminal), terminal=terminal)
    agent = Agent(config, log, report=report)
    with handled_by(_end_run):
        status = run_on_thread(agent, source, timeout=timeout)
    ending = agent.stop_status or ExitStatus.INTERRUPTED if status is None else status
    if ending is ExitStatus.TIMEOUT:
        complain(f"impsim: stopped after {timeout:g} s (--timeout)")
    elif ending in TEXTS:
        complain(f"impsim: {TEXTS[ending]}")
    if status is None:
        agent.close_connections(_CLOSE_TIME)
        raise GivenUp(ending)
    if log.failure is not None:
        discard_output()
        if not isinstance(log.failure, BrokenPipeError):
            complain(f"impsim: cannot write the log: {log.failure.strerror}")
            return ExitStatus.CANNOT_WRITE
    return status


def not_text(source: bytes) -> tuple[int, str] | None:
    """Where a source is no text, as an offset in bytes and what stands there; None when it is text."""
    zero = source.find(b"\0")
    try:
        source.decode("utf-8")
    except UnicodeDecodeError as error:
        if zero < 0 or error.start < zero:
            byte = f"{source[error.start]:02x}"
            advice = f"Save the file as UTF-8; in a string write the byte as \\x{byte}."
            return error.start, f"the byte 0x{byte}, which is not UTF-8. {advice}"
    return None if zero < 0 else (zero, "a zero byte. A script is ASCII or UTF-8.")


def read_source(file: str) -> tuple[bytes, str]:
    """The script's bytes and the name it has in messages.

    Raises:
        UnreadableError: there is no such file, it is a directory, or it may not be read.
    """
    try:
        if file == "-":
            if sys.stdin is None:
                raise UnreadableError("cannot read standard input: it is closed")
            return sys.stdin.buffer.read().removeprefix(_UTF8_MARK), _STDIN
        return Path(file).read_bytes().removeprefix(_UTF8_MARK), click.format_filename(file)
    except OSError as error:
        raise UnreadableError(f"cannot read {click.format_filename(file)}: {error.strerror}") from None
    except ValueError:
        raise UnreadableError(f"cannot read {click.format_filename(file)!r}: not a file name") from None


def check_ca_file(path: str) -> None:
    """Look at a file of ``--tls-ca`` before anything runs.

    Raises:
        UnreadableError: it cannot be read, or has no certificate in it.
    """
    import ssl

    shown = click.format_filename(path)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise UnreadableError(f"--tls-ca {shown}: no certificate in PEM form in this file") from None
    except OSError as error:
        raise UnreadableError(f"--tls-ca: cannot read {shown}: {error.strerror}") from None


def _start_broker(stack: ExitStack) -> tuple[Address, Address, str]:
    """Start the embedded broker for as long as ``stack`` is open; return its two addresses and its CA."""
    from imp_runtime.broker import BrokerConfig, BrokerThread

    host = "127.0.0.1"
    config = BrokerConfig(host=host, port=0, tls_port=0)
    broker = BrokerThread(config, lambda event: complain(f"broker: {event.line()}"))
    broker.start()
    stack.callback(broker.stop, _CLOSE_TIME)
    assert broker.tls_port is not None
    return (host, broker.port), (host, broker.tls_port), broker.ca_pem.decode("ascii")


def _end_run(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated(STATUS[signal.Signals(number)])

"""The ``impsim run`` verb: run one agent script."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from imp_runtime.agent import Agent, Report, Terminated, run_on_thread
from imp_runtime.cli.main import complain, discard_output
from imp_runtime.cli.signals import STATUS, TEXTS, asked_by, handled_by
from imp_runtime.clock import Clock, RealClock, VirtualClock
from imp_runtime.config import Address, AgentConfig, DeviceConfig, EmbeddedMqtt, NetworkConfig
from imp_runtime.limits import PROFILES
from imp_runtime.log import FLOOD_RATE, Log, LogFormat, timestamp, wants_colour
from imp_runtime.program_cache import user_cache
from imp_runtime.status import ExitStatus
from imp_runtime.store import StoreError
from squirrel.errors import CompileError, SquirrelError

if TYPE_CHECKING:
    from imp_runtime.file_store import FileStore

_STDIN: Final = "<stdin>"
# Seconds for what is still open when a run is given up, or over: peers that do not answer must not keep the process.
CLOSE_TIME: Final = 1.0
_UTF8_MARK: Final = b"\xef\xbb\xbf"


RunScript = Callable[[bytes, str, AgentConfig, LogFormat, float | None, bool], int]
"""What runs a script that has been read; its parameters are those of `run_script`, and so is what it returns."""


class UnreadableError(Exception):
    """An input file that cannot be read: a mistake in the command."""


def run(
    *,
    file: str,
    log_format: str,
    timeout: float | None,
    definitions: Sequence[tuple[str, object]],
    embedded_broker: bool,
    redirects: Sequence[tuple[Address, Address]],
    ca_files: Sequence[str],
    trace: str | None,
    leaks: bool,
    store_file: str | None,
    no_cache: bool,
    offline: bool,
    http_port: int | None,
    limits: str | None,
    device_file: str | None,
    device_script: str | None,
    fast: bool,
    restart: bool,
    restart_after: float | None,
    max_memory: int | None,
    run_with: RunScript | None = None,
) -> int:
    """Run the agent script FILE, or standard input for `-`.

    Log entries go to standard output. The run ends by itself when nothing is pending: no timer, no open handle, no
    operation in flight.

    Exit codes: 0 done, 65 compile error, 70 uncaught runtime error, 124 time limit, 130 interrupted, 2 wrong usage, 71
    an error in impsim itself.
    """
    try:
        source, name = read_source(file)
        for path in ca_files:
            check_ca_file(path)
        store = None if store_file is None else checked_store(store_file)
        if http_port:
            check_port(http_port)
        device = None
        if device_file is not None or device_script is not None:
            from imp_runtime.cli.device_options import DeviceSourceError, read_device

            try:
                device = read_device(device_file, device_script)
            except DeviceSourceError as error:
                complain(str(error))
                return ExitStatus.COMPILE_ERROR
    except UnreadableError as error:
        from imp_runtime.redaction import hide_secrets

        complain(hide_secrets(f"impsim: {error}"))
        return ExitStatus.USAGE
    with ExitStack() as stack:
        amqp: Address | None = None
        amqps: Address | None = None
        mqtt: Callable[[], EmbeddedMqtt] | None = None
        ca_pem: tuple[str, ...] = ()
        if embedded_broker:
            amqp, amqps, authority = _start_broker(stack)
            mqtt = _mqtt_broker(stack)
            ca_pem = (authority,)
        network = NetworkConfig(
            redirects=dict(redirects),
            redirect_all_amqp=amqp,
            redirect_all_amqps=amqps,
            embedded_mqtt=mqtt,
            ca_files=tuple(ca_files),
            ca_pem=ca_pem,
            offline=offline,
        )
        config = AgentConfig(
            constants=dict(definitions),
            network=network,
            trace_amqp=_show_frame if trace == "amqp" else None,
            script_name=name,
            leaks=leaks,
            limits=None if limits is None else PROFILES[limits],
            device=device,
            restart=restart,
            restart_after=restart_after,
            max_memory=max_memory,
            http_port=http_port or 0,
            tell_url=None if http_port is None else _show_url,
            # What comes through a pipe may be meant to stay off the disk.
            program_cache=None if no_cache or file == "-" else user_cache(),
        )
        if store is not None:
            config.store, config.agent_id = store, agent_id_of(store)
        try:
            return (run_with or run_script)(source, name, config, LogFormat(log_format), timeout, fast)
        except GivenUp as given_up:
            ending = given_up.status
    # The agent's thread does not come back, and what is left goes with the process.
    os._exit(ending)


class GivenUp(Exception):
    """The agent was told to end and does not; ``status`` is why it was told so."""

    def __init__(self, status: ExitStatus) -> None:
        super().__init__()
        self.status = status


def run_script(
    source: bytes, name: str, config: AgentConfig, log_format: LogFormat, timeout: float | None, fast: bool
) -> int:
    """Run a script that has been read, with its log on standard output; return the exit code.

    Raises:
        GivenUp: the agent's thread still runs; its connections are closed.
    """
    problem = text_problem(source, name)
    if problem is not None:
        complain(problem)
        return ExitStatus.COMPILE_ERROR
    if not source:
        complain(f"impsim: {name} is empty: nothing to run")
    clock: Clock = VirtualClock() if fast else RealClock()
    terminal = sys.stdout.isatty()
    log = Log(
        sys.stdout.buffer,
        log_format,
        colour=wants_colour(terminal),
        terminal=terminal,
        now=clock.time,
        flooded=_tell_of_flood,
    )
    agent = Agent(
        config,
        log,
        clock=clock,
        report=reporter(source, name),
        device_report=device_reporter(config.device),
        diagnose=diagnose,
    )
    if agent.memory is not None:
        agent.memory.enforce()
    with handled_by(_end_run), asked_by(agent.show_handles if config.leaks else None):
        status = run_on_thread(agent, source, timeout=timeout)
    ending = agent.stop_status or ExitStatus.INTERRUPTED if status is None else status
    if ending is ExitStatus.TIMEOUT:
        complain(f"impsim: stopped after {timeout:g} s (--timeout)")
    elif ending in TEXTS:
        complain(f"impsim: {TEXTS[ending]}")
    if status is None:
        agent.close_connections(CLOSE_TIME)
        raise GivenUp(ending)
    if log.failure is not None:
        discard_output()
        if not isinstance(log.failure, BrokenPipeError):
            complain(f"impsim: cannot write the log: {log.failure.strerror}")
            return ExitStatus.CANNOT_WRITE
    return status


def reporter(source: bytes, name: str) -> Report:
    """What shows the errors of a script, whose file is called so."""

    def report(error: CompileError | SquirrelError, text: str) -> None:
        # Imported late: most scripts run without an error.
        from imp_runtime.cli.errors import compile_error_text, runtime_error_text
        from imp_runtime.cli.hints import runtime_hint

        if isinstance(error, CompileError):
            complain(compile_error_text(error, text, name, source))
        else:
            complain(runtime_error_text(error, text, name) + runtime_hint(text, source))

    return report


def device_reporter(device: DeviceConfig | None) -> Report | None:
    """The same for the script of a device."""
    return None if device is None or device.source is None else reporter(device.source, device.script_name)


def text_problem(source: bytes, name: str) -> str | None:
    """What is wrong with a source that is no text, and where; None when it is text. ``name`` is that of its file."""
    problem = not_text(source)
    if problem is None:
        return None
    offset, what = problem
    line, column = source.count(b"\n", 0, offset) + 1, offset - source.rfind(b"\n", 0, offset)
    return f"{name}:{line}:{column}: this is not text: {what}"


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
        with open(file, "rb") as stream:
            return stream.read().removeprefix(_UTF8_MARK), shown_path(file)
    except OSError as error:
        raise UnreadableError(f"cannot read {shown_path(file)}: {error.strerror}") from None
    except ValueError:
        raise UnreadableError(f"cannot read {shown_path(file)!r}: not a file name") from None


def shown_path(path: str) -> str:
    """A path as text: what in it is not UTF-8 becomes U+FFFD."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def check_ca_file(path: str) -> None:
    """Look at a file of ``--tls-ca`` before anything runs.

    Raises:
        UnreadableError: it cannot be read, or has no certificate in it.
    """
    import ssl

    shown = shown_path(path)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise UnreadableError(f"--tls-ca {shown}: no certificate in PEM form in this file") from None
    except OSError as error:
        raise UnreadableError(f"--tls-ca: cannot read {shown}: {error.strerror}") from None


def checked_store(path: str) -> FileStore:
    """The store of ``--store``.

    Raises:
        UnreadableError: no file can be there.
    """
    from imp_runtime.file_store import FileStore

    shown = shown_path(path)
    if not path:
        raise UnreadableError("--store: the name of the file is empty")
    if os.path.isdir(path):
        raise UnreadableError(f"--store {shown}: this is a directory; name a file")
    if not os.path.isdir(os.path.dirname(path) or "."):
        raise UnreadableError(f"--store {shown}: there is no such directory")
    return FileStore(path)


def check_port(port: int) -> None:
    """Look whether the port of ``--http`` can be had, before anything runs.

    Raises:
        UnreadableError: it cannot.
    """
    import socket

    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        # Not the error's own text, which repeats the address.
        reason = os.strerror(error.errno or 0).lower()
        raise UnreadableError(f"--http {port}: cannot listen on this port: {reason}") from None


def agent_id_of(store: FileStore) -> str:
    """The agent id that belongs to a store.

    A store that cannot be used is complained about; the agent runs, and gets the error from ``server.save``.
    """
    try:
        return store.agent_id()
    except StoreError as error:
        complain(f"impsim: {error}")
        return store.provisional_id()


def _start_broker(stack: ExitStack) -> tuple[Address, Address, str]:
    """Start the embedded broker for as long as ``stack`` is open; return its two addresses and its CA."""
    from imp_runtime.broker import BrokerConfig, BrokerThread

    host = "127.0.0.1"
    config = BrokerConfig(host=host, port=0, tls_port=0)
    broker = BrokerThread(config, lambda event: complain(f"broker: {event.line()}"))
    broker.start()
    stack.callback(broker.stop, CLOSE_TIME)
    assert broker.tls_port is not None
    return (host, broker.port), (host, broker.tls_port), broker.ca_pem.decode("ascii")


def _mqtt_broker(stack: ExitStack) -> Callable[[], EmbeddedMqtt]:
    """What starts the embedded MQTT broker at its first call, and then runs it for as long as ``stack`` is open."""
    from imp_runtime.broker.mqtt import MqttBrokerThread

    broker = MqttBrokerThread(lambda event: complain(f"broker: {event.line()}"))
    stack.callback(broker.stop, CLOSE_TIME)
    return broker.start


def _show_frame(line: str) -> None:
    """A line of ``--trace amqp``."""
    complain(f"{timestamp(time.time())} [amqp] {line}")


def _show_url(url: str) -> None:
    """The agent begins to listen, on a port that was asked for."""
    complain(f"impsim: the agent's URL is {url}")


def _tell_of_flood() -> None:
    """The log has more entries than anybody can read."""
    complain(f"impsim: a flood of log entries: from now on they are written at no more than {FLOOD_RATE} a second")


def diagnose(text: str) -> None:
    """What there is to say of open handles."""
    complain(f"impsim: {text}")


def _end_run(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated(STATUS[signal.Signals(number)])

"""The `impsim broker` verb: the embedded AMQP 1.0 development broker on its own."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import os
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from imp_runtime.broker.broker import Broker
from imp_runtime.broker.config import BrokerConfig
from imp_runtime.broker.events import BrokerEvent
from imp_runtime.broker.iothub import IotHub
from imp_runtime.broker.iothub.config import MAX_MESSAGE_SIZE
from imp_runtime.cli.broker_profile import hub_of, hub_options
from imp_runtime.cli.main import output_failed
from imp_runtime.cli.signals import STATUS, exit_at_once, handle_with
from imp_runtime.status import ExitStatus

_NOTE = "a development broker: messages are kept in memory only and lost when it stops; not for production"


@click.command(name="broker", epilog=f"This is {_NOTE}.")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=5672,
    show_default=True,
    help="Port of the plain listener; 0 takes any free one.",
)
@click.option("--tls-port", type=click.IntRange(0, 65535), help="Also listen with TLS on this port; 0: any free one.")
@click.option(
    "--ca-out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the certificate of the TLS listener's CA to this file (PEM); needs --tls-port.",
)
@click.option(
    "--user",
    "users",
    multiple=True,
    metavar="NAME:PASSWORD",
    help="Let this user in by SASL PLAIN; repeatable. Without any, every name and password will do.",
)
@click.option("--no-anonymous", is_flag=True, help="Refuse peers that do not authenticate with a name and password.")
@click.option("--json", "as_json", is_flag=True, help="Log one JSON object a line.")
@hub_options
def broker_command(
    host: str,
    port: int,
    tls_port: int | None,
    ca_out: Path | None,
    users: Sequence[str],
    no_anonymous: bool,
    as_json: bool,
    **of_the_profile: Any,
) -> int:
    """Run an AMQP 1.0 broker for a desk and for CI.

    Queues come into being when a peer sends to an address or receives from it. Messages are kept in memory only: there
    is no persistence, and this is not a broker for production. What happens is logged on stdout, one line an event;
    Ctrl-C ends the broker.
    """
    hub, made = hub_of(**of_the_profile)
    if ca_out is not None and tls_port is None and (hub is None or hub.config.registry_port is None):
        raise click.UsageError("--ca-out needs a TLS listener: --tls-port")
    config = BrokerConfig(
        host=host,
        port=port,
        tls_port=tls_port,
        users=_parse_users(users),
        allow_anonymous=not no_anonymous,
        max_message_size=BrokerConfig.max_message_size if hub is None else MAX_MESSAGE_SIZE,
    )
    if not _is_loopback(host):
        click.echo(
            f"warning: {host} is not a loopback address: other machines can reach this broker, and it is {_NOTE}",
            err=True,
        )
    try:
        return asyncio.run(_serve(config, hub, made, ca_out, as_json))
    finally:
        # The loop has put back the handlers that Python itself has.
        handle_with(exit_at_once)


async def _serve(
    config: BrokerConfig, hub: IotHub | None, made: Sequence[str], ca_out: Path | None, as_json: bool
) -> int:
    """Run until interrupted; the result is the exit code."""
    writer = _Writer(as_json)
    loop = asyncio.get_running_loop()
    for number in STATUS:
        if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, writer.stopping.set)
    writer.watch_reader()
    broker = Broker(config, writer.write, hub)
    try:
        await broker.start()
    except OSError as error:
        hint = "; choose another port, or 0 for any free one" if "in use" in str(error.strerror) else ""
        click.echo(f"error: {error.strerror}{hint}", err=True)
        return 1
    try:
        if ca_out is not None:
            ca_out.write_bytes(broker.ca_pem)
    except OSError as error:
        click.echo(f"error: cannot write {ca_out}: {error.strerror}", err=True)
        await broker.stop()
        return 1
    writer.ready(made)
    await writer.stopping.wait()
    await broker.stop()
    return ExitStatus.OK if writer.failure is None else output_failed(writer.failure)


class _Writer:
    """Writes the log to stdout, a whole line at a time, at once readable from a pipe."""

    def __init__(self, as_json: bool) -> None:
        self.stopping = asyncio.Event()
        self._as_json = as_json
        self.failure: OSError | None = None
        self._listening: list[BrokerEvent] = []

    def write(self, event: BrokerEvent) -> None:
        """Write one event; where the broker listens waits for `ready`, since scripts take it for the word to begin."""
        if event.event == "listening":
            self._listening.append(event)
        else:
            self._line(event.json_line() if self._as_json else event.line())

    def watch_reader(self) -> None:
        """End when the reader of a pipe goes, though there may be nothing to write for a long time."""
        number = sys.stdout.fileno()
        if not stat.S_ISFIFO(os.fstat(number).st_mode):
            return
        loop = asyncio.get_running_loop()

        def gone() -> None:
            loop.remove_reader(number)
            self._fail(BrokenPipeError())

        # A pipe's end for writing is never readable; it only reports that the other end has closed.
        loop.add_reader(number, gone)

    def ready(self, connection_strings: Sequence[str]) -> None:
        """Say where the broker listens, which keys were made up, and without `--json` what it is."""
        for event in self._listening:
            self._line(event.json_line() if self._as_json else f"listening on {event.address}")
        for text in connection_strings:
            # The only place where a key is shown: whoever started the broker has no other way to know it.
            self._line(json.dumps({"event": "key-generated", "connectionString": text}) if self._as_json else text)
        if not self._as_json:
            self._line(f"this is {_NOTE}; Ctrl-C ends it")

    def _line(self, text: str) -> None:
        if self.failure is not None:
            return
        try:
            data = (text + "\n").encode(sys.stdout.encoding or "utf-8", "backslashreplace")
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Nobody reads the log any more (`| head`), or the disk is full: end in good order."""
        self.failure = error.with_traceback(None)
        self.stopping.set()


def _parse_users(users: Sequence[str]) -> dict[str, str]:
    parsed = {}
    for user in users:
        name, colon, password = user.partition(":")
        if not colon or not name:
            # The value may hold a password: it is not repeated.
            raise click.BadParameter("must be NAME:PASSWORD", param_hint="--user")
        parsed[name] = password
    return parsed


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

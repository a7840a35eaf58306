"""The ``impsim doctor`` verb: does this machine have what impsim needs?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import socket
import sys
import sysconfig
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from imp_runtime import __version__
from imp_runtime.status import ExitStatus

OK: Final = "ok"
WARN: Final = "warn"
FAIL: Final = "fail"

# Distribution, the module that it brings, what it is for.
_LIBRARIES: Final = (
    ("lark", "lark", "the parser"),
    ("python-qpid-proton", "proton", "AMQP"),
    ("paho-mqtt", "paho.mqtt.client", "MQTT"),
    ("pycurl", "pycurl", "http, requests of the agent"),
    ("h11", "h11", "http, requests to the agent"),
    ("cryptography", "cryptography", "the certificates of the embedded broker"),
)


@dataclass(frozen=True)
class Finding:
    """One line of the report: ``ok``, ``warn`` or ``fail``, what was looked at, and what to do about it."""

    level: str
    text: str
    remedy: str = ""

    def line(self) -> str:
        """The finding as it is printed."""
        return f"{self.level:<4}  {self.text}" + (f" -> {self.remedy}" if self.remedy else "")


@click.command(name="doctor")
def doctor_command() -> int:
    """Check what impsim needs on this machine: one line each, ok, warn or fail, and what to do. Exit 1 on a fail."""
    failed = False
    for finding in examine():
        click.echo(finding.line())
        failed = failed or finding.level == FAIL
    return 1 if failed else ExitStatus.OK


def examine() -> Iterator[Finding]:
    """Look at everything, one finding after the other."""
    yield Finding(OK, f"impsim {__version__}")
    yield _python()
    yield _language()
    for distribution, module, purpose in _LIBRARIES:
        yield _library(distribution, module, purpose)
    yield _mqtt_broker()
    yield _tls()
    yield _proton_tls()
    yield _loopback()
    yield _stack()
    yield _cache()
    yield _compiler()


def _python() -> Finding:
    text = f"Python {platform.python_version()} ({platform.python_implementation()})"
    if sys.implementation.name != "cpython":
        return Finding(FAIL, text, "use CPython: handles close by its reference counts")
    return Finding(OK, text)


def _language() -> Finding:
    spec = importlib.util.find_spec("squirrel.machine")
    if spec is None or spec.origin is None:
        return Finding(FAIL, "the squirrel package is incomplete", "install impsim again")
    if spec.origin.endswith(".py"):
        return Finding(
            WARN,
            "the language is the plain Python build: same behaviour, many times slower",
            "install a C compiler and Python's headers (Debian: gcc python3-dev), then install impsim again",
        )
    return Finding(OK, "the language is the compiled build")


def _library(distribution: str, module: str, purpose: str) -> Finding:
    try:
        version = importlib.metadata.version(distribution)
        importlib.import_module(module)
    except importlib.metadata.PackageNotFoundError:
        return Finding(FAIL, f"{distribution} is not installed: {purpose}", f"pip install {distribution}")
    except ImportError as error:
        return Finding(
            FAIL, f"{distribution} {version} does not load: {error}", f"pip install --force-reinstall {distribution}"
        )
    return Finding(OK, f"{distribution} {version}: {purpose}")


def _mqtt_broker() -> Finding:
    """Optional: only ``run --broker`` with a script that uses MQTT needs it."""
    try:
        version = importlib.metadata.version("amqtt")
    except importlib.metadata.PackageNotFoundError:
        return Finding(OK, "amqtt is not installed (needed only for MQTT with run --broker: impsim[mqtt-broker])")
    return Finding(OK, f"amqtt {version}: the embedded MQTT broker")


def _tls() -> Finding:
    try:
        import ssl
    except ImportError:
        return Finding(
            FAIL,
            "this Python has no ssl module, so amqps: URLs cannot work",
            "use a Python built with OpenSSL (Debian: the package python3; for your own builds: libssl-dev)",
        )
    paths = ssl.get_default_verify_paths()
    if not any(Path(path).exists() for path in (paths.openssl_cafile, paths.openssl_capath)):
        return Finding(WARN, f"TLS: {ssl.OPENSSL_VERSION}, but no CA certificates", "Debian: install ca-certificates")
    return Finding(OK, f"TLS: Python's ssl with {ssl.OPENSSL_VERSION}")


def _proton_tls() -> Finding:
    try:
        from proton import SSL
    except ImportError:
        return Finding(WARN, "Proton cannot be asked about its TLS", "see above")
    if SSL.present():
        return Finding(OK, "Proton has TLS of its own (not used: TLS is Python's)")
    return Finding(OK, "Proton was built without TLS (not needed: TLS is Python's; Debian: libssl-dev at build time)")


def _loopback() -> Finding:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(5)
            with socket.create_connection(server.getsockname(), timeout=5):
                connection, _ = server.accept()
                connection.close()
    except OSError as error:
        return Finding(FAIL, f"loopback sockets do not work: {error}", "allow 127.0.0.1 (container or firewall rules)")
    return Finding(OK, "loopback sockets work")


def _stack() -> Finding:
    from imp_runtime.stack import STACK_SIZES, start_with_large_stack

    started = threading.Event()
    try:
        size = start_with_large_stack(started.set) >> 20
    except RuntimeError as error:
        return Finding(FAIL, f"threads with a large stack: {error}", "raise the limit on memory (ulimit -v)")
    started.wait(5)
    if size < STACK_SIZES[0] >> 20:
        return Finding(WARN, f"agents run with a stack of only {size} MB", "raise the limit on memory (ulimit -v)")
    return Finding(OK, f"agents run with a stack of {size} MB")


def _cache() -> Finding:
    from imp_runtime.program_cache import user_cache

    cache = user_cache()
    obstacle = "there is no home folder" if cache is None else cache.obstacle()
    if obstacle:
        return Finding(WARN, f"parsed programs are not kept: {obstacle}", "large scripts start faster with a cache")
    return Finding(OK, "parsed programs are kept")


def _compiler() -> Finding:
    command = (sysconfig.get_config_var("CC") or "cc").split()[0]
    found = shutil.which(command) or shutil.which("cc")
    if found is None:
        return Finding(OK, "no C compiler (needed only to build the fast version; Debian: gcc python3-dev)")
    return Finding(OK, f"C compiler: {found} (needed only to build the fast version)")

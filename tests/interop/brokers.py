"""The brokers of others, each started for a test run: RabbitMQ, and the example broker of Qpid Proton's C library.

Both come from Debian packages. Each listens on ports of its own and keeps its files in a folder of its own; no service
of the system is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.certificates import Authority
from tests.interop.programs import PATIENCE, Program, free_port, missing

TLS_HOST = "hub.example"
"""The name in the brokers' certificates."""

_RABBIT = Path("/usr/lib/rabbitmq/bin")
_EXAMPLES = Path("/usr/share/proton/examples/c")


class Broker:
    """A broker for agents and raw clients.

    * `name`: for messages
    * `port`, `tls_port`: on the loopback address
    * `user`, `password`: for SASL PLAIN; None where only ANONYMOUS is offered
    * `prefix`: what addresses of queues begin with
    * `cannot_carry`: bodies that it fails on, by their names in `values.VALUES`
    * `reverses_sections`: whether it turns the order of several body sections round
    * `authority`: who signed its certificate, which is for `TLS_HOST`
    """

    name = ""
    user: str | None = None
    password = ""
    prefix = ""
    cannot_carry: tuple[str, ...] = ()
    reverses_sections = False

    def __init__(self) -> None:
        self.port = 0
        self.tls_port = 0
        self.authority = Authority()
        self._stack = ExitStack()

    def __enter__(self) -> Broker:
        with ExitStack() as stack:
            self.start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, stack: ExitStack) -> None:
        """Start it; what is put on the stack ends it."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """Where agents connect to."""
        login = f"{self.user}:{self.password}@" if self.user else ""
        return f"amqp://{login}127.0.0.1:{self.port}"

    @property
    def tls_url(self) -> str:
        """The same over TLS; it takes the settings of `tls_network`."""
        login = f"{self.user}:{self.password}@" if self.user else ""
        return f"amqps://{login}{TLS_HOST}"

    def tls_network(self, *, trusted: bool = True) -> NetworkConfig:
        """Settings that lead `TLS_HOST` here, and trust the certificate or not."""
        return NetworkConfig(
            redirects={(TLS_HOST, 5671): ("127.0.0.1", self.tls_port)},
            ca_pem=(self.authority.pem,) if trusted else (),
        )


class RabbitMq(Broker):
    """RabbitMQ with its AMQP 1.0 plugin."""

    name = "RabbitMQ"
    user = "alice"
    password = "secret"
    prefix = "/queue/"
    cannot_carry = ("list",)
    reverses_sections = True

    def __init__(self, folder: Path) -> None:
        super().__init__()
        if not (_RABBIT / "rabbitmq-server").exists():
            missing("RabbitMQ", "Debian: apt install rabbitmq-server")
        self.folder = folder
        self._environment: dict[str, str] = {}

    def start(self, stack: ExitStack) -> None:
        self.port, self.tls_port, epmd_port, node_port = (free_port() for _ in range(4))
        self._write_settings()
        # Erlang keeps the secret that its nodes share in the home folder.
        self._environment = {
            "HOME": str(self.folder),
            # Its start script makes way for Erlang then, instead of waiting for it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "ERL_EPMD_PORT": str(epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": "impsim@localhost",
            # Or the port on which nodes and `rabbitmqctl` meet would be open to other machines.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CTL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_DIST_PORT": str(node_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
        }
        # Started first and in the foreground, or RabbitMQ would leave one behind as a daemon.
        epmd = ["epmd", "-port", str(epmd_port), "-address", "127.0.0.1"]
        stack.enter_context(Program(epmd, self.folder, self._environment, name="epmd"))
        server = Program([str(_RABBIT / "rabbitmq-server")], self.folder, self._environment, name="RabbitMQ")
        stack.enter_context(server)
        # Its files are thrown away: an orderly end would only take time.
        stack.callback(server.kill)
        server.wait_line(lambda line: "Server startup complete" in line, "being ready")

    def _write_settings(self) -> None:
        (self.folder / "enabled_plugins").write_text("[rabbitmq_amqp1_0].\n")
        key, certificate = self.authority.issue(TLS_HOST)
        (self.folder / "key.pem").write_bytes(key)
        (self.folder / "certificate.pem").write_bytes(certificate)
        (self.folder / "authority.pem").write_text(self.authority.pem)
        settings = {
            "listeners.tcp.default": f"127.0.0.1:{self.port}",
            "listeners.ssl.default": f"127.0.0.1:{self.tls_port}",
            "ssl_options.cacertfile": self.folder / "authority.pem",
            "ssl_options.certfile": self.folder / "certificate.pem",
            "ssl_options.keyfile": self.folder / "key.pem",
            "ssl_options.verify": "verify_none",
            "default_user": self.user,
            "default_pass": self.password,
            # Who logs in as ANONYMOUS.
            "amqp1_0.default_user": self.user,
        }
        (self.folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))

    def control(self, *arguments: str) -> list[str]:
        """Run `rabbitmqctl` and return the lines it prints."""
        done = subprocess.run(
            [str(_RABBIT / "rabbitmqctl"), "--quiet", *arguments],
            capture_output=True,
            cwd=self.folder,
            env={**os.environ, **self._environment},
            timeout=PATIENCE,
            check=False,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.splitlines()

    @staticmethod
    def wait_until(condition: Callable[[], bool], what: str) -> None:
        """Wait for something that `control` shows: the broker's figures follow its frames."""
        for _ in range(50):
            if condition():
                return
            threading.Event().wait(0.1)
        raise AssertionError(f"waited for {what}")


class ProtonBroker(Broker):
    """The example broker of Qpid Proton's C library: ANONYMOUS only, five messages of credit, sends settled."""

    name = "Proton's C broker"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        source = _EXAMPLES / "broker.c"
        compiler = shutil.which("cc") or shutil.which("gcc")
        if not source.exists() or compiler is None:
            missing(
                "the example broker of Qpid Proton",
                "Debian: apt install gcc libc6-dev libqpid-proton11-dev libqpid-proton11-dev-examples",
            )
        self.folder = folder
        self._binary = folder / "broker"
        if not self._binary.exists():
            build = subprocess.run(
                [str(compiler), "-o", str(self._binary), str(source), "-lqpid-proton", "-lpthread"],
                capture_output=True,
                timeout=PATIENCE,
                check=False,
                encoding="utf-8",
            )
            assert build.returncode == 0, build.stderr
        self.program: Program | None = None

    def start(self, stack: ExitStack) -> None:
        # Names and password are fixed in its source; it offers TLS on its only port.
        certificates = self.folder / "ssl-certs"
        certificates.mkdir(exist_ok=True)
        key, certificate = self.authority.issue(TLS_HOST, password="tserverpw")
        (certificates / "tserver-private-key.pem").write_bytes(key)
        (certificates / "tserver-certificate.pem").write_bytes(certificate)
        self.program = Program([str(self._binary), "127.0.0.1", "0"], self.folder, name=self.name)
        stack.enter_context(self.program)
        line = self.program.wait_line(lambda line: line.startswith("listening on "), "listening")
        self.port = self.tls_port = int(line.rpartition(" ")[2])

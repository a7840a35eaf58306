"""Mosquitto for tests: on free ports of the loopback address, with its files in a temporary folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import ExitStack
from pathlib import Path

from imp_runtime.config import NetworkConfig
from tests.imp_runtime.amqp.certificates import Authority
from tests.interop.programs import Program, free_port, missing

TLS_HOST = "broker.example"
"""The name in its certificate."""

USER = "alice"
PASSWORD = "s3cret pass"


class Mosquitto:
    """The broker.

    * `port`: anybody may connect
    * `user_port`: only `USER` with `PASSWORD`, who may not subscribe to or publish on `forbidden`
    * `tls_port`: TLS, with a certificate for `TLS_HOST`
    """

    def __init__(self, folder: Path) -> None:
        found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
        if found is None:
            missing("Mosquitto", "Debian: apt install mosquitto")
        assert found is not None
        self._program_path = found
        self._folder = folder
        self._stack = ExitStack()
        self.authority = Authority()
        self.port = self.user_port = self.tls_port = 0
        self.program: Program

    def __enter__(self) -> Mosquitto:
        with ExitStack() as stack:
            self._write_settings()
            self.program = Program(
                [self._program_path, "-c", str(self._folder / "mosquitto.conf")], self._folder, name="mosquitto"
            )
            stack.enter_context(self.program)
            self.program.wait_line(lambda line: "running" in line, "being ready")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _write_settings(self) -> None:
        self.port, self.user_port, self.tls_port = (free_port() for _ in range(3))
        key, certificate = self.authority.issue(TLS_HOST)
        (self._folder / "key.pem").write_bytes(key)
        (self._folder / "certificate.pem").write_bytes(certificate)
        (self._folder / "ca.pem").write_text(self.authority.pem)
        (self._folder / "acl").write_text(f"user {USER}\ntopic readwrite allowed/#\n")
        passwords = self._folder / "passwords"
        passwords.touch(mode=0o600)
        subprocess.run(
            [str(Path(self._program_path).parent.parent / "bin" / "mosquitto_passwd"), "-b", passwords, USER, PASSWORD],
            check=True,
            capture_output=True,
        )
        # Started by root it would become a user who must not read the folder.
        user = "user root\n" if os.getuid() == 0 else ""
        (self._folder / "mosquitto.conf").write_text(
            f"{user}per_listener_settings true\nlog_dest stderr\nlog_type all\nmax_queued_messages 0\n"
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
            f"listener {self.user_port} 127.0.0.1\nallow_anonymous false\n"
            f"password_file {passwords}\nacl_file {self._folder}/acl\n"
            f"listener {self.tls_port} 127.0.0.1\nallow_anonymous true\n"
            f"certfile {self._folder}/certificate.pem\nkeyfile {self._folder}/key.pem\n"
        )

    @property
    def url(self) -> str:
        """Where agents connect to."""
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def user_url(self) -> str:
        """The listener that wants a password."""
        return f"tcp://127.0.0.1:{self.user_port}"

    def tls_network(self, *, trusted: bool = True) -> NetworkConfig:
        """Settings that lead `ssl://TLS_HOST` here, and trust the certificate or not."""
        return NetworkConfig(
            redirects={(TLS_HOST, 8883): ("127.0.0.1", self.tls_port)},
            ca_pem=(self.authority.pem,) if trusted else (),
        )

    def wait_log(self, *texts: str) -> str:
        """Wait for a line of its log that has all the texts in it."""
        return self.program.wait_line(lambda line: all(text in line for text in texts), repr(texts))

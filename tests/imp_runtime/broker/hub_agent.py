"""An agent at the embedded IoT hub: `impsim run` in a process of its own, and its log as it comes."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

from tests.command import PATIENCE, Cli
from tests.imp_runtime.broker.hub_client import HOST, KEY, Hub

CONNECTION_STRING = f"HostName={HOST};DeviceId=d1;SharedAccessKey={KEY}"


class HubAgent:
    """A running agent."""

    def __init__(self, folder: Path, hub: Hub, source: str, *options: str) -> None:
        """`options`: further ones of `impsim run`."""
        (folder / "ca.pem").write_bytes(hub.broker.ca_pem)
        self.lines: list[str] = []
        self._arriving: queue.Queue[str | None] = queue.Queue()
        redirect = f"{HOST}:5671=127.0.0.1:{hub.broker.tls_port}"
        self.process = Cli(folder).start(source, "--tls-ca", "ca.pem", "--connect-to", redirect, *options)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def wait_for(self, text: str) -> str:
        """Read the log up to a line that contains `text`, and return it."""
        while True:
            line = self._arriving.get(timeout=PATIENCE)
            assert line is not None, f"the agent ended before {text!r}:\n" + "\n".join(self.lines)
            self.lines.append(line)
            if text in line:
                return line

    def end(self) -> int:
        """Wait for the end of the run; the exit code."""
        code = self.process.wait(PATIENCE)
        while (line := self._arriving.get(timeout=PATIENCE)) is not None:
            self.lines.append(line)
        return code

    def errors(self) -> str:
        """What is on standard error; once it has ended."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._arriving.put(line.decode().rstrip("\n"))
        self._arriving.put(None)

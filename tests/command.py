"""Runs the real command in a process of its own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "imp_runtime.cli"]
# Far longer than anything takes; nothing waits for it to pass.
PATIENCE = 60


class Cli:
    """Runs `impsim` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.environment = {name: value for name, value in os.environ.items() if name != "IMPSIM_DEBUG"}
        # Modules come from where this process has them.
        self.environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)

    def __call__(self, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[str]:
        """Run to the end; no output may ever show a Python traceback."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment,
            timeout=PATIENCE,
            check=False,
        )
        result = subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        )
        assert "Traceback" not in result.stderr
        return result

    def script(self, source: str | bytes, *options: str, name: str = "agent.nut") -> subprocess.CompletedProcess[str]:
        """Write a script and run it, with plain log entries."""
        data = source.encode() if isinstance(source, str) else source
        (self.folder / name).write_bytes(data)
        return self("run", "--log-format", "plain", *options, name)

    def shell(self, line: str) -> subprocess.CompletedProcess[str]:
        """Run a line of shell in which ``impsim`` is the command: for redirections."""
        done = subprocess.run(
            ["sh", "-c", line.replace("impsim", shlex.join(COMMAND), 1)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=self.folder,
            env=self.environment,
            timeout=PATIENCE,
            check=False,
            text=True,
        )
        assert "Traceback" not in done.stderr
        return done

    def start(self, source: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a script and leave it running."""
        (self.folder / "agent.nut").write_text(source)
        process = subprocess.Popen(
            [*COMMAND, "run", "--log-format", "plain", *options, "agent.nut"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=self.environment,
        )
        self.processes.append(process)
        return process

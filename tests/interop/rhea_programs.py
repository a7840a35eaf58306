"""Programs in JavaScript that use rhea, an AMQP 1.0 library for Node that shares no code with Proton."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.interop.programs import Program, missing

_HERE = Path(__file__).parent
_MODULES = _HERE.parents[1] / ".peers" / "node_modules"
"""Where `make peers` puts the library."""


class Rhea:
    """Starts programs of the folder `rhea`."""

    def __init__(self) -> None:
        node = shutil.which("node") or shutil.which("nodejs")
        if node is None:
            missing("Node", "Debian: apt install nodejs npm")
        if not (_MODULES / "rhea" / "package.json").exists():
            missing("rhea", "run: make peers")
        self._node = str(node)

    def start(self, program: str, **settings: object) -> Program:
        """Start a program; it gets its settings as JSON."""
        command = [self._node, str(_HERE / "rhea" / f"{program}.js"), json.dumps(settings)]
        return Program(command, _HERE, {"NODE_PATH": str(_MODULES)}, name=f"{program}.js")

    def results(self, program: str, **settings: object) -> list[Any]:
        """Run a program to its end, and return what it reported."""
        with self.start(program, **settings) as running:
            return [json.loads(line) for line in running.finish()]

"""Times how long a source takes to parse and to compile: ``python compile_runner.py ROUNDS SOURCE``.

Executed by the Python of any of the builds. Prints one line of JSON: processor seconds of every round, by step. Steps:
``parse`` (source to tree), ``compile`` (source to something that can be run) and ``compile from cache`` (the same, with
the tree from impsim's cache of programs); the reference VM has only the second. The first round of a step also loads
what the step needs, or writes the cache.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import squirrel


def steps(source: str, folder: str) -> dict[str, Callable[[], object]]:
    """The steps that this build has; ``folder`` is an empty one."""
    if hasattr(squirrel, "SQVM"):
        # Compiled as the body of a function: a script would be run.
        machine = squirrel.SQVM()
        wrapped = f"local f = function() {{\n{source}\n}}"
        return {"compile": lambda: machine.execute(wrapped)}
    from imp_runtime.program_cache import ProgramCache
    from squirrel.syntax import parse

    machine = squirrel.VM()
    cache = ProgramCache(folder)
    data = source.encode("ascii")
    return {
        "parse": lambda: parse(source, "agent"),
        "compile": lambda: machine.compile(source, "agent"),
        "compile from cache": lambda: machine.compile_tree(cache.parse(data, "agent")),
    }


def timed(step: Callable[[], object]) -> float:
    """Processor seconds that one call takes; dropping the result is not counted."""
    started = time.process_time()
    result = step()
    seconds = time.process_time() - started
    del result
    return seconds


def main() -> None:
    """Time every step and print the result."""
    # As the agent host does.
    gc.disable()
    rounds = int(sys.argv[1])
    source = Path(sys.argv[2]).read_text(encoding="ascii")
    with tempfile.TemporaryDirectory() as folder:
        found = steps(source, folder).items()
        print(json.dumps({name: [timed(step) for _ in range(rounds)] for name, step in found}))


if __name__ == "__main__":
    main()

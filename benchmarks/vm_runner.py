"""Runs one Squirrel program: ``python vm_runner.py [--peak] PROGRAM``.

Executed by the Python of any of the builds: on impsim's interpreter, or on the reference C++ VM where the installed
package ``squirrel`` is that of ``squirrel-lang-sq305``. The program's output goes to stdout; ``--peak`` adds a line
``peak BYTES`` on stderr: the largest memory use of the process.
"""

from __future__ import annotations

import gc
import resource
import sys
import threading
from pathlib import Path

import squirrel

STACK_BYTES = 512 << 20
# Counted by the plain build only, which calls Python functions for Squirrel's.
RECURSION_LIMIT = 1_000_000
# What the reference VM has in its root table and the imp keeps in a namespace.
ORACLE_PRELUDE = """
math <- {};
foreach (name in ["sqrt", "sin", "cos", "floor", "ceil", "pow", "fabs", "abs", "exp", "log"]) {
    math[name] <- getroottable()[name];
}
"""


def run_on_oracle(path: Path) -> None:
    """Run the program at ``path`` on the reference VM; RuntimeError if it fails."""
    machine = squirrel.SQVM()  # type: ignore[attr-defined]
    machine.execute(ORACLE_PRELUDE)
    machine.execute(path.read_text(encoding="ascii"))


def run_on_impsim(path: Path) -> None:
    """Run the program at ``path`` as agents run: on a thread with a large stack, without automatic cyclic collection.

    RuntimeError if it fails.
    """
    failures: list[Exception] = []

    def body() -> None:
        try:
            squirrel.VM().run(path.read_bytes(), path.name)
        except (squirrel.CompileError, squirrel.SquirrelError) as error:
            failures.append(error)

    gc.disable()
    sys.setrecursionlimit(RECURSION_LIMIT)
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if failures:
        raise RuntimeError(str(failures[0]))


def peak_bytes() -> int:
    """Peak resident memory of this process in bytes.

    Linux: read from ``/proc``, because ``getrusage`` also counts what the parent had before it started this process.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Run the program and leave; the status is 1 if it failed."""
    *options, program = sys.argv[1:]
    path = Path(program)
    try:
        if hasattr(squirrel, "SQVM"):
            run_on_oracle(path)
        else:
            run_on_impsim(path)
    except RuntimeError as error:
        sys.exit(f"{path.name}: {error}")
    if "--peak" in options:
        print(f"peak {peak_bytes()}", file=sys.stderr)


if __name__ == "__main__":
    main()

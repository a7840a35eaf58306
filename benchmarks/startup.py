"""How long ``impsim run`` takes for a script of one line, over ``python3 -c pass``: ``python -m benchmarks.startup``.

Three cases: everything warm; the first run ever of an installed impsim (an empty cache folder); and a first run in
which not even Python's byte code exists, neither for impsim nor for the standard library.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.builds import Build, add_build_options, chosen_builds
from benchmarks.commands import Command, Times, interleaved, main_with
from benchmarks.processes import check, run_process
from benchmarks.tables import table

ONE_LINE = 'server.log("hello");\n'
HEADING = ["case", "wall ms", "cpu ms", "wall/python", "cpu/python"]
# The names of packages that a script of one line has no use for.
HEAVY = (
    *("asyncio", "click", "cryptography", "dataclasses", "http", "inspect", "json", "lark", "pathlib", "platformdirs"),
    *("proton", "rich", "ssl", "tempfile"),
)

Variables = Callable[[], Mapping[str, str]]


def fresh(folder: Path, *names: str) -> Mapping[str, str]:
    """Environment variables that each name a new, empty folder below ``folder``."""
    return {name: tempfile.mkdtemp(dir=folder) for name in names}


def cases(folder: Path) -> dict[str, tuple[Variables, bool]]:
    """The environment of every case, and whether a run before the first is allowed to warm it up."""
    warm = fresh(folder, "XDG_CACHE_HOME")
    return {
        "warm": (lambda: warm, True),
        "first ever": (partial(fresh, folder, "XDG_CACHE_HOME"), False),
        "no byte code": (partial(fresh, folder, "XDG_CACHE_HOME", "PYTHONPYCACHEPREFIX"), False),
    }


def rows(build: Build, script: Path, folder: Path, rounds: int) -> list[list[str]]:
    """Measure a build; the lines of its table."""
    result = []
    for case, (variables, warm_up) in cases(folder).items():
        commands = {
            "python": Command([build.python, "-c", "pass"], variables),
            "impsim": Command(build.impsim_command("run", str(script)), variables),
        }
        times: dict[str, Times] = interleaved(commands, rounds, warm_up)
        result.append([f"{build.name}, {case}: python3 -c pass", *times["python"].cells()])
        result.append([f"{build.name}, {case}: impsim run", *times["impsim"].cells(times["python"])])
    return result


def imported(build: Build, script: Path, folder: Path) -> list[tuple[str, float]]:
    """Every module that a warm run imports and the milliseconds spent on it alone, slowest first."""
    command = [build.python, "-X", "importtime", "-m", "imp_runtime.cli", "run", str(script)]
    warm = fresh(folder, "XDG_CACHE_HOME")
    for _ in range(2):
        finished = check(run_process(command, warm), f"{build.name}: -X importtime")
    modules = []
    for line in finished.errors.splitlines():
        # import time:  MICROSECONDS ALONE | WITH WHAT IT IMPORTS | NAME
        fields = line.removeprefix("import time:").split("|")
        if line.startswith("import time:") and fields[0].strip().isdigit():
            modules.append((fields[2].strip(), int(fields[0]) / 1000))
    return sorted(modules, key=lambda module: -module[1])


def show_imports(build: Build, script: Path, folder: Path) -> None:
    """Print the slowest imports and which heavy packages are among all of them."""
    modules = imported(build, script, folder)
    heavy = sorted({name.split(".")[0] for name, _ in modules} & set(HEAVY))
    print(f"\n{build.name}: {len(modules)} modules, heavy ones: {', '.join(heavy) or 'none'}")
    print(table([["module", "ms alone"], *([name, f"{own:.1f}"] for name, own in modules[:20])]))


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "hello.agent.nut"
        script.write_text(ONE_LINE, encoding="ascii")
        builds = chosen_builds(options)
        lines = [line for build in builds for line in rows(build, script, folder, options.rounds)]
        print(table([HEADING, *lines]))
        if options.imports:
            for build in builds:
                show_imports(build, script, folder)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, metavar="N", help="runs of each command (default: 11)")
    parser.add_argument("--imports", action="store_true", help="also list the slowest imports and the heavy packages")
    add_build_options(parser, ["compiled", "plain"])
    main_with(parser, run)


if __name__ == "__main__":
    main()

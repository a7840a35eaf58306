"""How long a large agent takes to parse, and how long it is until it runs: ``python -m benchmarks.parsing``.

Parsing and compiling are timed inside a process, without the start of Python. "Until it runs" compares whole runs of
``impsim run`` with those of a script of one line; the first run finds an empty cache folder, later ones what the first
has put there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.agent_source import agent_source
from benchmarks.builds import BUILDS, ORACLE, ROOT, Build, add_build_options, chosen_builds
from benchmarks.commands import Command, interleaved, main_with
from benchmarks.processes import check, run_process
from benchmarks.startup import ONE_LINE, fresh
from benchmarks.tables import table

COMPILE_RUNNER = ROOT / "benchmarks" / "compile_runner.py"


def parse_rows(build: Build, script: Path, rounds: int) -> list[list[str]]:
    """Time the steps from source to something that can be run; a line for each."""
    kilobytes = script.stat().st_size / 1024
    command = [build.python, str(COMPILE_RUNNER), str(rounds + 1), str(script)]
    finished = check(run_process(command), f"{build.name}: compiling")
    # The package of the reference VM writes a line of its own at exit.
    results = [line for line in finished.output.splitlines() if line.startswith("{")]
    seconds: dict[str, list[float]] = json.loads(results[0])
    lines = []
    for step, (first, *others) in seconds.items():
        milliseconds = median(others) * 1000
        cells = [f"{milliseconds:.1f}", f"{milliseconds / kilobytes:.3f}", f"{first * 1000:.1f}"]
        lines.append([f"{build.name}: {step}", *cells])
    return lines


def ready_rows(build: Build, script: Path, one_line: Path, folder: Path, rounds: int) -> list[list[str]]:
    """Time whole runs of the agent against those of a script of one line, with an empty cache and with a full one."""
    lines = []
    kept = fresh(folder, "XDG_CACHE_HOME")
    for case, warm_up in (("first run", False), ("later runs", True)):
        commands = {
            name: Command(
                build.impsim_command("run", str(path)),
                (lambda: kept) if warm_up else (lambda: fresh(folder, "XDG_CACHE_HOME")),
            )
            for name, path in (("one line", one_line), ("agent", script))
        }
        times = interleaved(commands, rounds, warm_up)
        agent, line = times["agent"], times["one line"]
        differences = [f"{agent.wall - line.wall:.1f}", f"{agent.processor - line.processor:.1f}"]
        lines.append([f"{build.name}: {case}", f"{line.wall:.1f}", f"{agent.wall:.1f}", *differences])
    return lines


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script, one_line = folder / "large.agent.nut", folder / "hello.agent.nut"
        script.write_text(agent_source(), encoding="ascii")
        one_line.write_text(ONE_LINE, encoding="ascii")
        builds = chosen_builds(options)
        print(f"an agent of {script.stat().st_size / 1024:.0f} KB\n")
        parsed = [line for build in builds for line in parse_rows(build, script, options.rounds)]
        print(table([["step", "cpu ms", "ms per KB", "first time, ms"], *parsed]))
        ready = [
            line
            for build in builds
            if build.name != ORACLE
            for line in ready_rows(build, script, one_line, folder, options.rounds)
        ]
        heading = ["until it runs", "one line, wall ms", "agent, wall ms", "more, wall ms", "more, cpu ms"]
        print("\n" + table([heading, *ready]))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parsing", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="rounds of each measurement (default: 7)")
    add_build_options(parser, [name for name, _, _ in BUILDS])
    main_with(parser, run)


if __name__ == "__main__":
    main()

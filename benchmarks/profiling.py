"""Shows where a benchmark program spends its time in the compiled build: ``python -m benchmarks.profiling PROGRAM``.

callgrind counts instructions: a hundred times slower, but the numbers are repeatable on a busy machine. perf samples:
it is quick and sees the kernel and the caches.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from pathlib import Path

from benchmarks.builds import ROOT, Build, add_build_options, chosen_builds
from benchmarks.commands import main_with
from benchmarks.processes import BenchmarkError
from benchmarks.run import select

# Written below a folder that version control ignores.
RESULTS = ROOT / ".cache" / "profiles"
TOOLS = {"callgrind": "valgrind", "perf": "perf"}


def record_command(tool: str, target: list[str], result: Path) -> list[str]:
    """The command that runs ``target`` under a tool."""
    if tool == "callgrind":
        return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={result}", *target]
    return ["perf", "record", "--quiet", f"--output={result}", *target]


def report_command(tool: str, result: Path, inclusive: bool) -> list[str]:
    """The command that turns a recording into a list of functions."""
    if tool == "callgrind":
        return ["callgrind_annotate", f"--inclusive={'yes' if inclusive else 'no'}", "--auto=no", str(result)]
    return ["perf", "report", "--stdio", f"--input={result}"]


def shortened(line: str) -> str:
    """A line of a report without the folders of files: ``12 (3.4%)  file.c:function [library.so]``."""
    return re.sub(r"(?<=[\s\[])[^\s\[]*/", "", line.rstrip())


def run_tool(command: list[str], capture: bool) -> str:
    """Run a command; what it prints, if captured.

    Raises:
        BenchmarkError: it failed.
    """
    output = subprocess.PIPE if capture else subprocess.DEVNULL
    finished = subprocess.run(command, stdout=output, text=True, check=False)
    if finished.returncode != 0:
        raise BenchmarkError(f"{command[0]} ended with status {finished.returncode}")
    return finished.stdout or ""


def profile(build: Build, program: Path, options: argparse.Namespace) -> None:
    """Record one run of a program and print its most expensive functions."""
    if options.inclusive and options.tool != "callgrind":
        # perf would need frame pointers, which Python is usually built without.
        raise BenchmarkError("--inclusive needs --tool callgrind")
    if shutil.which(TOOLS[options.tool]) is None:
        raise BenchmarkError(f"{TOOLS[options.tool]} is not installed (Debian: apt install {TOOLS[options.tool]})")
    RESULTS.mkdir(parents=True, exist_ok=True)
    result = RESULTS / f"{program.stem}.{options.tool}"
    run_tool(record_command(options.tool, build.vm_command(program), result), capture=False)
    report = run_tool(report_command(options.tool, result, options.inclusive), capture=True)
    lines = [shortened(line) for line in report.splitlines() if "%" in line]
    print("\n".join(line[: options.width] for line in lines[: options.lines]))
    print(f"\nthe whole recording: {result}")


def run(options: argparse.Namespace) -> None:
    """Profile the program that the command line names."""
    (build,) = chosen_builds(options)
    (program,) = select([options.program])
    profile(build, program, options)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description=__doc__)
    parser.add_argument("program", metavar="PROGRAM", help="a program of benchmarks/programs, without .nut")
    parser.add_argument("--tool", choices=list(TOOLS), default="callgrind", help="default: callgrind")
    parser.add_argument("--inclusive", action="store_true", help="count what a function calls as its own")
    parser.add_argument("--lines", type=int, default=60, metavar="N", help="length of the list (default: 60)")
    parser.add_argument("--width", type=int, default=120, metavar="N", help="cut lines there (default: 120)")
    add_build_options(parser, ["compiled"])
    main_with(parser, run)


if __name__ == "__main__":
    main()

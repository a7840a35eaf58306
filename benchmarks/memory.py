"""How much memory programs need on each build, and an idle agent over bare Python: ``python -m benchmarks.memory``.

Numbers are the largest resident size of the whole process. What a program needs itself is the difference to a program
that does nothing. Linux only: ``/proc`` is read.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
from pathlib import Path

from benchmarks.builds import BUILDS, ORACLE, ROOT, Build, add_build_options, chosen_builds
from benchmarks.commands import main_with
from benchmarks.processes import BenchmarkError, check, run_process
from benchmarks.tables import table

FOLDER = ROOT / "benchmarks" / "memory_programs"
NOTHING = "nothing"
READY = "ready"
MEGABYTE = 1 << 20
IDLE_AGENT = f"""
server.log("{READY}");
imp.wakeup(3600, @() null);
"""
BARE_PYTHON = f"import time; print('{READY}', flush=True); time.sleep(3600)"


def peak(build: Build, program: Path) -> int:
    """The peak of one run of a program in bytes."""
    what = f"{program.stem} on {build.name}"
    finished = check(run_process(build.vm_command(program, "--peak")), what)
    found = re.search(r"^peak (\d+)$", finished.errors, re.MULTILINE)
    if found is None:
        raise BenchmarkError(f"{what}: the peak was not reported")
    return int(found[1])


def program_rows(builds: list[Build]) -> list[list[str]]:
    """Run every program on every build; the lines of the table."""
    nothing = {build.name: peak(build, FOLDER / f"{NOTHING}.nut") for build in builds}
    lines = [[NOTHING, *cells(nothing, None)]]
    for program in sorted(FOLDER.glob("*.nut")):
        if program.stem != NOTHING:
            lines.append([program.stem, *cells({build.name: peak(build, program) for build in builds}, nothing)])
    return lines


def cells(peaks: dict[str, int], nothing: dict[str, int] | None) -> list[str]:
    """Peaks, growth over a program that does nothing (None: this is that program), and the ratios of both, by build."""
    result = []
    for name, value in peaks.items():
        growth = f"{(value - nothing[name]) / MEGABYTE:.1f}" if nothing else ""
        result += [f"{value / MEGABYTE:.1f}", growth]
    for name, value in peaks.items():
        if name != ORACLE and ORACLE in peaks:
            ratio = ""
            if nothing:
                ratio = f"{(value - nothing[name]) / max(peaks[ORACLE] - nothing[ORACLE], 1):.2f}"
            result += [f"{value / peaks[ORACLE]:.2f}", ratio]
    return result


def heading(builds: list[Build]) -> list[str]:
    """The heading over ``cells``."""
    result = ["program"]
    for build in builds:
        result += [f"{build.name} MB", "more"]
    for build in builds:
        if build.name != ORACLE and any(other.name == ORACLE for other in builds):
            result += [f"{build.name}/{ORACLE}", "more"]
    return result


def resident_when_ready(command: list[str]) -> tuple[int, int]:
    """Start a command, wait until it prints its line, and read its resident size now and at its largest, in bytes.

    Raises:
        BenchmarkError: it ended early, or the system has no ``/proc``.
    """
    environment = {**os.environ, "PYTHONSAFEPATH": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != READY:
                raise BenchmarkError(f"did not get ready: {' '.join(command)}")
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        except FileNotFoundError:
            raise BenchmarkError("memory of a running process is read from /proc, which this system lacks") from None
        finally:
            process.kill()
    sizes = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB$", status, re.MULTILINE))
    return int(sizes["VmRSS"]) * 1024, int(sizes["VmHWM"]) * 1024


def idle_rows(builds: list[Build]) -> list[list[str]]:
    """An agent that waits for a timer, and a bare Python; the lines of the table."""
    lines = []
    with tempfile.TemporaryDirectory() as name:
        script = Path(name) / "idle.agent.nut"
        script.write_text(IDLE_AGENT, encoding="ascii")
        for build in builds:
            bare = resident_when_ready([build.python, "-c", BARE_PYTHON])
            agent = resident_when_ready(build.impsim_command("run", "--log-format", "plain", str(script)))
            pairs = zip(bare, agent, strict=True)
            sizes = [
                [f"{before / MEGABYTE:.1f}", f"{after / MEGABYTE:.1f}", f"{(after - before) / MEGABYTE:.1f}"]
                for before, after in pairs
            ]
            lines.append([f"{build.name}: now", *sizes[0]])
            lines.append([f"{build.name}: peak", *sizes[1]])
    return lines


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    builds = chosen_builds(options)
    print(table([heading(builds), *program_rows(builds)]))
    idle = idle_rows([build for build in builds if build.name != ORACLE])
    if idle:
        print("\n" + table([["idle agent", "python MB", "agent MB", "more"], *idle]))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    add_build_options(parser, [name for name, _, _ in BUILDS])
    main_with(parser, run)


if __name__ == "__main__":
    main()

"""Runs the benchmark programs on the C++ VM and on both builds of impsim: ``python -m benchmarks.run``.

Every round runs a program once on each build in turn, so that all of them see the same load of the machine. See
README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.builds import BUILDS, ORACLE, ROOT, Build, add_build_options, chosen_builds
from benchmarks.measurements import KINDS, Samples, load_ratios, mean_ratios, regressions, save
from benchmarks.processes import BenchmarkError, check, run_process
from benchmarks.tables import aligned

PROGRAMS = ROOT / "benchmarks" / "programs"
PLAIN = "plain"
INNER = "inner "


@dataclass(frozen=True)
class Execution:
    """One run of a program: what it printed before the line of its own time, and the two times in seconds."""

    output: str
    user: float
    inner: float


def execute(program: Path, build: Build) -> Execution:
    """Run a program on a build.

    Raises:
        BenchmarkError: it failed, or did not print the time of its inner loop.
    """
    finished = check(run_process(build.vm_command(program)), f"{program.stem} on {build.name}")
    output, mark, rest = finished.output.rpartition(INNER)
    if not mark:
        raise BenchmarkError(f"{program.stem} on {build.name}: no line '{INNER}SECONDS'")
    # The package of the reference VM writes a line of its own at exit.
    return Execution(output, finished.user, float(rest.split()[0]))


def measure(program: Path, builds: Sequence[Build], rounds: int, plain_rounds: int) -> Samples:
    """Run a program on all builds, round by round.

    Raises:
        BenchmarkError: it failed, or its output differs from that of the first build.
    """
    samples = Samples()
    expected: str | None = None
    for number in range(max(rounds, plain_rounds)):
        for build in builds:
            if number >= (plain_rounds if build.name == PLAIN else rounds):
                continue
            execution = execute(program, build)
            if expected is None:
                expected = execution.output
            elif execution.output != expected:
                raise BenchmarkError(difference(program.stem, build.name, execution.output, builds[0].name, expected))
            samples.add(build.name, execution.user, execution.inner)
    return samples


def difference(program: str, name: str, output: str, other_name: str, other: str) -> str:
    """A text that shows the first line in which two outputs differ."""
    ours, theirs = output.splitlines(), other.splitlines()
    for line in range(max(len(ours), len(theirs))):
        mine = ours[line] if line < len(ours) else "(nothing)"
        yours = theirs[line] if line < len(theirs) else "(nothing)"
        if mine != yours:
            return f"{program}: line {line + 1} is {mine!r} on {name} and {yours!r} on {other_name}"
    return f"{program}: the outputs of {name} and {other_name} differ in the ends of their lines"


def heading(builds: Sequence[Build]) -> list[str]:
    """The cells of the table's heading: seconds of every build, then the ratios of impsim's builds."""
    cells = ["program"]
    for kind in KINDS:
        cells += [f"{kind} {build.name}" for build in builds]
        cells += [f"{build.name}/{ORACLE}" for build in ratio_builds(builds)]
    return cells


def ratio_builds(builds: Sequence[Build]) -> list[Build]:
    """The builds that have a ratio: all but the reference, if that is there."""
    others = [build for build in builds if build.name != ORACLE]
    return others if len(others) < len(builds) else []


def row(name: str, samples: Samples, builds: Sequence[Build]) -> list[str]:
    """The cells of a program's line."""
    medians, ratios = samples.medians(), samples.ratios()
    cells = [name]
    for kind in KINDS:
        cells += [f"{medians[build.name][kind]:.3f}" for build in builds]
        cells += [f"{ratios[build.name][kind]:.2f}" for build in ratio_builds(builds)]
    return cells


def summary(programs: dict[str, Samples]) -> list[str]:
    """The geometric mean and the largest ratio of every build, a line each."""
    ratios = {name: samples.ratios() for name, samples in programs.items()}
    lines = []
    for build, means in mean_ratios(ratios).items():
        for kind in KINDS:
            worst = max(ratios, key=lambda name: ratios[name][build][kind])
            lines.append(
                f"{build}, {kind} time: geometric mean {means[kind]:.2f} times the C++ VM, "
                f"at most {ratios[worst][build][kind]:.2f} ({worst})"
            )
    return lines


def select(names: Sequence[str]) -> list[Path]:
    """The programs with these names, or all of them.

    Raises:
        BenchmarkError: there is no such program.
    """
    available = {path.stem: path for path in sorted(PROGRAMS.glob("*.nut"))}
    for name in names:
        if name not in available:
            raise BenchmarkError(f"there is no program {name!r}; --list shows all")
    return [available[name] for name in names or available]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    result = argparse.ArgumentParser(prog="python -m benchmarks.run", description="Compare impsim with the C++ VM.")
    result.add_argument("programs", nargs="*", metavar="PROGRAM", help="what to run (default: everything)")
    result.add_argument("--list", action="store_true", help="list the programs and end")
    result.add_argument("--rounds", type=positive, default=5, metavar="N", help="runs of a program (default: 5)")
    result.add_argument(
        "--plain-rounds", type=positive, metavar="N", default=1, help="the same for the slow plain build (default: 1)"
    )
    result.add_argument("--json", type=Path, metavar="FILE", help="write medians and ratios there")
    result.add_argument("--compare", type=Path, metavar="BASELINE", help="exit 1 if slower than in a file of --json")
    result.add_argument(
        "--tolerance",
        type=float,
        default=0.15,
        metavar="SHARE",
        help="by how much a ratio may exceed the baseline's (default: 0.15; the geometric mean by a third of it)",
    )
    add_build_options(result, [name for name, _, _ in BUILDS])
    return result


def positive(text: str) -> int:
    """A whole number from 1."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def run(options: argparse.Namespace) -> int:
    """Measure, print and compare; return the exit status."""
    selected = select(options.programs)
    if options.list:
        print("\n".join(path.stem for path in selected))
        return 0
    builds = chosen_builds(options)
    baseline = load_ratios(options.compare) if options.compare else None
    titles = heading(builds)
    widths = [max(len(path.stem) for path in selected), *(max(len(title), 7) for title in titles[1:])]
    print(aligned(titles, widths), flush=True)
    programs: dict[str, Samples] = {}
    failures = []
    for path in selected:
        try:
            samples = measure(path, builds, options.rounds, options.plain_rounds)
        except BenchmarkError as error:
            failures.append(str(error))
            print(f"{path.stem}: failed", flush=True)
            continue
        programs[path.stem] = samples
        print(aligned(row(path.stem, samples, builds), widths), flush=True)
    print("\n".join(["", *summary(programs)]))
    if options.json and not failures:
        save(options.json, programs)
    if baseline is not None and programs:
        ratios = {name: samples.ratios() for name, samples in programs.items()}
        failures += regressions(ratios, baseline, options.tolerance)
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


def main() -> None:
    """Run the command."""
    try:
        sys.exit(run(parser().parse_args()))
    except BenchmarkError as error:
        sys.exit(f"benchmarks: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()

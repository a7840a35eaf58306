"""What the benchmarks of start-up, parsing and memory share: repeated runs of commands, and their ``main``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.processes import BenchmarkError, Finished, check, run_process


@dataclass(frozen=True)
class Times:
    """Medians over several runs, in milliseconds: of the clock and of processor time."""

    wall: float
    processor: float

    def cells(self, reference: Times | None = None) -> list[str]:
        """The cells of a table: both times, and both as multiples of the reference's."""
        ratios = ["", ""]
        if reference is not None:
            ratios = [f"{self.wall / reference.wall:.1f}", f"{self.processor / reference.processor:.1f}"]
        return [f"{self.wall:.1f}", f"{self.processor:.1f}", *ratios]


def medians(runs: Sequence[Finished]) -> Times:
    """The medians of several runs of one command."""
    return Times(wall=median(run.wall for run in runs) * 1000, processor=median(run.processor for run in runs) * 1000)


@dataclass(frozen=True)
class Command:
    """A command to time. ``variables`` are made anew for every run: a fresh cache folder, for instance."""

    arguments: Sequence[str]
    variables: Callable[[], Mapping[str, str]] = dict

    def run(self, what: str) -> Finished:
        """Run it once; BenchmarkError if it fails."""
        return check(run_process(self.arguments, self.variables()), what)


def interleaved(commands: Mapping[str, Command], rounds: int, warm_up: bool = True) -> dict[str, Times]:
    """Run the commands in turn, ``rounds`` times; the medians of each. ``warm_up``: once more before, not counted."""
    runs: dict[str, list[Finished]] = {what: [] for what in commands}
    for number in range(rounds + warm_up):
        for what, command in commands.items():
            finished = command.run(what)
            if number >= warm_up:
                runs[what].append(finished)
    return {what: medians(finished) for what, finished in runs.items()}


def main_with(parser: argparse.ArgumentParser, run: Callable[[argparse.Namespace], None]) -> None:
    """Parse the command line and run; a failed measurement is one line on stderr and status 1."""
    try:
        run(parser.parse_args())
    except BenchmarkError as error:
        sys.exit(f"benchmarks: {error}")
    except KeyboardInterrupt:
        sys.exit(130)

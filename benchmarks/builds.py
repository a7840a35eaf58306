"""The three interpreters that are compared, each known by the Python that runs it."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import BenchmarkError

ROOT = Path(__file__).resolve().parent.parent
VM_RUNNER = ROOT / "benchmarks" / "vm_runner.py"
ORACLE = "oracle"
# Name, folder of the virtual environment that `make` creates, what it is.
BUILDS = (
    (ORACLE, ".venv-oracle", "the C++ VM"),
    ("compiled", ".venv", "impsim's compiled build"),
    ("plain", ".venv-pure", "impsim's plain build"),
)


@dataclass(frozen=True)
class Build:
    """An interpreter: its name in tables, and the Python that has it installed."""

    name: str
    python: str

    def vm_command(self, program: Path, *options: str) -> list[str]:
        """The command that runs a program on the bare interpreter."""
        return [self.python, str(VM_RUNNER), *options, str(program)]

    def impsim_command(self, *arguments: str) -> list[str]:
        """The ``impsim`` command of this build."""
        script = Path(self.python).with_name("impsim")
        command = [str(script)] if script.exists() else [self.python, "-m", "imp_runtime.cli"]
        return [*command, *arguments]


def add_build_options(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add an option for the Python of each named build, and ``--skip``."""
    for name, folder, what in BUILDS:
        if name in names:
            variable = f"IMPSIM_BENCH_{name.upper()}"
            parser.add_argument(
                f"--{name}",
                metavar="PYTHON",
                default=os.environ.get(variable) or str(ROOT / folder / "bin" / "python"),
                help=f"the Python that has {what} (environment: {variable}; default: {folder}/bin/python)",
            )
    parser.add_argument("--skip", action="append", choices=names, default=[], help="leave a build out; repeatable")


def chosen_builds(options: argparse.Namespace) -> list[Build]:
    """The builds that the command line asks for.

    Raises:
        BenchmarkError: one of them is not installed.
    """
    builds = []
    for name, _folder, what in BUILDS:
        python = getattr(options, name, None)
        if python is None or name in options.skip:
            continue
        if not os.access(python, os.X_OK):
            raise BenchmarkError(
                f"{what} is not installed: there is no {python}. `make test` installs all builds; --{name} names "
                f"another Python, --skip {name} leaves it out."
            )
        builds.append(Build(name, python))
    if not builds:
        raise BenchmarkError("every build is skipped: nothing to measure")
    return builds

"""How fast an agent sends and receives, next to the same loop in raw Python Proton: ``python -m benchmarks.amqp``.

Three things are measured: messages per second sent, and received with pre-fetched credit, unsettled both, and the
median time of a message to a peer and back. Each is done by three programs in turn, against the same peers:

* an agent (``amqp_agents/``), by the ``impsim`` of the compiled build
* Proton's ``Container`` and ``MessagingHandler``, what its documentation teaches (``amqp_proton.py``)
* Proton's bare engine on a blocking socket, as little Python as can be (``amqp_engine.py``)

The peers are a fast one, which is never what limits the others (``amqp_peer.py``), and the embedded broker.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.builds import ROOT, Build, add_build_options, chosen_builds
from benchmarks.commands import main_with
from benchmarks.processes import BenchmarkError, check, run_process
from benchmarks.tables import table

FOLDER = ROOT / "benchmarks"
SIZE = 100
WINDOW = 500
"""Messages that the agent has on the way at once when it sends."""

PROGRAMS = ("Container", "engine", "agent")
HEADING = ["", "Container", "engine", "agent", "agent/Container", "bar", "agent/engine", ""]


@dataclass(frozen=True)
class Task:
    """What is measured; `bar` is for the agent's ratio to the Container: at least, or for times at most."""

    name: str
    mode: str
    bar: float
    unit: str

    @property
    def is_time(self) -> bool:
        """Whether less is better."""
        return self.unit == "us"

    def meets(self, ratio: float) -> bool:
        """Whether the bar is met."""
        return ratio <= self.bar if self.is_time else ratio >= self.bar


TASKS = (
    Task("sending", "send", 0.8, "1/s"),
    Task("receiving", "receive", 0.8, "1/s"),
    Task("round trip", "roundtrip", 1.5, "us"),
)


@dataclass(frozen=True)
class Peer:
    """A running peer. What a broker's queue gives has to be put there first."""

    name: str
    port: int
    is_broker: bool


@contextmanager
def running(name: str, command: Sequence[str], *, is_broker: bool = False) -> Iterator[Peer]:
    """Run a peer, which prints its port."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        if not line.strip().isdigit():
            raise BenchmarkError(f"{name}: it did not start")
        yield Peer(name, int(line), is_broker)
    finally:
        process.terminate()
        process.wait()


class Runner:
    """Runs the programs, each task and time with a queue of its own."""

    def __init__(self, build: Build, count: int, trips: int) -> None:
        self._build = build
        self._counts = {"send": count, "receive": count, "roundtrip": trips}
        self._queues = 0

    def measure(self, program: str, task: Task, peer: Peer) -> float:
        """Run a program once; its figure: messages per second or microseconds."""
        count = self._counts[task.mode]
        if task.mode == "roundtrip":
            address = "echo"
        elif task.mode == "receive" and not peer.is_broker:
            address = f"source/{count}/{SIZE}"
        else:
            self._queues += 1
            address = f"queue{self._queues}"
            if task.mode == "receive":
                self._proton("engine", "send", peer, address, count)
        if program == "agent":
            figure = self._agent(task.mode, peer, address, count)
        else:
            figure = self._proton(program, task.mode, peer, address, count)
        return figure if task.is_time else count / figure

    def _proton(self, program: str, mode: str, peer: Peer, address: str, count: int) -> float:
        script = {"Container": "amqp_proton.py", "engine": "amqp_engine.py"}[program]
        command = [self._build.python, str(FOLDER / script), mode, str(peer.port), address, str(count)]
        finished = run_process(command if mode == "receive" else [*command, str(SIZE)])
        return float(check(finished, f"{program}, {mode}").output)

    def _agent(self, mode: str, peer: Peer, address: str, count: int) -> float:
        constants = {
            "URL": f"amqp://127.0.0.1:{peer.port}",
            "ADDRESS": address,
            "COUNT": count,
            "SIZE": SIZE,
            "WINDOW": WINDOW,
        }
        definitions = [text for name, value in constants.items() for text in ("--define", f"{name}={value}")]
        script = str(FOLDER / "amqp_agents" / f"{mode}.nut")
        command = self._build.impsim_command("run", "--log-format", "plain", *definitions, script)
        microseconds = float(check(run_process(command), f"agent, {mode}").output)
        return microseconds if mode == "roundtrip" else microseconds / 1e6


def rows(runner: Runner, peer: Peer, rounds: int) -> tuple[list[list[str]], bool]:
    """Measure everything with one peer: lines of the table, and whether the bars are met."""
    result, good = [], True
    for task in TASKS:
        figures: dict[str, list[float]] = {program: [] for program in PROGRAMS}
        for _ in range(rounds):
            for program in PROGRAMS:
                figures[program].append(runner.measure(program, task, peer))
        medians = {program: median(values) for program, values in figures.items()}
        ratio = medians["agent"] / medians["Container"]
        good = good and task.meets(ratio)
        result.append(
            [
                f"{peer.name}, {task.name} ({task.unit})",
                *(f"{value:.0f}" for value in medians.values()),
                f"{ratio:.2f}",
                f"{'<=' if task.is_time else '>='} {task.bar}",
                f"{medians['agent'] / medians['engine']:.2f}",
                "met" if task.meets(ratio) else "MISSED",
            ]
        )
    return result, good


def run(options: argparse.Namespace) -> None:
    """Measure and print."""
    [build] = chosen_builds(options)
    runner = Runner(build, options.count, options.trips)
    lines, good = [HEADING], True
    with ExitStack() as stack:
        peers = [
            stack.enter_context(running("fast peer", [sys.executable, "-m", "benchmarks.amqp_peer"])),
            stack.enter_context(running("broker", [build.python, str(FOLDER / "amqp_broker.py")], is_broker=True)),
        ]
        for peer in peers:
            measured, met = rows(runner, peer, options.rounds)
            lines += measured
            good = good and met
    print(f"AMQP, messages of {SIZE} characters, medians of {options.rounds} rounds")
    print(table(lines))
    if options.check and not good:
        sys.exit(1)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each program runs (default: 5)")
    parser.add_argument("--count", type=int, default=20_000, help="messages to send and receive (default: 20000)")
    parser.add_argument("--trips", type=int, default=2_000, help="round trips (default: 2000)")
    parser.add_argument("--check", action="store_true", help="end with status 1 when a bar is missed")
    add_build_options(parser, ["compiled"])
    main_with(parser, run)


if __name__ == "__main__":
    main()

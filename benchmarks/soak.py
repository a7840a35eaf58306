"""An agent that opens, uses and drops AMQP objects for a while, with faults: does it stay the same size?

``python benchmarks/soak.py --seconds 60`` runs ``soak.nut`` in this process, against ``soak_peers.py`` in another one,
and samples memory, open handles, Proton's objects, sockets and threads. It prints the figures, and ends with status 1
when one of them has grown, when impsim has logged an error, or when the agent has found a message that was lost or
settled twice.
"""

from __future__ import annotations

import argparse
import gc
import io
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cproton

from imp_runtime.agent import Agent, run_on_thread
from imp_runtime.api.amqp_handles import Handle
from imp_runtime.config import AgentConfig
from imp_runtime.log import Log, LogFormat
from imp_runtime.net.amqp_connection import AmqpConnection
from imp_runtime.net.amqp_endpoint import Endpoint
from imp_runtime.status import ExitStatus

SCRIPT = Path(__file__).with_name("soak.nut")
WARM_UP = 0.25
"""Share of the time after which sizes are compared: queues, caches and the allocator have found theirs by then."""

SAMPLES = 40
# How much more the last third may have than the first: a share, and a number on top for what is small.
TOLERANCE = {
    "memory KB": (0.03, 1024),
    "handles": (0.0, 8),
    "endpoints": (0.0, 16),
    "connections": (0.0, 3),
    "proton objects": (0.05, 32),
    "sockets": (0.0, 4),
    "threads": (0.0, 2),
}


@dataclass(frozen=True)
class Sample:
    """What there is at one moment, by the names of `TOLERANCE`."""

    values: dict[str, int]


def sample() -> Sample:
    """Count what there is now."""
    kinds = [type(thing) for thing in gc.get_objects()]
    status = Path("/proc/self/status").read_text(encoding="ascii")
    memory = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    return Sample(
        {
            "memory KB": int(memory),
            "handles": sum(issubclass(kind, Handle) for kind in kinds),
            "endpoints": kinds.count(Endpoint),
            "connections": kinds.count(AmqpConnection),
            "proton objects": cproton.retained_count(),
            "sockets": len(list(Path("/proc/self/fd").iterdir())),
            "threads": threading.active_count(),
        }
    )


@contextmanager
def peers(seed: int) -> Iterator[tuple[int, int]]:
    """The peers' process; the ports of the sound and of the faulty one."""
    command = [sys.executable, str(Path(__file__).with_name("soak_peers.py")), str(seed)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    try:
        sound, faulty = process.stdout.readline().split()
        yield int(sound), int(faulty)
    finally:
        process.stdin.close()
        process.wait(10)


class _Complaints(logging.Handler):
    """Collects what impsim calls an error: there is none, whatever a peer does."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"FAULT {record.getMessage()} {error!r}")


def run(seconds: int, seed: int) -> tuple[list[Sample], list[str]]:
    """Run the agent; samples and its log."""
    samples: list[Sample] = []
    output = io.BytesIO()
    complaints = _Complaints()
    logging.basicConfig(handlers=[complaints])
    with peers(seed) as (sound, faulty):
        constants = {
            "SECONDS": seconds,
            "CLEAN": f"amqp://127.0.0.1:{sound}",
            "FAULTY": f"amqp://127.0.0.1:{faulty}",
            "REFUSED": "amqp://127.0.0.1:1",
        }
        agent = Agent(AgentConfig(constants=constants), Log(output, LogFormat.PLAIN))
        done = threading.Event()

        def watch() -> None:
            while not done.wait(seconds / SAMPLES):
                samples.append(sample())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            status = run_on_thread(agent, SCRIPT.read_bytes(), timeout=seconds + 30)
        finally:
            done.set()
            watcher.join()
    lines = output.getvalue().decode().splitlines()
    lines += complaints.lines
    if status is not ExitStatus.OK:
        lines.append(f"FAULT the run ended with {status!r}")
    return samples, lines


def judged(samples: list[Sample]) -> tuple[list[list[str]], bool]:
    """The rows of the table, and whether everything is flat."""
    steady = samples[int(len(samples) * WARM_UP) :]
    third = max(1, len(steady) // 3)
    rows = [["", "first third", "last third", "most", "growth", "allowed", ""]]
    flat = True
    for name, (share, number) in TOLERANCE.items():
        first = median(one.values[name] for one in steady[:third])
        last = median(one.values[name] for one in steady[-third:])
        allowed = max(first * share, number)
        good = last - first <= allowed
        flat = flat and good
        most = max(one.values[name] for one in samples)
        cells = [f"{value:.0f}" for value in (first, last, most, last - first, allowed)]
        rows.append([name, *cells, "flat" if good else "NOT FLAT"])
    return rows, flat


def main() -> None:
    """Parse the command line, run, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="for the faults (default: the time)")
    options = parser.parse_args()
    print(f"soak: {options.seconds} s, seed {options.seed}")
    samples, lines = run(options.seconds, options.seed)
    faults = [line for line in lines if "FAULT" in line]
    warnings = sum(line.startswith("WARNING") for line in lines)
    print("\n".join(line for line in lines if not line.startswith("WARNING")))
    print(f"{warnings} warnings of messages that were not sent or not accepted\n")
    rows, flat = judged(samples)
    for name, *cells in rows:
        print(f"{name:16}" + "".join(f"{cell:>13}" for cell in cells))
    print(f"\n{'flat' if flat else 'NOT FLAT'}, {len(faults)} faults")
    sys.exit(not flat or bool(faults))


if __name__ == "__main__":
    main()

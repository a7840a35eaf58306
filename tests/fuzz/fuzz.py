"""Looks for programs that the interpreter neither runs nor refuses: Python exceptions, crashes, hangs, memory.

    python tests/fuzz/fuzz.py --seconds 60

A program may end in a result, in a compile error, in a Squirrel error, or in the interrupt that comes when its time is
over. Everything else is written to the corpus, as small as it could be made, and makes the exit status 1. First of all
the corpus is run, so a fault that is still there is found again.
"""

from __future__ import annotations

import argparse
import sys
import time
import zlib
from collections import Counter
from pathlib import Path

# The tests stand beside the package under test; appended, so that an installed one is found first.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from tests.fuzz.cases import CORPUS, TESTS, Cases, read, seeds
from tests.fuzz.reduce import reduced
from tests.fuzz.workers import Outcome, Worker

_SECONDS_TO_REDUCE = 60.0


class Fuzzer:
    """Runs cases until the time is over; knows the faults it has seen."""

    def __init__(self, corpus: Path, seconds_per_case: float) -> None:
        self.corpus = corpus
        self.worker = Worker(seconds_per_case)
        self.kinds: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.faults: dict[str, str] = {}

    def run(self, name: str, source: str) -> Outcome:
        """Run one case and report what is wrong with it."""
        outcome = self.worker.run(source)
        self.outcomes[outcome.kind] += 1
        if outcome.is_fault:
            print(f"{name}: {outcome.kind} {outcome.detail}", flush=True)
        return outcome

    def run_new(self, kind: str, number: int, source: str) -> None:
        """Run a case; keep the program if it shows a fault that is new."""
        self.kinds[kind] += 1
        outcome = self.run(f"case {number} ({kind})", source)
        signature = outcome.signature()
        if not outcome.is_fault or signature in self.faults:
            return
        if outcome.kind in ("exception", "crash"):
            source = reduced(source, lambda text: self.worker.run(text).signature() == signature, _SECONDS_TO_REDUCE)
        content = source.encode("latin-1")
        path = self.corpus / f"{outcome.kind}-{zlib.crc32(content):08x}.nut"
        path.write_bytes(content)
        self.faults[signature] = path.name
        print(f"  kept as {path}", flush=True)


def main() -> int:
    """Parse the command line, run, and report; the exit status is 1 where there was a fault."""
    parser = argparse.ArgumentParser(description="Looks for programs that break the interpreter.")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look (default: 60)")
    parser.add_argument("--seed", type=int, default=None, help="repeat a search (default: another one each time)")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="where programs that showed a fault are kept")
    parser.add_argument("--per-case", type=float, default=2.0, help="seconds until a case is interrupted (default: 2)")
    parser.add_argument("--heavy", type=float, default=0.1, help="share of cases that need seconds (default: 0.1)")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else int(time.time())
    options.corpus.mkdir(parents=True, exist_ok=True)
    fuzzer = Fuzzer(options.corpus, options.per_case)
    cases = Cases(seeds(TESTS / "lang", options.corpus), seed, options.heavy)
    started = time.monotonic()
    broken = [path.name for path in sorted(options.corpus.glob("*.nut")) if fuzzer.run(path.name, read(path)).is_fault]
    number = 0
    while time.monotonic() - started < options.seconds:
        kind, source = cases.case(number)
        fuzzer.run_new(kind, number, source)
        number += 1
    fuzzer.worker.close()
    print(f"seed {seed}: {number} cases in {time.monotonic() - started:.0f} s")
    print("  kinds:    " + ", ".join(f"{kind} {count}" for kind, count in sorted(fuzzer.kinds.items())))
    print("  outcomes: " + ", ".join(f"{kind} {count}" for kind, count in sorted(fuzzer.outcomes.items())))
    for name in [*broken, *fuzzer.faults.values()]:
        print(f"  FAULT: {name}")
    return 1 if broken or fuzzer.faults else 0


if __name__ == "__main__":
    sys.exit(main())

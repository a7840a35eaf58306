"""Every program that once broke the interpreter, and some fresh ones: each ends in a way that a host can deal with.

`tests/fuzz/fuzz.py` looks for more of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fuzz.cases import CORPUS, TESTS, Cases, read, seeds
from tests.fuzz.workers import Outcome, Worker

PROGRAMS = sorted(CORPUS.glob("*.nut"), key=lambda path: path.name)
FRESH_CASES = 150


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(seconds=1.0)
    yield made
    made.close()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.name)
def test_program_of_the_corpus(worker: Worker, program: Path) -> None:
    outcome = worker.run(read(program))
    assert not outcome.is_fault, outcome


def test_the_corpus_was_found() -> None:
    assert len(PROGRAMS) >= 20


def test_fresh_programs(worker: Worker) -> None:
    cases = Cases(seeds(TESTS / "lang"), seed=1, heavy=0.0)
    faults: list[tuple[int, Outcome]] = []
    for number in range(FRESH_CASES):
        _, source = cases.case(number)
        outcome = worker.run(source)
        if outcome.is_fault:
            faults.append((number, outcome))
    assert not faults


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("return 1;", "result"),
        ("throw 1;", "error"),
        ("return", "result"),
        ("return 1 +", "compile error"),
        ("while (true) ;", "interrupted"),
    ],
)
def test_the_ways_a_program_may_end(worker: Worker, source: str, kind: str) -> None:
    assert worker.run(source).kind == kind

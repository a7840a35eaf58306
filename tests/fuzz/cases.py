"""Which kinds of fuzzing cases there are, and how often each comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz import deep
from tests.fuzz.library import Library
from tests.fuzz.mutate import garbage, mutated
from tests.fuzz.programs import Programs

TESTS: Final = Path(__file__).resolve().parents[1]
CORPUS: Final = Path(__file__).resolve().with_name("corpus")
# The quick kinds, then those that go to the limits of time and memory.
QUICK: Final = (
    "mutated",
    "mutated",
    "mutated",
    "garbage",
    "program",
    "program",
    "program",
    "library",
    "library",
    "library",
)
HEAVY: Final = ("nested", "recursion", "recursion", "chain", "large", "big literal")


def read(path: Path) -> str:
    """A program as the interpreter takes it: characters are bytes."""
    return path.read_bytes().decode("latin-1")


def seeds(*folders: Path) -> list[str]:
    """All programs below the folders."""
    return [read(path) for folder in folders for path in sorted(folder.rglob("*.nut"))]


class Cases:
    """Makes the case of any number; the same number gives the same case."""

    def __init__(self, sources: Sequence[str], seed: int = 0, heavy: float = 0.1) -> None:
        """`sources` are the programs to mutate; `heavy` is the share of cases that need seconds."""
        self.sources = sources
        self.seed = seed
        self.heavy = heavy
        self.library = Library()

    def case(self, number: int) -> tuple[str, str]:
        """The kind and the source of a case."""
        random = Random(f"{self.seed}/{number}")
        kind = random.choice(HEAVY if random.random() < self.heavy else QUICK)
        return kind, self._source(kind, random)

    def _source(self, kind: str, random: Random) -> str:
        if kind == "mutated":
            extra = [Programs(random).program(), self.library.program(random)]
            return mutated(random, self.sources if random.random() < 0.8 else extra)
        if kind == "garbage":
            return garbage(random, self.sources)
        if kind == "program":
            return Programs(random).program()
        if kind == "library":
            return self.library.program(random)
        make = {
            "nested": deep.nested,
            "recursion": deep.recursion,
            "chain": deep.chain,
            "large": deep.large,
            "big literal": deep.big_literal,
        }[kind]
        return make(random)

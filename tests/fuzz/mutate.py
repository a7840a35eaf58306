"""Fuzzing cases made of other programs: tokens dropped, doubled, swapped and spliced, and plain garbage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Final

_TOKENS: Final = re.compile(r'\s+|[A-Za-z_]\w*|[0-9][\w.]*|@?"(?:\\.|[^"\\\n])*"|//[^\n]*|<-|</|/>|\.\.\.|.', re.DOTALL)
_EXTRA: Final[tuple[str, ...]] = (
    *"( ) [ ] { } ; , . : :: ? @ + - * / % & | ^ ~ ! < > = == != <= >= <=> <- << >> >>> && || ++ -- += -= ...".split(),
    *"base break case catch class clone const constructor continue default delete do else enum extends for".split(),
    *"</ /> foreach function if in instanceof local null resume return static switch this throw true false try".split(),
    *'typeof while yield vargv callee 0 1 -1 2147483647 0xFFFFFFFF 1e39 1.5 \'a\' "" "x" @"x" // /* */ # #line'.split(),
    *("\n", "\0", "\xff", "\\", '"', "'"),
)


def tokens(source: str) -> list[str]:
    """A rough split into tokens; joined, they are the source again."""
    return _TOKENS.findall(source)


def mutated(random: Random, sources: Sequence[str]) -> str:
    """One program with some of its tokens changed, or spliced with another."""
    found = tokens(random.choice(sources))
    if random.random() < 0.4:
        other = tokens(random.choice(sources))
        start = random.randrange(len(other) + 1)
        piece = other[start : start + random.randrange(1, 200)]
        at = random.randrange(len(found) + 1)
        found[at : at + random.choice((0, len(piece)))] = piece
    for _ in range(random.choice((0, 1, 1, 2, 4, 16))):
        if not found:
            break
        at = random.randrange(len(found))
        kind = random.randrange(6)
        if kind == 0:
            del found[at : at + random.choice((1, 1, 2, 8))]
        elif kind == 1:
            found.insert(at, random.choice(_EXTRA))
        elif kind == 2:
            found[at] = random.choice(_EXTRA)
        elif kind == 3:
            other_at = random.randrange(len(found))
            found[at], found[other_at] = found[other_at], found[at]
        elif kind == 4:
            found[at:at] = found[at : at + random.randrange(1, 30)] * random.choice((1, 2, 50))
        else:
            found[at] = random.choice(found)
    return "".join(found)[:200000]


def garbage(random: Random, sources: Sequence[str]) -> str:
    """Bytes: from nowhere, or a program with some of its bytes changed or its end cut off."""
    if random.random() < 0.3:
        return "".join(chr(random.randrange(256)) for _ in range(random.randrange(1, 300)))
    if random.random() < 0.3:
        return " ".join(random.choice(_EXTRA) for _ in range(random.randrange(1, 100)))
    source = list(random.choice(sources))
    for _ in range(random.randrange(1, 8)):
        if source:
            source[random.randrange(len(source))] = chr(random.randrange(256))
    return "".join(source)[: random.choice((len(source), random.randrange(len(source) + 1)))]

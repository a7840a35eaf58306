"""Numbers as text: aligned tables and the geometric mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """One line of a table: the first cell to the left, the others to the right."""
    first, *others = cells
    return "  ".join(
        [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))]
    ).rstrip()


def table(rows: Sequence[Sequence[str]]) -> str:
    """A whole table; its first row is the heading."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(aligned(row, widths) for row in rows)


def geometric_mean(ratios: Iterable[float]) -> float:
    """The mean for ratios: twice as slow here and twice as fast there give 1."""
    logarithms = [math.log(ratio) for ratio in ratios]
    return math.exp(sum(logarithms) / len(logarithms))

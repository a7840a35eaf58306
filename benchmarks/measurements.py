"""What a benchmark run has measured: medians, ratios to the reference VM, the file they are kept in."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.builds import ORACLE
from benchmarks.processes import BenchmarkError
from benchmarks.tables import geometric_mean

# user: user time of the whole process; inner: what the program measures around its inner loop.
KINDS = ("user", "inner")
FORMAT = 1
# Noise of single programs evens out in the mean, so that less of it is allowed there.
MEAN_SHARE = 3

# Seconds or ratios, by kind.
Figures = dict[str, float]
# Ratios by program, build and kind.
Ratios = Mapping[str, Mapping[str, Figures]]


@dataclass
class Samples:
    """All measurements of one program, in seconds: by build and kind, one a round."""

    seconds: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, build: str, user: float, inner: float) -> None:
        """Add a round."""
        kinds = self.seconds.setdefault(build, {kind: [] for kind in KINDS})
        kinds["user"].append(user)
        kinds["inner"].append(inner)

    def medians(self) -> dict[str, Figures]:
        """The median of each kind, by build."""
        return {
            build: {kind: median(values) for kind, values in kinds.items()} for build, kinds in self.seconds.items()
        }

    def ratios(self) -> dict[str, Figures]:
        """Medians as multiples of the reference VM's, by build; empty without a reference."""
        medians = self.medians()
        reference = medians.pop(ORACLE, None)
        if reference is None:
            return {}
        return {
            build: {kind: figures[kind] / max(reference[kind], 1e-6) for kind in KINDS}
            for build, figures in medians.items()
        }


def mean_ratios(ratios: Ratios) -> dict[str, Figures]:
    """Geometric means over all programs, by build and kind."""
    builds = {build: None for figures in ratios.values() for build in figures}
    return {
        build: {
            kind: geometric_mean(figures[build][kind] for figures in ratios.values() if build in figures)
            for kind in KINDS
        }
        for build in builds
    }


def save(path: Path, programs: Mapping[str, Samples]) -> None:
    """Write medians and ratios as JSON."""
    ratios = {name: samples.ratios() for name, samples in programs.items()}
    document = {
        "format": FORMAT,
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "geometric_mean": mean_ratios(ratios),
        "programs": {
            name: {"seconds": samples.medians(), "ratios": ratios[name]} for name, samples in programs.items()
        },
    }
    path.write_text(json.dumps(_rounded(document), indent=1) + "\n", encoding="ascii")


def load_ratios(path: Path) -> Ratios:
    """The ratios in a file that ``save`` wrote.

    Raises:
        BenchmarkError: there is no such file, or it is something else.
    """
    try:
        document = json.loads(path.read_text(encoding="ascii"))
        if document["format"] != FORMAT:
            raise BenchmarkError(f"{path}: written by another version of the benchmarks; make it anew with --json")
        return {name: program["ratios"] for name, program in document["programs"].items()}
    except OSError as error:
        raise BenchmarkError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BenchmarkError(f"{path}: not a file that --json wrote") from None


def regressions(now: Ratios, before: Ratios, tolerance: float) -> list[str]:
    """What has become slower than before by more than ``tolerance`` (0.1: a tenth), a line each.

    Programs and builds that only one of them has are passed over. The geometric mean over the common programs may
    grow by a third of the tolerance.
    """
    common_now: dict[str, dict[str, Figures]] = {}
    common_before: dict[str, dict[str, Figures]] = {}
    for name in now:
        for build in now[name].keys() & before.get(name, {}).keys():
            common_now.setdefault(name, {})[build] = now[name][build]
            common_before.setdefault(name, {})[build] = before[name][build]
    if not common_now:
        raise BenchmarkError("nothing to compare: no program has ratios both in the baseline and in this run")
    lines = [line for name in common_now for line in _worse(name, common_now[name], common_before[name], tolerance)]
    means = mean_ratios(common_now), mean_ratios(common_before)
    return lines + _worse("geometric mean", *means, tolerance / MEAN_SHARE)


def _worse(name: str, now: Mapping[str, Figures], before: Mapping[str, Figures], tolerance: float) -> list[str]:
    return [
        f"{name}, {build}, {kind}: {now[build][kind]:.2f} times the C++ VM, was {before[build][kind]:.2f}"
        for build in now
        for kind in KINDS
        if now[build][kind] > before[build][kind] * (1 + tolerance)
    ]


def _rounded(value: object) -> object:
    """The same JSON document with four digits after the point: more would only be noise."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return round(value, 4) if isinstance(value, float) else value

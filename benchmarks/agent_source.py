"""A large agent script to parse: the same code again and again under other names."""

from __future__ import annotations

from benchmarks.builds import ROOT

PART = ROOT / "benchmarks" / "agent_part.nut"
SIZE_BYTES = 90 * 1024


def agent_source(size: int = SIZE_BYTES) -> str:
    """At least ``size`` bytes of agent code, ending with a whole part. Running it takes next to no time."""
    part = PART.read_text(encoding="ascii")
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(part.replace("NUMBER", str(len(parts) + 1)))
        length += len(parts[-1])
    return "\n".join(parts)

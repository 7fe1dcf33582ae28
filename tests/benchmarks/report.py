"""What the benchmarks found, as Markdown for people and as values for programs; and whether the gate holds."""

import os
import platform
from collections.abc import Mapping, Sequence

from tests.benchmarks.measure import Row, table


def misses(done: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The gate's rows that are not as good as they have to be."""
    return [row for rows in done.values() for row in rows if row.gate and not row.holds()]


def verdict(done: Mapping[str, Sequence[Row]]) -> str:
    """One sentence on the gate."""
    gated = [row for rows in done.values() for row in rows if row.gate]
    missed = misses(done)
    if not gated:
        return "No row of the gate was measured."
    if not missed:
        return f"The gate holds: {len(gated)} of {len(gated)} rows."
    names = "; ".join(f"{row.name} ({row.ratio():.2f} of {row.target:g})" for row in missed)
    return f"The gate does not hold: {len(missed)} of {len(gated)} rows miss it: {names}."


def machine() -> str:
    """What it ran on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            model = next(line.partition(":")[2].strip() for line in info if line.startswith("model name"))
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"
    except (OSError, StopIteration):
        memory = ""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}){memory}, {platform.system()}, Python {platform.python_version()}, load {load:.1f}"


def markdown(done: Mapping[str, Sequence[Row]], runs: int, mark: str = "##") -> str:
    """All tables, the gate's rows first. mark: what begins a heading."""
    gated = [row for rows in done.values() for row in rows if row.gate]
    parts = [f"{machine()}; {runs} runs of each side in turn; medians (least to most).", verdict(done)]
    if gated:
        parts += [f"{mark} The gate", table(gated)]
    for heading, rows in done.items():
        if others := [row for row in rows if not row.gate]:
            parts += [f"{mark} {heading}", table(others)]
    return "\n\n".join(parts) + "\n"


def facts(done: Mapping[str, Sequence[Row]], runs: int) -> dict[str, object]:
    """The same for programs."""
    return {
        "machine": machine(),
        "runs": runs,
        "gate_holds": not misses(done),
        "rows": [{"group": heading, **row.facts()} for heading, rows in done.items() for row in rows],
    }

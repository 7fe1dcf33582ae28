"""Rows of two figures, measured in turn (ours, Apache's, ours, …), told as medians, spread and ratio."""

import os
import statistics
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class Result:
    """What was measured of one row. `more_is_better` is true for rates; `target` is the ratio to reach; `gate`: it has to be.

    when, commit, load: the day, the source and the machine's load when it was; seconds: what all of it took.
    """

    name: str
    unit: str
    kafkacli: list[float]
    apache: list[float]
    more_is_better: bool = False
    target: float | None = None
    gate: bool = False
    group: str = ""
    when: str = ""
    commit: str = ""
    load: float | None = None
    seconds: float = 0.0

    def ratio(self) -> float | None:
        """How many times better ours is, by the medians."""
        if not self.kafkacli or not self.apache:
            return None
        ours, apache = statistics.median(self.kafkacli), statistics.median(self.apache)
        return ours / max(apache, 1e-9) if self.more_is_better else apache / max(ours, 1e-9)

    def holds(self) -> bool | None:
        """Whether the target is reached; None without one."""
        ratio = self.ratio()
        return None if ratio is None or self.target is None else ratio >= self.target

    def cells(self) -> list[str]:
        """The row as text: name, ours, Apache's, ratio, target, and when it was measured."""
        ratio = self.ratio()
        return [
            self.name,
            *(spread(side, self.unit) for side in (self.kafkacli, self.apache)),
            "" if ratio is None else times(ratio),
            "" if self.target is None else f"{self.target:g}x" + (", gate" if self.gate else ""),
            f"{self.when}, {self.commit}" + ("" if self.load is None else f", load {self.load:.1f}"),
        ]


@dataclass(slots=True)
class Row:
    """One thing to measure, on both sides; see `Result` for the rest."""

    name: str
    unit: str
    ours: Callable[[], float]
    apache: Callable[[], float] | None
    more_is_better: bool = False
    target: float | None = None
    gate: bool = False

    def run(self, count: int) -> Result:
        """Measure both sides in turn, `count` times each."""
        result = Result(self.name, self.unit, [], [], self.more_is_better, self.target, self.gate)
        result.load = os.getloadavg()[0]
        begin = time.monotonic()
        for _ in range(count):
            result.kafkacli.append(self.ours())
            if self.apache is not None:
                result.apache.append(self.apache())
        result.seconds = time.monotonic() - begin
        return result


class Together:
    """A measurement that gives several figures at once, each for a row of its own."""

    def __init__(self, figures: int, measure: Callable[[], Sequence[float]]) -> None:
        self._measure = measure
        self._left: list[deque[float]] = [deque() for _ in range(figures)]

    def figure(self, number: int) -> Callable[[], float]:
        """Return what gives figure `number` of each measurement once, and measures when there is none left."""

        def next_figure() -> float:
            if not self._left[number]:
                for left, figure in zip(self._left, self._measure(), strict=True):
                    left.append(figure)
            return self._left[number].popleft()

        return next_figure


def spread(values: list[float], unit: str) -> str:
    """Median and, in brackets, the least and the most."""
    if not values:
        return "-"
    digits = 0 if statistics.median(values) >= 100 else 2
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} {unit} ({low:,.{digits}f} to {high:,.{digits}f})"


def times(ratio: float) -> str:
    """A ratio as text."""
    return f"{ratio:.2f}x" if ratio < 2 else f"{ratio:.1f}x" if ratio < 10 else f"{ratio:.0f}x"


def table(rows: Sequence[Result]) -> str:
    """All rows as a Markdown table."""
    lines = [["what", "kafkacli", "Apache Kafka 2.6.2", "ratio", "to reach", "measured"]]
    lines += [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)

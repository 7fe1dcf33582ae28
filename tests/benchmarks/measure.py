"""Rows of two figures, measured in turn (ours, Apache's, ours, …), told as medians, spread and ratio."""

import statistics
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """One thing measured. `more_is_better` is true for rates; `target` is the ratio to reach; `gate`: it has to be."""

    name: str
    unit: str
    ours: Callable[[], float]
    apache: Callable[[], float] | None
    more_is_better: bool = False
    target: float | None = None
    gate: bool = False
    figures: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))

    def run(self, times: int) -> None:
        """Measure both sides in turn, `times` times each."""
        for _ in range(times):
            self.figures[0].append(self.ours())
            if self.apache is not None:
                self.figures[1].append(self.apache())

    def ratio(self) -> float | None:
        """How many times better ours is, by the medians."""
        if not all(self.figures):
            return None
        ours, apache = (statistics.median(side) for side in self.figures)
        return ours / apache if self.more_is_better else apache / max(ours, 1e-9)

    def holds(self) -> bool | None:
        """Whether the target is reached; None without one."""
        ratio = self.ratio()
        return None if ratio is None or self.target is None else ratio >= self.target

    def cells(self) -> list[str]:
        """The row as text: name, ours, Apache's, ratio, target."""
        ratio = self.ratio()
        return [
            self.name,
            *(spread(side, self.unit) for side in self.figures),
            "" if ratio is None else f"{ratio:.2f}x" if ratio < 2 else f"{ratio:.1f}x",
            "" if self.target is None else f"{self.target:g}x" + (", gate" if self.gate else ""),
        ]

    def facts(self) -> dict[str, object]:
        """The row for programs: every figure of both sides."""
        return {
            "name": self.name,
            "unit": self.unit,
            "kafkacli": self.figures[0],
            "apache": self.figures[1],
            "more_is_better": self.more_is_better,
            "ratio": self.ratio(),
            "target": self.target,
            "gate": self.gate,
            "holds": self.holds(),
        }


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


def table(rows: list[Row]) -> str:
    """All rows as a Markdown table."""
    lines = [["what", "kafkacli", "Apache Kafka 2.6.2", "ratio", "to reach"]]
    lines += [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)

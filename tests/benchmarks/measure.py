"""Rows of two figures, measured in turn (ours, Apache's, ours, …), told as medians, spread and ratio."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Row:
    """One thing measured. `more_is_better` is true for rates; `target` is the ratio to reach."""

    name: str
    unit: str
    ours: Callable[[], float]
    apache: Callable[[], float] | None
    more_is_better: bool = False
    target: float | None = None
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
        return ours / apache if self.more_is_better else apache / ours

    def cells(self) -> list[str]:
        """The row as text: name, ours, Apache's, ratio, target."""
        ratio = self.ratio()
        return [
            self.name,
            *(spread(side, self.unit) for side in self.figures),
            "" if ratio is None else f"{ratio:.1f}x",
            "" if self.target is None else f"{self.target:g}x",
        ]


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

"""The picture of the benchmarks: a bar for each row that has something to reach, as long as ours is ahead. Logarithmic."""

import math
from collections.abc import Sequence
from html import escape
from itertools import groupby

from tests.benchmarks.measure import Result, times

WIDTH, LABEL, LINE = 1100, 620, 20  # pixels; the bars begin behind the label, at a ratio of LEAST
LEAST, MOST = 0.5, 100.0
_TICKS = (0.5, 1, 2, 5, 10, 20, 50, 100)
_STYLE = (
    "text{font:12px sans-serif;fill:#24292f}.part{font-weight:bold}.tick{fill:#57606a;text-anchor:middle}"
    ".ahead{fill:#2da44e}.level{fill:#bf8700}.behind{fill:#cf222e}.grid{stroke:#d0d7de}.one{stroke:#57606a}"
)
_LEVEL = 0.9


def draw(rows: Sequence[Result]) -> str:
    """Return an SVG of the rows with a target and a ratio; those of memory and processor time stay in the tables."""
    shown = [
        row for row in rows if row.target is not None and row.ratio() is not None and (row.gate or row.unit != "MB")
    ]
    marks: list[str] = []
    y = 2 * LINE
    for part, group in groupby(shown, key=lambda row: row.group):
        marks.append(f'<text class="part" x="8" y="{y + 14}">{escape(part)}</text>')
        y += LINE
        for row in group:
            marks += _bar(row, y)
            y += LINE
        y += LINE // 2
    grid = []
    for tick in _TICKS:
        x = _at(tick)
        kind = "one" if tick == 1 else "grid"
        grid.append(f'<line class="{kind}" x1="{x:.0f}" x2="{x:.0f}" y1="{2 * LINE}" y2="{y}"/>')
        grid.append(f'<text class="tick" x="{x:.0f}" y="{2 * LINE - 6}">{tick:g}x</text>')
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y + LINE}" viewBox="0 0 {WIDTH} {y + LINE}">',
            "<title>kafkacli beside Apache Kafka 2.6.2: how many times better, by the medians</title>",
            f"<style>{_STYLE}</style>",
            f'<rect width="{WIDTH}" height="{y + LINE}" fill="#ffffff"/>',
            '<text class="part" x="8" y="16">kafkacli beside Apache Kafka 2.6.2: how many times better, by the medians</text>',
            *grid,
            *marks,
            "</svg>\n",
        ]
    )


def _bar(row: Result, y: int) -> list[str]:
    ratio = row.ratio() or LEAST
    one, end = _at(1), _at(ratio)
    kind = "ahead" if ratio >= 1 else "level" if ratio >= _LEVEL else "behind"
    left, width = min(one, end), max(abs(end - one), 1)
    name = row.name.replace("`", "")
    name = name if len(name) <= 92 else name[:91] + "…"
    return [
        f'<text x="20" y="{y + 14}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{left:.0f}" y="{y + 3}" width="{width:.0f}" height="{LINE - 6}"/>',
        f'<text x="{max(one, end) + 5:.0f}" y="{y + 14}">{times(ratio)}</text>',
    ]


def _at(ratio: float) -> float:
    """Where on the picture a ratio lies, in pixels from the left."""
    share = math.log(min(max(ratio, LEAST), MOST) / LEAST) / math.log(MOST / LEAST)
    return LABEL + share * (WIDTH - LABEL - 50)

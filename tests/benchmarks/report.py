"""What the benchmarks have found so far, kept row by row, and told as Markdown and as a picture; and whether the gate holds.

A row keeps its figures, with the day and the commit they are of, until it is measured again: so parts can be measured one by
one, whenever a machine is quiet.
"""

import dataclasses
import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measure import Result, spread, table, times
from tests.benchmarks.picture import draw

ROOT = Path(__file__).resolve().parents[2]
FIGURES = "## Figures"
IN_README = ("<!-- figures -->\n", "<!-- end of figures -->\n")
ASIDE = (": processor time", ", Apache's on a tuned JVM")
"""How names of rows end that say more of another row; the README does without them."""
README_PARTS = ("The gate, and what is measured with it", "Start", "Start from nothing", "Commands")


class Results:
    """The results of `parts`, in this order; kept in build/bench.json, and in docs/benchmarks.json what was published."""

    def __init__(self, parts: Sequence[str], root: Path = ROOT) -> None:
        self._parts = parts
        self._root = root
        self._rows: dict[tuple[str, str], Result] = {}
        self._machine = machine()
        self._gone: set[tuple[str, str]] = set()
        self._load()

    def _load(self) -> None:
        """Take what is written; of each row what is newest."""
        for path in (self._root / "docs" / "benchmarks.json", self._root / "build" / "bench.json"):
            if path.exists():
                facts = json.loads(path.read_text(encoding="utf-8"))
                self._machine = facts["machine"]
                for row in [Result(**row) for row in facts["rows"]]:
                    known = self.of(row.group, row.name)
                    if (
                        row.group in self._parts
                        and (row.group, row.name) not in self._gone
                        and (known is None or known.when <= row.when)
                    ):
                        self._rows[row.group, row.name] = row

    @property
    def rows(self) -> list[Result]:
        """All of them, part by part."""
        return sorted(self._rows.values(), key=lambda row: self._parts.index(row.group))

    def of(self, part: str, name: str) -> Result | None:
        """Return a row's result if it was measured."""
        return self._rows.get((part, name))

    def keep(self, part: str, result: Result) -> None:
        """Take a row's new result, and write all to build/."""
        self._load()  # another run may have measured other rows meanwhile
        result.group = part
        self._machine = machine()
        self._rows[part, result.name] = result
        self._write("build", "bench")

    def leave_only(self, part: str, names: Sequence[str]) -> None:
        """Forget rows of a part that are no longer measured."""
        gone = [key for key in self._rows if key[0] == part and key[1] not in names]
        for key in gone:
            del self._rows[key]
        self._gone.update(gone)

    def publish(self) -> None:
        """Write docs/benchmarks.json, the picture, the tables of docs/benchmarks.md and the one of README.md."""
        self._write("docs", "benchmarks")
        page = self._root / "docs" / "benchmarks.md"
        page.write_text(
            page.read_text(encoding="utf-8").partition(FIGURES)[0] + FIGURES + "\n\n" + self.markdown("###"),
            encoding="utf-8",
        )
        readme = self._root / "README.md"
        text = readme.read_text(encoding="utf-8")
        before, rest = text.split(IN_README[0])
        after = rest.split(IN_README[1])[1]
        readme.write_text(before + IN_README[0] + self.short() + IN_README[1] + after, encoding="utf-8")

    def _write(self, directory: str, stem: str) -> None:
        folder = self._root / directory
        folder.mkdir(exist_ok=True)
        facts = {
            "machine": self._machine,
            "gate_holds": not self.misses(),
            "rows": [dataclasses.asdict(row) for row in self.rows],
        }
        (folder / f"{stem}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        (folder / f"{stem}.svg").write_text(draw(self.rows), encoding="utf-8")
        if directory == "build":
            (folder / f"{stem}.md").write_text(self.markdown(), encoding="utf-8")

    def misses(self) -> list[Result]:
        """The gate's rows that are not as good as they have to be."""
        return [row for row in self.rows if row.gate and not row.holds()]

    def verdict(self) -> str:
        """One sentence on the gate."""
        gated = [row for row in self.rows if row.gate]
        missed = self.misses()
        if not gated:
            return "No row of the gate was measured."
        if not missed:
            return f"The gate holds: {len(gated)} of {len(gated)} rows."
        names = "; ".join(f"{row.name} ({times(row.ratio() or 0)} of {row.target:g}x)" for row in missed)
        return f"The gate does not hold: {len(missed)} of {len(gated)} rows miss it: {names}."

    def markdown(self, mark: str = "##") -> str:
        """All tables, the gate's rows first. mark: what begins a heading."""
        rows = self.rows
        minutes = sum(row.seconds for row in rows) / 60
        parts = [
            f"{self._machine}; both sides in turn; medians (least to most). To measure all of it took {minutes:.0f} minutes.",
            self.verdict(),
        ]
        if gated := [row for row in rows if row.gate]:
            parts += [f"{mark} The gate", table(gated)]
        for part in self._parts:
            if others := [row for row in rows if row.group == part and not row.gate]:
                parts += [f"{mark} {part}", table(others)]
        return "\n\n".join(parts) + "\n"

    def short(self) -> str:
        """The table for README.md."""
        lines = ["| what | kafkacli | Apache Kafka 2.6.2 | ratio |", "|---|---|---|---|"]
        for row in self.rows:
            ratio = row.ratio()
            if (
                row.group in README_PARTS
                and not row.name.endswith(ASIDE)
                and ratio is not None
                and (row.gate or row.target is not None)
            ):
                sides = (spread(side, row.unit) for side in (row.kafkacli, row.apache))
                lines.append(f"| {row.name} | {' | '.join(sides)} | {times(ratio)} |")
        return "\n".join(lines) + "\n"


def machine() -> str:
    """What it runs on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as info:
            model = next(line.partition(":")[2].strip() for line in info if line.startswith("model name"))
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB"
    except (OSError, StopIteration):
        memory = ""
    return f"{os.cpu_count()} cores ({model}){memory}, {platform.system()}, Python {platform.python_version()}"

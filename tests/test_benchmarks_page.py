"""What `make bench` keeps and tells: rows keep their results until they are measured again, and the pages are those of the figures."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks.__main__ import all_parts
from tests.benchmarks.measure import Result, Row, Together
from tests.benchmarks.picture import draw
from tests.benchmarks.report import FIGURES, IN_README, ROOT, Results

SVG = "{http://www.w3.org/2000/svg}"


def result(name: str, ours: float, apache: float, **more: object) -> Result:
    return Result(name, "s", [ours], [apache], target=1.5, **more)  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with pages that have a place for figures."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/benchmarks.md").write_text(f"# Words\n\n{FIGURES}\n\nold")
    (tmp_path / "README.md").write_text("before\n" + "old\n".join(IN_README) + "after\n")
    return tmp_path


def test_a_row_is_measured_on_both_sides_in_turn() -> None:
    asked: list[str] = []

    def side(name: str, value: float) -> float:
        asked.append(name)
        return value

    row = Row("rows", "/s", lambda: side("ours", 30), lambda: side("apache", 10), more_is_better=True, target=3)
    done = row.run(2)
    assert asked == ["ours", "apache"] * 2
    assert (done.kafkacli, done.apache, done.ratio(), done.holds()) == ([30, 30], [10, 10], 3, True)


def test_figures_of_one_measurement_belong_to_one_run() -> None:
    runs = iter([(1, 2), (3, 4)])
    both = Together(2, lambda: next(runs))
    first, second = both.figure(0), both.figure(1)
    assert [first(), first(), second(), second()] == [1, 3, 2, 4]


def test_a_row_keeps_its_result_until_it_is_measured_again(root: Path) -> None:
    parts = ["First", "Second"]
    results = Results(parts, root)
    results.keep("Second", result("b", 2, 4, when="2026-01-01 10:00", commit="old"))
    results.keep("First", result("a", 1, 4, when="2026-01-01 10:00", commit="old"))
    results.publish()
    shutil.rmtree(root / "build")
    later = Results(parts, root)
    later.keep("First", result("a", 1, 8, when="2026-01-02 10:00", commit="new"))
    again = Results(parts, root)
    assert [(row.name, row.ratio(), row.commit) for row in again.rows] == [("a", 8, "new"), ("b", 2, "old")]
    again.leave_only("Second", [])
    assert [row.name for row in again.rows] == ["a"]


def test_the_readme_leaves_out_what_says_more_of_another_row(root: Path) -> None:
    results = Results(["Commands"], root)
    for name in ("`c`", "`c`: processor time", "`c`, Apache's on a tuned JVM"):
        results.keep("Commands", result(name, 1, 4))
    assert results.short().count("`c`") == 1
    assert results.markdown("###").count("`c`") == 3


def test_runs_at_once_lose_no_row_of_each_other(root: Path) -> None:
    one, other = Results(["First", "Second"], root), Results(["First", "Second"], root)
    one.keep("First", result("a", 1, 2))
    other.keep("Second", result("b", 1, 2))
    assert [row.name for row in Results(["First", "Second"], root).rows] == ["a", "b"]


def test_the_gate_is_named_by_its_rows(root: Path) -> None:
    results = Results(["The gate"], root)
    assert results.verdict() == "No row of the gate was measured."
    results.keep("The gate", result("good", 1, 2, gate=True))
    assert results.verdict() == "The gate holds: 1 of 1 rows."
    results.keep("The gate", result("bad", 1, 1, gate=True))
    assert results.verdict() == "The gate does not hold: 1 of 2 rows miss it: bad (1.00x of 1.5x)."
    assert [row.name for row in results.misses()] == ["bad"]


def test_the_pages_get_their_tables_and_keep_their_words(root: Path) -> None:
    results = Results(["Commands"], root)
    results.keep("Commands", result("a & b", 1, 4))
    results.publish()
    page, readme = (root / "docs/benchmarks.md").read_text(), (root / "README.md").read_text()
    assert page.startswith(f"# Words\n\n{FIGURES}\n\n")
    assert "| a & b |" in page
    assert "old" not in page
    assert readme.startswith("before\n")
    assert readme.endswith("after\n")
    assert "| 4.0x |" in readme
    assert "old" not in readme


def test_bars_are_as_long_as_the_ratio_and_say_it() -> None:
    rows = [result("level", 1, 1), result("ahead", 1, 10), result("far", 1, 100), result("behind", 1, 0.7)]
    picture = ElementTree.fromstring(draw([*rows, Result("no target", "s", [1], [2])]))
    bars = [bar for bar in picture.iter(f"{SVG}rect") if bar.get("class")]
    assert [bar.get("class") for bar in bars] == ["ahead", "ahead", "ahead", "behind"]
    _, ahead, far, behind = (float(bar.get("width") or 0) for bar in bars)
    assert far == pytest.approx(2 * ahead, abs=1)
    assert float(bars[3].get("x") or 0) + behind == pytest.approx(float(bars[0].get("x") or 0), abs=1)
    texts = [text.text for text in picture.iter(f"{SVG}text")]
    assert {"10x", "100x", "0.70x"} <= set(texts)
    assert "no target" not in texts


def test_the_pages_show_the_figures_that_are_kept(tmp_path: Path) -> None:
    """When this fails: python -m tests.benchmarks --page-only."""
    names = ["docs/benchmarks.json", "docs/benchmarks.md", "docs/benchmarks.svg", "README.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    results = Results(list(all_parts()), tmp_path)
    assert len(results.rows) == len(json.loads((ROOT / names[0]).read_text())["rows"]), "a part has another name now"
    results.publish()
    assert [name for name in names if (tmp_path / name).read_text() != (ROOT / name).read_text()] == []

"""Run the benchmarks: ours and Apache's in one run, in turn. Tables go to stdout, and with every figure to build/.

python -m tests.benchmarks [--runs N] [--only WORD] [--gate] [--full]
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from tests.benchmarks import commands, costs, growth, latency, loads, records, report, sizes, start, tools, zookeeper
from tests.benchmarks.clusters import Pair, both
from tests.benchmarks.measure import Row
from tests.support.apache import why_absent
from tests.support.zookeeper import ZooKeeperProcess

BUILD = Path("build")
PAGE, FIGURES = Path("docs/benchmarks.md"), "## Figures"
GIGABYTES, FULL_GIGABYTES = 1.0, 10.0
GATED = ("The gate, and what is measured with it", "Start")
Group = Callable[[], AbstractContextManager[list[Row]]]


@contextmanager
def _zookeepers() -> Iterator[list[Row]]:
    with zookeeper.side(ZooKeeperProcess.OURS) as ours, zookeeper.side(zookeeper.THEIRS) as theirs:
        yield zookeeper.rows(ours, theirs)


@contextmanager
def _pair(rows: Callable[[Pair], list[Row]]) -> Iterator[list[Row]]:
    with both() as pair:
        yield rows(pair)


def _gate(pair: Pair) -> list[Row]:
    return [*loads.rows(pair, loads.GATE), *latency.rows(pair), loads.memory_row(pair)]


def _more(pair: Pair) -> list[Row]:
    return [
        *commands.rows(pair),
        *records.rows(pair),
        *loads.rows(pair, [(load, None, None) for load in loads.OTHERS]),
        loads.crowd_row(pair),
        *growth.rows(pair),
        *costs.rows(pair),
    ]


def _groups(gigabytes: float, scale: float) -> dict[str, Group]:
    """What is measured, by heading."""
    return {
        GATED[0]: lambda: _pair(_gate),
        GATED[1]: start.rows_with_partitions,
        "Start from nothing": lambda: nullcontext(start.rows_from_nothing()),
        "Start with data": lambda: start.rows_with_data(gigabytes),
        "Tools and broker": lambda: _pair(_more),
        "Tools on records": lambda: tools.rows(scale),
        "Tools on a large cluster": lambda: sizes.rows(scale),
        "ZooKeeper": _zookeepers,
        "ZooKeeper, full": lambda: nullcontext(zookeeper.rows_of_full_servers()),
    }


def main() -> int:
    """Measure each row in turn and print the tables; 1 when a row of the gate was missed."""
    parser = argparse.ArgumentParser(description="Ours and Apache Kafka 2.6.2 in one run.")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side of each row")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--part", default="", help="the headings that contain this")
    parser.add_argument("--gate", action="store_true", help="the twelve rows of the gate")
    parser.add_argument("--full", action="store_true", help=f"start with {FULL_GIGABYTES:g} GB, not {GIGABYTES:g} GB")
    parser.add_argument(
        "--scale", type=float, default=0.25, help="the share of records and topics of full size for tools"
    )
    parser.add_argument("--page", action="store_true", help=f"write the tables into {PAGE}")
    arguments = parser.parse_args()
    if reason := why_absent():
        print(reason, file=sys.stderr)
        return 1
    done: dict[str, list[Row]] = {}
    scale = 1.0 if arguments.full else arguments.scale
    for heading, group in _groups(FULL_GIGABYTES if arguments.full else GIGABYTES, scale).items():
        if (arguments.gate and heading not in GATED) or arguments.part not in heading:
            continue
        with group() as rows:
            for row in rows:
                if arguments.only in row.name and (row.gate or not arguments.gate):
                    row.run(arguments.runs)
                    done.setdefault(heading, []).append(row)
                    print("  ".join(row.cells()), file=sys.stderr, flush=True)
    text = report.markdown(done, arguments.runs)
    BUILD.mkdir(exist_ok=True)
    (BUILD / "bench.md").write_text(text)
    (BUILD / "bench.json").write_text(json.dumps(report.facts(done, arguments.runs), indent=1) + "\n")
    if arguments.page:
        PAGE.write_text(
            PAGE.read_text().partition(FIGURES)[0] + FIGURES + "\n\n" + report.markdown(done, arguments.runs, "###")
        )
    print(text)
    return 1 if report.misses(done) else 0


if __name__ == "__main__":
    sys.exit(main())

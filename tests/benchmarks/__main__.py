"""Run the benchmarks: ours and Apache's in one run, in turn. Each row's result is kept in build/ until it is measured again.

python -m tests.benchmarks [--part WORDS] [--only WORDS] [--gate] [--missing] [--minutes N] [--runs N] [--full] [--page]
"""

import argparse
import datetime
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from tests.benchmarks import (
    commands,
    costs,
    growth,
    latency,
    loads,
    moving,
    records,
    requests,
    segments,
    sizes,
    start,
    tools,
    zookeeper,
)
from tests.benchmarks.clusters import Pair, both
from tests.benchmarks.measure import Row
from tests.benchmarks.report import ROOT, Results
from tests.support.apache import why_absent
from tests.support.zookeeper import ZooKeeperProcess

GIGABYTES, FULL_GIGABYTES = 1.0, 10.0
GATED = ("The gate, and what is measured with it", "Start")
Part = Callable[[], AbstractContextManager[list[Row]]]


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


def _more_loads(pair: Pair) -> list[Row]:
    return [*loads.rows(pair, [(load, None, None) for load in loads.OTHERS]), loads.crowd_row(pair)]


def all_parts(gigabytes: float = GIGABYTES, scale: float = 0.25) -> dict[str, Part]:
    """What is measured, by heading."""
    return {
        GATED[0]: lambda: _pair(_gate),
        GATED[1]: start.rows_with_partitions,
        "Start from nothing": lambda: nullcontext(start.rows_from_nothing()),
        "Start with data": lambda: start.rows_with_data(gigabytes),
        "Commands": lambda: _pair(commands.rows),
        "Tools on records": lambda: tools.rows(scale),
        "Tools that move topics": lambda: moving.rows(scale),
        "Tools on segments": lambda: segments.rows(scale),
        "Tools on a large cluster": lambda: sizes.rows(scale),
        "More loads of the broker": lambda: _pair(_more_loads),
        "Loads through librdkafka": lambda: _pair(records.rows),
        "How cost grows": lambda: _pair(growth.rows),
        "Counts of a request": lambda: _pair(costs.rows),
        "Requests of a command": requests.rows,
        "ZooKeeper": _zookeepers,
        "ZooKeeper, full": lambda: nullcontext(zookeeper.rows_of_full_servers()),
    }


def main() -> int:
    """Measure each row in turn and write what came of it; 1 when a row of the gate is missed."""
    parser = argparse.ArgumentParser(description="Ours and Apache Kafka 2.6.2 in one run.")
    parser.add_argument("--runs", type=int, default=5, help="runs of each side of each row")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    parser.add_argument("--part", default="", help="the headings that contain this")
    parser.add_argument("--gate", action="store_true", help="the twelve rows of the gate")
    parser.add_argument("--missing", action="store_true", help="rows that were never measured")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no row later than that")
    parser.add_argument("--full", action="store_true", help=f"start with {FULL_GIGABYTES:g} GB, not {GIGABYTES:g} GB")
    parser.add_argument(
        "--scale", type=float, default=0.25, help="the share of records and topics of full size for tools"
    )
    parser.add_argument("--page", action="store_true", help="write docs/benchmarks.* and the README's table too")
    parser.add_argument("--page-only", action="store_true", help="the same, and measure nothing")
    arguments = parser.parse_args()
    scale = 1.0 if arguments.full else arguments.scale
    parts = all_parts(FULL_GIGABYTES if arguments.full else GIGABYTES, scale)
    results = Results(list(parts))
    if not arguments.page_only:
        if reason := why_absent():
            print(reason, file=sys.stderr)
            return 1
        _measure(arguments, parts, results)
        print(results.markdown())
    if arguments.page or arguments.page_only:
        results.publish()
    return 1 if results.misses() else 0


def _measure(arguments: argparse.Namespace, parts: dict[str, Part], results: Results) -> None:
    end = time.monotonic() + arguments.minutes * 60
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    for part, group in parts.items():
        if (arguments.gate and part not in GATED) or arguments.part not in part or time.monotonic() > end:
            continue
        with group() as rows:
            results.leave_only(part, [row.name for row in rows])
            for row in rows:
                wanted = arguments.only in row.name and (row.gate or not arguments.gate)
                if not wanted or (arguments.missing and results.of(part, row.name)) or time.monotonic() > end:
                    continue
                result = row.run(arguments.runs)
                result.when, result.commit = f"{datetime.datetime.now():%Y-%m-%d %H:%M}", commit or "unknown"
                results.keep(part, result)
                print("  ".join(result.cells()), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

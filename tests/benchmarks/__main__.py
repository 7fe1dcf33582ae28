"""Run the benchmarks: `python -m tests.benchmarks [--runs N] [--only WORD]`; the table goes to stdout."""

import argparse
import os
import platform
import sys

from tests.benchmarks import commands, records, start, zookeeper
from tests.benchmarks.clusters import both
from tests.benchmarks.measure import Row, table
from tests.support.apache import why_absent
from tests.support.zookeeper import ZooKeeperProcess


def main() -> int:
    """Measure each row in turn and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each side of each row")
    parser.add_argument("--only", default="", help="rows whose name contains this")
    arguments = parser.parse_args()
    if reason := why_absent():
        print(reason, file=sys.stderr)
        return 1
    done: list[Row] = []

    def run(rows: list[Row]) -> None:
        for row in rows:
            if arguments.only in row.name:
                row.run(arguments.runs)
                done.append(row)
                print("  ".join(row.cells()), file=sys.stderr, flush=True)

    run(start.rows())
    run(zookeeper.rows_of_full_servers())
    with zookeeper.side(ZooKeeperProcess.OURS) as ours, zookeeper.side(zookeeper.THEIRS) as theirs:
        run(zookeeper.rows(ours, theirs))
    with both() as pair:
        run(commands.rows(pair))
        run(records.rows(pair))
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {arguments.runs} runs of each side in turn,")
    print("medians (least to most)\n")
    print(table(done))
    return 0


if __name__ == "__main__":
    sys.exit(main())

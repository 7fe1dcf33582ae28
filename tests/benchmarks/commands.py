"""How long a user waits for a tool that does little: `--help`, `--version`, `--list`."""

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.clusters import AS_SHIPPED, Pair
from tests.benchmarks.measure import Row
from tests.support.apache import SHARED, VERSION


def seconds(command: list[str]) -> float:
    """Wall time of one run, which must succeed (help ends with 1 in the original)."""
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, env=AS_SHIPPED, stdin=subprocess.DEVNULL, check=False)
    taken = time.monotonic() - begin
    if done.returncode and "--help" not in command:
        raise RuntimeError(f"{command}: {done.stderr.decode()}")
    return taken


def rows(pair: Pair) -> list[Row]:
    """One row per command line."""
    ours = str(Path(sys.executable).parent / "kafka-topics.sh")
    apache = [str(SHARED / "apache" / "run"), VERSION, "kafka-topics.sh"]

    def row(title: str, target: float, our: list[str], their: list[str]) -> Row:
        return Row(
            f"`kafka-topics.sh {title}`",
            "s",
            lambda: seconds([ours, *our]),
            lambda: seconds([*apache, *their]),
            target=target,
        )

    return [
        row("--help", 6, ["--help"], ["--help"]),
        row("--version", 6, ["--version"], ["--version"]),
        row(
            "--list --bootstrap-server …",
            4,
            ["--list", "--bootstrap-server", pair.ours.bootstrap],
            ["--list", "--bootstrap-server", pair.apache.bootstrap],
        ),
        row(
            "--list --zookeeper …",
            4,
            ["--list", "--zookeeper", pair.ours.zookeeper],
            ["--list", "--zookeeper", pair.apache.zookeeper],
        ),
    ]

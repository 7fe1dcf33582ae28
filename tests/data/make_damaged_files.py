"""Write `damaged_files.txt`: what Apache Kafka 2.6.2 makes of each damage of `tests/support/damage.py`.

    python -m tests.data.make_damaged_files

A row is a damage and the files that are there after a start and a clean stop, or why there was no start.
"""

import re
import shutil
import tempfile
from pathlib import Path

from tests.support.apache import start_cluster, stop_cluster
from tests.support.damage import (
    DAMAGES,
    OF_DIRECTORIES,
    PROPERTIES,
    Damage,
    copy_directory,
    damage,
    make,
    outcome,
)
from tests.support.zookeeper import RunningZooKeeper

TARGET = Path(__file__).parent / "damaged_files.txt"
STARTS = "it starts"
_FATAL = re.compile(
    r"(?:There was an error in one of the threads during logs loading: (.*)|ERROR (Shutdown broker because .*)"
    r"|Fatal error during KafkaServer startup[^\n]*\n([\w.]+: .*))$",
    re.MULTILINE,
)
_LOGGER = re.compile(r" \(kafka\.[\w.]+\)$")


def start(cluster: Path, directories: list[Path]) -> str:
    """Start the real broker on log directories and stop it; returns STARTS, or why it did not start."""
    settings = PROPERTIES | {"log.dirs": ",".join(map(str, directories))}
    zookeeper = RunningZooKeeper(cluster.parent / "zookeeper")
    try:
        properties = (f"--property={key}={value}" for key, value in settings.items())
        start_cluster(cluster, "--zookeeper", zookeeper.address, *properties)
        return STARTS
    except RuntimeError:
        text = (cluster / "broker-0.log").read_text(encoding="utf-8")
    finally:
        stop_cluster(cluster)
        zookeeper.stop()
    for directory in directories:
        text = text.replace(str(directory), "DIR")
    found = _FATAL.search(text)
    return _LOGGER.sub("", found.group(found.lastindex or 0)) if found else "it does not start"


def of_partitions(directory: Path) -> dict[str, str]:
    """Each damaged partition; one that ends a start is left out of the next."""
    rows: dict[str, str] = {}
    while True:
        shutil.rmtree(directory, ignore_errors=True)
        directories = make(directory, DAMAGES, without=rows)
        why = start(directory / "cluster", directories)
        if why == STARTS:
            return rows | outcome(directories)
        culprit = re.search(r"DIR/([cu]-[a-z-]+)-0/", why)
        if culprit is None:
            raise RuntimeError(f"none of the partitions is named: {why}")
        rows[culprit.group(1)] = why
        print(f"{culprit.group(1)}\t{why}", flush=True)


def of_directory(directory: Path, each: Damage) -> str:
    """A damaged file of a log directory."""
    logs = directory / "logs"
    copy_directory(logs)
    damage(each, logs)
    return start(directory / "cluster", [logs])


def answers() -> list[str]:
    """Every row of the file."""
    with tempfile.TemporaryDirectory() as directory:
        rows = sorted(of_partitions(Path(directory) / "partitions").items())
        rows += [(each.name, of_directory(Path(directory) / each.name, each)) for each in OF_DIRECTORIES]
    return [f"{name}\t{found}" for name, found in rows]


if __name__ == "__main__":
    TARGET.write_text("\n".join(answers()) + "\n", encoding="utf-8")

"""Write `directory_starts.txt`: what Apache Kafka 2.6.2 makes of each case of `tests/support/directory_starts.py`.

    python -m tests.data.make_directory_starts

A row is a case, and what its directories are after a start and a clean stop, or why there was no start.
"""

import re
import shutil
import tempfile
from pathlib import Path

from tests.support.apache import start_cluster, stop_cluster
from tests.support.directory_starts import CASES, USUAL, Case, lay_out, masked, outcome
from tests.support.zookeeper import RunningZooKeeper

TARGET = Path(__file__).parent / "directory_starts.txt"
_FATAL = re.compile(
    r"(?:There was an error in one of the threads during logs loading: (.*)|ERROR (Shutdown broker because .*)"
    r"|(?:Fatal error|Exiting Kafka|Prepare to shutdown)[^\n]*\n([\w.]+: .*))$",
    re.MULTILINE,
)


def start(root: Path, zookeeper: str, directories: tuple[str, ...]) -> str:
    """Start and stop the real broker; returns what `outcome` does, or why it did not start."""
    cluster = root.parent / "cluster"
    shutil.rmtree(cluster, ignore_errors=True)
    log_dirs = ",".join(str(root / name) for name in directories)
    try:
        start_cluster(cluster, "--zookeeper", zookeeper, f"--property=log.dirs={log_dirs}")
    except RuntimeError:
        text = (cluster / "broker-0.log").read_text(encoding="utf-8")
        found = _FATAL.search(text)
        return masked(found.group(found.lastindex or 0) if found else "it does not start", root)
    finally:
        stop_cluster(cluster)
    return outcome(root, directories)


def answer(case: Case, directory: Path, left: Path) -> str:
    """The row of a case; left: what a broker has left behind."""
    root = lay_out(left, directory)
    zookeeper = RunningZooKeeper(directory / "zookeeper")
    try:
        case.do(root)
        return start(root, zookeeper.address, case.directories)
    finally:
        zookeeper.stop()


def answers(directory: Path) -> list[str]:
    """Every row of the file."""
    left = directory / "left"
    (left / "root").mkdir(parents=True)
    zookeeper = RunningZooKeeper(left / "zookeeper")
    try:
        start(left / "root", zookeeper.address, USUAL)
    finally:
        zookeeper.stop()
    rows = []
    for case in CASES:
        rows.append(f"{case.name}\t{answer(case, directory / case.name.replace(' ', '-'), left)}")
        print(rows[-1], flush=True)
    return rows


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        TARGET.write_text("\n".join(answers(Path(name).resolve())) + "\n", encoding="utf-8")

"""Make tests/data/records.tsv.gz and coordinator_records.tsv.gz again, with Apache Kafka 2.6.2's own classes.

Run: `python -m tests.data.make_records`.
"""

import gzip
import subprocess
from pathlib import Path

from tests.support.apache import SHARED, VERSION

HERE = Path(__file__).parent
PROGRAMS = {"Records.java": "records.tsv.gz", "CoordinatorRecords.java": "coordinator_records.tsv.gz"}


def main() -> None:
    """Run the Java programs on Kafka's jars and store what they print."""
    get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
    for program, file in PROGRAMS.items():
        command = ["java", "-cp", f"{get.stdout.strip()}/libs/*", str(HERE / "java" / program)]
        lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        (HERE / file).write_bytes(gzip.compress(lines, 9, mtime=0))


if __name__ == "__main__":
    main()

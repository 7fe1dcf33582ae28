"""Make tests/data/assignments.tsv again, with Apache Kafka 2.6.2's own classes: `python -m tests.data.make_assignments`."""

import subprocess
from pathlib import Path

from tests.support.apache import SHARED, VERSION

HERE = Path(__file__).parent


def main() -> None:
    """Run the Java program on Kafka's jars and store what it prints."""
    get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
    command = ["java", "-cp", f"{get.stdout.strip()}/libs/*", str(HERE / "java" / "Assignments.java")]
    (HERE / "assignments.tsv").write_bytes(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


if __name__ == "__main__":
    main()

"""Make tests/data/client_configs.tsv again, with Kafka 2.6.2's own classes: `python -m tests.data.make_client_configs`."""

import subprocess
from pathlib import Path

from tests.support.apache import SHARED, VERSION

HERE = Path(__file__).parent
TABLE = HERE / "client_configs.tsv"


def dump() -> bytes:
    """Run the Java program on Kafka's jars and return what it prints."""
    get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
    command = ["java", "-cp", f"{get.stdout.strip()}/libs/*", str(HERE / "java" / "ClientConfigs.java")]
    return subprocess.run(command, check=True, capture_output=True).stdout


if __name__ == "__main__":
    TABLE.write_bytes(dump())

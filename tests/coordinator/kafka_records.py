"""Records of the coordinators' topics as Kafka writes them: coordinator_records.tsv.gz, by tests/data/java/CoordinatorRecords.java."""

import gzip
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).parents[1] / "data" / "coordinator_records.tsv.gz"


class KafkaRecord(NamedTuple):
    """A record with the texts that Kafka's tools make of it."""

    kind: str
    key: bytes
    value: bytes | None
    formatted: str
    dumped: tuple[str, str]


def kafka_records(kind: str) -> list[KafkaRecord]:
    """All records of a kind: offset, group or transaction."""
    rows = (line.split("\t") for line in gzip.decompress(FILE.read_bytes()).decode().splitlines())
    return [
        KafkaRecord(
            row[0], bytes.fromhex(row[1]), None if row[2] == "-" else bytes.fromhex(row[2]), row[3], (row[4], row[5])
        )
        for row in rows
        if row[0] == kind
    ]

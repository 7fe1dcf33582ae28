"""What Kafka's own classes write, read, convert and validate: tests/data/records.tsv.gz, made by tests/data/java/Records.java."""

import gzip
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kafkacli.record.batch import BATCH_OVERHEAD, BatchHeader, Record, ensure_valid, iter_headers
from kafkacli.record.compression import decompress
from kafkacli.record.legacy import read_legacy_records

FILE = Path(__file__).parents[1] / "data" / "records.tsv.gz"
NOW = 1_600_000_000_000


@cache
def lines(kind: str) -> list[list[str]]:
    """The columns of all lines of one kind, without the kind."""
    text = gzip.decompress(FILE.read_bytes()).decode()
    rows = (line.split("\t") for line in text.split("\n"))
    return [row[1:] for row in rows if row[0] == kind]


def batches() -> dict[str, bytes]:
    """Batches by their names, such as 'v1-lz4-gaps'."""
    return {name: bytes.fromhex(data) for name, data in lines("batch")}


def records_of(name: str) -> list[Record]:
    """The records that Kafka reads in one of the batches."""
    return [
        Record(int(offset), int(timestamp), _value(key), _value(value), _headers(headers))
        for batch, offset, timestamp, key, value, headers in lines("record")
        if batch == name
    ]


def _value(text: str) -> bytes | None:
    return None if text == "-" else bytes.fromhex(text)


def _headers(text: str) -> tuple[tuple[str, bytes | None], ...]:
    pairs = (part.split("=") for part in text.split(",") if part)
    return tuple((key, _value(value)) for key, value in pairs)


class Facts(NamedTuple):
    """A batch with its records decompressed: compressors differ, what is in them must not."""

    header: dict[str, object]
    payload: bytes


def facts(data: bytes | memoryview) -> list[Facts]:
    """Take batches apart, checking each CRC on the way."""
    return [_facts(bytes(data), position, header) for position, header in iter_headers(data)]


def _facts(data: bytes, position: int, header: BatchHeader) -> Facts:
    ensure_valid(data, position, header)
    values = {name: getattr(header, name) for name in BatchHeader.__slots__}
    if header.magic == 2:
        payload = data[position + BATCH_OVERHEAD : position + header.size]
    elif header.is_compressed:
        start = position + (34 if header.magic == 1 else 26)
        payload = data[start : position + header.size]
        read_legacy_records(data, position, header, verify_inner=True)
    else:
        return Facts(values, data[position : position + header.size])
    if header.is_compressed:
        del values["crc"], values["batch_length"]
        payload = decompress(header.compression, payload, magic=header.magic)
    return Facts(values, payload)

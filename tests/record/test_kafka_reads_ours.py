"""Kafka's own DumpLogSegments reads log segments that we wrote, in every format and codec."""

from pathlib import Path

import pytest

from kafkacli.record.batch import Compression, Record, TimestampType, encode_batch
from kafkacli.record.control import encode_end_transaction
from kafkacli.record.downconvert import encode_records
from tests.support.apache import Apache

NOW = 1_600_000_000_000
TEXT = "a longer text that comes again and again; " * 4000  # several blocks of every codec


def segments() -> dict[str, bytes]:
    """A segment for each format and codec, by name; and one with all that only magic 2 has."""
    records = [
        Record(7, NOW, b"key-1", b"value-1"),
        Record(8, NOW - 5, None, b"value-2"),
        Record(9, NOW + 5, b"key-3", None),
        Record(12, NOW, b"key-4", TEXT.encode()),
    ]
    found = {
        f"v{magic}-{codec.name}-{timestamp_type.name}": encode_records(
            records, magic, compression=codec, timestamp_type=timestamp_type
        )
        for magic in (0, 1, 2)
        for codec in Compression
        for timestamp_type in (TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME)
        if (magic == 2 or codec is not Compression.ZSTD) and (magic > 0 or timestamp_type is TimestampType.CREATE_TIME)
    }
    found["transaction"] = encode_batch(
        [Record(timestamp=NOW, value=b"in a transaction", headers=(("head", b"1"), ("er", None)))],
        base_offset=7,
        producer_id=4000,
        producer_epoch=2,
        base_sequence=2**31 - 1,
        partition_leader_epoch=3,
        is_transactional=True,
    ) + encode_end_transaction(
        commit=True, coordinator_epoch=6, producer_id=4000, producer_epoch=2, timestamp=NOW, base_offset=8
    )
    return found


@pytest.mark.apache
def test_kafka_reads_every_format_and_codec(apache: Apache, tmp_path: Path) -> None:
    files = {}
    for name, data in segments().items():
        file = tmp_path / name / "00000000000000000007.log"
        file.parent.mkdir()
        file.write_bytes(data)
        files[str(file)] = name
    done = apache.run(
        "kafka-run-class.sh",
        "kafka.tools.DumpLogSegments",
        "--print-data-log",
        "--deep-iteration",
        "--files",
        ",".join(files),
    )
    assert done.returncode == 0, done.stderr
    dumps = done.stdout.split("Dumping ")[1:]
    assert len(dumps) == len(files)
    for dump in dumps:
        path, _, text = dump.partition("\n")
        name = files[path]
        assert "isvalid: false" not in text, name
        assert "invalid bytes" not in text, name
        if name == "transaction":
            assert "baseOffset: 7 lastOffset: 7 count: 1 baseSequence: 2147483647 lastSequence: 2147483647" in text
            assert "headerKeys: [head,er] payload: in a transaction" in text
            assert "endTxnMarker: COMMIT coordinatorEpoch: 6" in text
            continue
        assert f"magic: {name[1]} compresscodec: {name.split('-')[1]} " in text
        # A record's line: | offset: N CreateTime: T keysize: … payload: …; plain old messages have no line of their own.
        lines = {int(line.split("offset: ")[1].split()[0]): line for line in text.splitlines() if " keysize: " in line}
        assert sorted(lines) == [7, 8, 9, 12], name
        assert lines[7].endswith(" key: key-1 payload: value-1")
        assert "keysize: -1 " in lines[8]
        assert "valuesize: -1 " in lines[9]
        assert lines[12].endswith(f" key: key-4 payload: {TEXT}")

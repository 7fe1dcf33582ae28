"""Producer snapshots."""

from pathlib import Path

import pytest

from kafkacli.log.producer_snapshot import CorruptSnapshot, ProducerSnapshot, decode_snapshot, encode_snapshot

APACHE = Path(__file__).parents[1] / "data" / "log" / "apache" / "rolled-0"
ROW = ProducerSnapshot(7, 1, 99, 1000, 4, 1_600_000_000_000, 3, 980)


@pytest.mark.parametrize("path", sorted(APACHE.glob("*.snapshot")), ids=lambda path: path.name)
def test_what_apache_wrote_comes_out_again(path: Path) -> None:
    data = path.read_bytes()
    rows = decode_snapshot(data)
    assert rows
    assert encode_snapshot(rows) == data


def test_an_empty_snapshot_is_one_too() -> None:
    assert decode_snapshot(encode_snapshot([])) == []


def test_every_field_comes_back() -> None:
    assert decode_snapshot(encode_snapshot([ROW, ROW._replace(producer_id=8)])) == [ROW, ROW._replace(producer_id=8)]


def test_a_flipped_bit_another_version_or_a_torn_file_is_corrupt() -> None:
    data = encode_snapshot([ROW])
    for position in range(2, len(data)):
        with pytest.raises(CorruptSnapshot):
            decode_snapshot(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
    with pytest.raises(CorruptSnapshot, match="unknown file version 2"):
        decode_snapshot(b"\x00\x02" + data[2:])
    for size in range(len(data)):
        with pytest.raises(CorruptSnapshot):
            decode_snapshot(data[:size])

"""`<offset>.snapshot`: what is known about each producer at an offset of the log.

    file:  version (int16, 1), crc (uint32, CRC-32C of what follows), number of entries (int32), entry*
    entry: producer id (int64), epoch (int16), last sequence (int32), last offset (int64, -1: none),
           offset delta (int32, last offset less first offset of that batch), timestamp (int64, ms),
           coordinator epoch (int32), first offset of the open transaction (int64, -1: none)

Written when a segment rolls, after recovery and at a clean stop (Kafka's ProducerStateManager.scala).
"""

import struct
from collections.abc import Iterable
from typing import NamedTuple

from kafkacli.record.crc32c import crc32c

_HEAD = struct.Struct(">hIi")
_ENTRY = struct.Struct(">qhiqiqiq")
_CRC_END = 6  # version and crc
_VERSION = 1


class CorruptSnapshot(Exception):
    """A snapshot that can't be used; the text is Kafka's."""


class ProducerSnapshot(NamedTuple):
    """A producer's row."""

    producer_id: int
    producer_epoch: int
    last_sequence: int
    last_offset: int
    offset_delta: int
    timestamp: int
    coordinator_epoch: int
    transaction_first_offset: int


def decode_snapshot(data: bytes) -> list[ProducerSnapshot]:
    """Return the rows of a file's bytes; CorruptSnapshot when version, checksum or length is wrong."""
    try:
        version, crc, count = _HEAD.unpack_from(data)
    except struct.error:
        raise CorruptSnapshot("Snapshot failed schema validation: the file is too short") from None
    if version != _VERSION:
        raise CorruptSnapshot(f"Snapshot contained an unknown file version {version}")
    if count < 0 or _HEAD.size + count * _ENTRY.size > len(data):
        raise CorruptSnapshot(f"Snapshot failed schema validation: {count} entries in {len(data)} bytes")
    computed = crc32c(memoryview(data)[_CRC_END:])
    if crc != computed:
        raise CorruptSnapshot(
            f"Snapshot is corrupt (CRC is no longer valid). Stored crc: {crc}. Computed crc: {computed}"
        )
    return [ProducerSnapshot(*_ENTRY.unpack_from(data, _HEAD.size + number * _ENTRY.size)) for number in range(count)]


def encode_snapshot(producers: Iterable[ProducerSnapshot]) -> bytes:
    """Return the file's bytes."""
    entries = [_ENTRY.pack(*producer) for producer in producers]
    body = len(entries).to_bytes(4, "big") + b"".join(entries)
    return _VERSION.to_bytes(2, "big") + crc32c(body).to_bytes(4, "big") + body

"""Records in every message format, codec and framing, right and wrong, byte by byte; and what they say, in words."""

from collections.abc import Callable, Sequence

import cramjam

from kafkacli.record.batch import BatchHeader, Compression, Record, TimestampType, encode_batch, iter_headers
from kafkacli.record.batch import read_records as records_of
from kafkacli.record.compression import compress
from kafkacli.record.crc32c import crc32c
from kafkacli.record.errors import RecordError
from kafkacli.record.legacy import encode_message, encode_message_set

RECENT = 10**12  # times from here on are the broker's


def _raw_snappy(data: bytes) -> bytes:
    return bytes(cramjam.snappy.compress_raw(data))


def _xerial_in_blocks_of_10(data: bytes) -> bytes:
    blocks = [_raw_snappy(data[start : start + 10]) for start in range(0, len(data), 10)]
    return b"\x82SNAPPY\0\0\0\0\1\0\0\0\1" + b"".join(len(block).to_bytes(4, "big") + block for block in blocks)


def _lz4(**options: bool) -> Callable[[bytes], bytes]:
    def frame(data: bytes) -> bytes:
        compressor = cramjam.lz4.Compressor(**options)
        compressor.compress(data)
        return bytes(compressor.finish())

    return frame


FRAMINGS: dict[str, tuple[Compression, Callable[[bytes], bytes]]] = {
    "gzip": (Compression.GZIP, lambda data: compress(Compression.GZIP, data)),
    "snappy": (Compression.SNAPPY, lambda data: compress(Compression.SNAPPY, data)),
    "raw snappy": (Compression.SNAPPY, _raw_snappy),
    "lz4": (Compression.LZ4, lambda data: compress(Compression.LZ4, data, magic=1)),
    "lz4 with the old checksum": (Compression.LZ4, lambda data: compress(Compression.LZ4, data, magic=0)),
    "zstd": (Compression.ZSTD, lambda data: compress(Compression.ZSTD, data)),
}
"""How clients frame what they compress."""

ODD_FRAMINGS: dict[str, tuple[Compression, Callable[[bytes], bytes]]] = {
    "gzip in two members": (
        Compression.GZIP,
        lambda data: compress(Compression.GZIP, data[:9]) + compress(Compression.GZIP, data[9:]),
    ),
    "gzip, cut off": (Compression.GZIP, lambda data: compress(Compression.GZIP, data)[:-12]),
    "gzip without its end": (Compression.GZIP, lambda data: compress(Compression.GZIP, data)[:-8]),
    "gzip with a wrong sum": (Compression.GZIP, lambda data: compress(Compression.GZIP, data)[:-8] + bytes(8)),
    "gzip and more": (Compression.GZIP, lambda data: compress(Compression.GZIP, data) + b"more"),
    "no gzip": (Compression.GZIP, lambda data: b"no gzip" * 10),
    "snappy in small blocks": (Compression.SNAPPY, _xerial_in_blocks_of_10),
    "snappy, cut off": (Compression.SNAPPY, lambda data: compress(Compression.SNAPPY, data)[:-3]),
    "snappy without blocks": (Compression.SNAPPY, lambda data: compress(Compression.SNAPPY, data)[:16]),
    "raw snappy, cut off": (Compression.SNAPPY, lambda data: _raw_snappy(data)[:-3]),
    "no snappy": (Compression.SNAPPY, lambda data: b"no snappy" * 10),
    "lz4 with linked blocks": (Compression.LZ4, _lz4(block_linked=True)),
    "lz4 with a content checksum": (Compression.LZ4, _lz4(block_linked=False, content_checksum=True)),
    "lz4 without a content checksum": (Compression.LZ4, _lz4(block_linked=False, content_checksum=False)),
    "lz4 with a wrong checksum": (
        Compression.LZ4,
        lambda data: (frame := compress(Compression.LZ4, data))[:6] + bytes([frame[6] ^ 1]) + frame[7:],
    ),
    "lz4, cut off": (Compression.LZ4, lambda data: compress(Compression.LZ4, data)[:-8]),
    "lz4 without its end": (Compression.LZ4, lambda data: compress(Compression.LZ4, data)[:-4]),
    "lz4 twice": (
        Compression.LZ4,
        lambda data: compress(Compression.LZ4, data[:9]) + compress(Compression.LZ4, data[9:]),
    ),
    "lz4 and more": (Compression.LZ4, lambda data: compress(Compression.LZ4, data) + b"more"),
    "no lz4": (Compression.LZ4, lambda data: b"no lz4" * 10),
    "zstd, cut off": (Compression.ZSTD, lambda data: compress(Compression.ZSTD, data)[:-3]),
    "zstd in two frames": (
        Compression.ZSTD,
        lambda data: compress(Compression.ZSTD, data[:9]) + compress(Compression.ZSTD, data[9:]),
    ),
    "no zstd": (Compression.ZSTD, lambda data: b"no zstd" * 10),
}


def three(magic: int) -> list[Record]:
    """Three records, the second of which is the youngest, the last without a value."""
    times = (1000, 3000, 2000) if magic else (-1, -1, -1)
    contents = ((b"a", b"first" * 5), (b"b", b"second"), (b"c", None))
    return [
        Record(offset, time, key, value)
        for offset, (time, (key, value)) in enumerate(zip(times, contents, strict=True))
    ]


def plain(magic: int, records: Sequence[Record] | None = None) -> bytes:
    """Records that aren't compressed."""
    records = three(magic) if records is None else records
    if magic == 2:
        return encode_batch(records)
    timestamp_type = TimestampType.CREATE_TIME if magic else TimestampType.NO_TIMESTAMP_TYPE
    return encode_message_set(records, magic, timestamp_type=timestamp_type)


def framed(magic: int, framing: str, inner: bytes | None = None, *, offset: int = 2, timestamp: int = 3000) -> bytes:
    """Records compressed so; inner: what `plain` gives, or anything else. offset, timestamp: of a wrapper."""
    codec, pack = FRAMINGS.get(framing) or ODD_FRAMINGS[framing]
    inner = plain(magic) if inner is None else inner
    if magic == 2:
        return sealed(
            inner[:21] + (inner[21] << 8 | inner[22] | codec).to_bytes(2, "big") + inner[23:61] + pack(inner[61:])
        )
    return encode_message(Record(offset, timestamp, None, pack(inner)), magic, attributes=codec)


def sealed(batch: bytes) -> bytes:
    """A batch of magic 2 with its length and checksum made right."""
    body = batch[21:]
    return batch[:8] + (len(batch) - 12).to_bytes(4, "big") + batch[12:17] + crc32c(body).to_bytes(4, "big") + body


def changed(batch: bytes, position: int, data: bytes) -> bytes:
    """A batch of magic 2 with other bytes at a position, and the right checksum."""
    return sealed(batch[:position] + data + batch[position + len(data) :])


def described(data: bytes) -> list[str]:
    """What whole batches say: format, codec, kind of timestamp, epoch, and each record; times of the broker are T."""
    return [_described(data, position, header) for position, header in iter_headers(data)]


def _described(data: bytes, position: int, header: BatchHeader) -> str:
    kind = f"v{header.magic} {Compression(header.attributes & 7).name.lower()} {header.timestamp_type.name.lower()}"
    if header.magic == 2:
        kind += f" epoch {header.partition_leader_epoch} max {_time(header.max_timestamp)}"
    elif header.attributes & 7 == Compression.LZ4:
        start = position + (26 if header.magic == 0 else 34)
        kind += f" header {data[start : start + 7].hex()}"
    try:
        records = records_of(data, position, header)
    except RecordError as error:
        return f"{kind}: {error}"
    told = ", ".join(
        f"{record.offset} {_time(record.timestamp)} {_text(record.key)}={_text(record.value)}" for record in records
    )
    return f"{kind}: {told}"


def _time(timestamp: int) -> str:
    return "T" if timestamp >= RECENT else str(timestamp)


def _text(data: bytes | None) -> str:
    return "null" if data is None else ascii(data)[2:8]

"""One record inside of a batch of magic 2, and the value that records of every magic are read into.

    Record
        length                    varint    bytes after this field
        attributes                int8      unused
        timestamp delta           varlong   against base timestamp
        offset delta              varint    against base offset
        key length, key           varint    -1: null
        value length, value       varint    -1: null
        headers count             varint
        headers                             key length varint, key (UTF-8), value length varint (-1: null), value

Varints are zig-zag encoded, at most 5 bytes, varlongs 10. Each record's delta stands against the batch's base values.
Source: org.apache.kafka.common.record.DefaultRecord, org.apache.kafka.common.utils.ByteUtils, KIP-82.
"""

from kafkacli.record.errors import InvalidRecord, RecordError

NO_TIMESTAMP = -1
_LEAST, _MOST = -(2**63), 2**63 - 1
_PREMATURE = "Incorrect declared batch size, premature EOF reached"
SMALL = [(byte >> 1) ^ -(byte & 1) for byte in range(0x80)]
"""What a varint of one byte stands for."""


class Record:
    """One record. `offset` -1: not yet given; `timestamp` in milliseconds, -1: none; key and value None: null."""

    __slots__ = ("headers", "key", "offset", "timestamp", "value")

    def __init__(
        self,
        offset: int = -1,
        timestamp: int = NO_TIMESTAMP,
        key: bytes | None = None,
        value: bytes | None = None,
        headers: tuple[tuple[str, bytes | None], ...] = (),
    ) -> None:
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Record):
            return NotImplemented
        return (
            self.offset == other.offset
            and self.timestamp == other.timestamp
            and self.key == other.key
            and self.value == other.value
            and self.headers == other.headers
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return (
            f"Record(offset={self.offset}, timestamp={self.timestamp}, key={self.key!r}, value={self.value!r}, "
            f"headers={self.headers!r})"
        )


def decode_records(
    data: bytes,
    count: int,
    *,
    base_offset: int,
    base_timestamp: int,
    append_time: int | None,
    into: list[Record] | None = None,
    decompressed: bool = False,
    names: str = "replace",
) -> list[Record]:
    """Return the `count` records that `data` consists of.

    append_time: milliseconds; when given it is the timestamp of every record.
    into: an empty list that takes the records, and keeps those before an error. decompressed: whether the batch is compressed.
    names: as Python's `errors`, for names of headers that are no UTF-8; Kafka replaces what isn't.
    Raises InvalidRecord when count, lengths and bytes don't agree; RecordError for a length that is no number, or of a
    record in an uncompressed batch that ends behind it, which Kafka doesn't expect.
    """
    records = [] if into is None else into
    position = end = 0
    try:
        for _ in range(count):
            # Most numbers take one byte; to read these here instead of in `read_varint` halves the time of it all.
            if (byte := data[position]) < 0x80:
                length, position = SMALL[byte], position + 1
            else:
                length, position = _read_length(data, position)
            end = position + length
            if (byte := data[position + 1]) < 0x80:
                delta, position = SMALL[byte], position + 2
            else:
                delta, position = read_varint(data, position + 1, 70)
            timestamp = base_timestamp + delta if append_time is None else append_time
            if (byte := data[position]) < 0x80:
                delta, position = SMALL[byte], position + 1
            else:
                delta, position = read_varint(data, position)
            offset = base_offset + delta
            if not (_LEAST <= timestamp <= _MOST and _LEAST <= offset <= _MOST):
                raise InvalidRecord("Found invalid record structure")
            key = value = None
            if (byte := data[position]) < 0x80:
                size, position = SMALL[byte], position + 1
            else:
                size, position = read_varint(data, position)
            if size >= 0:
                key = data[position : position + size]
                position += size
            if (byte := data[position]) < 0x80:
                size, position = SMALL[byte], position + 1
            else:
                size, position = read_varint(data, position)
            if size >= 0:
                value = data[position : position + size]
                position += size
            headers: tuple[tuple[str, bytes | None], ...] = ()
            if data[position]:
                size, position = read_varint(data, position)
                headers, position = read_headers(data, position, size, names)
            else:
                position += 1
            if position != end:
                if end > len(data) and not decompressed:
                    raise RecordError(_PREMATURE)
                raise InvalidRecord(
                    f"Invalid record size: expected to read {length} bytes in record payload, but instead read "
                    f"{position - end + length}"
                )
            records.append(Record(offset, timestamp, key, value, headers))
    except IndexError:
        raise (RecordError if end > len(data) and not decompressed else InvalidRecord)(_PREMATURE) from None
    if position != len(data):
        if position > len(data):
            raise (InvalidRecord if decompressed else RecordError)(_PREMATURE)
        raise InvalidRecord("Incorrect declared batch size, records still remaining in file")
    return records


def _read_length(data: bytes, position: int) -> tuple[int, int]:
    try:
        return read_varint(data, position)
    except InvalidRecord:
        raise RecordError("Varint is too long") from None


def read_headers(
    data: bytes, position: int, count: int, names: str = "replace"
) -> tuple[tuple[tuple[str, bytes | None], ...], int]:
    """Return (`count` headers, position after them). names: see `decode_records`. Raises IndexError at the end of data, InvalidRecord."""
    if count < 0:
        raise InvalidRecord(f"Found invalid number of record headers {count}")
    headers = []
    for _ in range(count):
        size, position = read_varint(data, position)
        if size < 0:
            raise InvalidRecord(f"Invalid negative header key size {size}")
        key = data[position : position + size].decode("utf-8", names)
        position += size
        size, position = read_varint(data, position)
        value = None
        if size >= 0:
            value = data[position : position + size]
            position += size
        headers.append((key, value))
    return tuple(headers), position


def read_varint(data: bytes, position: int, bits: int = 35) -> tuple[int, int]:
    """Return (value, position after it) of a zig-zag varint of at most `bits` / 7 bytes; IndexError at the end of data."""
    value = data[position]
    position += 1
    if value >= 0x80:
        value &= 0x7F
        shift = 7
        while True:
            byte = data[position]
            position += 1
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift >= bits:
                raise InvalidRecord("Found invalid record structure")
        value &= 0xFFFFFFFF if bits == 35 else 0xFFFFFFFFFFFFFFFF
    return (value >> 1) ^ -(value & 1), position


def append_varint(output: bytearray, value: int) -> None:
    value = value << 1 if value >= 0 else (-value << 1) - 1
    while value >= 0x80:
        output.append(value & 0x7F | 0x80)
        value >>= 7
    output.append(value)


def append_record(output: bytearray, record: Record, offset_delta: int, timestamp_delta: int) -> None:
    """Append the bytes of one record, with its deltas, to `output`."""
    body = bytearray(1)
    append_varint(body, timestamp_delta)
    append_varint(body, offset_delta)
    for part in (record.key, record.value):
        if part is None:
            body.append(1)
        else:
            append_varint(body, len(part))
            body += part
    append_varint(body, len(record.headers))
    for name, value in record.headers:
        encoded = name.encode("utf-8", "surrogateescape")
        append_varint(body, len(encoded))
        body += encoded
        if value is None:
            body.append(1)
        else:
            append_varint(body, len(value))
            body += value
    append_varint(output, len(body))
    output += body

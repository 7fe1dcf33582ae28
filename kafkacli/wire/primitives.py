"""Primitive types of Kafka's protocol: the odd parts that the compiled codec calls.

    INT8..INT64, FLOAT64   big endian, fixed width          BOOLEAN   one byte, 0 or 1
    STRING                 INT16 length, UTF-8; -1 is null  BYTES     INT32 length, then the bytes; -1 is null
    COMPACT_STRING/_BYTES  UNSIGNED_VARINT length + 1, 0 is null       (flexible versions, KIP-482)
    ARRAY                  INT32 count; -1 is null          COMPACT_ARRAY  UNSIGNED_VARINT count + 1
    TAGGED_FIELDS          UNSIGNED_VARINT count, then per field: tag, size, bytes, all by ascending tag

Source: Kafka protocol guide, 'Protocol Primitive Types'; Apache `ByteUtils.readUnsignedVarint`.
"""

from collections.abc import Callable
from typing import Protocol

Buffer = bytes | bytearray | memoryview


class Deferred(Protocol):
    """Bytes of known length that are fetched piece by piece while they are sent."""

    def __len__(self) -> int:
        """How many are left."""

    def take(self, size: int) -> bytes:
        """Return the next bytes, at least one and at most `size`. Raises OSError when they can't be had any more."""

    def give_back(self, size: int) -> None:
        """Have the last `size` bytes of what was taken again another time."""


Part = Buffer | Deferred


class WireError(Exception):
    """Bytes that are no message of the API and version they claim, or a value that can't be sent in that version."""


def read_unsigned_varint(buffer: Buffer, position: int) -> tuple[int, int]:
    """Return (value, position behind it); at most five bytes, 32 bits. Raises WireError."""
    value = shift = 0
    while shift <= 28:
        if position >= len(buffer):
            raise WireError("the message ends inside a varint")
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
    raise WireError("a varint is longer than five bytes")


def write_unsigned_varint(value: int) -> bytes:
    """Return `value` (0 to 2**32 - 1) as an unsigned varint."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def read_text(buffer: Buffer, start: int, length: int) -> tuple[str, int]:
    """Return (text, position behind it) of `length` bytes of UTF-8 at `start`. Raises WireError."""
    end = start + length
    if length < 0:
        raise WireError("null where a string must be")
    if end > len(buffer):
        raise WireError("a string runs beyond the message")
    try:
        return str(buffer[start:end], "utf-8"), end
    except UnicodeDecodeError as error:
        raise WireError("a string is not UTF-8") from error


def read_slice(buffer: Buffer, start: int, length: int) -> tuple[Buffer, int]:
    """Return (the bytes themselves, a view when `buffer` is one; position behind them). Raises WireError."""
    end = start + length
    if length < 0:
        raise WireError("null where bytes must be")
    if end > len(buffer):
        raise WireError("bytes run beyond the message")
    return buffer[start:end], end


def check_count(buffer: Buffer, position: int, count: int) -> int:
    """Return `count` when that many elements, each of one byte at least, can still follow. Raises WireError."""
    if count < 0:
        raise WireError("null where an array must be")
    if count > len(buffer) - position:
        raise WireError(f"an array of {count} elements runs beyond the message")
    return count


def skip_tagged_fields(buffer: Buffer, position: int, known: dict[int, Callable[[Buffer], None]] | None = None) -> int:
    """Read a TAGGED_FIELDS section: known tags go to their reader, others are skipped. Returns the position behind it."""
    count, position = read_unsigned_varint(buffer, position)
    for _ in range(count):
        tag, position = read_unsigned_varint(buffer, position)
        size, position = read_unsigned_varint(buffer, position)
        value, position = read_slice(buffer, position, size)
        if known and (reader := known.get(tag)):
            reader(value)
    return position


def encode_text(value: str | None, *, nullable: bool) -> bytes:
    """Return STRING or NULLABLE_STRING. Raises WireError for null where it isn't allowed, or over 32767 bytes."""
    if value is None:
        if not nullable:
            raise WireError("a string that may not be null is")
        return b"\xff\xff"
    data = value.encode()
    if len(data) > 0x7FFF:
        raise WireError(f"a string of {len(data)} bytes is longer than 32767")
    return len(data).to_bytes(2, "big") + data


def encode_compact_text(value: str | None, *, nullable: bool) -> bytes:
    """Return COMPACT_STRING or COMPACT_NULLABLE_STRING. Raises WireError for null where it isn't allowed."""
    if value is None:
        if not nullable:
            raise WireError("a string that may not be null is")
        return b"\0"
    data = value.encode()
    return write_unsigned_varint(len(data) + 1) + data


def length_prefix(value: Buffer | list[object] | None, *, compact: bool, nullable: bool) -> bytes:
    """Return the length (bytes) or count (array) that precedes `value`. Raises WireError for a forbidden null."""
    if value is None:
        if not nullable:
            raise WireError("bytes or an array that may not be null is")
        return b"\0" if compact else b"\xff\xff\xff\xff"
    return write_unsigned_varint(len(value) + 1) if compact else len(value).to_bytes(4, "big")

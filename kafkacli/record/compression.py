"""The five codecs of record batches, as Kafka's Java clients frame them.

    gzip    RFC 1952 members, one after the other
    snappy  written: xerial's stream of blocks; read: that or one raw snappy block
                stream  magic 8 bytes (82 'SNAPPY' 00), version int32, compatible version int32, block*
                block   compressed size int32, that many bytes of raw snappy
    lz4     an LZ4 frame of independent 64 KiB blocks; little-endian
                frame   magic uint32 (184D2204), FLG int8, BD int8, content size (8 bytes, optional), HC int8, block*, 0 uint32
                block   compressed size uint32 (top bit: stored as it is), bytes
            HC is the second byte of the XXH32 of FLG to content size. In magic 0 Kafka takes the frame's magic number into
            that sum too (KAFKA-3160): clients of then check it so, and write it so or rightly
    zstd    Zstandard frames (magic 2 only, KIP-110)

Sizes that compressed bytes claim are never believed: the output grows as data comes out of it, up to a limit.
"""

from enum import IntEnum
from functools import lru_cache

from kafkacli.record.errors import InvalidRecord, RecordError, UnknownCodec, UnreadableStream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

Buffer = bytes | bytearray | memoryview

MAX_DECOMPRESSED_BYTES = 128 * 1024 * 1024

_XERIAL_MAGIC = b"\x82SNAPPY\x00"
_XERIAL_HEADER = _XERIAL_MAGIC + b"\x00\x00\x00\x01\x00\x00\x00\x01"
_XERIAL_BLOCK_BYTES = 32 * 1024
_LZ4_MAGIC = b"\x04\x22\x4d\x18"
_LZ4_DESCRIPTOR = b"\x60\x40"  # version 1, independent blocks; blocks of at most 64 KiB
_LZ4_BLOCK_BYTES = 64 * 1024
_LZ4_STORED = 0x80000000
_LZ4_DESCRIPTOR_END = 6
_LZ4_VERSION, _LZ4_REFUSED = 0x40, 0xC3
_LZ4_INDEPENDENT, _LZ4_BLOCK_CHECKSUM, _LZ4_CONTENT_SIZE, _LZ4_CONTENT_CHECKSUM = 0x20, 0x10, 0x08, 0x04
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_HEADER_BYTES = 10  # without the optional fields, which nobody writes


class Compression(IntEnum):
    """The codec's number in a batch's attributes; its Kafka name is the member's name in small letters."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


_CODECS = tuple(Compression)


def compression_of(attributes: int) -> Compression:
    """Return the codec that a batch's attributes name; raises UnknownCodec for the numbers without one."""
    codec = attributes & 0x07
    if codec >= len(_CODECS):
        raise UnknownCodec(f"Unknown compression type id: {codec}")
    return _CODECS[codec]


def compress(codec: Compression, data: Buffer, *, magic: int = 2) -> bytes:
    """Return `data` compressed as the Java clients do for message format `magic` (it matters to lz4 only)."""
    import cramjam

    match codec:
        case Compression.GZIP:
            return bytes(cramjam.gzip.compress(data, level=6))
        case Compression.SNAPPY:
            return _compress_xerial(memoryview(data))
        case Compression.LZ4:
            return _compress_lz4(memoryview(data), magic)
        case Compression.ZSTD:
            return bytes(cramjam.zstd.compress(data, level=3))
    return bytes(data)


def decompress(codec: Compression, data: Buffer, *, magic: int = 2, max_bytes: int = MAX_DECOMPRESSED_BYTES) -> bytes:
    """Return what `data` holds compressed.

    magic: the message format; it matters to lz4 only.
    max_bytes: the most that may come out.
    Raises UnreadableStream for bytes that are no such stream, InvalidRecord where Java takes the end of a gzip member of
    magic 2 for that of the batch, and RecordTooLarge beyond the limit.
    """
    import cramjam

    match codec:
        case Compression.GZIP:
            try:
                return _decompress_into(cramjam.gzip.decompress_into, codec, data, max_bytes)
            except UnreadableStream:
                return _decompress_members(bytes(data), magic, max_bytes)
        case Compression.SNAPPY:
            return _decompress_snappy(memoryview(data), max_bytes)
        case Compression.LZ4:
            return _decompress_into(cramjam.lz4.decompress_into, codec, _first_lz4_frame(data, magic), max_bytes)
        case Compression.ZSTD:
            return _decompress_into(cramjam.zstd.decompress_into, codec, data, max_bytes)
    return bytes(data)


def _too_large(codec: Compression, max_bytes: int) -> RecordError:
    from kafkacli.record.errors import RecordTooLarge

    return RecordTooLarge(f"A {codec.name.lower()} record set is larger than {max_bytes} bytes when decompressed")


def _decompress_into(
    function: "Callable[[Buffer, bytearray], int]", codec: Compression, data: Buffer, max_bytes: int
) -> bytes:
    """Decompress into a buffer that grows by fours until the data fits or the limit is reached."""
    import cramjam

    capacity = min(max_bytes, max(16 * 1024, 4 * len(data)))
    while True:
        output = bytearray(capacity)
        try:
            size = function(data, output)
        except cramjam.DecompressionError as error:
            if "failed to write whole buffer" not in str(error):
                raise UnreadableStream(f"Failed to decompress record stream ({codec.name.lower()}: {error})") from None
            if capacity >= max_bytes:
                raise _too_large(codec, max_bytes) from None
            capacity = min(max_bytes, 4 * capacity)
        else:
            return bytes(memoryview(output)[:size])


def _decompress_members(data: bytes, magic: int, max_bytes: int) -> bytes:
    """Return what gzip members hold that are followed by bytes which begin none: Java leaves such alone."""
    import zlib

    output = bytearray()
    while True:
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            output += member.decompress(data, max_bytes - len(output) + 1)
            if len(output) > max_bytes:
                raise _too_large(Compression.GZIP, max_bytes)
            if not member.eof:
                raise _cut_off(data[_GZIP_HEADER_BYTES:], magic)
        except zlib.error as error:
            raise UnreadableStream(f"Failed to decompress record stream (gzip: {error})") from None
        data = member.unused_data
        if data[:2] != _GZIP_MAGIC:
            return bytes(output)


def _cut_off(body: bytes, magic: int) -> RecordError:
    """Return the error for a gzip member, behind its header, without its end; zlib.error where it is none."""
    import zlib

    deflated = zlib.decompressobj(-zlib.MAX_WBITS)
    deflated.decompress(body)
    if magic == 2 and body and not deflated.eof:
        return InvalidRecord("Incorrect declared batch size, premature EOF reached")
    return UnreadableStream("Failed to decompress record stream (gzip: the stream ends too early)")


def _compress_xerial(data: memoryview) -> bytes:
    from cramjam import snappy

    output = bytearray(_XERIAL_HEADER)
    for start in range(0, len(data), _XERIAL_BLOCK_BYTES):
        block = bytes(snappy.compress_raw(data[start : start + _XERIAL_BLOCK_BYTES]))
        output += len(block).to_bytes(4, "big")
        output += block
    return bytes(output)


def _decompress_snappy(data: memoryview, max_bytes: int) -> bytes:
    output = bytearray()
    for block in _xerial_blocks(data) if data[:8] == _XERIAL_MAGIC else [data]:
        _decompress_snappy_block(block, output, max_bytes)
    return bytes(output)


def _xerial_blocks(data: memoryview) -> list[memoryview]:
    blocks = []
    position = 0
    while position < len(data):
        if data[position : position + 8] == _XERIAL_MAGIC:  # streams may follow one another
            position += len(_XERIAL_HEADER)
            if position > len(data):
                raise UnreadableStream("Failed to decompress record stream (snappy: header cut off)")
            continue
        start = position + 4
        position = start + int.from_bytes(data[position:start], "big")
        if position > len(data):
            raise UnreadableStream("Failed to decompress record stream (snappy: block cut off)")
        blocks.append(data[start:position])
    return blocks


def _decompress_snappy_block(block: memoryview, output: bytearray, max_bytes: int) -> None:
    import cramjam

    try:
        size = cramjam.snappy.decompress_raw_len(block)
        if size > max_bytes - len(output):
            raise _too_large(Compression.SNAPPY, max_bytes)
        # A raw block can't grow more than 64 bytes out of 3: one that claims to is refused before its claim is allocated.
        if size > 64 * len(block):
            raise UnreadableStream("Failed to decompress record stream (snappy: impossible size)")
        output += memoryview(cramjam.snappy.decompress_raw(block))
    except cramjam.DecompressionError as error:
        raise UnreadableStream(f"Failed to decompress record stream (snappy: {error})") from None


def _compress_lz4(data: memoryview, magic: int) -> bytes:
    from cramjam import lz4

    output = bytearray(_LZ4_MAGIC + _LZ4_DESCRIPTOR)
    output.append(_lz4_header_checksum(bytes(output[0 if magic == 0 else 4 : 6])))
    for start in range(0, len(data), _LZ4_BLOCK_BYTES):
        block = data[start : start + _LZ4_BLOCK_BYTES]
        compressed = bytes(lz4.compress_block(block, store_size=False))
        if len(compressed) < len(block):
            output += len(compressed).to_bytes(4, "little")
            output += compressed
        else:
            output += (len(block) | _LZ4_STORED).to_bytes(4, "little")
            output += block
    output += bytes(4)
    return bytes(output)


def check_lz4_header(data: Buffer, magic: int) -> int:
    """Return the position in bytes behind the header of an LZ4 frame; raises UnreadableStream for one that Kafka refuses.

    In magic 0 the checksum is left alone. In magic 0 and 1 frames of linked blocks are let through: PyKafka writes them.
    """
    if len(data) < _LZ4_DESCRIPTOR_END:
        raise UnreadableStream("Failed to decompress record stream (lz4: Stream ended prematurely)")
    if data[:4] != _LZ4_MAGIC:
        raise UnreadableStream("Failed to decompress record stream (lz4: Stream unsupported (invalid magic bytes))")
    flags, block = data[4], data[5]
    if magic == 2 and not flags & _LZ4_INDEPENDENT:
        raise UnreadableStream("Dependent block stream is unsupported")
    if flags & _LZ4_REFUSED != _LZ4_VERSION or block & 0x8F or block >> 4 < 4:
        raise UnreadableStream("Failed to decompress record stream (lz4: unsupported flags)")
    end = _LZ4_DESCRIPTOR_END + (8 if flags & _LZ4_CONTENT_SIZE else 0)
    if len(data) <= end:
        raise UnreadableStream("Failed to decompress record stream (lz4: Stream ended prematurely)")
    if magic > 0 and data[end] != _lz4_header_checksum(bytes(data[4:end])):
        raise UnreadableStream("Failed to decompress record stream (lz4: Stream frame descriptor corrupted)")
    return end + 1


def has_linked_blocks(data: Buffer) -> bool:
    """Whether the blocks of an LZ4 frame need those before them, which Kafka can't read."""
    return not data[4] & _LZ4_INDEPENDENT


def _first_lz4_frame(data: Buffer, magic: int) -> bytes:
    """Return the LZ4 frame that `data` begins with, for that is where Kafka stops, without what Kafka doesn't verify.

    What is inside is not looked at; a frame without its end is returned as it is.
    """
    start = end = check_lz4_header(data, magic)
    flags = data[4]
    checksum_bytes = 4 if flags & _LZ4_BLOCK_CHECKSUM else 0
    size = -1
    while size and end + 4 <= len(data):
        size = int.from_bytes(data[end : end + 4], "little") & ~_LZ4_STORED
        end += 4 + size + (checksum_bytes if size else 0)
    if size == 0 and flags & _LZ4_CONTENT_CHECKSUM and end + 4 > len(data):
        raise UnreadableStream("Failed to decompress record stream (lz4: Stream ended prematurely)")
    descriptor = bytes([flags & (_LZ4_VERSION | _LZ4_INDEPENDENT | _LZ4_BLOCK_CHECKSUM), data[5]])
    return b"".join((_LZ4_MAGIC, descriptor, bytes([_lz4_header_checksum(descriptor)]), data[start:end]))


@lru_cache(maxsize=64)
def _lz4_header_checksum(descriptor: bytes) -> int:
    """Return the second byte of the XXH32, seed 0, of fewer than 16 bytes."""
    mask = 0xFFFFFFFF
    total = 374761393 + len(descriptor)
    words = len(descriptor) // 4 * 4
    for start in range(0, words, 4):
        total = total + int.from_bytes(descriptor[start : start + 4], "little") * 3266489917 & mask
        total = (total << 17 | total >> 15) * 668265263 & mask
    for byte in descriptor[words:]:
        total = total + byte * 374761393 & mask
        total = (total << 11 | total >> 21) * 2654435761 & mask
    total = (total ^ total >> 15) * 2246822519 & mask
    total = (total ^ total >> 13) * 3266489917 & mask
    return (total ^ total >> 16) >> 8 & 0xFF

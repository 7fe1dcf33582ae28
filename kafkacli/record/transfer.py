"""A batch as it lies in one log, made ready to be produced to another: the same records, nothing of its old place.

Most batches keep their bytes, compressed ones unopened: only fields of the header are set. Records are written anew, with
the codec they had, where a broker would refuse the batch as it is: magic 0 and 1, records that compaction took out of the
middle, timestamps that a broker set. Source: Apache `LogValidator.validateBatch`, which says what a leader refuses.
"""

from kafkacli.record.batch import encode_batch, read_records
from kafkacli.record.crc32c import crc32c
from kafkacli.record.header import (
    ATTRIBUTES_POSITION,
    CRC_POSITION,
    HEADER_LAYOUT,
    NO_LEADER_EPOCH,
    NO_PRODUCER_ID,
    NO_SEQUENCE,
    TRANSACTIONAL_BIT,
    BatchHeader,
    Buffer,
    TimestampType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.record.record import Record

_MOST_OFFSET = 2**63 - 1


def to_produce(
    buffer: Buffer, position: int, header: BatchHeader, start: int = 0, end: int = _MOST_OFFSET
) -> bytearray | None:
    """Return a batch of magic 2 with the records of the one at `position` whose offsets lie in [start, end).

    None when there are none; those of a control batch are none. `stamp` has to complete it. Raises as `read_records`.
    """
    if header.is_control or header.records_count == 0:
        return None
    is_whole = (
        header.magic == 2
        and header.records_count == header.last_offset_delta + 1
        and header.timestamp_type is TimestampType.CREATE_TIME
        and header.base_offset >= start
        and header.last_offset < end
    )
    if is_whole:
        return bytearray(memoryview(buffer)[position : position + header.size])
    found = read_records(buffer, position, header, names="surrogateescape")
    records = [record for record in found if start <= record.offset < end]
    return encode_new(records, header) if records else None


def encode_new(records: "list[Record]", header: BatchHeader) -> bytearray:
    """Return the records as one batch, compressed as the one of this header, with offsets in a row."""
    for record in records:
        record.offset = -1
    return bytearray(encode_batch(records, compression=header.compression))


def stamp(
    batch: bytearray, producer_id: int = NO_PRODUCER_ID, producer_epoch: int = -1, base_sequence: int = NO_SEQUENCE
) -> None:
    """Make a batch that of a producer, outside of any transaction, in place; -1s: of one that isn't idempotent."""
    fields = list(HEADER_LAYOUT.unpack_from(batch))
    fields[0], fields[2] = 0, NO_LEADER_EPOCH
    fields[5] &= ~TRANSACTIONAL_BIT
    fields[9:12] = producer_id, producer_epoch, base_sequence
    HEADER_LAYOUT.pack_into(batch, 0, *fields)
    batch[CRC_POSITION:ATTRIBUTES_POSITION] = crc32c(memoryview(batch)[ATTRIBUTES_POSITION:]).to_bytes(4, "big")


def count_within(buffer: Buffer, position: int, header: BatchHeader, start: int, end: int) -> int:
    """Return how many records of the batch at `position` have their offsets in [start, end). Raises as `read_records`."""
    if header.magic == 2 and header.base_offset >= start and header.last_offset < end:
        return header.records_count
    return sum(start <= record.offset < end for record in read_records(buffer, position, header))

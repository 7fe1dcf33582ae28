"""Batches that come from another replica of the partition: they have their offsets, and must follow on.

Source: Kafka's Log.scala (analyzeAndValidateRecords, as appendAsFollower calls it).
"""

from typing import NamedTuple

from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record.batch import BatchHeader, ensure_valid, iter_headers


class ReplicatedBatches(NamedTuple):
    """What the batches say together; no headers: there are none."""

    headers: list[BatchHeader]
    last_offset: int
    max_timestamp: int
    offset_of_max_timestamp: int


def check_replicated(records: memoryview, log_end_offset: int) -> ReplicatedBatches:
    """Check batches that are to be appended behind `log_end_offset`.

    Raises CorruptRecord and InvalidRecord for bytes that are none, and ApiError OFFSET_OUT_OF_RANGE where offsets don't grow.
    """
    headers = []
    end = log_end_offset
    max_timestamp, offset_of_max_timestamp = -1, -1
    for position, header in iter_headers(records):
        ensure_valid(records, position, header)
        if header.last_offset < end or (header.magic >= 2 and header.base_offset < end):
            raise ApiError(
                ErrorCode.OFFSET_OUT_OF_RANGE,
                f"A batch with the offsets {header.base_offset} to {header.last_offset} doesn't follow on {end}",
            )
        end = header.last_offset + 1
        if header.max_timestamp > max_timestamp:
            max_timestamp, offset_of_max_timestamp = header.max_timestamp, header.last_offset
        headers.append(header)
    return ReplicatedBatches(headers, end - 1, max_timestamp, offset_of_max_timestamp)

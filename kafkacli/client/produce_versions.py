"""What a version of Produce carries: brokers before 0.11 take records in the formats 0 and 1 only.

Source: Apache `ProduceRequest` and `MemoryRecordsBuilder` of 2.6.2.
"""

from kafkacli.record.batch import read_records
from kafkacli.record.compression import Compression
from kafkacli.record.downconvert import down_convert
from kafkacli.record.errors import UnsupportedCompression
from kafkacli.record.header import Buffer, read_header

MAGIC_2_SINCE = 3
_MAGIC_1_SINCE = 2
_ZSTD_SINCE = 7


def magic_of(version: int) -> int:
    """Return the newest message format that goes into a version of Produce."""
    return 2 if version >= MAGIC_2_SINCE else 1 if version >= _MAGIC_1_SINCE else 0


def for_version(batch: Buffer, version: int) -> Buffer:
    """Return a batch of magic 2 in the format of a version of Produce; headers are dropped where there is no place for them.

    Raises UnsupportedCompression for Zstandard before there was any.
    """
    if version < _ZSTD_SINCE and read_header(batch).compression is Compression.ZSTD:
        text = f"Produce requests with version {version} are not allowed to use ZStandard compression"
        raise UnsupportedCompression(text)
    return batch if version >= MAGIC_2_SINCE else down_convert(batch, magic_of(version), 0)


def has_headers(batch: Buffer) -> bool:
    """Whether a record of a batch of magic 2 has headers. Raises as `read_records`."""
    return any(record.headers for record in read_records(batch))

"""Logs in a test: batches to append, directories to open, everything that a log holds."""

from random import Random

from kafkacli.log.filesystem import FileSystem, OsFileSystem
from kafkacli.log.log_config import LogConfig
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Record, encode_batch, iter_records

NOW_MS = 1_600_000_000_000


def batch(*values: bytes, timestamp: int = NOW_MS, key: bytes | None = None, **fields: int) -> memoryview:
    """Return a produced batch of one record for each value, writable as the network gives it."""
    records = [Record(timestamp=timestamp, key=key, value=value) for value in values]
    return memoryview(bytearray(encode_batch(records, **fields)))  # type: ignore[arg-type]


def open_dirs(
    directory: object, config: LogConfig | None = None, *, filesystem: FileSystem | None = None, now_ms: int = NOW_MS
) -> LogDirs:
    """Open one log directory."""
    return LogDirs.open(
        [str(directory)],
        filesystem=filesystem or OsFileSystem(),
        now_ms=now_ms,
        random=Random(1),
        default_config=config or LogConfig(),
    )


def records_of(log: PartitionLog, *, max_bytes: int = 1 << 20, start: int | None = None) -> list[Record]:
    """Read the log from its start, fetch by fetch, as a consumer does."""
    offset = log.log_start_offset if start is None else start
    found: list[Record] = []
    while offset < log.log_end_offset:
        fetched = log.read(offset, max_bytes, up_to=log.log_end_offset)
        records = [record for record in iter_records(fetched.records) if record.offset >= offset]
        if not records:
            break
        found += records
        offset = records[-1].offset + 1
    return found

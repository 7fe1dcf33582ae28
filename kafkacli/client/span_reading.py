"""Reading the records of spans of partitions, one by one, with the methods of a `RecordConsumer` and no group."""

from __future__ import annotations

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.records import RecordError
from kafkacli.record.batch import Record, TimestampType, read_records

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from confluent_kafka import Message

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.spans import Span
    from kafkacli.client.topics import TopicPartition

_SLICE_MS = 100  # after which a signal is noticed


class FetchedRecord:
    """A record with the methods that librdkafka's has, for the formatters."""

    __slots__ = ("_partition", "_record", "_timestamp_type")

    def __init__(self, partition: TopicPartition, record: Record, timestamp_type: int) -> None:
        self._partition = partition
        self._record = record
        self._timestamp_type = timestamp_type

    def topic(self) -> str:
        return self._partition[0]

    def partition(self) -> int:
        return self._partition[1]

    def offset(self) -> int:
        return self._record.offset

    def key(self) -> bytes | None:
        return self._record.key

    def value(self) -> bytes | None:
        return self._record.value

    def headers(self) -> Sequence[tuple[str, bytes | None]]:
        return self._record.headers

    def timestamp(self) -> tuple[int, int]:
        """The type as librdkafka numbers them: 0 none, 1 of the producer, 2 of the broker; and ms since 1970."""
        return self._timestamp_type, self._record.timestamp


class SpanConsumer:
    """Reads spans of partitions. is_done: whether all was received."""

    def __init__(self, cluster: Cluster, spans: Mapping[TopicPartition, Span], *, committed: bool) -> None:
        self._cluster = cluster
        self._spans = spans
        self._reader = BatchReader(cluster, spans, committed=committed)
        self._waiting: list[FetchedRecord] = []
        self._taken = 0

    @property
    def is_done(self) -> bool:
        return self._reader.is_done and self._taken == len(self._waiting)

    def receive(self, limit: int | None, seconds: float | None) -> list[Message]:
        """As `RecordConsumer.receive`."""
        if self._taken == len(self._waiting):
            self._fetch(_SLICE_MS if seconds is None else min(int(seconds * 1000), _SLICE_MS))
        end = len(self._waiting) if limit is None else self._taken + limit
        records = self._waiting[self._taken : end]
        self._taken += len(records)
        return records

    def _fetch(self, wait_ms: int) -> None:
        from kafkacli.client.cluster import CallTimedOut
        from kafkacli.client.connection import ConnectFailed
        from kafkacli.client.java_errors import cause_text
        from kafkacli.errors import ApiError
        from kafkacli.record.errors import RecordError as BatchError

        self._waiting, self._taken = [], 0
        try:
            for partition, buffer, position, header in self._reader.fetch(wait_ms):
                start, end = self._spans[partition]
                kind = 1 + header.timestamp_type
                records = read_records(buffer, position, header)
                if header.base_offset < start or (end is not None and header.last_offset >= end):
                    records = [one for one in records if start <= one.offset and (end is None or one.offset < end)]
                self._waiting += [
                    FetchedRecord(partition, one, kind if one.timestamp != -1 or kind != _CREATED else 0)
                    for one in records
                ]
        except (ApiError, CallTimedOut, ConnectFailed) as error:
            raise RecordError(cause_text(error)) from error
        except BatchError as error:
            raise RecordError(f"org.apache.kafka.common.KafkaException: {error}") from error

    def handled(self, records: Sequence[Message] | None = None) -> None:
        """Nothing is committed."""

    def stop_here(self) -> None:
        """Nothing is committed."""

    def explain(self) -> None:
        """What the connections wait for is said by themselves."""

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()


_CREATED = 1 + TimestampType.CREATE_TIME

"""Reading the records of spans of partitions, with the methods of a `RecordConsumer` and no group."""

from __future__ import annotations

from kafkacli.client.batch_reading import BatchReader
from kafkacli.client.chunks import Chunk, Records
from kafkacli.client.records import RecordError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.batch_reading import Batch
    from kafkacli.client.chunks import Run
    from kafkacli.client.cluster import Cluster
    from kafkacli.client.spans import Span
    from kafkacli.client.topics import TopicPartition

_SLICE_MS = 100  # after which a signal is noticed


class SpanConsumer:
    """Reads spans of partitions. is_done: whether all was received."""

    def __init__(self, cluster: Cluster, spans: Mapping[TopicPartition, Span], *, committed: bool) -> None:
        self._cluster = cluster
        self._spans = spans
        self._reader = BatchReader(cluster, spans, committed=committed)
        self._waiting: list[Run] = []  # the next one last

    @property
    def is_done(self) -> bool:
        return self._reader.is_done and not self._waiting

    def receive(self, limit: int | None, seconds: float | None) -> list[Run]:
        """As `RecordConsumer.receive`."""
        if not self._waiting:
            self._fetch(_SLICE_MS if seconds is None else min(int(seconds * 1000), _SLICE_MS))
        if limit is None:
            runs, self._waiting = self._waiting[::-1], []
            return runs
        runs = []
        while self._waiting and limit > 0:
            run = self._waiting.pop()
            if len(run) > limit:
                records = Records(list(run))
                self._waiting.append(records[limit:])
                run = records[:limit]
            limit -= len(run)
            runs.append(run)
        return runs

    def _fetch(self, wait_ms: int) -> None:
        from kafkacli.client.cluster import CallTimedOut
        from kafkacli.client.connection import ConnectFailed
        from kafkacli.client.java_errors import cause_text
        from kafkacli.errors import ApiError
        from kafkacli.record.errors import RecordError as BatchError

        try:
            self._waiting = [run for batch in self._reader.fetch(wait_ms) if len(run := self._run(batch))][::-1]
        except (ApiError, CallTimedOut, ConnectFailed) as error:
            raise RecordError(cause_text(error)) from error
        except BatchError as error:
            raise RecordError(f"org.apache.kafka.common.KafkaException: {error}") from error

    def _run(self, batch: Batch) -> Run:
        """Return the records of a batch that lie in its span."""
        partition, buffer, position, header = batch
        start, end = self._spans[partition]
        chunk = Chunk(partition, buffer, position, header)
        if header.magic == 2 and header.base_offset >= start and (end is None or header.last_offset < end):
            return chunk
        return Records(
            [one for one in chunk.records() if start <= one.offset() and (end is None or one.offset() < end)]
        )

    def handled(self, records: Run | None = None) -> None:
        """Nothing is committed."""

    def stop_here(self) -> None:
        """Nothing is committed."""

    def explain(self) -> None:
        """What the connections wait for is said by themselves."""

    def close(self) -> None:
        """Close the connections."""
        self._cluster.close()

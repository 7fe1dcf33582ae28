"""Records of one replica, whoever leads the partition: what a broker has, asked as Kafka's debugging consumer."""

from __future__ import annotations

import time

from kafkacli.client.cluster import TryAgain
from kafkacli.client.connect import connect
from kafkacli.client.connection import ConnectFailed
from kafkacli.wire.messages.fetch import FetchableTopic, FetchPartition, FetchRequest, FetchResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.topics import TopicPartition
    from kafkacli.wire.primitives import Buffer

_DEBUGGING_CONSUMER = -2  # a replica id that may read followers, up to their log end
_PAUSE = 0.1  # seconds, after a broker that didn't answer


class Fetched:
    """What a replica has from an offset on. high_watermark: -1 when it doesn't say; records: whole batches, then perhaps a part."""

    __slots__ = ("high_watermark", "records")

    def __init__(self, high_watermark: int = -1, records: Buffer = b"") -> None:
        self.high_watermark = high_watermark
        self.records = records


class ReplicaReader:
    """Reads the replicas of one broker. Belongs to one thread."""

    def __init__(self, bootstrap: str, broker_id: int, fetch_size: int, max_wait_ms: int) -> None:
        self.broker_id = broker_id
        self._bootstrap = bootstrap
        self._fetch_size = fetch_size
        self._max_wait_ms = max_wait_ms
        self._cluster: Cluster | None = None

    def fetch(self, offsets: Mapping[TopicPartition, int]) -> dict[TopicPartition, Fetched]:
        """Return what there is from these offsets on; nothing of any partition while the broker doesn't answer."""
        deadline = time.monotonic() + 30 + self._max_wait_ms / 1000
        try:
            if self._cluster is None:
                self._cluster = connect(self._bootstrap, fixed={"client.id": "replicaVerificationTool"})
            response = self._cluster.broker(self.broker_id, deadline).send(
                self._request(offsets), FetchResponse, deadline
            )
        except (ConnectFailed, TryAgain):
            self.close()
            time.sleep(_PAUSE)
            return {partition: Fetched() for partition in offsets}
        found = {partition: Fetched() for partition in offsets}
        for topic in response.topics:
            for row in topic.partitions:
                found[topic.name, row.partition_index] = Fetched(row.high_watermark, row.records or b"")
        return found

    def close(self) -> None:
        """Close the connection; the next fetch opens another."""
        if self._cluster is not None:
            self._cluster.close()
            self._cluster = None

    def _request(self, offsets: Mapping[TopicPartition, int]) -> FetchRequest:
        topics: dict[str, list[FetchPartition]] = {}
        for (topic, number), offset in offsets.items():
            row = FetchPartition(
                partition_index=number, fetch_offset=offset, log_start_offset=0, max_bytes=self._fetch_size
            )
            topics.setdefault(topic, []).append(row)
        return FetchRequest(
            replica_id=_DEBUGGING_CONSUMER,
            max_wait=self._max_wait_ms,
            min_bytes=1,
            topics=[FetchableTopic(name=name, fetch_partitions=rows) for name, rows in topics.items()],
        )

"""A broker that leads every partition and says of what is produced just what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kafkacli.record.batch import BatchHeader, read_header, read_records
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from kafkacli.wire.messages.produce import (
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

NODE = 3
Verdict = int | None
"""An error code for a batch; None: the connection ends."""


class Leader:
    """judge: decides about each batch, by (number of the batch as it came, its header). Shared by the connections' threads.

    came: (partition, values) of each batch. headers: theirs. requests: the requests of Produce, versions before them.
    """

    def __init__(self) -> None:
        self.judge: Callable[[int, BatchHeader], Verdict] = lambda number, header: 0
        self.before: Callable[[], object] = lambda: None
        """Called before each answer to Produce."""
        self.partitions = 1
        self.topic_error = 0
        self.throttle_ms = 0
        self.id_error = 0
        self.port = 0
        self.came: list[tuple[int, list[bytes]]] = []
        self.headers: list[BatchHeader] = []
        self.requests: list[tuple[int, ProduceRequest]] = []
        self.metadata_requests = 0
        self._lock = threading.Lock()

    @property
    def bootstrap(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    def answer(self, key: int, version: int, request: bytes) -> bytes | None:
        """Answer a request."""
        with self._lock:
            if key == ApiKey.API_VERSIONS:
                return versions_answer(request, version, MetadataRequest, ProduceRequest, InitProducerIdRequest)
            if key == ApiKey.METADATA:
                return self._metadata(version, request)
            if key == ApiKey.INIT_PRODUCER_ID:
                found = InitProducerIdResponse(error_code=self.id_error, producer_id=40, producer_epoch=0)
                return framed(found, version, request)
        return self._produce(version, request)

    def _metadata(self, version: int, request: bytes) -> bytes:
        self.metadata_requests += 1
        asked = read_request(request, MetadataRequest)
        assert isinstance(asked, MetadataRequest)
        topics = [
            MetadataResponseTopic(
                name=topic.name,
                error_code=self.topic_error,
                partitions=[
                    MetadataResponsePartition(partition_index=index, leader_id=NODE)
                    for index in range(0 if self.topic_error else self.partitions)
                ],
            )
            for topic in asked.topics or []
        ]
        broker = MetadataResponseBroker(node_id=NODE, host="127.0.0.1", port=self.port)
        return framed(MetadataResponse(brokers=[broker], topics=topics), version, request)

    def _produce(self, version: int, request: bytes) -> bytes | None:
        asked = read_request(request, ProduceRequest)
        assert isinstance(asked, ProduceRequest)
        with self._lock:
            self.requests.append((version, asked))
            topics = []
            for topic in asked.topics:
                rows = []
                for row in topic.partitions:
                    batch = bytes(row.records or b"")
                    header = read_header(batch)
                    self.headers.append(header)
                    self.came.append((row.partition_index, [one.value or b"" for one in read_records(batch)]))
                    code = self.judge(len(self.came) - 1, header)
                    if code is None:
                        return None
                    rows.append(
                        PartitionProduceResponse(
                            partition_index=row.partition_index, error_code=code, base_offset=100 * len(self.came)
                        )
                    )
                topics.append(TopicProduceResponse(name=topic.name, partitions=rows))
        self.before()
        if asked.acks == 0:
            return b""
        return framed(ProduceResponse(responses=topics, throttle_time_ms=self.throttle_ms), version, request)


@contextmanager
def leader() -> Iterator[Leader]:
    """A leader that listens."""
    made = Leader()
    with scripted_broker(made.answer) as port:
        made.port = port
        yield made

"""Writing whole record batches to partitions, each once and in order, with the numbers of an idempotent producer (KIP-98).

Several batches of a partition are on the way at once, while the next ones are made. What may have arrived is sent again with
the same sequence, and the broker knows it. Without the right to be idempotent a batch is sent all the same, one at a time
for the order's sake, and may then come twice. Source: Apache `Sender` and `TransactionManager` of 2.6.2.
"""

from __future__ import annotations

from collections import deque
from functools import partial

from kafkacli.client.cluster import MOVED_COORDINATOR, Cluster, TryAgain, check
from kafkacli.client.connection import ConnectFailed, UnsupportedApi
from kafkacli.client.offsets import STALE_METADATA, leaders_of
from kafkacli.client.produce_versions import for_version, has_headers, magic_of
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.java_classes import JavaError
from kafkacli.record.header import next_sequence, read_header
from kafkacli.record.transfer import stamp
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.messages.produce import PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.client.connection import Connection
    from kafkacli.client.topics import TopicPartition

_PASSING = STALE_METADATA | {
    ErrorCode.NOT_ENOUGH_REPLICAS,
    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    ErrorCode.REQUEST_TIMED_OUT,
    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
}
_NOT_ALLOWED = (ErrorCode.CLUSTER_AUTHORIZATION_FAILED, ErrorCode.UNSUPPORTED_VERSION)
_MOST = 5  # batches of a partition on the way: so many a broker remembers


class _Request:
    """One that is on the way. number: its connection's."""

    __slots__ = ("batches", "connection", "number")

    def __init__(self, connection: Connection, number: int, batches: dict[TopicPartition, bytearray]) -> None:
        self.connection = connection
        self.number = number
        self.batches = batches


class BatchWriter:
    """Writes batches to a cluster. acks: 1, or -1 for all in-sync replicas, the only one that is idempotent.

    Between `write` and `flush` nobody else may ask the cluster for anything.
    """

    def __init__(self, cluster: Cluster, acks: int = -1) -> None:
        self._cluster = cluster
        self._acks = acks
        self._leaders: dict[TopicPartition, int] = {}
        self._sequences: dict[TopicPartition, int] = {}
        self._producer: tuple[int, int] | None = None if acks == -1 else (-1, -1)
        self._waiting: dict[TopicPartition, deque[bytearray]] = {}  # what is not acknowledged
        self._sent: dict[TopicPartition, int] = {}  # how many of these are on the way, from the first on
        self._on_the_way: deque[_Request] = deque()

    def write(self, batches: Sequence[tuple[TopicPartition, bytearray]]) -> None:
        """Send batches as `to_produce` made them, those of one partition in their order; the last answers may be to come.

        Raises ApiError for one that is refused, CallTimedOut, AuthenticationFailed, JavaError for headers that a broker is
        too old to take.
        """
        for partition, batch in batches:
            self._stamp(partition, batch)
            self._waiting.setdefault(partition, deque()).append(batch)
        self._go_on(is_last=False)

    def flush(self) -> None:
        """Wait until all is acknowledged. Raises as `write`."""
        self._go_on(is_last=True)

    def _stamp(self, partition: TopicPartition, batch: bytearray) -> None:
        if self._producer is None:
            self._producer = self._cluster.call("initProducerId", self._new_producer)
        producer_id, epoch = self._producer
        if producer_id < 0:
            stamp(batch)
            return
        sequence = self._sequences.get(partition, 0)
        stamp(batch, producer_id, epoch, sequence)
        self._sequences[partition] = next_sequence(sequence, read_header(batch).records_count)

    def _new_producer(self, deadline: float) -> tuple[int, int]:
        request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60_000)
        try:
            answer = self._cluster.any(deadline).send(request, InitProducerIdResponse, deadline)
        except UnsupportedApi:
            return -1, -1
        if answer.error_code in _NOT_ALLOWED:
            return -1, -1
        check(answer.error_code, passing=MOVED_COORDINATOR)
        return answer.producer_id, answer.producer_epoch

    def _go_on(self, *, is_last: bool) -> None:
        """Send all that is not on the way yet; is_last: and wait for the answers to all of it. Each answer has its time."""
        while self._cluster.call("produce", partial(self._step, is_last)):
            pass

    def _step(self, is_last: bool, deadline: float) -> bool:
        """Send as much as may be on the way, and take in an answer if more is to be done; whether one was."""
        try:
            self._find_leaders(deadline)
            if self._send(deadline) or (is_last and self._waiting):
                self._take(deadline)
                return True
        except Exception:
            self._leaders = {}
            self._take_the_rest(deadline)
            raise
        return False

    def _find_leaders(self, deadline: float) -> None:
        if not self._waiting.keys() <= self._leaders.keys():
            while self._on_the_way:
                self._take(deadline)
            topics = {topic for topic, _ in self._waiting}
            self._leaders |= leaders_of(self._cluster, topics, deadline)
            if not self._waiting.keys() <= self._leaders.keys():
                check(ErrorCode.LEADER_NOT_AVAILABLE, passing=STALE_METADATA)

    def _send(self, deadline: float) -> bool:
        """Send as much as may be on the way; whether there is more."""
        most = 1 if self._producer is None or self._producer[0] < 0 else _MOST
        while True:
            ready: dict[int, dict[TopicPartition, bytearray]] = {}
            is_more = False
            for partition, queue in self._waiting.items():
                sent = self._sent.get(partition, 0)
                if sent < min(len(queue), most):
                    ready.setdefault(self._leaders[partition], {})[partition] = queue[sent]
                elif sent < len(queue):
                    is_more = True
            for leader, batches in ready.items():
                connection = self._cluster.broker(leader, deadline)
                if self._on_the_way and connection.is_to_log_in:
                    return True
                number = connection.begin(self._request(batches, connection.version_of(ProduceRequest)), deadline)
                self._on_the_way.append(_Request(connection, number, batches))
                for partition in batches:
                    self._sent[partition] = self._sent.get(partition, 0) + 1
            if not ready:
                return is_more

    def _request(self, batches: dict[TopicPartition, bytearray], version: int) -> ProduceRequest:
        topics: dict[str, list[PartitionProduceData]] = {}
        magic = magic_of(version)
        for (topic, index), batch in batches.items():
            if magic < 2 and has_headers(batch):
                text = f"Magic v{magic} does not support record headers"
                raise JavaError("java.lang.IllegalArgumentException", text)
            records = for_version(batch, version)
            topics.setdefault(topic, []).append(PartitionProduceData(partition_index=index, records=records))
        return ProduceRequest(
            acks=self._acks,
            timeout_ms=self._cluster.settings.request_timeout_ms,
            topics=[TopicProduceData(name=topic, partitions=rows) for topic, rows in topics.items()],
        )

    def _take(self, deadline: float) -> None:
        """Take in the next answer; what is acknowledged waits no more. Raises the first error in it."""
        request = self._on_the_way.popleft()
        for partition in request.batches:
            self._sent[partition] -= 1
        answer = request.connection.take(request.number, ProduceRequest, ProduceResponse, deadline)
        rows = [(topic.name, row) for topic in answer.responses for row in topic.partitions]
        for topic, row in rows:
            if row.error_code in (ErrorCode.NONE, ErrorCode.DUPLICATE_SEQUENCE_NUMBER):
                partition = (topic, row.partition_index)
                queue = self._waiting[partition]
                queue.remove(request.batches[partition])
                if not queue:
                    del self._waiting[partition], self._sent[partition]
        for _, row in rows:
            if row.error_code != ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
                check(row.error_code, row.error_message, passing=_PASSING)

    def _take_the_rest(self, deadline: float) -> None:
        """Take in the answers that are still to come after an error; what they don't acknowledge is to be sent again."""
        while self._on_the_way:
            connection = self._on_the_way[0].connection
            try:
                self._take(deadline)
            except ConnectFailed:
                connection.close()
            except (ApiError, TryAgain):
                pass  # what is told is the first error

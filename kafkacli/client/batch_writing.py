"""Writing whole record batches to partitions, each once and in order, with the numbers of an idempotent producer (KIP-98).

A batch that may have arrived is sent again with the same sequence, and the broker knows it. Without the right to be
idempotent it is sent all the same, and may then come twice. Source: Apache `Sender` and `TransactionManager` of 2.6.2.
"""

from __future__ import annotations

from functools import partial

from kafkacli.client.cluster import MOVED_COORDINATOR, Cluster, check
from kafkacli.client.connection import UnsupportedApi
from kafkacli.client.offsets import STALE_METADATA, leaders_of
from kafkacli.client.produce_versions import for_version, has_headers, magic_of
from kafkacli.errors import ErrorCode
from kafkacli.java_classes import JavaError
from kafkacli.record.header import next_sequence, read_header
from kafkacli.record.transfer import stamp
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.messages.produce import PartitionProduceData, ProduceRequest, ProduceResponse, TopicProduceData

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.client.topics import TopicPartition

_PASSING = STALE_METADATA | {
    ErrorCode.NOT_ENOUGH_REPLICAS,
    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND,
    ErrorCode.REQUEST_TIMED_OUT,
    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
}
_NOT_ALLOWED = (ErrorCode.CLUSTER_AUTHORIZATION_FAILED, ErrorCode.UNSUPPORTED_VERSION)
_WAITING = 5  # batches of a partition that a broker remembers


class BatchWriter:
    """Writes batches to a cluster. acks: 1, or -1 for all in-sync replicas, the only one that is idempotent."""

    def __init__(self, cluster: Cluster, acks: int = -1) -> None:
        self._cluster = cluster
        self._acks = acks
        self._leaders: dict[TopicPartition, int] = {}
        self._sequences: dict[TopicPartition, int] = {}
        self._producer: tuple[int, int] | None = None if acks == -1 else (-1, -1)

    def write(self, batches: Sequence[tuple[TopicPartition, bytearray]]) -> None:
        """Write batches as `to_produce` made them, those of one partition in their order; back when they are acknowledged.

        Raises ApiError for one that is refused, CallTimedOut, AuthenticationFailed, JavaError for headers that a broker is
        too old to take.
        """
        rounds: list[dict[TopicPartition, bytearray]] = []
        counts: dict[TopicPartition, int] = {}
        for partition, batch in batches:
            self._stamp(partition, batch)
            number = counts.get(partition, 0)
            counts[partition] = number + 1
            if number == len(rounds):
                rounds.append({})
            rounds[number][partition] = batch
        for start in range(0, len(rounds), _WAITING):
            waiting = rounds[start : start + _WAITING]
            self._cluster.call("produce", partial(self._send, waiting))

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

    def _send(self, rounds: list[dict[TopicPartition, bytearray]], deadline: float) -> None:
        """Send what is not acknowledged yet; what is leaves its round."""
        wanted = {partition for each in rounds for partition in each}
        if not wanted <= self._leaders.keys():
            self._leaders |= leaders_of(self._cluster, {topic for topic, _ in wanted}, deadline)
        try:
            by_leader: dict[int, list[dict[TopicPartition, bytearray]]] = {}
            for each in rounds:
                split: dict[int, dict[TopicPartition, bytearray]] = {}
                for partition, batch in each.items():
                    if partition not in self._leaders:
                        check(ErrorCode.LEADER_NOT_AVAILABLE, passing=STALE_METADATA)
                    split.setdefault(self._leaders[partition], {})[partition] = batch
                for leader, part in split.items():
                    by_leader.setdefault(leader, []).append(part)
            for leader, parts in by_leader.items():
                connection = self._cluster.broker(leader, deadline)
                version = connection.version_of(ProduceRequest)
                for (
                    part
                ) in parts:  # one by one: several on the way wait for delayed acknowledgements of TCP, 40 ms each time
                    request = self._request(part, version)
                    self._take(connection.send(request, ProduceResponse, deadline), part, rounds)
            if any(rounds):  # those behind one that has to be sent again
                check(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, passing=_PASSING)
        except Exception:
            self._leaders = {}
            raise

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

    def _take(
        self,
        answer: ProduceResponse,
        sent: dict[TopicPartition, bytearray],
        rounds: list[dict[TopicPartition, bytearray]],
    ) -> None:
        for topic in answer.responses:
            for row in topic.partitions:
                if row.error_code == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
                    continue
                if row.error_code != ErrorCode.DUPLICATE_SEQUENCE_NUMBER:
                    check(row.error_code, row.error_message, passing=_PASSING)
                partition = (topic.name, row.partition_index)
                next(each for each in rounds if each.get(partition) is sent[partition]).pop(partition)

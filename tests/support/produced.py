"""Requests with records in them, and what comes of them, in few words."""

from collections.abc import Sequence

from kafkacli.record.batch import Compression, Record, encode_batch, iter_records
from kafkacli.wire.messages.fetch import (
    FetchablePartitionResponse,
    FetchableTopic,
    FetchPartition,
    FetchRequest,
    FetchResponse,
)
from kafkacli.wire.messages.produce import (
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceData,
)
from tests.support.raw import RawClient


def batch(*values: bytes, compression: Compression = Compression.NONE, timestamp: int = 1000) -> bytes:
    """A batch of magic 2 with these values."""
    return encode_batch([Record(timestamp=timestamp, value=value) for value in values], compression=compression)


def produce_request(
    records: bytes | None, topic: str = "t", partition: int = 0, acks: int = -1, timeout_ms: int = 10_000
) -> ProduceRequest:
    data = PartitionProduceData(partition_index=partition, records=records)
    return ProduceRequest(acks=acks, timeout_ms=timeout_ms, topics=[TopicProduceData(name=topic, partitions=[data])])


def produce(
    client: RawClient,
    records: bytes | None,
    topic: str = "t",
    partition: int = 0,
    *,
    acks: int = -1,
    version: int = 8,
) -> PartitionProduceResponse:
    """Produce to one partition and return its result."""
    response = client.ask(produce_request(records, topic, partition, acks), ProduceResponse, version)
    ((result,),) = [topic.partitions for topic in response.responses]
    return result


def fetch_request(
    offsets: dict[tuple[str, int], int],
    *,
    max_wait: int = 0,
    min_bytes: int = 1,
    max_bytes: int = 1 << 20,
    partition_bytes: int = 1 << 20,
    isolation: int = 0,
    leader_epoch: int = -1,
    session_id: int = 0,
    epoch: int = -1,
    replica_id: int = -1,
) -> FetchRequest:
    return FetchRequest(
        replica_id=replica_id,
        max_wait=max_wait,
        min_bytes=min_bytes,
        max_bytes=max_bytes,
        isolation_level=isolation,
        session_id=session_id,
        epoch=epoch,
        topics=[
            FetchableTopic(
                name=topic,
                fetch_partitions=[
                    FetchPartition(
                        partition_index=partition,
                        fetch_offset=offset,
                        max_bytes=partition_bytes,
                        current_leader_epoch=leader_epoch,
                    )
                ],
            )
            for (topic, partition), offset in offsets.items()
        ],
    )


def results(response: FetchResponse) -> dict[tuple[str, int], FetchablePartitionResponse]:
    """The response's partitions by topic and number."""
    return {(topic.name, part.partition_index): part for topic in response.topics for part in topic.partitions}


def fetch(client: RawClient, request: FetchRequest, version: int = 11) -> FetchablePartitionResponse:
    """Fetch from one partition and return its result."""
    (result,) = results(client.ask(request, FetchResponse, version)).values()
    return result


def values(result: FetchablePartitionResponse) -> Sequence[tuple[int, bytes | None]]:
    """The (offset, value) of each record."""
    return [(record.offset, record.value) for record in iter_records(bytes(result.records or b""))]

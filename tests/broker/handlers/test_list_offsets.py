"""ListOffsets: beginning, end, times, in every version."""

import pytest

from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartition,
    ListOffsetPartitionResponse,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopic,
)
from tests.support.broker import RunningBroker
from tests.support.produced import batch, produce
from tests.support.raw import RawClient

EARLIEST, LATEST = -2, -1


def ask(
    client: RawClient, timestamp: int, version: int = 5, *, partitions: tuple[int, ...] = (0,), epoch: int = -1
) -> list[ListOffsetPartitionResponse]:
    request = ListOffsetRequest(
        replica_id=-1,
        topics=[
            ListOffsetTopic(
                name="t",
                partitions=[
                    ListOffsetPartition(
                        partition_index=index,
                        timestamp=timestamp,
                        max_num_offsets=10 if version == 0 else 0,
                        current_leader_epoch=epoch if version >= 4 else 0,
                    )
                    for index in partitions
                ],
            )
        ],
    )
    (topic,) = client.ask(request, ListOffsetResponse, version).topics
    return topic.partitions


@pytest.fixture
def client(broker: RunningBroker) -> RawClient:
    broker.create_topic("t")
    client = RawClient(broker.port)
    for timestamp in (1000, 2000, 3000):
        produce(client, batch(b"a", b"b", timestamp=timestamp))
    return client


@pytest.mark.parametrize("version", range(1, 6))
@pytest.mark.parametrize(
    ("timestamp", "found"),
    [(EARLIEST, (-1, 0)), (LATEST, (-1, 6)), (0, (1000, 0)), (1001, (2000, 2)), (3000, (3000, 4)), (3001, (-1, -1))],
)
def test_finds_the_first_record_at_or_after_a_time(
    client: RawClient, version: int, timestamp: int, found: tuple[int, int]
) -> None:
    with client:
        (result,) = ask(client, timestamp, version)
        assert (result.error_code, (result.timestamp, result.offset)) == (0, found)
        if version >= 4:
            assert result.leader_epoch == (-1 if found == (-1, -1) else 0)


@pytest.mark.parametrize(("timestamp", "found"), [(EARLIEST, [0]), (LATEST, [6, 0]), (1, [])])
def test_version_0_lists_offsets_of_segments(client: RawClient, timestamp: int, found: list[int]) -> None:
    with client:
        (result,) = ask(client, timestamp, 0)
        assert (result.error_code, result.old_style_offsets) == (0, found)


def test_unknown_and_doubled_partitions_are_errors(client: RawClient) -> None:
    with client:
        unknown, doubled = ask(client, LATEST, partitions=(9, 0, 0))
        assert (unknown.error_code, unknown.offset) == (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, -1)
        assert (doubled.error_code, doubled.offset) == (ErrorCode.INVALID_REQUEST, -1)


@pytest.mark.parametrize(("epoch", "error"), [(0, 0), (1, ErrorCode.UNKNOWN_LEADER_EPOCH)])
def test_the_leader_epoch_is_checked(client: RawClient, epoch: int, error: int) -> None:
    with client:
        (result,) = ask(client, LATEST, epoch=epoch)
        assert result.error_code == error

"""Groups on a running broker: the log below them, timers, leadership, restarts."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kafkacli.broker.internal_appends import replay
from kafkacli.broker.metadata import PartitionMetadata
from kafkacli.coordinator.group_partition import partition_for
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ErrorCode
from kafkacli.replica.partition import LeadershipState
from kafkacli.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from kafkacli.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.heartbeat import HeartbeatResponse
from kafkacli.wire.messages.join_group import JoinGroupResponse
from kafkacli.wire.messages.list_groups import ListGroupsRequest
from kafkacli.wire.messages.offset_commit import OffsetCommitRequest, OffsetCommitResponse
from kafkacli.wire.messages.offset_fetch import OffsetFetchResponse
from kafkacli.wire.messages.sync_group import SyncGroupResponse
from kafkacli.wire.messages.txn_offset_commit import TxnOffsetCommitResponse
from kafkacli.wire.schema import Message
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.broker_play import response_class
from tests.support.group_requests import TOPIC, commit, delete_offsets, fetch, heartbeat, join, leave, sync
from tests.support.raw import RawClient
from tests.support.transaction_requests import commit_offsets
from tests.support.waiting import until

FIRST = next(f"group-{n}" for n in range(100) if partition_for(f"group-{n}", 3) == 0)
Start = Callable[..., RunningBroker]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a broker with these properties on the test's directory, after the one before has stopped."""
    running: list[RunningBroker] = []

    def begin(**properties: str) -> RunningBroker:
        if running:
            running.pop().stop()
        broker = RunningBroker(tmp_path / "log", {key.replace("_", "."): value for key, value in properties.items()})
        running.append(broker)
        until(lambda: find(broker) is ErrorCode.NONE)
        return broker

    yield begin
    if running:
        running.pop().stop()


def find(broker: RunningBroker) -> ErrorCode:
    with RawClient(broker.port) as client:
        answer = client.ask(FindCoordinatorRequest(key="g"), FindCoordinatorResponse, 2)
    return ErrorCode(answer.error_code)


@contextmanager
def topic_on(broker: RunningBroker) -> Iterator[RawClient]:
    if TOPIC not in broker.broker.metadata:
        broker.create_topic(TOPIC, 3)
    with RawClient(broker.port) as client:
        yield client


def commit_error(client: RawClient, request: OffsetCommitRequest, version: int = 7) -> ErrorCode:
    return told(client.ask(request, OffsetCommitResponse, version))


def told(answer: OffsetCommitResponse) -> ErrorCode:
    return ErrorCode(answer.topics[0].partitions[0].error_code)


def offset(client: RawClient, group: str) -> int:
    answer = client.ask(fetch(group, 0), OffsetFetchResponse, 5)
    assert answer.error_code == ErrorCode.NONE
    found: int = answer.topics[0].partitions[0].committed_offset
    return found


def state(client: RawClient, group: str) -> str:
    (described,) = client.ask(DescribeGroupsRequest(groups=[group]), DescribeGroupsResponse, 4).groups
    assert described.error_code == ErrorCode.NONE
    name: str = described.group_state
    return name


def stable(client: RawClient, group: str, **fields: Any) -> str:
    joined = client.ask(join(group, **fields), JoinGroupResponse, 5)
    assert joined.error_code == ErrorCode.NONE
    assigned = (joined.member_id, b"assigned")
    client.ask(sync(group, joined.member_id, joined.generation_id, assigned), SyncGroupResponse, 3)
    member: str = joined.member_id
    return member


def test_groups_and_offsets_are_there_after_a_restart(start: Start) -> None:
    with topic_on(start()) as client:
        member = stable(client, "g", group_instance_id="host")
        assert commit_error(client, commit("g", member, 1)) is ErrorCode.NONE
        assert commit_error(client, commit("store")) is ErrorCode.NONE
    with topic_on(start()) as client:
        until(lambda: find_state(client, "g") == "Stable")
        assert (offset(client, "g"), offset(client, "store")) == (7, 7)
        answer = client.ask(sync("g", member, 1, group_instance_id="host"), SyncGroupResponse, 3)
        assert (answer.error_code, answer.assignment) == (ErrorCode.NONE, b"assigned")


def find_state(client: RawClient, group: str) -> str:
    """A group's state, whatever the error: groups may be loading still."""
    (described,) = client.ask(DescribeGroupsRequest(groups=[group]), DescribeGroupsResponse, 4).groups
    name: str = described.group_state
    return name


def test_a_member_that_falls_silent_is_removed_in_time(start: Start) -> None:
    broker = start(group_min_session_timeout_ms="50")
    with topic_on(broker) as client, RawClient(broker.port) as other:
        silent = stable(client, "g", group_instance_id="silent", session_timeout_ms=60)
        asked = join("g", group_instance_id="other", session_timeout_ms=10_000)
        other.request(asked, 5)
        joined = other.response(JoinGroupResponse, 5)
        assert (joined.error_code, joined.generation_id) == (ErrorCode.NONE, 2)
        assert joined.leader == joined.member_id
        answer = client.ask(heartbeat("g", silent, 1, "silent"), HeartbeatResponse, 3)
        assert answer.error_code == ErrorCode.UNKNOWN_MEMBER_ID


def test_a_first_generation_waits_for_the_delay(start: Start) -> None:
    broker = start(group_initial_rebalance_delay_ms="100")
    with topic_on(broker) as client, RawClient(broker.port) as other:
        client.request(join("g", group_instance_id="one"), 5)
        other.request(join("g", group_instance_id="two"), 5)
        answers = [each.response(JoinGroupResponse, 5) for each in (client, other)]
        assert [answer.generation_id for answer in answers] == [1, 1]


def test_a_client_that_goes_while_it_waits_disturbs_nobody(start: Start) -> None:
    broker = start(group_initial_rebalance_delay_ms="100")
    with topic_on(broker) as client:
        with RawClient(broker.port) as gone:
            gone.request(join("g", group_instance_id="gone"), 5)
            until(lambda: state(client, "g") == "PreparingRebalance")
        answer = client.ask(join("g", group_instance_id="stays"), JoinGroupResponse, 5)
        assert (answer.error_code, answer.generation_id) == (ErrorCode.NONE, 1)


def test_a_broker_stops_while_members_wait(start: Start) -> None:
    broker = start(group_initial_rebalance_delay_ms="600000")
    with topic_on(broker) as client, RawClient(broker.port) as waiting:
        waiting.request(join("g"), 3)
        until(lambda: state(client, "g") == "PreparingRebalance")
        start()
        assert waiting.is_closed()


def test_offsets_expire_by_themselves(start: Start) -> None:
    with topic_on(start(offsets_retention_check_interval_ms="20")) as client:
        assert commit_error(client, commit("g", retention_time_ms=1), version=4) is ErrorCode.NONE
        assert commit_error(client, commit("kept")) is ErrorCode.NONE
        until(lambda: state(client, "g") == "Dead")
        assert (offset(client, "g"), offset(client, "kept")) == (-1, 7)


def test_offsets_go_with_their_topic(start: Start) -> None:
    broker = start()
    with topic_on(broker) as client:
        assert commit_error(client, commit("g")) is ErrorCode.NONE
        broker.call("groups.topic_deleted", TOPIC, [0, 1, 2])
        assert state(client, "g") == "Dead"


def test_a_commit_waits_for_followers(start: Start) -> None:
    broker = start()
    with topic_on(broker) as client, RawClient(broker.port) as other:
        broker.lead(OFFSETS_TOPIC, 1, NODE_ID, 8)
        client.request(commit(FIRST), 7)
        until(lambda: broker.broker.partitions.get(OFFSETS_TOPIC, 0).log.log_end_offset == 1)
        assert offset(other, FIRST) == -1
        broker.follower_reached(OFFSETS_TOPIC, 0, 8, 1)
        assert told(client.response(OffsetCommitResponse, 7)) is ErrorCode.NONE
        assert offset(other, FIRST) == 7


def test_a_commit_that_followers_do_not_get_in_time_is_not_done(start: Start) -> None:
    broker = start(offsets_commit_timeout_ms="30")
    with topic_on(broker) as client:
        broker.lead(OFFSETS_TOPIC, 1, NODE_ID, 8)
        assert commit_error(client, commit(FIRST)) is ErrorCode.REQUEST_TIMED_OUT
        assert offset(client, FIRST) == -1


def test_a_commit_whose_leader_changes_is_another_coordinators(start: Start) -> None:
    broker = start()
    with topic_on(broker) as client:
        broker.lead(OFFSETS_TOPIC, 1, NODE_ID, 8)
        client.request(commit(FIRST), 7)
        partition = broker.broker.partitions.get(OFFSETS_TOPIC, 0)
        until(lambda: partition.log.log_end_offset == 1)
        follow(broker)
        broker.call("purgatory.notify", OFFSETS_TOPIC, 0)
        assert told(client.response(OffsetCommitResponse, 7)) is ErrorCode.NOT_COORDINATOR
        broker.call("groups.resigned", partition)
        assert commit_error(client, commit(FIRST)) is ErrorCode.NOT_COORDINATOR
        broker.lead(OFFSETS_TOPIC, 3)
        broker.call("groups.became_leader", partition)
        until(lambda: find_state(client, FIRST) == "Empty")
        assert offset(client, FIRST) == 7


def follow(broker: RunningBroker) -> None:
    """Act as if the controller had made another broker the leader of the first partition."""
    config = broker.broker.partitions.get(OFFSETS_TOPIC, 0).log.config
    state = LeadershipState(8, 2, (8,), (NODE_ID, 8))
    broker.call("partitions.become_follower", OFFSETS_TOPIC, 0, state, config, 0)


def test_leading_no_more_while_loading_leaves_nothing_behind(start: Start) -> None:
    broker = start()
    with topic_on(broker) as client:
        assert commit_error(client, commit(FIRST)) is ErrorCode.NONE
        partition = broker.broker.partitions.get(OFFSETS_TOPIC, 0)
        broker.call("groups.resigned", partition)
        broker.call("groups.became_leader", partition)
        broker.call("groups.resigned", partition)
        (described,) = client.ask(DescribeGroupsRequest(groups=[FIRST]), DescribeGroupsResponse, 4).groups
        assert described.error_code == ErrorCode.NOT_COORDINATOR


def test_the_internal_topic_is_made_as_configured(start: Start) -> None:
    broker = start(offsets_topic_num_partitions="5", offsets_topic_segment_bytes="1048576")
    assert len(broker.broker.metadata.partitions(OFFSETS_TOPIC)) == 5
    config = broker.broker.partitions.get(OFFSETS_TOPIC, 4).log.config
    assert (config.is_compacted, config.is_deleted, config.segment_bytes) == (True, False, 1048576)


def test_the_replication_factor_is_never_lowered(tmp_path: Path) -> None:
    broker = RunningBroker(tmp_path / "log", {"offsets.topic.replication.factor": "3"})
    try:
        assert find(broker) is find(broker) is ErrorCode.COORDINATOR_NOT_AVAILABLE
        assert OFFSETS_TOPIC not in broker.broker.metadata
    finally:
        broker.stop()


def test_a_group_keeps_its_partition_while_the_internal_topic_is_made(tmp_path: Path) -> None:
    broker = RunningBroker(tmp_path / "log", {"offsets.topic.num.partitions": "50"})
    try:
        state = PartitionMetadata(NODE_ID, 0, (NODE_ID,), (NODE_ID,))
        for number in range(20):  # the controller tells of one after the other
            broker.on_loop(lambda made: made.metadata.update_partition(OFFSETS_TOPIC, number, state))  # noqa: B023
        assert broker.broker.groups.partition_for("g") == partition_for("g", 50)
        assert broker.broker.transactions.partition_for("g") == partition_for("g", 3)
    finally:
        broker.stop()


def test_the_partitions_there_are_count_and_not_those_configured(start: Start) -> None:
    start(offsets_topic_num_partitions="5")
    assert start(offsets_topic_num_partitions="7").broker.groups.partition_for("g") == partition_for("g", 5)


LOADING = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS


def test_while_groups_are_loaded_clients_are_told_to_ask_again(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    with topic_on(start()) as client:
        member = stable(client, FIRST, group_instance_id="host")
        assert commit_error(client, commit(FIRST, member, 1)) is ErrorCode.NONE
    may_go_on = threading.Event()

    async def held(*arguments: Any) -> None:
        await asyncio.get_running_loop().run_in_executor(None, may_go_on.wait, 30)
        await replay(*arguments)

    monkeypatch.setattr("kafkacli.broker.groups.replay", held)
    try:
        with topic_on(start()) as client:
            asked: tuple[tuple[Message, int, ErrorCode], ...] = (
                (join(FIRST, member), 5, LOADING),
                (sync(FIRST, member, 1), 3, ErrorCode.REBALANCE_IN_PROGRESS),
                (heartbeat(FIRST, member, 1), 3, ErrorCode.NONE),
                (leave(FIRST, (member, None)), 4, LOADING),
                (fetch(FIRST, 0), 5, LOADING),
                (delete_offsets(FIRST, TOPIC, 0), 0, LOADING),
                (ListGroupsRequest(), 3, LOADING),
            )
            for request, version, expected in asked:
                answer: Any = client.ask(request, response_class(request), version)
                assert answer.error_code == expected, request
            assert commit_error(client, commit(FIRST, member, 1)) is LOADING
            for version, expected in ((1, ErrorCode.COORDINATOR_NOT_AVAILABLE), (2, LOADING)):
                in_transaction = commit_offsets("id", Producer(1, 0), FIRST, (TOPIC, 0, 4))
                found = client.ask(in_transaction, TxnOffsetCommitResponse, version)
                assert found.topics[0].partitions[0].error_code == expected
            (described,) = client.ask(DescribeGroupsRequest(groups=[FIRST]), DescribeGroupsResponse, 4).groups
            (deleted,) = client.ask(DeleteGroupsRequest(groups_names=[FIRST]), DeleteGroupsResponse, 1).results
            assert (described.error_code, deleted.error_code) == (LOADING, LOADING)
            may_go_on.set()
            until(lambda: find_state(client, FIRST) == "Stable")
            assert offset(client, FIRST) == 7
    finally:
        may_go_on.set()

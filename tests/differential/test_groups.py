"""The real broker's groups: the recorded answers are its own, and its log tells us what it tells its clients."""

from collections.abc import Callable

import pytest

from kafkacli.coordinator.classic_group import ClassicGroup
from kafkacli.coordinator.persistence import Loader
from kafkacli.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from kafkacli.wire.messages.join_group import JoinGroupResponse
from kafkacli.wire.messages.leave_group import LeaveGroupResponse
from kafkacli.wire.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from kafkacli.wire.messages.offset_commit import OffsetCommitResponse
from kafkacli.wire.messages.offset_fetch import OffsetFetchResponse
from kafkacli.wire.messages.sync_group import SyncGroupResponse
from tests.support.apache import Apache, ApacheCluster
from tests.support.group_plays import PLAYS, Play, has_coordinator, perform, recorded
from tests.support.group_requests import TOPIC, commit, fetch_all, join, leave, sync
from tests.support.raw import RawClient
from tests.support.waiting import until


@pytest.fixture(scope="module")
def port(apache: Apache, apache_cluster: ApacheCluster) -> int:
    """The real broker's port, once it has the topics."""
    where = ["--bootstrap-server", apache_cluster.bootstrap]
    apache.run("kafka-topics.sh", *where, "--create", "--topic", TOPIC, "--partitions", "3")
    port = int(apache_cluster.bootstrap.rpartition(":")[2])
    until(lambda: has_coordinator(port), seconds=30)
    return port


@pytest.mark.apache
@pytest.mark.parametrize("play", PLAYS, ids=lambda play: play.__name__)
def test_the_recorded_answers_are_the_real_brokers(port: int, play: Callable[[Play], None]) -> None:
    assert perform(play, port) == recorded(play)


@pytest.mark.apache
def test_the_real_brokers_log_holds_the_groups_that_it_lists(port: int, apache_cluster: ApacheCluster) -> None:
    with RawClient(port) as client:
        client.ask(commit("log-store", offsets=((0, 1, "a"), (0, 2, "b"), (1, 3, None))), OffsetCommitResponse, 7)
        client.ask(commit("log-old", retention_time_ms=86_400_000), OffsetCommitResponse, 4)
        joined = client.ask(join("log-busy", group_instance_id="host"), JoinGroupResponse, 5)
        assigned = (joined.member_id, b"all")
        client.ask(sync("log-busy", joined.member_id, 1, assigned), SyncGroupResponse, 3)
        left = client.ask(join("log-left"), JoinGroupResponse, 3)
        client.ask(leave("log-left", (left.member_id, None)), LeaveGroupResponse, 3)
        client.ask(commit("log-gone"), OffsetCommitResponse, 7)
        client.ask(DeleteGroupsRequest(groups_names=["log-gone"]), DeleteGroupsResponse, 1)
        groups: dict[str, ClassicGroup] = {}
        for path in sorted(apache_cluster.log_directory.glob("__consumer_offsets-*/*.log")):
            loader = Loader(0)
            loader.feed(path.read_bytes())
            groups |= {group.group_id: group for group in loader.groups()}
            assert not loader.skipped
        listed = client.ask(ListGroupsRequest(), ListGroupsResponse, 4).groups
        ours = {name: (group.protocol_type or "", group.state.value) for name, group in groups.items()}
        theirs = {group.group_id: (group.protocol_type, group.group_state) for group in listed}
        assert {name: value for name, value in ours.items() if name.startswith("log-")} == {
            "log-store": ("", "Empty"),
            "log-old": ("", "Empty"),
            "log-busy": ("consumer", "Stable"),
            "log-left": ("consumer", "Empty"),
        }
        for name, value in ours.items():
            assert theirs[name] == value or value[1] == "Stable"  # a member may have gone since it was written
            answer = client.ask(fetch_all(name), OffsetFetchResponse, 5)
            assert {
                (topic.name, each.partition_index): (each.committed_offset, each.committed_leader_epoch, each.metadata)
                for topic in answer.topics
                for each in topic.partitions
            } == {
                partition: (value.offset, -1 if value.leader_epoch is None else value.leader_epoch, value.metadata)
                for partition, (_, value) in groups[name].offsets.committed.items()
            }
    busy = groups["log-busy"].members[joined.member_id]
    assert (busy.group_instance_id, busy.assignment, busy.session_timeout_ms) == ("host", b"all", 10_000)

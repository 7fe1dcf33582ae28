"""Consumer groups through their coordinators."""

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import (
    commit_offsets,
    committed_offsets,
    delete_group,
    delete_offsets,
    describe_groups,
    list_groups,
)
from kafkacli.errors import ApiError, ErrorCode
from tests.support.kafka import Kafka, Member


def test_offsets_are_committed_read_and_deleted(kafka: Kafka) -> None:
    topic, group = kafka.create_topic(3), kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        commit_offsets(cluster, group, {(topic, 0): 5, (topic, 2): 7})
        assert committed_offsets(cluster, group) == {(topic, 0): 5, (topic, 2): 7}
        assert (group, "Empty") in list_groups(cluster)
        assert (group, "Empty") in list_groups(cluster, ["Empty"])
        assert (group, "Empty") not in list_groups(cluster, ["Stable"])
        assert delete_offsets(cluster, group, [(topic, 0)]) == {(topic, 0): None}
        assert committed_offsets(cluster, group) == {(topic, 2): 7}
        delete_group(cluster, group)
        assert committed_offsets(cluster, group) == {}


def test_members_and_their_partitions_are_described(kafka: Kafka) -> None:
    topic, group, absent = kafka.create_topic(2), kafka.new_name(), kafka.new_name()
    member = Member(kafka, group, topic, 0, 1)
    with Cluster(kafka.bootstrap) as cluster:
        found, missing = describe_groups(cluster, [group, absent, group])
        port = kafka.bootstrap.rpartition(":")[2]
        assert (found.group_id, found.state, found.assignor) == (group, "Stable", "range")
        assert found.coordinator[::2] == (kafka.broker_id, int(port))
        (described,) = found.members
        assert described.member_id == member.member_id
        assert described.instance_id == ""
        assert (described.client_id, described.host) == ("adminclient-1", "/127.0.0.1")
        assert described.partitions == [(topic, 0), (topic, 1)]
        assert (missing.group_id, missing.state, missing.members) == (absent, "Dead", [])
        with pytest.raises(ApiError) as caught:
            delete_group(cluster, group)
        assert caught.value.code == ErrorCode.NON_EMPTY_GROUP
        with pytest.raises(ApiError) as caught:
            commit_offsets(cluster, group, {(topic, 0): 1})
        assert caught.value.code == ErrorCode.UNKNOWN_MEMBER_ID
    member.leave()


def test_a_group_that_is_not_there_can_not_be_changed(kafka: Kafka) -> None:
    topic, group = kafka.create_topic(), kafka.new_name()
    with Cluster(kafka.bootstrap) as cluster:
        for change in (delete_group, lambda cluster, group: delete_offsets(cluster, group, [(topic, 0)])):
            with pytest.raises(ApiError) as caught:
                change(cluster, group)
            assert caught.value.code == ErrorCode.GROUP_ID_NOT_FOUND

"""Offsets, administration, expiry and ownership."""

import pytest

from kafkacli.coordinator.group_coordinator import GroupOverview
from kafkacli.coordinator.offset_commits import OffsetConfig
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import LeavingMember
from kafkacli.errors import ErrorCode
from tests.support.group_driver import NO_DELAY, GroupDriver, subscription

WEEK_MS = 7 * 24 * 60 * 60 * 1000


@pytest.fixture
def groups() -> GroupDriver:
    return GroupDriver()


def consumer(*topics: str) -> list[tuple[str, bytes]]:
    return [("range", subscription(*topics))]


# commits


def test_an_offset_can_be_stored_without_membership(groups: GroupDriver) -> None:
    assert groups.committed(groups.commit(42, metadata="note")) is ErrorCode.NONE
    where = TopicPartition("t", 0)
    error, offsets = groups.coordinator.fetch_offsets("g", [where, TopicPartition("t", 1)])
    assert error is ErrorCode.NONE
    assert offsets[where] == (ErrorCode.NONE, 42, None, "note")
    assert offsets[TopicPartition("t", 1)] == (ErrorCode.NONE, -1, None, "")
    assert groups.coordinator.fetch_offsets("g", None) == (ErrorCode.NONE, {where: offsets[where]})
    assert groups.coordinator.list_groups() == (ErrorCode.NONE, [GroupOverview("g", "", "Empty")])


def test_offsets_of_a_group_nobody_knows_are_none(groups: GroupDriver) -> None:
    assert groups.offset(group="new") == -1
    assert groups.coordinator.fetch_offsets("new", None) == (ErrorCode.NONE, {})


def test_a_commit_is_answered_and_seen_when_its_record_is_safe(groups: GroupDriver) -> None:
    groups.commit(1)
    groups.hold = True
    number = groups.commit(2)
    assert number not in groups.answers
    assert groups.offset() == 1
    where = TopicPartition("t", 0)
    _, unstable = groups.coordinator.fetch_offsets("g", [where], require_stable=True)
    assert unstable[where].error is ErrorCode.UNSTABLE_OFFSET_COMMIT
    groups.release()
    assert groups.committed(number) is ErrorCode.NONE
    assert groups.offset() == 2
    _, stable = groups.coordinator.fetch_offsets("g", [where], require_stable=True)
    assert stable[where].offset == 2


def test_the_later_record_wins_in_whatever_order_appends_end(groups: GroupDriver) -> None:
    groups.hold = True
    first, second = groups.commit(1), groups.commit(2)
    groups.release(1)
    assert (groups.committed(second), groups.offset()) == (ErrorCode.NONE, 2)
    groups.release()
    assert (groups.committed(first), groups.offset()) == (ErrorCode.NONE, 2)


@pytest.mark.parametrize(
    ("appending", "told"),
    [
        (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE),
        (ErrorCode.REQUEST_TIMED_OUT, ErrorCode.REQUEST_TIMED_OUT),
    ],
)
def test_a_commit_whose_append_fails_changes_nothing(
    groups: GroupDriver, appending: ErrorCode, told: ErrorCode
) -> None:
    groups.commit(1)
    groups.fail = appending
    assert groups.committed(groups.commit(2)) is told
    assert groups.offset() == 1
    where = TopicPartition("t", 0)
    _, offsets = groups.coordinator.fetch_offsets("g", [where], require_stable=True)
    assert offsets[where].offset == 1


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ("x" * 8, ErrorCode.NONE),
        ("é" * 8, ErrorCode.NONE),
        ("x" * 9, ErrorCode.OFFSET_METADATA_TOO_LARGE),
        ("😀" * 5, ErrorCode.OFFSET_METADATA_TOO_LARGE),
    ],
)
def test_metadata_has_a_limit_in_javas_characters(metadata: str, told: ErrorCode) -> None:
    groups = GroupDriver(offset_config=OffsetConfig(metadata_max_bytes=8))
    assert groups.committed(groups.commit(1, metadata=metadata)) is told
    assert groups.offset() == (1 if told is ErrorCode.NONE else -1)


def test_a_member_commits_in_its_generation_only(groups: GroupDriver) -> None:
    (member,) = groups.stable("host")
    assert groups.committed(groups.commit(1, member_id=member, generation=1)) is ErrorCode.NONE
    assert groups.committed(groups.commit(2, member_id=member, generation=2)) is ErrorCode.ILLEGAL_GENERATION
    assert groups.committed(groups.commit(2, member_id=member)) is ErrorCode.ILLEGAL_GENERATION
    assert groups.committed(groups.commit(2, member_id="other", generation=1)) is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.committed(groups.commit(2)) is ErrorCode.UNKNOWN_MEMBER_ID
    fenced = groups.commit(2, member_id="other", generation=1, instance="host")
    assert groups.committed(fenced) is ErrorCode.FENCED_INSTANCE_ID
    assert groups.committed(groups.commit(2, group="new", generation=1)) is ErrorCode.ILLEGAL_GENERATION
    assert groups.offset() == 1


def test_a_commit_shows_that_the_member_is_alive(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    groups.advance(9_000)
    groups.commit(1, member_id=member, generation=1)
    groups.advance(9_999)
    assert groups.heartbeat(member, 1) is ErrorCode.NONE


def test_a_commit_is_taken_while_preparing_a_rebalance_not_while_completing_it(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    other = groups.join()
    assert groups.committed(groups.commit(1, member_id=member, generation=1)) is ErrorCode.NONE
    groups.join(member)
    joined = groups.joined(other).member_id
    assert groups.committed(groups.commit(2, member_id=joined, generation=2)) is ErrorCode.REBALANCE_IN_PROGRESS


# who may be asked


def test_an_empty_group_id_may_store_offsets_and_nothing_else(groups: GroupDriver) -> None:
    assert groups.committed(groups.commit(1, group="")) is ErrorCode.NONE
    assert groups.offset(group="") == 1
    assert groups.coordinator.describe_group("").state == "Empty"
    assert groups.joined(groups.join(group="")).error is ErrorCode.INVALID_GROUP_ID
    assert groups.synced(groups.sync("m", 1, group="")).error is ErrorCode.INVALID_GROUP_ID
    assert groups.heartbeat("m", 1, group="") is ErrorCode.INVALID_GROUP_ID
    assert groups.leave(group="").error is ErrorCode.INVALID_GROUP_ID
    assert groups.coordinator.delete_offsets("", [], 0)[0] is ErrorCode.INVALID_GROUP_ID
    errors, result = groups.coordinator.delete_groups([""], groups.now)
    groups.apply(result)
    assert errors == {"": ErrorCode.NONE}


def refusals(groups: GroupDriver, group: str = "g") -> dict[str, ErrorCode]:
    """The error of every request about one group."""
    return {
        "join": groups.joined(groups.join(group=group)).error,
        "sync": groups.synced(groups.sync("m", 1, group=group)).error,
        "heartbeat": groups.heartbeat("m", 1, group=group),
        "leave": groups.leave(LeavingMember("m"), group=group).error,
        "commit": groups.committed(groups.commit(1, group=group)),
        "fetch": groups.coordinator.fetch_offsets(group, None)[0],
        "describe": groups.coordinator.describe_group(group).error,
        "delete": groups.coordinator.delete_groups([group], groups.now)[0][group],
        "delete offsets": groups.coordinator.delete_offsets(group, [], groups.now)[0],
    }


def test_another_brokers_groups_are_refused(groups: GroupDriver) -> None:
    groups.commit(1)
    groups.apply(groups.coordinator.resign(0, groups.now))
    assert set(refusals(groups).values()) == {ErrorCode.NOT_COORDINATOR}
    assert groups.coordinator.list_groups() == (ErrorCode.NONE, [])


def test_a_coordinator_that_is_not_active_refuses(groups: GroupDriver) -> None:
    groups.coordinator.active = False
    assert set(refusals(groups).values()) == {ErrorCode.COORDINATOR_NOT_AVAILABLE}
    assert groups.coordinator.list_groups() == (ErrorCode.COORDINATOR_NOT_AVAILABLE, [])


def test_while_loading_members_go_on_and_others_wait(groups: GroupDriver) -> None:
    groups.apply(groups.coordinator.resign(0, groups.now))
    assert groups.coordinator.begin_loading(0)
    assert not groups.coordinator.begin_loading(0)
    errors = refusals(groups)
    assert errors.pop("heartbeat") is ErrorCode.NONE
    assert errors.pop("sync") is ErrorCode.REBALANCE_IN_PROGRESS
    assert set(errors.values()) == {ErrorCode.COORDINATOR_LOAD_IN_PROGRESS}
    assert groups.coordinator.list_groups()[0] is ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
    groups.apply(groups.coordinator.finish_loading(0, [], groups.now))
    assert groups.coordinator.list_groups() == (ErrorCode.NONE, [])


def test_each_group_goes_with_its_own_partition() -> None:
    groups = GroupDriver(partitions=50)
    groups.commit(1, group="test")
    groups.commit(1, group="a")
    assert sorted(groups.log) == [47, 48]
    groups.apply(groups.coordinator.resign(48, groups.now))
    assert refusals(groups, "test")["describe"] is ErrorCode.NOT_COORDINATOR
    assert groups.offset(group="a") == 1


def test_a_clock_that_is_set_ends_nobodys_session(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    groups.now += 3_600_000
    groups.coordinator.clock_jumped(3_600_000)
    groups.advance(9_999)
    assert groups.state() == "Stable"
    groups.advance(1)
    assert groups.heartbeat(member, 1) is ErrorCode.UNKNOWN_MEMBER_ID


# administration


def test_groups_are_listed_by_state(groups: GroupDriver) -> None:
    groups.stable(None, group="busy")
    groups.commit(1, group="store")
    busy, store = GroupOverview("busy", "consumer", "Stable"), GroupOverview("store", "", "Empty")
    assert groups.coordinator.list_groups()[1] == [busy, store]
    assert groups.coordinator.list_groups(["Stable"])[1] == [busy]
    assert groups.coordinator.list_groups(["Dead", "Nonsense"])[1] == []


def test_a_group_is_described_with_its_protocol_when_stable(groups: GroupDriver) -> None:
    (member,) = groups.stable("host")
    group = groups.coordinator.describe_group("g")
    assert (group.state, group.protocol_type, group.protocol) == ("Stable", "consumer", "range")
    (described,) = group.members
    assert (described.member_id, described.group_instance_id) == (member, "host")
    assert (described.client_id, described.client_host) == ("client", "/127.0.0.1")
    assert (described.metadata("range"), described.assignment) == (b"meta", member.encode())
    groups.join()
    assert groups.coordinator.describe_group("g")[:4] == (ErrorCode.NONE, "PreparingRebalance", "consumer", "")


def test_a_group_that_is_not_there_is_dead(groups: GroupDriver) -> None:
    assert groups.coordinator.describe_group("new") == (ErrorCode.NONE, "Dead", "", "", ())


def delete(groups: GroupDriver, *names: str) -> dict[str, ErrorCode]:
    errors, result = groups.coordinator.delete_groups(names, groups.now)
    groups.apply(result)
    return errors


def test_only_groups_without_members_are_deleted_for_good(groups: GroupDriver) -> None:
    groups.stable(None, group="busy")
    groups.commit(1, group="store")
    (member,) = groups.stable(None, group="left")
    groups.commit(1, group="left", member_id=member, generation=1)
    groups.leave(LeavingMember(member), group="left")
    assert delete(groups, "busy", "store", "left", "new") == {
        "busy": ErrorCode.NON_EMPTY_GROUP,
        "store": ErrorCode.NONE,
        "left": ErrorCode.NONE,
        "new": ErrorCode.GROUP_ID_NOT_FOUND,
    }
    for after in (groups, groups.restarted()):
        assert [group.group_id for group in after.coordinator.list_groups()[1]] == ["busy"]
        assert after.offset(group="store") == after.offset(group="left") == -1


def test_a_commit_on_its_way_does_not_outlive_its_group(groups: GroupDriver) -> None:
    groups.hold = True
    number = groups.commit(1)
    delete(groups, "g")
    groups.release()
    assert groups.committed(number) is ErrorCode.NONE
    assert groups.offset() == groups.restarted().offset() == -1


def test_an_id_handed_out_by_a_deleted_group_is_forgotten(groups: GroupDriver) -> None:
    groups.join(require_member_id=True)
    assert delete(groups, "g") == {"g": ErrorCode.NONE}
    assert groups.coordinator.next_deadline_ms is None


def delete_offsets(groups: GroupDriver, *topics: str) -> tuple[ErrorCode, list[ErrorCode]]:
    partitions = [TopicPartition(topic, 0) for topic in topics]
    error, errors, result = groups.coordinator.delete_offsets("g", partitions, groups.now)
    groups.apply(result)
    return error, list(errors.values())


def test_offsets_of_topics_in_use_are_not_deleted(groups: GroupDriver) -> None:
    assert delete_offsets(groups, "used") == (ErrorCode.GROUP_ID_NOT_FOUND, [])
    (member,) = groups.stable(None, protocols=consumer("used"))
    for topic in ("used", "old"):
        groups.commit(1, topic=topic, member_id=member, generation=1)
    assert delete_offsets(groups, "used", "old", "none") == (
        ErrorCode.NONE,
        [ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC, ErrorCode.NONE, ErrorCode.NONE],
    )
    for after in (groups, groups.restarted()):
        assert (after.offset(topic="used"), after.offset(topic="old")) == (1, -1)
    groups.leave(LeavingMember(member))
    assert delete_offsets(groups, "used") == (ErrorCode.NONE, [ErrorCode.NONE])
    assert groups.state() == groups.restarted().state() == "Dead"


def test_offsets_of_a_subscription_that_can_not_be_read_are_not_deleted(groups: GroupDriver) -> None:
    groups.stable(None)
    assert delete_offsets(groups, "t") == (ErrorCode.NONE, [ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC])


def test_offsets_of_other_kinds_of_groups_are_not_deleted(groups: GroupDriver) -> None:
    groups.stable(None, protocol_type="connect")
    assert delete_offsets(groups, "t") == (ErrorCode.NON_EMPTY_GROUP, [])


def test_offsets_go_with_their_topic(groups: GroupDriver) -> None:
    (member,) = groups.stable(None, protocols=consumer("t"))
    for topic in ("t", "kept"):
        groups.commit(1, topic=topic, member_id=member, generation=1)
    groups.apply(groups.coordinator.partitions_deleted([TopicPartition("t", 0)], groups.now))
    for after in (groups, groups.restarted()):
        assert (after.offset(topic="t"), after.offset(topic="kept")) == (-1, 1)


# expiry (KIP-211)


def expire_after(groups: GroupDriver, milliseconds: int) -> None:
    groups.now += milliseconds
    groups.apply(groups.coordinator.expire_offsets(groups.now))


def test_a_simple_groups_offsets_expire_after_their_commit(groups: GroupDriver) -> None:
    groups.commit(1, partition=0)
    expire_after(groups, 1000)
    groups.commit(1, partition=1)
    expire_after(groups, WEEK_MS - 1001)
    assert groups.offset(partition=0) == 1
    expire_after(groups, 1)
    assert groups.offset(partition=0) == -1
    assert groups.offset(partition=1) == groups.restarted().offset(partition=1) == 1
    expire_after(groups, 1000)
    assert groups.state() == groups.restarted().state() == "Dead"


def test_an_empty_groups_offsets_expire_after_the_last_member_left(groups: GroupDriver) -> None:
    (member,) = groups.stable(None, protocols=consumer("t"), session_timeout_ms=1_800_000)
    groups.commit(1, member_id=member, generation=1)
    groups.now += WEEK_MS
    groups.leave(LeavingMember(member))
    for after in (groups, groups.restarted()):
        expire_after(after, WEEK_MS - 1)
        assert after.offset() == 1
        expire_after(after, 1)
        assert after.state() == "Dead"


def test_a_busy_groups_offsets_expire_unless_the_topic_is_subscribed(groups: GroupDriver) -> None:
    (member,) = groups.stable(None, protocols=consumer("t"))
    for topic in ("t", "old"):
        groups.commit(1, topic=topic, member_id=member, generation=1)
    expire_after(groups, WEEK_MS)
    for after in (groups, groups.restarted()):
        assert (after.offset(topic="t"), after.offset(topic="old")) == (1, -1)


def test_a_busy_groups_offsets_stay_when_its_topics_are_not_known(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    groups.commit(1, member_id=member, generation=1)
    expire_after(groups, WEEK_MS)
    assert groups.offset() == 1


def test_an_offset_with_its_own_expiry_goes_by_that(groups: GroupDriver) -> None:
    groups.commit(1, expire_timestamp_ms=groups.now + 10)
    for after in (groups.restarted(), groups):
        expire_after(after, 9)
        assert after.offset() == 1
        expire_after(after, 1)
        assert after.state() == "Dead"


def test_a_commit_on_its_way_keeps_its_offset(groups: GroupDriver) -> None:
    groups.commit(1)
    groups.now += WEEK_MS
    groups.hold = True
    groups.commit(2)
    expire_after(groups, 0)
    groups.release()
    assert groups.offset() == 2


def test_a_group_that_never_came_to_anything_goes(groups: GroupDriver) -> None:
    groups.join(protocols=[])
    assert groups.state() == "Empty"
    expire_after(groups, 0)
    assert groups.state() == "Dead"
    assert not groups.log


def test_a_restart_gives_the_same_groups(groups: GroupDriver) -> None:
    (member,) = groups.stable("host", protocols=consumer("t"))
    groups.commit(5, member_id=member, generation=1, metadata="note")
    groups.commit(7, member_id=member, generation=1, metadata="later")
    groups.commit(3, group="store")
    after = groups.restarted(NO_DELAY)
    assert after.coordinator.list_groups() == groups.coordinator.list_groups()
    before = groups.coordinator.fetch_offsets("g", None)
    assert after.coordinator.fetch_offsets("g", None) == before
    assert before[1][TopicPartition("t", 0)].metadata == "later"
    (described,) = after.coordinator.describe_group("g").members
    assert described.assignment == member.encode()

"""Joining, assigning, heartbeats, leaving and time, as Kafka's coordinator does them."""

import pytest

from kafkacli.coordinator.membership import NEW_MEMBER_TIMEOUT_MS, GroupConfig
from kafkacli.coordinator.requests import LeavingMember
from kafkacli.errors import ErrorCode
from tests.support.group_driver import NO_DELAY, RANGE, GroupDriver


@pytest.fixture
def groups() -> GroupDriver:
    return GroupDriver()


# the way to a stable group


def test_two_members_get_the_leaders_assignment(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    assert groups.state() == "PreparingRebalance"
    groups.advance(0)
    leader, follower = groups.joined(first), groups.joined(second)
    assert leader.leader == follower.leader == leader.member_id
    assert leader.generation_id == follower.generation_id == 1
    assert (leader.protocol_type, leader.protocol_name) == ("consumer", "range")
    assert [member.member_id for member in leader.members] == [leader.member_id, follower.member_id]
    assert follower.members == ()
    waiting = groups.sync(follower.member_id, 1)
    assert waiting not in groups.answers
    assigned = groups.sync(leader.member_id, 1, {leader.member_id: b"one", follower.member_id: b"two"})
    assert groups.synced(assigned).assignment == b"one"
    assert groups.synced(waiting).assignment == b"two"
    assert groups.state() == "Stable"
    assert groups.heartbeat(leader.member_id, 1) is ErrorCode.NONE


def test_a_member_id_is_the_client_id_or_instance_id_and_something_unique(groups: GroupDriver) -> None:
    first, second = groups.join(client_id="me"), groups.join(instance="host")
    groups.advance(0)
    assert groups.joined(first).member_id == "me-1"
    assert groups.joined(second).member_id == "host-2"


def test_the_answer_to_the_leaders_sync_waits_for_the_log(groups: GroupDriver) -> None:
    member = groups.joined_alone()
    groups.hold = True
    number = groups.sync(member, 1, {member: b"all"})
    assert number not in groups.answers
    assert groups.state() == "CompletingRebalance"
    groups.release()
    assert groups.synced(number).assignment == b"all"
    assert groups.state() == "Stable"


def test_an_assignment_that_a_rebalance_has_overtaken_is_void(groups: GroupDriver) -> None:
    member = groups.joined_alone()
    groups.hold = True
    first = groups.sync(member, 1, {member: b"all"})
    other = groups.join()
    assert groups.synced(first).error is ErrorCode.REBALANCE_IN_PROGRESS
    again = groups.join(member)
    assert groups.joined(again).generation_id == groups.joined(other).generation_id == 2
    groups.release()
    assert groups.state() == "CompletingRebalance"


@pytest.mark.parametrize(
    ("appending", "told"),
    [
        (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_ENOUGH_REPLICAS, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, ErrorCode.COORDINATOR_NOT_AVAILABLE),
        (ErrorCode.NOT_LEADER_OR_FOLLOWER, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.KAFKA_STORAGE_ERROR, ErrorCode.NOT_COORDINATOR),
        (ErrorCode.REQUEST_TIMED_OUT, ErrorCode.REBALANCE_IN_PROGRESS),
        (ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.UNKNOWN_SERVER_ERROR),
        (ErrorCode.CORRUPT_MESSAGE, ErrorCode.CORRUPT_MESSAGE),
    ],
)
def test_a_failed_append_fails_the_sync_and_begins_again(
    groups: GroupDriver, appending: ErrorCode, told: ErrorCode
) -> None:
    member = groups.joined_alone()
    groups.fail = appending
    number = groups.sync(member, 1, {member: b"all"})
    assert groups.synced(number).error is told
    assert groups.state() == "PreparingRebalance"


def test_a_protocol_needs_every_members_support_and_most_votes(groups: GroupDriver) -> None:
    numbers = [
        groups.join(protocols=[("a", b""), ("b", b""), ("c", b"")]),
        groups.join(protocols=[("x", b""), ("c", b""), ("b", b"")]),
        groups.join(protocols=[("c", b""), ("b", b"")]),
    ]
    groups.advance(0)
    assert {groups.joined(number).protocol_name for number in numbers} == {"c"}
    refused = groups.join(protocols=[("a", b"")])
    assert groups.joined(refused).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    other_type = groups.join(protocol_type="connect", protocols=[("c", b"")])
    assert groups.joined(other_type).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL


@pytest.mark.parametrize(("protocol_type", "protocols"), [("", RANGE), ("consumer", [])])
def test_a_first_member_needs_a_protocol(
    groups: GroupDriver, protocol_type: str, protocols: list[tuple[str, bytes]]
) -> None:
    number = groups.join(protocol_type=protocol_type, protocols=protocols)
    assert groups.joined(number).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL


# refusals


@pytest.mark.parametrize("timeout", [5999, 1800001])
def test_a_session_timeout_out_of_range_is_refused(groups: GroupDriver, timeout: int) -> None:
    number = groups.join("mine", session_timeout_ms=timeout)
    assert groups.joined(number) == (ErrorCode.INVALID_SESSION_TIMEOUT, "mine", -1, None, None, "", ())
    assert groups.state() == "Dead"


def test_a_member_nobody_knows_is_refused_everywhere(groups: GroupDriver) -> None:
    assert groups.joined(groups.join("stranger")).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.synced(groups.sync("stranger", 1)).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.heartbeat("stranger", 1) is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.leave(LeavingMember("stranger")).members[0].error is ErrorCode.UNKNOWN_MEMBER_ID
    groups.stable(None)
    assert groups.joined(groups.join("stranger")).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.synced(groups.sync("stranger", 1)).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.heartbeat("stranger", 1) is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.leave(LeavingMember("stranger")).members[0].error is ErrorCode.UNKNOWN_MEMBER_ID


def test_an_old_generation_is_refused(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    assert groups.synced(groups.sync(member, 0)).error is ErrorCode.ILLEGAL_GENERATION
    assert groups.heartbeat(member, 2) is ErrorCode.ILLEGAL_GENERATION


def test_a_sync_naming_another_protocol_is_refused(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    wrong_type = groups.sync(member, 1, protocol_type="connect", protocol_name="range")
    wrong_name = groups.sync(member, 1, protocol_type="consumer", protocol_name="sticky")
    right = groups.sync(member, 1, protocol_type="consumer", protocol_name="range")
    assert groups.synced(wrong_type).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert groups.synced(wrong_name).error is ErrorCode.INCONSISTENT_GROUP_PROTOCOL
    assert groups.synced(right) == (ErrorCode.NONE, "consumer", "range", member.encode())


def test_a_full_group_takes_nobody_more() -> None:
    groups = GroupDriver(GroupConfig(initial_rebalance_delay_ms=0, max_size=2))
    first, second = groups.stable(None, None)
    assert groups.joined(groups.join()) == (ErrorCode.GROUP_MAX_SIZE_REACHED, "", -1, None, None, "", ())
    again = groups.join(first)
    groups.join(second)
    assert groups.joined(again).error is ErrorCode.NONE


def test_a_rebalance_takes_as_many_as_fit() -> None:
    groups = GroupDriver(GroupConfig(initial_rebalance_delay_ms=3000, max_size=2))
    numbers = [groups.join() for _ in range(3)]
    assert groups.joined(numbers[2]).error is ErrorCode.GROUP_MAX_SIZE_REACHED
    groups.advance(60_000)
    assert groups.joined(numbers[0]).generation_id == groups.joined(numbers[1]).generation_id == 1


# member ids before joining (KIP-394)


def test_a_member_is_sent_back_for_its_id_first(groups: GroupDriver) -> None:
    asked = groups.joined(groups.join(require_member_id=True))
    assert asked.error is ErrorCode.MEMBER_ID_REQUIRED
    assert groups.state() == "Empty"
    number = groups.join(asked.member_id, require_member_id=True)
    groups.advance(0)
    assert groups.joined(number)[:3] == (ErrorCode.NONE, asked.member_id, 1)


def test_a_rebalance_waits_for_an_id_handed_out_until_its_session_is_over(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    pending = groups.joined(groups.join(require_member_id=True)).member_id
    again = groups.join(member)
    assert again not in groups.answers
    groups.advance(9_999)
    assert again not in groups.answers
    groups.advance(1)
    assert groups.joined(again).generation_id == 2
    assert groups.joined(groups.join(pending)).error is ErrorCode.UNKNOWN_MEMBER_ID


def test_an_id_handed_out_can_be_given_back(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    pending = groups.joined(groups.join(require_member_id=True)).member_id
    again = groups.join(member)
    assert groups.leave(LeavingMember(pending)).members[0].error is ErrorCode.NONE
    assert groups.joined(again).generation_id == 2


def test_an_id_handed_out_is_not_for_static_members(groups: GroupDriver) -> None:
    groups.stable(None)
    pending = groups.joined(groups.join(require_member_id=True)).member_id
    joined = groups.joined(groups.join(pending, instance="host"))
    assert joined == (ErrorCode.UNKNOWN_SERVER_ERROR, "", -1, None, None, "", ())
    assert groups.leave(LeavingMember(pending, "host")) == (ErrorCode.UNKNOWN_SERVER_ERROR, ())


# the delay before a first generation


def test_a_first_generation_waits_the_delay_and_again_while_members_come() -> None:
    groups = GroupDriver(GroupConfig(initial_rebalance_delay_ms=3000))
    first = groups.join()
    groups.advance(2_999)
    second = groups.join()
    groups.advance(1)
    assert first not in groups.answers
    groups.advance(2_999)
    assert second not in groups.answers
    groups.advance(1)
    assert groups.joined(first).generation_id == groups.joined(second).generation_id == 1


def test_the_delay_ends_with_the_rebalance_timeout() -> None:
    groups = GroupDriver(GroupConfig(initial_rebalance_delay_ms=3000))
    first = groups.join(rebalance_timeout_ms=7000)
    for _ in range(4):
        groups.advance(1500)
        groups.join(rebalance_timeout_ms=7000)
    groups.advance(999)
    assert first not in groups.answers
    groups.advance(1)
    assert groups.joined(first).generation_id == 1


def test_a_group_whose_members_left_during_the_delay_is_empty() -> None:
    groups = GroupDriver(GroupConfig(initial_rebalance_delay_ms=3000))
    number = groups.join(instance="host")
    assert groups.leave(LeavingMember("", "host")).members[0].error is ErrorCode.NONE
    assert groups.joined(number).error is ErrorCode.UNKNOWN_MEMBER_ID
    groups.advance(3000)
    assert groups.state() == "Empty"
    assert len(groups.log[0]) == 1


# rebalances


def test_a_new_member_makes_the_others_join_again(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    second = groups.join()
    assert groups.heartbeat(member, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert groups.synced(groups.sync(member, 1)).error is ErrorCode.REBALANCE_IN_PROGRESS
    assert second not in groups.answers
    again = groups.join(member)
    assert groups.joined(again).generation_id == groups.joined(second).generation_id == 2


def test_members_that_miss_the_rebalance_are_dropped(groups: GroupDriver) -> None:
    first, second = groups.stable(None, None, rebalance_timeout_ms=5_000)
    again = groups.join(first)
    for _ in range(5):
        groups.advance(999)
        assert groups.heartbeat(second, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    assert again not in groups.answers
    groups.advance(5)
    assert groups.joined(again).generation_id == 2
    assert groups.heartbeat(second, 1) is ErrorCode.UNKNOWN_MEMBER_ID


def test_another_leader_is_chosen_when_the_leader_does_not_come_back(groups: GroupDriver) -> None:
    leader, other = groups.stable(None, None, rebalance_timeout_ms=5_000, session_timeout_ms=10_000)
    third = groups.join(rebalance_timeout_ms=5_000)
    again = groups.join(other)
    groups.advance(5_000)
    assert groups.joined(again).leader == other
    assert groups.joined(third).leader == other
    assert groups.heartbeat(leader, 1) is ErrorCode.UNKNOWN_MEMBER_ID


def test_a_follower_that_joins_again_unchanged_is_told_the_generation(groups: GroupDriver) -> None:
    leader, follower = groups.stable(None, None)
    answer = groups.joined(groups.join(follower))
    assert answer == (ErrorCode.NONE, follower, 1, "consumer", "range", leader, ())
    assert groups.state() == "Stable"


def test_a_follower_with_new_metadata_makes_a_rebalance(groups: GroupDriver) -> None:
    _, follower = groups.stable(None, None)
    number = groups.join(follower, protocols=[("range", b"other topics")])
    assert number not in groups.answers
    assert groups.state() == "PreparingRebalance"


def test_the_leader_makes_a_rebalance_by_joining(groups: GroupDriver) -> None:
    leader, _ = groups.stable(None, None)
    groups.join(leader)
    assert groups.state() == "PreparingRebalance"


def test_a_join_repeated_before_the_assignment_gets_the_same_answer(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    groups.advance(0)
    leader, follower = groups.joined(first), groups.joined(second)
    assert groups.joined(groups.join(leader.member_id)) == leader
    assert groups.joined(groups.join(follower.member_id)) == follower
    waiting = groups.sync(follower.member_id, 1)
    groups.join(follower.member_id, protocols=[("range", b"changed")])
    assert groups.synced(waiting).error is ErrorCode.REBALANCE_IN_PROGRESS
    assert groups.state() == "PreparingRebalance"


def test_a_join_asked_twice_is_answered_twice(groups: GroupDriver) -> None:
    first, second = groups.stable(None, None)
    earlier = groups.join(first)
    later = groups.join(first)
    assert groups.joined(earlier).error is ErrorCode.REBALANCE_IN_PROGRESS
    groups.join(second)
    assert groups.joined(later).generation_id == 2


def test_a_sync_asked_twice_is_answered_twice(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    groups.advance(0)
    leader, follower = groups.joined(first).member_id, groups.joined(second).member_id
    earlier = groups.sync(follower, 1)
    later = groups.sync(follower, 1)
    assert groups.synced(earlier).error is ErrorCode.REBALANCE_IN_PROGRESS
    groups.sync(leader, 1, {follower: b"x"})
    assert groups.synced(later).assignment == b"x"


def test_a_member_the_leader_forgot_gets_nothing(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    groups.advance(0)
    leader, follower = groups.joined(first).member_id, groups.joined(second).member_id
    groups.sync(leader, 1, {leader: b"all", "nobody": b"x"})
    assert groups.synced(groups.sync(follower, 1)).assignment == b""


# sessions


def test_a_member_that_is_not_heard_from_is_removed(groups: GroupDriver) -> None:
    first, second = groups.stable(None, None)
    groups.advance(9_000)
    assert groups.heartbeat(first, 1) is ErrorCode.NONE
    groups.advance(1_000)
    assert groups.state() == "PreparingRebalance"
    assert groups.heartbeat(second, 1) is ErrorCode.UNKNOWN_MEMBER_ID
    again = groups.join(first)
    assert groups.joined(again).generation_id == 2


def test_members_waiting_in_a_rebalance_are_alive(groups: GroupDriver) -> None:
    first, second = groups.stable(None, None)
    again = groups.join(first)
    for _ in range(5):
        groups.advance(9_000)
        assert groups.heartbeat(second, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    groups.join(second)
    assert groups.joined(again).generation_id == 2
    waiting = groups.sync(second, 2)
    for _ in range(3):
        groups.advance(9_000)
        assert groups.heartbeat(first, 2) is ErrorCode.NONE
    groups.sync(first, 2, {second: b"x"})
    assert groups.synced(waiting).assignment == b"x"
    groups.advance(9_999)
    assert groups.heartbeat(second, 2) is ErrorCode.NONE


def test_a_new_members_first_join_waits_five_minutes_at_most(groups: GroupDriver) -> None:
    (member,) = groups.stable(None, rebalance_timeout_ms=600_000, session_timeout_ms=1_000_000)
    number = groups.join(rebalance_timeout_ms=600_000)
    groups.advance(NEW_MEMBER_TIMEOUT_MS - 1)
    assert number not in groups.answers
    groups.advance(1)
    assert groups.joined(number).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.joined(groups.join(member)).generation_id == 2


def test_the_last_member_leaving_empties_the_group(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    assert groups.leave(LeavingMember(member)) == (ErrorCode.NONE, ((member, None, ErrorCode.NONE),))
    assert groups.state() == "Empty"
    assert groups.coordinator.next_deadline_ms is None


def test_a_leaving_member_hands_over(groups: GroupDriver) -> None:
    leader, other = groups.stable(None, None)
    groups.leave(LeavingMember(leader))
    assert groups.heartbeat(other, 1) is ErrorCode.REBALANCE_IN_PROGRESS
    again = groups.join(other)
    assert groups.joined(again)[:3] == (ErrorCode.NONE, other, 2)
    assert groups.joined(again).leader == other


def test_a_member_removed_while_it_waits_for_its_assignment_is_told(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    groups.advance(0)
    follower = groups.joined(second).member_id
    waiting = groups.sync(follower, 1)
    groups.leave(LeavingMember(follower))
    assert groups.synced(waiting).error is ErrorCode.UNKNOWN_MEMBER_ID
    assert groups.state() == "PreparingRebalance"
    assert groups.joined(first).error is ErrorCode.NONE


# groups that come from the log and go


def test_members_from_the_log_have_a_session_to_be_heard_from(groups: GroupDriver) -> None:
    first, second = groups.stable(None, "host")
    other = groups.restarted()
    assert other.state() == "Stable"
    assert other.heartbeat(first, 1) is ErrorCode.NONE
    assert other.synced(other.sync(second, 1, instance="host")).assignment == second.encode()
    other.advance(10_000)
    assert other.state() == "Empty"


def test_a_group_from_the_log_that_is_too_big_is_rebalanced(groups: GroupDriver) -> None:
    members = groups.stable(None, None, None)
    other = groups.restarted(NO_DELAY._replace(max_size=2))
    assert other.state() == "PreparingRebalance"
    numbers = [other.join(member) for member in members]
    assert other.joined(numbers[2]).error is ErrorCode.GROUP_MAX_SIZE_REACHED
    assert other.joined(numbers[0]).generation_id == other.joined(numbers[1]).generation_id == 2


def test_who_waits_is_told_when_the_partition_is_lost(groups: GroupDriver) -> None:
    one, _ = groups.stable("one", None)
    joining = groups.join(one, instance="one")
    groups.apply(groups.coordinator.resign(0, groups.now))
    assert groups.joined(joining) == (ErrorCode.NOT_COORDINATOR, one, -1, None, None, "", ())
    assert groups.heartbeat(one, 1) is ErrorCode.NOT_COORDINATOR
    assert groups.coordinator.next_deadline_ms is None


def test_who_waits_for_an_assignment_is_told_when_the_partition_is_lost(groups: GroupDriver) -> None:
    first, second = groups.join(), groups.join()
    groups.advance(0)
    groups.hold = True
    syncing = groups.sync(groups.joined(second).member_id, 1)
    leading = groups.sync(groups.joined(first).member_id, 1)
    groups.apply(groups.coordinator.resign(0, groups.now))
    assert groups.synced(syncing).error is groups.synced(leading).error is ErrorCode.NOT_COORDINATOR
    groups.release()

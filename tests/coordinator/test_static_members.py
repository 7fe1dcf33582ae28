"""Members with an instance id of their own (KIP-345)."""

import pytest

from kafkacli.coordinator.requests import LeavingMember
from kafkacli.errors import ErrorCode
from tests.support.group_driver import RANGE, GroupDriver


@pytest.fixture
def groups() -> GroupDriver:
    return GroupDriver()


def test_a_restarted_static_member_takes_its_place_without_a_rebalance(groups: GroupDriver) -> None:
    old, other = groups.stable("host", None)
    answer = groups.joined(groups.join(instance="host"))
    assert answer.error is ErrorCode.NONE
    assert answer.member_id not in ("", old)
    assert (answer.generation_id, answer.leader, answer.members) == (1, old, ())
    assert groups.state() == "Stable"
    assert groups.synced(groups.sync(answer.member_id, 1, instance="host")).assignment == old.encode()
    assert groups.heartbeat(old, 1, instance="host") is ErrorCode.FENCED_INSTANCE_ID
    assert groups.synced(groups.sync(old, 1, instance="host")).error is ErrorCode.FENCED_INSTANCE_ID
    assert groups.joined(groups.join(old, instance="host")).error is ErrorCode.FENCED_INSTANCE_ID
    assert groups.leave(LeavingMember(old, "host")).members[0].error is ErrorCode.FENCED_INSTANCE_ID
    assert groups.heartbeat(other, 1) is ErrorCode.NONE
    assert groups.restarted().heartbeat(answer.member_id, 1, instance="host") is ErrorCode.NONE


def test_a_restart_that_can_not_be_stored_is_undone(groups: GroupDriver) -> None:
    old, _ = groups.stable("host", None)
    groups.fail = ErrorCode.NOT_ENOUGH_REPLICAS
    answer = groups.joined(groups.join(instance="host", protocols=[("range", b"new")]))
    assert answer == (ErrorCode.COORDINATOR_NOT_AVAILABLE, "", 1, "consumer", "range", old, ())
    assert groups.heartbeat(old, 1, instance="host") is ErrorCode.NONE
    members = {member.member_id: member for member in groups.coordinator.describe_group("g").members}
    assert members[old].protocols == RANGE


def test_a_restart_that_changes_the_protocol_makes_a_rebalance(groups: GroupDriver) -> None:
    number = groups.join(instance="host", protocols=[("a", b""), ("b", b"")])
    groups.join(protocols=[("b", b""), ("a", b"")])
    groups.advance(0)
    leader = groups.joined(number).member_id
    groups.sync(leader, 1, {})
    assert groups.state() == "Stable"
    chosen = groups.joined(number).protocol_name
    other = "b" if chosen == "a" else "a"
    again = groups.join(instance="host", protocols=[(other, b"")])
    assert again not in groups.answers
    assert groups.state() == "PreparingRebalance"


def test_a_restart_before_the_assignment_fences_the_old_one(groups: GroupDriver) -> None:
    first, second = groups.join(instance="one"), groups.join(instance="two")
    groups.advance(0)
    follower = groups.joined(second).member_id
    waiting = groups.sync(follower, 1, instance="two")
    again = groups.join(instance="two")
    assert groups.synced(waiting).error is ErrorCode.FENCED_INSTANCE_ID
    leader = groups.joined(first).member_id
    assert groups.heartbeat(leader, 1, instance="one") is ErrorCode.REBALANCE_IN_PROGRESS
    groups.join(leader, instance="one")
    assert groups.joined(again).generation_id == 2


def test_a_restart_during_a_rebalance_fences_the_waiting_one(groups: GroupDriver) -> None:
    one, two = groups.stable("one", "two")
    waiting = groups.join(one, instance="one")
    again = groups.join(instance="one")
    assert groups.joined(waiting) == (ErrorCode.FENCED_INSTANCE_ID, one, -1, None, None, "", ())
    groups.join(two, instance="two")
    assert groups.joined(again).generation_id == 2


def test_a_static_member_outlives_a_rebalance_it_missed(groups: GroupDriver) -> None:
    two, one = groups.stable(None, "one", rebalance_timeout_ms=5_000, session_timeout_ms=30_000)
    again = groups.join(two)
    groups.advance(5_000)
    assert groups.joined(again).generation_id == 2
    assert groups.heartbeat(one, 2, instance="one") is ErrorCode.NONE


@pytest.mark.parametrize("rebalance_timeout_ms", [0, 5_000])
def test_a_rebalance_nobody_came_to_waits_for_the_sessions(groups: GroupDriver, rebalance_timeout_ms: int) -> None:
    groups.stable("one", rebalance_timeout_ms=rebalance_timeout_ms, session_timeout_ms=30_000)
    second = groups.join(session_timeout_ms=30_000, rebalance_timeout_ms=rebalance_timeout_ms)
    groups.advance(rebalance_timeout_ms)
    member = groups.joined(second).member_id
    assert groups.joined(second).leader == member
    groups.leave(LeavingMember(member))
    groups.advance(12_000)
    assert groups.state() == "PreparingRebalance"
    groups.advance(30_000)
    assert groups.state() == "Empty"


def test_members_are_removed_by_instance_id(groups: GroupDriver) -> None:
    _one, two = groups.stable("one", "two")
    answer = groups.leave(LeavingMember("", "one"), LeavingMember("", "nobody"), LeavingMember(two, "two"))
    assert [member.error for member in answer.members] == [
        ErrorCode.NONE,
        ErrorCode.UNKNOWN_MEMBER_ID,
        ErrorCode.NONE,
    ]
    assert groups.state() == "Empty"


def test_a_known_member_with_an_unknown_instance_id_is_refused(groups: GroupDriver) -> None:
    (member,) = groups.stable(None)
    assert groups.joined(groups.join(member, instance="host")).error is ErrorCode.UNKNOWN_MEMBER_ID

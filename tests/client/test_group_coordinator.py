"""Commits, and what is committed."""

from kafkacli.client.group_coordinator import GroupCoordinator
from kafkacli.client.readings import Position
from tests.client.test_brokers import Case
from tests.support.broker import RunningBroker


def test_what_is_committed_comes_back(broker: RunningBroker) -> None:
    broker.create_topic("kept", 2)
    case = Case(broker.port)
    coordinator = GroupCoordinator(case.brokers, "g", None, 0.02)
    (done,) = case.do(coordinator.commit({("kept", 0): Position(7, 3)}, 1e12))
    assert done.result == ""
    (found,) = case.do(coordinator.fetch([("kept", 0), ("kept", 1)]))
    position = found.result["kept", 0]
    assert (position.offset, position.epoch) == (7, 3)
    assert found.result["kept", 1] is None
    assert coordinator.is_known
    case.links.close()


def test_who_is_no_member_commits_nothing(broker: RunningBroker) -> None:
    broker.create_topic("kept")
    case = Case(broker.port)
    coordinator = GroupCoordinator(case.brokers, "g", None, 0.02)
    coordinator.generation, coordinator.member_id = 4, "me"
    (done,) = case.do(coordinator.commit({("kept", 0): Position(7)}, 1e12))
    assert "CommitFailedException: Offset commit cannot be completed since the consumer is not part" in done.result
    assert (coordinator.generation, coordinator.member_id, coordinator.must_join) == (-1, "", True)
    case.links.close()


def test_a_time_that_is_over() -> None:
    case = Case(1)
    coordinator = GroupCoordinator(case.brokers, "g", None, 0.02)
    (done,) = case.do(coordinator.commit({("kept", 0): Position(7)}, 0.0))
    assert "TimeoutException" in done.result

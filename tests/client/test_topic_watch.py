"""What is known of topics, and when it is asked for again."""

import time

import pytest

from kafkacli.client.records import RecordError
from kafkacli.client.tasks import Task, run
from kafkacli.client.topic_watch import TopicWatch
from tests.client.test_brokers import Case
from tests.support.broker import NODE_ID, RunningBroker


class Watching:
    """A watch that goes on, and what it said."""

    def __init__(self, port: int, max_age_s: float = 60.0, *, creates: bool = False) -> None:
        self.said: list[str] = []
        case = Case(port)
        self.links = case.links
        self.watch = TopicWatch(
            case.brokers,
            lambda level, text: self.said.append(f"{level} {text}"),
            max_age_s=max_age_s,
            retry_s=0.02,
            creates=creates,
        )
        self._task = Task(self.watch.keep())

    def until_version(self, number: int) -> None:
        deadline = time.monotonic() + 10
        while self.watch.version < number:
            assert time.monotonic() < deadline
            run(lambda: [self._task], self.links, 0.1, lambda: self.watch.version >= number)


def test_partitions_and_leaders(broker: RunningBroker) -> None:
    broker.create_topic("two", 2)
    watching = Watching(broker.port)
    watching.watch.want({"two"})
    watching.until_version(1)
    assert watching.watch.counts == {"two": 2}
    assert watching.watch.leaders == {("two", 0): (NODE_ID, 0), ("two", 1): (NODE_ID, 0)}
    assert watching.links.nodes == {NODE_ID: ("127.0.0.1", broker.port)}
    watching.watch.is_old()
    watching.until_version(2)
    watching.links.close()


def test_topics_that_match_without_internal_ones(broker: RunningBroker) -> None:
    broker.create_topic("match-a")
    broker.create_topic("other")
    watching = Watching(broker.port, 0.02)
    watching.watch.want_matching(lambda name, is_internal: name.startswith("match") and not is_internal)
    watching.until_version(1)
    assert watching.watch.matched == ["match-a"]
    broker.create_topic("match-b")
    deadline = time.monotonic() + 10
    while watching.watch.matched != ["match-a", "match-b"]:
        assert time.monotonic() < deadline
        watching.until_version(watching.watch.version + 1)
    watching.links.close()


def test_a_missing_topic_is_told_once_and_asked_for_until_it_is_there(broker: RunningBroker) -> None:
    watching = Watching(broker.port)
    watching.watch.want({"later"})
    watching.until_version(3)
    assert watching.said == ["WARN Error while fetching metadata : {later=UNKNOWN_TOPIC_OR_PARTITION}"]
    broker.create_topic("later")
    deadline = time.monotonic() + 10
    while not watching.watch.leaders:
        assert time.monotonic() < deadline
        watching.until_version(watching.watch.version + 1)
    watching.links.close()


def test_a_name_that_no_topic_can_have(broker: RunningBroker) -> None:
    watching = Watching(broker.port, creates=True)
    watching.watch.want({"no name"})
    with pytest.raises(RecordError, match=r"InvalidTopicException: Invalid topics: \[no name\]"):
        watching.until_version(1)
    watching.links.close()

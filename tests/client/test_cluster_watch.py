"""When a client asks for its cluster's state again."""

import time

from kafkacli.client.brokers import ASKING
from kafkacli.client.cluster_view import ClusterView
from kafkacli.client.cluster_watch import ClusterWatch
from kafkacli.errors import ErrorCode
from tests.client.test_brokers import Case
from tests.support.broker import NODE_ID, RunningBroker


class Watching:
    """A watch that goes on, and the errors that it met."""

    def __init__(self, port: int, max_age_s: float = 60.0, *, creates: bool = False) -> None:
        self.links = Case(port).links
        self.view = ClusterView()
        self.errors: list[dict[str, int]] = []
        self.watch = ClusterWatch(
            self.view,
            self.links,
            lambda number: self.errors.append(self.view.errors),
            purpose=ASKING,
            max_age_s=max_age_s,
            retry_s=0.02,
            timeout_s=10,
            creates=creates,
        )

    def until_version(self, number: int) -> None:
        deadline = time.monotonic() + 10
        while self.view.version < number:
            now = time.monotonic()
            assert now < deadline
            self.links.look_after(now)
            self.links.wait(min(self.watch.look_after(now), 1))


def test_partitions_and_leaders(broker: RunningBroker) -> None:
    broker.create_topic("two", 2)
    watching = Watching(broker.port)
    assert watching.watch.look_after(time.monotonic()) > 100  # nothing is wanted
    watching.watch.want({"two"})
    watching.until_version(1)
    assert watching.view.counts == {"two": 2}
    assert watching.view.leaders == {("two", 0): (NODE_ID, 0), ("two", 1): (NODE_ID, 0)}
    assert watching.links.nodes == {NODE_ID: ("127.0.0.1", broker.port)}
    assert 59 < watching.watch.look_after(time.monotonic()) <= 60
    watching.watch.is_old()
    watching.until_version(2)
    watching.links.close()


def test_topics_that_match_are_looked_for_as_it_ages(broker: RunningBroker) -> None:
    broker.create_topic("match-a")
    broker.create_topic("other")
    watching = Watching(broker.port, 0.02)
    watching.view.matches = lambda name, is_internal: name.startswith("match") and not is_internal
    watching.until_version(1)
    assert watching.view.matched == ["match-a"]
    broker.create_topic("match-b")
    deadline = time.monotonic() + 10
    while watching.view.matched != ["match-a", "match-b"]:
        assert time.monotonic() < deadline
        watching.until_version(watching.view.version + 1)
    watching.links.close()


def test_a_missing_topic_is_asked_for_until_it_is_there(broker: RunningBroker) -> None:
    watching = Watching(broker.port)
    watching.watch.want({"later"})
    watching.until_version(3)
    assert watching.errors == [{"later": ErrorCode.UNKNOWN_TOPIC_OR_PARTITION}] * 3
    broker.create_topic("later")
    deadline = time.monotonic() + 10
    while not watching.view.leaders:
        assert time.monotonic() < deadline
        watching.until_version(watching.view.version + 1)
    watching.links.close()


def test_brokers_make_topics_on_demand(broker: RunningBroker) -> None:
    watching = Watching(broker.port, creates=True)
    watching.watch.want({"made"})
    deadline = time.monotonic() + 10
    while not watching.view.leaders:
        assert time.monotonic() < deadline
        watching.until_version(watching.view.version + 1)
    watching.links.close()


def test_a_lost_connection_is_asked_again(broker: RunningBroker) -> None:
    broker.create_topic("one")
    watching = Watching(broker.port)
    watching.watch.want({"one"})
    while watching.watch.look_after(time.monotonic()) < 100 or not watching.watch._is_asking:
        watching.links.look_after(time.monotonic())
        watching.links.wait(1)
    link = watching.links.any(time.monotonic(), ASKING)
    assert link is not None
    link.lose("lost")
    watching.until_version(1)
    watching.links.close()

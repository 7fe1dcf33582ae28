"""A Kafka to run tools against: our broker in this process, and the real one, so that each test runs on both."""

import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

import pytest

from kafkacli.client.cluster import MOVED_COORDINATOR, Cluster, check
from kafkacli.client.connection import Connection
from kafkacli.client.groups import commit_offsets
from kafkacli.client.topics import create_topic, describe_topics, list_topics
from kafkacli.errors import ApiError
from kafkacli.wire.consumer_protocol import ConsumerAssignment, TopicPartitions, encode_consumer
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.join_group import JoinGroupResponse
from kafkacli.wire.messages.leave_group import LeaveGroupResponse
from kafkacli.wire.messages.produce import ProduceResponse
from kafkacli.wire.messages.sync_group import SyncGroupResponse
from tests.support.apache import ApacheCluster
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.group_requests import join, leave, sync
from tests.support.produced import batch, produce_request

SECONDS = 20
_numbers = count()


class Kafka(NamedTuple):
    """A server, shared by the whole run: use names from `new_name`."""

    bootstrap: str
    zookeeper: str
    broker_id: int

    def new_name(self) -> str:
        """A name that no topic or group has yet."""
        return f"name-{next(_numbers)}-{self.broker_id}"

    def create_topic(self, partitions: int = 1, *, records: int = 0, **configs: str) -> str:
        """Make a topic that has leaders, with so many records in partition 0; returns its name."""
        name = self.new_name()
        with Cluster(self.bootstrap) as cluster:
            settings = {key.replace("_", "."): value for key, value in configs.items()}
            create_topic(cluster, name, partitions=partitions, replication_factor=1, configs=settings)
            wait_for(lambda: _has_leaders(cluster, name))
            if records:
                request = produce_request(batch(*([b"value"] * records)), name)
                answer = cluster.any(_deadline()).send(request, ProduceResponse, _deadline())
                assert answer.responses[0].partitions[0].error_code == 0
        return name

    def commit(self, group: str, topic: str, *offsets: int) -> None:
        """Commit the offsets of a topic's first partitions for a group."""
        with Cluster(self.bootstrap) as cluster:
            commit_offsets(cluster, group, {(topic, index): offset for index, offset in enumerate(offsets)})

    def has_topic(self, name: str) -> bool:
        """Whether the brokers know a topic."""
        with Cluster(self.bootstrap) as cluster:
            return name in [topic for topic, _ in list_topics(cluster)]


class Member:
    """A member of a group, alone in it, with the partitions it was given."""

    def __init__(self, kafka: Kafka, group: str, topic: str, *partitions: int) -> None:
        self._cluster = Cluster(kafka.bootstrap)
        self._group = group
        connection = self._cluster.call("findCoordinator", self._find)
        joined = connection.send(join(group), JoinGroupResponse, _deadline(), version=2)
        assert joined.error_code == 0
        self.member_id = joined.member_id
        parts = [TopicPartitions(topic=topic, partitions=list(partitions))]
        assignment = (self.member_id, encode_consumer(ConsumerAssignment(topic_partitions=parts)))
        request = sync(group, self.member_id, joined.generation_id, assignment)
        assert connection.send(request, SyncGroupResponse, _deadline(), version=2).error_code == 0
        self._connection = connection

    def _find(self, deadline: float) -> Connection:
        request = FindCoordinatorRequest(key=self._group)
        found = self._cluster.any(deadline).send(request, FindCoordinatorResponse, deadline)
        check(found.error_code, passing=MOVED_COORDINATOR)
        return self._cluster.broker(found.node_id, deadline)

    def leave(self) -> None:
        """Leave the group and close the connection."""
        request = leave(self._group, (self.member_id, None))
        request.member_id, request.members = self.member_id, []
        self._connection.send(request, LeaveGroupResponse, _deadline(), version=1)
        self._cluster.close()


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so. Raises TimeoutError."""
    deadline = _deadline()
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.01)


def _has_leaders(cluster: Cluster, topic: str) -> bool:
    try:
        (described,) = describe_topics(cluster, [topic])
    except ApiError:
        return False
    return bool(described.partitions) and all(row.leader is not None for row in described.partitions)


def _deadline() -> float:
    return time.monotonic() + SECONDS


@pytest.fixture(scope="session")
def apache_kafka(apache_cluster: ApacheCluster) -> Kafka:
    """The real server."""
    return Kafka(apache_cluster.bootstrap, apache_cluster.zookeeper, 0)


@pytest.fixture(scope="session")
def our_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Our server."""
    running = RunningBroker(tmp_path_factory.mktemp("kafka") / "log")
    yield Kafka(running.bootstrap, running.zookeeper, NODE_ID)
    running.stop()


@pytest.fixture(scope="session", params=["ours", pytest.param("apache", marks=pytest.mark.apache)])
def kafka(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Our server, then the real one."""
    if request.param == "apache":
        cluster: ApacheCluster = request.getfixturevalue("apache_cluster")
        yield Kafka(cluster.bootstrap, cluster.zookeeper, 0)
        return
    running = RunningBroker(tmp_path_factory.mktemp("kafka") / "log")
    yield Kafka(running.bootstrap, running.zookeeper, NODE_ID)
    running.stop()

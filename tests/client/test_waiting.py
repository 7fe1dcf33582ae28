"""What is missing in a cluster, and the pauses between looks."""

import time as clock
from collections.abc import Iterator

import pytest

from kafkacli.client.settings import ClientSettings
from kafkacli.client.waiting import BrokerWatch, Wanted, ZnodeWatch, broker_troubles, wait
from kafkacli.client.znode_client import ZnodeClient
from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.client.zookeeper_session import ZooKeeperSession
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.metadata import (
    MetadataRequest,
    MetadataResponse,
    MetadataResponseBroker,
    MetadataResponsePartition,
    MetadataResponseTopic,
)
from tests.support.scripted_broker import framed, scripted_broker, versions_answer
from tests.support.zookeeper import RunningZooKeeper


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def looks(*answers: list[str]) -> Iterator[list[str]]:
    yield from answers
    while True:
        yield answers[-1]


def test_a_minute_takes_few_looks_and_ends_on_time() -> None:
    time, answers = Time(), looks(["no broker"])
    assert wait(lambda _: next(answers), 60, now=lambda: time.now, sleep=time.sleep) == ["no broker"]
    assert time.now == pytest.approx(60)
    assert len(time.pauses) < 70
    assert time.pauses[0] == 0.05
    assert max(time.pauses) == 1


def test_it_ends_when_nothing_is_missing() -> None:
    time, answers = Time(), looks(["a"], ["b"], [])
    assert wait(lambda _: next(answers), 60, now=lambda: time.now, sleep=time.sleep) == []
    assert len(time.pauses) == 2


def test_no_time_is_one_look() -> None:
    time = Time()
    assert wait(lambda _: ["a"], 0, now=lambda: time.now, sleep=time.sleep) == ["a"]
    assert time.pauses == []


def partition(index: int, leader: int, replicas: list[int], isr: list[int]) -> MetadataResponsePartition:
    return MetadataResponsePartition(
        partition_index=index, leader_id=leader, replica_nodes=replicas, isr_nodes=isr, offline_replicas=[]
    )


READY = [partition(0, 1, [1, 2], [2, 1]), partition(1, 2, [2, 1], [1, 2])]
NO_LEADER = [partition(0, -1, [1, 2], []), partition(1, 2, [2, 1], [2])]


@pytest.mark.parametrize(
    ("error", "partitions", "wanted", "missing"),
    [
        (0, READY, Wanted(in_sync=True, partitions=2, brokers=2), []),
        (0, READY, Wanted(brokers=3), ["2 of 3 brokers are up"]),
        (0, READY, Wanted(partitions=3), ["topic t has 2 of 3 partitions"]),
        (0, NO_LEADER, Wanted(), ["topic t has no leader for partition 0"]),
        (0, [partition(n, -1, [1], []) for n in range(7)], Wanted(),
         ["topic t has no leader for partitions 0, 1, 2, 3, 4 and 2 more"]),
        (0, [partition(3, 2, [2, 1], [2])], Wanted(in_sync=True),
         ["topic t has replicas that are not in sync in partition 3"]),
        (0, [partition(3, 2, [2, 1], [2])], Wanted(), []),
        (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, [], Wanted(), ["topic t does not exist"]),
        (ErrorCode.LEADER_NOT_AVAILABLE, [], Wanted(), ["topic t has no leaders yet"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(
    error: int, partitions: list[MetadataResponsePartition], wanted: Wanted, missing: list[str]
) -> None:
    brokers = [MetadataResponseBroker(node_id=number, host="b", port=1) for number in (1, 2)]
    topic = MetadataResponseTopic(error_code=error, name="t", partitions=partitions)
    assert broker_troubles(MetadataResponse(brokers=brokers, topics=[topic]), wanted) == missing


def test_what_waiting_does_not_mend_is_raised() -> None:
    topic = MetadataResponseTopic(error_code=ErrorCode.TOPIC_AUTHORIZATION_FAILED, name="t", partitions=[])
    brokers = [MetadataResponseBroker(node_id=1, host="b", port=1)]
    with pytest.raises(ApiError, match="topic t: "):
        broker_troubles(MetadataResponse(brokers=brokers, topics=[topic]), Wanted())


def test_a_name_that_may_come_yet_is_missing_not_wrong() -> None:
    watch = BrokerWatch("nowhere.invalid:9092", ClientSettings(), Wanted())
    assert watch.missing(float("inf")) == ["nowhere.invalid:9092: the name can't be resolved (DNS)"]


def test_a_coordinator_that_may_come_yet_is_missing_for_its_group() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, MetadataRequest, FindCoordinatorRequest)
        if key == ApiKey.FIND_COORDINATOR:
            return framed(FindCoordinatorResponse(error_code=15, node_id=-1, host="", port=-1), version, request)
        return framed(MetadataResponse(brokers=[MetadataResponseBroker(node_id=1, host="b", port=1)]), version, request)

    with scripted_broker(answer) as port:
        watch = BrokerWatch(f"127.0.0.1:{port}", ClientSettings(), Wanted(groups=["g"], is_empty=True))
        assert watch.missing(0) == ["group g: The coordinator is not available."]
        watch.close()


def test_a_pause_ends_when_a_znode_comes(zookeeper_server: RunningZooKeeper) -> None:
    other = ZnodeClient(ZooKeeperSession(zookeeper_server.address, 6, ZooKeeperLogin()))
    watch = ZnodeWatch(zookeeper_server.address, ZooKeeperLogin(), ["/a", "/b"])
    deadline = clock.monotonic() + 60
    for path, missing in (("/b", ["/a", "/b"]), ("/a", ["/a"])):
        assert watch.missing(deadline) == [f"znode {each} does not exist" for each in missing]
        other.create(path)
        watch.pause(60)
    assert watch.missing(deadline) == []
    assert clock.monotonic() < deadline
    other.session.close()
    zookeeper_server.stop()
    watch.pause(60)  # the connection goes: time to look
    assert watch.missing(clock.monotonic()) != []
    watch.pause(0.01)
    watch.close()

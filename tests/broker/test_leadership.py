"""What the controller says, carried out on the broker's partitions and metadata."""

import asyncio
import errno
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.broker.leadership import Leadership
from kafkacli.broker.metadata import MetadataCache, PartitionMetadata
from kafkacli.broker.moves import ReplicaMoves
from kafkacli.broker.purgatory import Purgatory
from kafkacli.broker.quotas import NO_LIMIT
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.registry.assignment import LiveBroker
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition
from kafkacli.wire.messages.create_topics import CreatableTopic
from tests.broker.test_dynamic_configs import config, partitions
from tests.support.broker import RunningBroker
from tests.support.loop import on_loop

T0 = TopicPartition("t", 0)
MINE = ReplicaAssignment((1,))


class Told:
    """A leadership and what its listeners heard."""

    def __init__(self, directory: Path) -> None:
        ours = config()
        self.broker = Broker(
            config=ours,
            node_id=1,
            cluster_id="c",
            partitions=partitions(directory, ours),
            metadata=MetadataCache(),
            purgatory=Purgatory(asyncio.get_running_loop()),
        )
        self.broker.moves = ReplicaMoves(self.broker, lambda: NO_LIMIT)
        self.leadership = Leadership(self.broker, {})
        self.heard: list[str] = []
        self.leadership.became_leader.append(lambda partition: self.heard.append(f"leads {partition.log.name}"))
        self.leadership.resigned.append(lambda partition: self.heard.append(f"resigned {partition.log.name}"))
        self.leadership.deleted.append(lambda topic, numbers: self.heard.append(f"deleted {topic} {numbers}"))

    def set_partition(
        self, state: LeaderAndIsr, assignment: ReplicaAssignment = MINE, overrides: Mapping[str, str] | None = None
    ) -> ErrorCode:
        """Have t-0 in a state, and clients know of it."""
        error = self.leadership.set_partition(T0, state, assignment, overrides or {}, is_new=True)
        self.leadership.make_known({T0: (state, assignment)})
        return error


@on_loop
async def test_a_led_partition_gets_its_log_with_the_topics_configs(tmp_path: Path) -> None:
    told = Told(tmp_path)
    for epoch in (0, 1):
        told.set_partition(LeaderAndIsr(1, epoch, (1,), 1), MINE, {"retention.ms": "7"})
    hosted = told.broker.partitions.get("t", 0)
    assert (hosted.is_leader, hosted.leader_epoch, hosted.log.config.retention_ms) == (True, 1, 7)
    assert told.heard == ["leads t-0"]
    assert told.broker.metadata.partition("t", 0) == PartitionMetadata(1, 1, (1,), (1,))
    assert told.leadership.has_leaders("t", 1)
    assert not told.leadership.has_leaders("t", 2)


@on_loop
async def test_another_brokers_partition_is_only_known(tmp_path: Path) -> None:
    told = Told(tmp_path)
    told.set_partition(LeaderAndIsr(2, 0, (2,), 1), ReplicaAssignment((2,)))
    assert told.broker.partitions.find("t", 0) is None
    assert told.leadership.has_topic("t")


@on_loop
async def test_leadership_is_given_up_and_replicas_are_removed(tmp_path: Path) -> None:
    told = Told(tmp_path)
    told.set_partition(LeaderAndIsr(1, 0, (1,), 1))
    told.set_partition(LeaderAndIsr(2, 1, (1, 2), 1), ReplicaAssignment((1, 2)))
    assert not told.broker.partitions.get("t", 0).is_leader
    told.leadership.forget_topic("t")
    told.leadership.stop_replica(T0, delete=True)
    assert told.heard == ["leads t-0", "resigned t-0", "deleted t [0]", "resigned t-0"]
    assert told.broker.partitions.find("t", 0) is None
    assert not told.leadership.has_topic("t")
    assert not (tmp_path / "logs" / "t-0").exists()


@on_loop
async def test_a_partition_that_can_not_be_hosted_is_only_said(tmp_path: Path) -> None:
    told = Told(tmp_path)
    told.set_partition(LeaderAndIsr(1, 0, (1,), 1), MINE, {"retention.ms": "x"})
    assert told.broker.partitions.find("t", 0) is None
    assert told.heard == []


@on_loop
async def test_a_partition_for_whose_log_there_was_no_room_is_hosted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told(tmp_path)
    opened = OsFileSystem.open

    def full(self: OsFileSystem, path: str, *, create: bool = False) -> int:
        if "/t-0/" in path:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return opened(self, path, create=create)

    with monkeypatch.context() as patch:
        patch.setattr(OsFileSystem, "open", full)
        assert told.set_partition(LeaderAndIsr(1, 0, (1,), 1)) is ErrorCode.NONE
        told.leadership.try_again()
    assert told.broker.partitions.find("t", 0) is None
    told.leadership.try_again()
    assert told.broker.partitions.get("t", 0).is_leader
    assert told.heard == ["leads t-0"]


@on_loop
async def test_the_cluster_as_clients_see_it(tmp_path: Path) -> None:
    told = Told(tmp_path)
    endpoints = (("PLAINTEXT", "PLAINTEXT", "h", 1), ("SSL", "SSL", "h", 2))
    told.leadership.set_brokers({2: BrokerRegistration(endpoints, "r"), 1: BrokerRegistration(endpoints)})
    told.leadership.set_controller(2, 7)
    assert told.leadership.live_brokers() == [LiveBroker(1), LiveBroker(2, "r")]
    assert told.broker.metadata.controller_id == 2
    node = told.broker.metadata.broker(2)
    assert node is not None
    assert node.endpoints["SSL"] == ("h", 2)


@on_loop
async def test_a_superseded_controller_is_not_heard(tmp_path: Path) -> None:
    told = Told(tmp_path)
    told.broker.epoch = 30
    told.leadership.set_controller(1, 7)
    told.leadership.check_controller(7, 30)
    told.leadership.check_controller(8, -1)
    for epoch, broker_epoch, error in (
        (7, 30, ErrorCode.STALE_CONTROLLER_EPOCH),
        (9, 29, ErrorCode.STALE_BROKER_EPOCH),
    ):
        with pytest.raises(ApiError) as refused:
            told.leadership.check_controller(epoch, broker_epoch)
        assert refused.value.code is error


def test_clients_never_meet_a_topic_with_some_of_its_partitions(broker: RunningBroker) -> None:
    topic = CreatableTopic(name="t", num_partitions=40, replication_factor=1)

    async def create() -> set[int]:
        creating = asyncio.create_task(
            broker.broker.controller.create_topics([topic], timeout_ms=10_000, validate_only=False)
        )
        seen = set()
        while not creating.done():
            await asyncio.sleep(0)
            seen.add(len(broker.broker.metadata.partitions("t")))
        return seen

    assert broker.loop.run(create()) == {0, 40}

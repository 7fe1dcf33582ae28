"""A broker in this process, with its real log on disk and a controller that decides by itself, without ZooKeeper."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.groups import Groups
from kafkacli.broker.metadata import BrokerNode, Endpoint, MetadataCache, PartitionMetadata
from kafkacli.broker.purgatory import Purgatory
from kafkacli.broker.server import Server
from kafkacli.broker.topic_configs import log_config, validate
from kafkacli.config_types import ConfigError
from kafkacli.controller.topic_rules import check_name
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_dirs import LogDirs
from kafkacli.replica.partition import LeadershipState
from kafkacli.replica.partitions import Partitions
from kafkacli.wire.messages.create_partitions import CreatePartitionsTopic, CreatePartitionsTopicResult
from kafkacli.wire.messages.create_topics import CreatableTopic, CreatableTopicResult
from kafkacli.wire.messages.delete_topics import DeletableTopicResult
from tests.support.loop import LoopThread

NODE_ID = 7
CLUSTER_ID = "Ym9pbGluZyBjbHVzdGVyIQ"


class LoneController:
    """Topics of one broker, led by it. What it decides is known at once."""

    def __init__(self, broker: Broker) -> None:
        self.is_active = True
        self._broker = broker
        self._overrides: dict[str, dict[str, str]] = {}
        self._producer_ids = count(1000)
        self._offsets: dict[tuple[str, str, int], int] = {}

    async def create_topics(
        self, topics: Sequence[CreatableTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatableTopicResult]:
        results = []
        for topic in topics:
            result = CreatableTopicResult(name=topic.name, error_message=None)
            try:
                check_name(topic.name)
                if topic.name in self._broker.metadata:
                    raise ApiError(ErrorCode.TOPIC_ALREADY_EXISTS)
                if not validate_only:
                    self.create(topic.name, topic.num_partitions, {c.name: c.value or "" for c in topic.configs})
            except ApiError as error:
                result.error_code, result.error_message = error.code, str(error)
            results.append(result)
        return results

    async def auto_create_topic(self, name: str) -> ErrorCode:
        try:
            check_name(name)
        except ApiError as error:
            return ErrorCode(error.code)
        self.create(name, 1, {})
        return ErrorCode.NONE

    def create(self, name: str, partitions: int, overrides: Mapping[str, str]) -> None:
        """Make a topic, or give it more partitions, led by this broker."""
        self._overrides.setdefault(name, dict(overrides))
        broker = self._broker
        config = log_config(broker.config, self._overrides[name])
        me = (broker.node_id,)
        for index in range(len(broker.metadata.partitions(name)), partitions):
            state = LeadershipState(broker.node_id, 0, me, me)
            broker.partitions.become_leader(name, index, state, config, broker.now_ms())
            broker.metadata.update_partition(name, index, PartitionMetadata(broker.node_id, 0, me, me))
            broker.groups.became_leader(broker.partitions.get(name, index))

    async def delete_topics(self, names: Sequence[str], *, timeout_ms: int) -> list[DeletableTopicResult]:
        for name in names:
            for index in self._broker.metadata.partitions(name):
                self._broker.partitions.stop_replica(name, index, self._broker.now_ms(), delete=True)
                self._broker.purgatory.notify(name, index)
            self._broker.groups.topic_deleted(name, self._broker.metadata.partitions(name))
            self._broker.metadata.remove_topic(name)
            del self._overrides[name]
        return [DeletableTopicResult(name=name) for name in names]

    async def create_partitions(
        self, topics: Sequence[CreatePartitionsTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatePartitionsTopicResult]:
        for topic in topics:
            if not validate_only:
                self.create(topic.name, topic.count, {})
        return [CreatePartitionsTopicResult(name=topic.name) for topic in topics]

    async def topic_overrides(self, topic: str) -> dict[str, str]:
        return dict(self._overrides[topic])

    async def set_topic_overrides(self, topic: str, overrides: Mapping[str, str], *, validate_only: bool) -> None:
        try:
            validate(overrides)
        except ConfigError as error:
            raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from error
        if not validate_only:
            self._overrides[topic] = dict(overrides)
            config = log_config(self._broker.config, overrides)
            for index in self._broker.metadata.partitions(topic):
                self._broker.partitions.get(topic, index).log.config = config

    async def next_producer_id(self) -> int:
        return next(self._producer_ids)

    async def consumer_offset(self, group_id: str, topic: str, partition: int) -> int | None:
        return self._offsets.get((group_id, topic, partition))

    async def store_consumer_offset(self, group_id: str, topic: str, partition: int, offset: int) -> ErrorCode:
        self._offsets[group_id, topic, partition] = offset
        return ErrorCode.NONE


class RunningBroker:
    """A broker that serves `bootstrap` from a thread of its own."""

    def __init__(self, directory: Path, properties: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        self._loop = LoopThread()
        self._loop.run(self._start({"zookeeper.connect": "none:1", **(properties or {})}))

    async def _start(self, properties: Mapping[str, str]) -> None:
        config = KafkaConfig({"listeners": "PLAINTEXT://127.0.0.1:0", "log.dirs": str(self.directory), **properties})
        self.broker = Broker(
            config=config,
            node_id=NODE_ID,
            cluster_id=CLUSTER_ID,
            partitions=Partitions(self._open_logs(config), NODE_ID),
            metadata=MetadataCache(),
            purgatory=Purgatory(asyncio.get_running_loop()),
        )
        self.broker.groups = Groups(self.broker)
        self.controller = LoneController(self.broker)
        self.broker.controller = self.controller
        self.server = Server(self.broker)
        self.broker.listeners = listeners = self.server.bind(config.listeners)
        endpoints = {one.name: Endpoint(one.advertised_host, one.advertised_port) for one in listeners}
        self.broker.metadata.set_brokers([BrokerNode(NODE_ID, endpoints)])
        self.broker.metadata.controller_id = NODE_ID
        self.port = listeners[0].port
        self.bootstrap = f"127.0.0.1:{self.port}"
        await self.server.serve()

    def _open_logs(self, config: KafkaConfig) -> LogDirs:
        return LogDirs.open(
            [str(self.directory)],
            filesystem=OsFileSystem(),
            now_ms=0,
            random=random.Random(0),
            default_config=log_config(config, {}),
        )

    def create_topic(self, name: str, partitions: int = 1, **overrides: str) -> None:
        """Make a topic; overrides with underscores for dots."""

        async def create() -> None:
            named = {key.replace("_", "."): value for key, value in overrides.items()}
            self.controller.create(name, partitions, named)

        self._loop.run(create())

    def call(self, function: str, *arguments: object, **named: object) -> None:
        """Call a method of one of the broker's parts on its loop (`purgatory.notify`)."""

        async def call() -> None:
            owner, _, name = function.partition(".")
            getattr(getattr(self.broker, owner), name)(*arguments, **named)

        self._loop.run(call())

    def follower_reached(self, topic: str, index: int, follower: int, log_end_offset: int) -> None:
        """Act as if another broker had fetched everything below an offset."""

        async def reached() -> None:
            self.broker.partitions.get(topic, index).follower_reached(follower, log_end_offset)

        self._loop.run(reached())

    def stop(self) -> None:
        """Stop serving and close the logs."""

        async def stop() -> None:
            await self.server.stop()
            await self.broker.groups.stop()
            self.broker.partitions.log_dirs.close(self.broker.now_ms())

        self._loop.run(stop())
        self._loop.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """A broker without topics; its controller creates those that are asked for."""
    running = RunningBroker(tmp_path / "log")
    yield running
    running.stop()

"""What clients ask about topics: create, delete, grow, configure. Written to ZooKeeper, done by the controller's events.

A request is checked, written, and then waited for until the brokers know of it, as Kafka does, so that it makes no
difference who wrote the znodes. Source: Apache `AdminManager.scala`, `AdminZkClient.scala`, `KafkaApis.scala` (createTopic).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import NamedTuple, Protocol

from kafkacli.config_types import ConfigError
from kafkacli.controller.config_changes import read_configs, write_configs
from kafkacli.controller.consumer_offsets import read_offset, write_offset
from kafkacli.controller.controller import Controller
from kafkacli.controller.producer_ids import ProducerIds
from kafkacli.controller.zookeeper_client import NodeExists, NoNode, ZooKeeperError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry import znodes
from kafkacli.registry.assignment import LiveBroker, assign_replicas
from kafkacli.registry.topic_rules import Replicas, already_exists, check_create, check_name, plan_partitions
from kafkacli.registry.znodes import ReplicaAssignment
from kafkacli.wire.messages.create_partitions import CreatePartitionsTopic, CreatePartitionsTopicResult
from kafkacli.wire.messages.create_topics import CreatableTopic, CreatableTopicConfigs, CreatableTopicResult
from kafkacli.wire.messages.delete_topics import DeletableTopicResult

_log = logging.getLogger("kafka.server.AdminManager")


class KnownCluster(Protocol):
    """What this broker's metadata says."""

    def live_brokers(self) -> list[LiveBroker]:
        """The live brokers by id."""

    def has_topic(self, topic: str) -> bool:
        """Whether the topic is known."""

    def has_leaders(self, topic: str, partitions: int) -> bool:
        """Whether that many partitions of the topic have a leader."""


class InternalTopic(NamedTuple):
    """How `__consumer_offsets` or `__transaction_state` is made."""

    partitions: int
    replication_factor: int
    configs: dict[str, str]


class TopicSettings(NamedTuple):
    """The broker's part in what topics are like.

    check_configs: raises ConfigError for configs that no topic may have; describe: a topic's configs for a CreateTopics
    answer; internal: by topic name.
    """

    partitions: int
    replication_factor: int
    internal: Mapping[str, InternalTopic]
    check_configs: Callable[[Mapping[str, str]], None]
    describe: Callable[[Mapping[str, str]], list[CreatableTopicConfigs]]


class Topics:
    """The controller as the broker's handlers see it."""

    def __init__(self, controller: Controller, known: KnownCluster, settings: TopicSettings, random: Random) -> None:
        self._controller = controller
        self._zookeeper = controller.zookeeper
        self._known = known
        self._settings = settings
        self._random = random
        self._producer_ids = ProducerIds(controller.zookeeper, controller.broker_id)

    @property
    def is_active(self) -> bool:
        """Whether this broker is the controller now."""
        return self._controller.is_active

    async def next_producer_id(self) -> int:
        """Return a producer id that nobody had."""
        return await self._producer_ids.next()

    async def reserve_producer_ids(self) -> None:
        """Reserve the broker's first block of producer ids."""
        await self._producer_ids.reserve()

    # --- offsets of the oldest consumers

    async def consumer_offset(self, group_id: str, topic: str, partition: int) -> int | None:
        """Return the offset stored in ZooKeeper, None where there is none. Raises ApiError UNKNOWN_SERVER_ERROR."""
        try:
            return await read_offset(self._zookeeper, group_id, topic, partition)
        except (ZooKeeperError, ValueError) as error:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, str(error)) from error

    async def store_consumer_offset(self, group_id: str, topic: str, partition: int, offset: int) -> ErrorCode:
        """Store an offset in ZooKeeper; UNKNOWN_SERVER_ERROR when that can't be done."""
        try:
            await write_offset(self._zookeeper, group_id, topic, partition, offset)
        except (ZooKeeperError, ValueError) as error:
            _log.error("Can't store the offset of group %s for %s-%d: %s", group_id, topic, partition, error)
            return ErrorCode.UNKNOWN_SERVER_ERROR
        return ErrorCode.NONE

    # --- create

    async def create_topics(
        self, topics: Sequence[CreatableTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatableTopicResult]:
        """Create topics and wait until they have leaders, at most `timeout_ms`; results in the order asked."""
        existing = set(await self._zookeeper.children(znodes.TOPICS)) if topics else set()
        results = [await self._create(topic, existing, validate_only=validate_only) for topic in topics]
        if not validate_only:
            made = [result for result in results if result.error_code == ErrorCode.NONE]
            late = await self._wait_for_leaders({result.name: result.num_partitions for result in made}, timeout_ms)
            for result in made:
                if result.name in late:
                    result.error_code = ErrorCode.REQUEST_TIMED_OUT
        return results

    async def _create(self, topic: CreatableTopic, existing: set[str], *, validate_only: bool) -> CreatableTopicResult:
        """Create one topic beside the existing ones, which it joins."""
        result = CreatableTopicResult(name=topic.name, error_message=None)
        try:
            assignment, configs = self._plan(topic, existing)
            if not validate_only:
                await self._write_topic(topic.name, assignment, configs)
                existing.add(topic.name)
        except ApiError as error:
            result.error_code, result.error_message = error.code, _own_text(error)
            if error.code != ErrorCode.TOPIC_ALREADY_EXISTS:
                _log.info(
                    "[Admin Manager on Broker %d]: Error processing create topic request %s: %s",
                    self._controller.broker_id,
                    topic.name,
                    error,
                )
            return result
        result.num_partitions = len(assignment)
        result.replication_factor = len(assignment[0])
        result.configs = self._settings.describe(configs)
        return result

    def _plan(self, topic: CreatableTopic, existing: Collection[str]) -> tuple[Replicas, dict[str, str]]:
        """Check what is asked, in Kafka's order, and choose what is left open. Raises ApiError."""
        if self._known.has_topic(topic.name):
            raise already_exists(topic.name)
        if null := [config.name for config in topic.configs if config.value is None]:
            raise ApiError(ErrorCode.INVALID_REQUEST, f"Null value not supported for topic configs : {','.join(null)}")
        configs = {config.name: config.value for config in topic.configs if config.value is not None}
        self._check_configs(configs)
        if topic.assignments:
            if topic.num_partitions != -1 or topic.replication_factor != -1:
                raise ApiError(
                    ErrorCode.INVALID_REQUEST,
                    "Both numPartitions or replicationFactor and replicasAssignments were set. "
                    "Both cannot be used at the same time.",
                )
            assignment = {entry.partition_index: tuple(entry.broker_ids) for entry in topic.assignments}
        else:
            assignment = assign_replicas(
                self._known.live_brokers(),
                self._settings.partitions if topic.num_partitions == -1 else topic.num_partitions,
                self._settings.replication_factor if topic.replication_factor == -1 else topic.replication_factor,
                self._random,
            )
        check_create(topic.name, assignment, existing, lambda: self._check_configs(configs))
        return assignment, configs

    def _check_configs(self, configs: Mapping[str, str]) -> None:
        try:
            self._settings.check_configs(configs)
        except ConfigError as error:
            raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None

    async def _write_topic(self, topic: str, assignment: Replicas, configs: dict[str, str]) -> None:
        await write_configs(self._zookeeper, f"topics/{topic}", configs, announce=False)
        data = znodes.encode_topic({number: ReplicaAssignment(replicas) for number, replicas in assignment.items()})
        try:
            await self._zookeeper.create(znodes.topic_path(topic), data)
        except NodeExists:
            raise already_exists(topic) from None

    async def auto_create_topic(self, name: str) -> ErrorCode:
        """Write a topic with the broker's defaults (an internal one with its own); NONE also when it exists already."""
        settings = self._settings
        internal = settings.internal.get(name)
        brokers = self._known.live_brokers()
        if internal is not None and len(brokers) < internal.replication_factor:
            _log.error(
                "Number of alive brokers '%d' does not meet the required replication factor '%d' for the topic %s. This "
                "error can be ignored if the cluster is starting up and not all brokers are up yet.",
                len(brokers),
                internal.replication_factor,
                name,
            )
            return ErrorCode.COORDINATOR_NOT_AVAILABLE
        wanted = internal or InternalTopic(settings.partitions, settings.replication_factor, {})
        try:
            assignment = assign_replicas(brokers, wanted.partitions, wanted.replication_factor, self._random)
            existing = await self._zookeeper.children(znodes.TOPICS)
            check_create(name, assignment, existing, lambda: self._check_configs(wanted.configs))
            await self._write_topic(name, assignment, wanted.configs)
        except ApiError as error:
            return ErrorCode.NONE if error.code == ErrorCode.TOPIC_ALREADY_EXISTS else ErrorCode(error.code)
        _log.info(
            "Auto creation of topic %s with %d partitions and replication factor %d is successful",
            name,
            wanted.partitions,
            wanted.replication_factor,
        )
        return ErrorCode.NONE

    async def _wait_for_leaders(self, counts: Mapping[str, int], timeout_ms: int) -> set[str]:
        """Wait until the topics have that many partitions with leaders; return those that have not in time."""

        def late() -> set[str]:
            return {topic for topic, count in counts.items() if not self._known.has_leaders(topic, count)}

        if timeout_ms <= 0:
            return set(counts)
        await self._controller.wait_until(lambda: not late(), timeout_ms)
        return late()

    # --- delete, grow

    async def delete_topics(self, names: Sequence[str], *, timeout_ms: int) -> list[DeletableTopicResult]:
        """Mark topics for deletion and wait until they are gone, at most `timeout_ms`."""
        results = [await self._mark(name) for name in names]
        marked = [result for result in results if result.error_code == ErrorCode.NONE]
        if marked and timeout_ms > 0:
            await self._controller.wait_until(
                lambda: not any(self._known.has_topic(result.name) for result in marked), timeout_ms
            )
        for result in marked:
            if timeout_ms <= 0 or self._known.has_topic(result.name):
                result.error_code = ErrorCode.REQUEST_TIMED_OUT
        return results

    async def _mark(self, name: str) -> DeletableTopicResult:
        if await self._zookeeper.exists(znodes.topic_path(name)) is None:
            return DeletableTopicResult(name=name, error_code=ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
        await self._zookeeper.ensure(f"{znodes.DELETE_TOPICS}/{name}")
        return DeletableTopicResult(name=name)

    async def create_partitions(
        self, topics: Sequence[CreatePartitionsTopic], *, timeout_ms: int, validate_only: bool
    ) -> list[CreatePartitionsTopicResult]:
        """Give topics more partitions and wait until they have leaders, at most `timeout_ms`."""
        results = [await self._grow(topic, validate_only=validate_only) for topic in topics]
        if not validate_only:
            counts = {
                topic.name: topic.count
                for topic, result in zip(topics, results, strict=True)
                if result.error_code == ErrorCode.NONE
            }
            late = await self._wait_for_leaders(counts, timeout_ms)
            for result in results:
                if result.name in late:
                    result.error_code = ErrorCode.REQUEST_TIMED_OUT
        return results

    async def _grow(self, topic: CreatePartitionsTopic, *, validate_only: bool) -> CreatePartitionsTopicResult:
        path = znodes.topic_path(topic.name)
        try:
            data, stat = await self._zookeeper.get(path)
            existing, version = znodes.decode_topic(data), stat.version
        except NoNode:
            existing, version = {}, -1
        wanted = None if topic.assignments is None else [entry.broker_ids for entry in topic.assignments]
        try:
            planned = plan_partitions(
                topic.name, existing, topic.count, wanted, self._known.live_brokers(), self._random
            )
        except ApiError as error:
            return CreatePartitionsTopicResult(name=topic.name, error_code=error.code, error_message=_own_text(error))
        if not validate_only:
            grown = existing | {number: ReplicaAssignment(replicas) for number, replicas in planned.items()}
            await self._zookeeper.set(path, znodes.encode_topic(grown), version)
        return CreatePartitionsTopicResult(name=topic.name)

    # --- configs

    async def topic_overrides(self, topic: str) -> dict[str, str]:
        """Return a topic's own configs, as in its znode."""
        return await read_configs(self._zookeeper, f"topics/{topic}")

    async def set_topic_overrides(self, topic: str, overrides: Mapping[str, str], *, validate_only: bool) -> None:
        """Replace a topic's own configs and announce it. Raises ApiError when they are wrong."""
        check_name(topic)
        if await self._zookeeper.exists(znodes.topic_path(topic)) is None:
            raise ApiError(ErrorCode.UNKNOWN_SERVER_ERROR, f'Topic "{topic}" does not exist.')
        try:
            self._settings.check_configs(overrides)
        except ConfigError as error:
            if error.exception.endswith("InvalidConfigurationException"):
                raise ApiError(ErrorCode.INVALID_CONFIG, str(error)) from None
            raise ApiError(
                ErrorCode.INVALID_REQUEST,
                f"Invalid config value for resource ConfigResource(type=TOPIC, name='{topic}'): {error}",
            ) from None
        if not validate_only:
            await write_configs(self._zookeeper, f"topics/{topic}", dict(overrides), announce=True)


def _own_text(error: ApiError) -> str | None:
    """Return what the error says beyond the table's text, None where it says no more."""
    return str(error) if str(error) != error.info.message else None

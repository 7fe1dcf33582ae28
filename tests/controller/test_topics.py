"""What clients ask about topics: checks, texts and waiting as in Kafka's AdminManager."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from kafkacli.controller.administration import Administration
from kafkacli.controller.topics import InternalTopic, Topics, TopicSettings
from kafkacli.controller.zookeeper_client import NoNode
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.registry.topic_configs import validate
from kafkacli.wire.messages.create_partitions import CreatePartitionsAssignment, CreatePartitionsTopic
from kafkacli.wire.messages.create_topics import (
    CreatableReplicaAssignment,
    CreatableTopic,
    CreatableTopicConfigs,
    CreateableTopicConfig,
)
from tests.support.controller import NODE_ID, ControlledCluster, controlled_cluster
from tests.support.loop import on_loop

WAIT_MS = 10_000


def describe(overrides: Mapping[str, str]) -> list[CreatableTopicConfigs]:
    return [CreatableTopicConfigs(name=name, value=value) for name, value in overrides.items()]


@asynccontextmanager
async def topics_of(directory: Path, replication_factor: int = 1) -> AsyncIterator[tuple[Topics, ControlledCluster]]:
    internal = InternalTopic(3, replication_factor, {"cleanup.policy": "compact"})
    settings = TopicSettings(2, replication_factor, {"__consumer_offsets": internal}, validate, describe)
    async with controlled_cluster(directory) as cluster:
        yield Topics(cluster.controller, cluster.broker, settings, Random(0)), cluster


def topic(
    name: str,
    partitions: int = -1,
    factor: int = -1,
    configs: Mapping[str, str | None] | None = None,
    assignments: Mapping[int, list[int]] | None = None,
) -> CreatableTopic:
    return CreatableTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=factor,
        configs=[CreateableTopicConfig(name=key, value=value) for key, value in (configs or {}).items()],
        assignments=[
            CreatableReplicaAssignment(partition_index=number, broker_ids=replicas)
            for number, replicas in (assignments or {}).items()
        ],
    )


@on_loop
async def test_a_created_topic_has_leaders_when_the_answer_comes(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        (made,) = await topics.create_topics(
            [topic("t", configs={"retention.ms": "5"})], timeout_ms=WAIT_MS, validate_only=False
        )
        assert (made.error_code, made.error_message, made.num_partitions, made.replication_factor) == (0, None, 2, 1)
        assert made.configs is not None
        assert [(config.name, config.value) for config in made.configs] == [("retention.ms", "5")]
        assert cluster.broker.has_leaders("t", 2)
        assert cluster.broker.overrides["t"] == {"retention.ms": "5"}
        assert topics.is_active


@on_loop
async def test_an_explicit_assignment_is_taken_as_it_is(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        asked = topic("t", assignments={0: [NODE_ID, 9], 1: [NODE_ID, 9]})
        (made,) = await topics.create_topics([asked], timeout_ms=WAIT_MS, validate_only=False)
        assert (made.error_code, made.num_partitions, made.replication_factor) == (0, 2, 2)
        assert set(cluster.broker.replicas.values()) == {(NODE_ID, 9)}


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (topic("here"), ErrorCode.TOPIC_ALREADY_EXISTS, "Topic 'here' already exists."),
        (
            topic("t", configs={"retention.ms": None, "segment.ms": None}),
            ErrorCode.INVALID_REQUEST,
            "Null value not supported for topic configs : retention.ms,segment.ms",
        ),
        (topic("t", configs={"no": "1"}), ErrorCode.INVALID_CONFIG, "Unknown topic config name: no"),
        (
            topic("t", configs={"retention.ms": "x"}),
            ErrorCode.INVALID_CONFIG,
            "Invalid value x for configuration retention.ms: Not a number of type LONG",
        ),
        (
            topic("t", partitions=1, assignments={0: [1]}),
            ErrorCode.INVALID_REQUEST,
            (
                "Both numPartitions or replicationFactor and replicasAssignments were set. "
                "Both cannot be used at the same time."
            ),
        ),
        (topic("t", partitions=0), ErrorCode.INVALID_PARTITIONS, "Number of partitions must be larger than 0."),
        (
            topic("t", factor=2),
            ErrorCode.INVALID_REPLICATION_FACTOR,
            "Replication factor: 2 larger than available brokers: 1.",
        ),
        (topic(".."), ErrorCode.INVALID_TOPIC_EXCEPTION, 'Topic name cannot be "." or ".."'),
    ],
    ids=lambda value: value.name if isinstance(value, CreatableTopic) else None,
)
@on_loop
async def test_topics_that_are_refused(tmp_path: Path, asked: CreatableTopic, code: ErrorCode, message: str) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await cluster.write_topic("here", (NODE_ID,))
        await cluster.until(lambda: cluster.broker.has_topic("here"))
        for validate_only in (True, False):
            (answer,) = await topics.create_topics([asked], timeout_ms=WAIT_MS, validate_only=validate_only)
            assert (answer.error_code, answer.error_message) == (code, message)
        assert await cluster.zookeeper.children("/brokers/topics") == ["here"]


@on_loop
async def test_only_validated_or_not_waited_for(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        (answer,) = await topics.create_topics([topic("t")], timeout_ms=WAIT_MS, validate_only=True)
        assert answer.error_code == ErrorCode.NONE
        assert await cluster.zookeeper.children("/brokers/topics") == []
        (answer,) = await topics.create_topics([topic("t")], timeout_ms=0, validate_only=False)
        assert answer.error_code == ErrorCode.REQUEST_TIMED_OUT
        await cluster.until(lambda: cluster.broker.has_topic("t"))
        (answer,) = await topics.create_topics(
            [topic("led-by-nobody", assignments={0: [9]})], timeout_ms=50, validate_only=False
        )
        assert answer.error_code == ErrorCode.REQUEST_TIMED_OUT


@on_loop
async def test_topics_made_by_themselves(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        assert await topics.auto_create_topic("t") == ErrorCode.NONE
        await cluster.until(lambda: cluster.broker.has_leaders("t", 2))
        assert await topics.auto_create_topic("t") == ErrorCode.NONE
        assert await topics.auto_create_topic("__consumer_offsets") == ErrorCode.NONE
        await cluster.until(lambda: cluster.broker.has_leaders("__consumer_offsets", 3))
        assert await topics.topic_overrides("__consumer_offsets") == {"cleanup.policy": "compact"}
        assert await topics.auto_create_topic("no good") == ErrorCode.INVALID_TOPIC_EXCEPTION


@on_loop
async def test_replication_factors_are_never_lowered(tmp_path: Path) -> None:
    async with topics_of(tmp_path, replication_factor=3) as (topics, cluster):
        assert await topics.auto_create_topic("t") == ErrorCode.INVALID_REPLICATION_FACTOR
        assert await topics.auto_create_topic("__consumer_offsets") == ErrorCode.COORDINATOR_NOT_AVAILABLE
        assert await cluster.zookeeper.children("/brokers/topics") == []


@on_loop
async def test_deleted_topics_are_gone_when_the_answer_comes(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await topics.create_topics([topic("t"), topic("slow")], timeout_ms=WAIT_MS, validate_only=False)
        answers = await topics.delete_topics(["t", "none"], timeout_ms=WAIT_MS)
        assert [answer.error_code for answer in answers] == [0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION]
        assert not cluster.broker.has_topic("t")
        (answer,) = await topics.delete_topics(["slow"], timeout_ms=0)
        assert answer.error_code == ErrorCode.REQUEST_TIMED_OUT
        await cluster.until(lambda: not cluster.broker.has_topic("slow"))


@on_loop
async def test_topics_grow(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await topics.create_topics([topic("t")], timeout_ms=WAIT_MS, validate_only=False)
        more = CreatePartitionsTopic(name="t", count=4, assignments=None)
        (answer,) = await topics.create_partitions([more], timeout_ms=WAIT_MS, validate_only=True)
        assert (answer.error_code, answer.error_message) == (0, None)
        assert not cluster.broker.has_leaders("t", 3)
        (answer,) = await topics.create_partitions([more], timeout_ms=WAIT_MS, validate_only=False)
        assert answer.error_code == 0
        assert cluster.broker.has_leaders("t", 4)
        wrong = [
            more,
            CreatePartitionsTopic(name="none", count=2, assignments=None),
            CreatePartitionsTopic(name="t", count=5, assignments=[CreatePartitionsAssignment(broker_ids=[8])]),
        ]
        answers = await topics.create_partitions(wrong, timeout_ms=WAIT_MS, validate_only=False)
        assert [(answer.error_code, answer.error_message) for answer in answers] == [
            (ErrorCode.INVALID_PARTITIONS, "Topic already has 4 partitions."),
            (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic 'none' does not exist."),
            (ErrorCode.INVALID_REPLICA_ASSIGNMENT, "Unknown broker(s) in replica assignment: 8."),
        ]


@on_loop
async def test_a_topics_configs_are_replaced_and_announced(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await topics.create_topics([topic("t")], timeout_ms=WAIT_MS, validate_only=False)
        await topics.set_topic_overrides("t", {"retention.ms": "7"}, validate_only=True)
        assert await topics.topic_overrides("t") == {}
        await topics.set_topic_overrides("t", {"retention.ms": "7"}, validate_only=False)
        assert await topics.topic_overrides("t") == {"retention.ms": "7"}
        data, _ = await cluster.zookeeper.get("/config/changes/config_change_0000000000")
        assert data == b'{"version":2,"entity_path":"topics/t"}'


@pytest.mark.parametrize(
    ("name", "overrides", "code", "message"),
    [
        ("none", {}, ErrorCode.UNKNOWN_SERVER_ERROR, 'Topic "none" does not exist.'),
        ("t", {"no": "1"}, ErrorCode.INVALID_CONFIG, "Unknown topic config name: no"),
        (
            "t",
            {"retention.ms": "x"},
            ErrorCode.INVALID_REQUEST,
            (
                "Invalid config value for resource ConfigResource(type=TOPIC, name='t'): "
                "Invalid value x for configuration retention.ms: Not a number of type LONG"
            ),
        ),
    ],
)
@on_loop
async def test_configs_that_are_refused(
    tmp_path: Path, name: str, overrides: dict[str, str], code: ErrorCode, message: str
) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await cluster.write_topic("t", (NODE_ID,))
        with pytest.raises(ApiError) as error:
            await topics.set_topic_overrides(name, overrides, validate_only=False)
        assert (error.value.code, str(error.value)) == (code, message)


@on_loop
async def test_producer_ids_and_old_consumers_offsets(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        await topics.reserve_producer_ids()
        assert [await topics.next_producer_id() for _ in range(2)] == [0, 1]
        assert await topics.consumer_offset("g", "t", 0) is None
        assert await topics.store_consumer_offset("g", "t", 0, 42) == ErrorCode.NONE
        assert await topics.consumer_offset("g", "t", 0) == 42
        with pytest.raises(NoNode):
            await cluster.zookeeper.get("/consumers/other")


@on_loop
async def test_what_a_topic_asks_of_zookeeper_grows_neither_with_its_partitions_nor_with_the_topics(
    tmp_path: Path,
) -> None:
    async with topics_of(tmp_path) as (topics, cluster):
        counts = []
        for step, partitions in enumerate((1, 1, 10)):
            before = cluster.server.stats.received
            asked = [topic(f"t{step}-{number}", partitions, 1) for number in range(20)]
            results = await topics.create_topics(asked, timeout_ms=WAIT_MS, validate_only=False)
            assert all(result.error_code == ErrorCode.NONE for result in results)
            counts.append(cluster.server.stats.received - before)
        assert max(counts) <= 20 * 10


@on_loop
async def test_topics_of_one_request_collide_with_each_other(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (topics, _cluster):
        asked = [topic("a.b", 1, 1), topic("a_b", 1, 1)]
        first, second = await topics.create_topics(asked, timeout_ms=WAIT_MS, validate_only=False)
        assert first.error_code == ErrorCode.NONE
        assert second.error_message == "Topic 'a_b' collides with existing topics: a.b"


@on_loop
async def test_moves_are_listed_while_topics_are_made(tmp_path: Path) -> None:
    async with topics_of(tmp_path) as (_topics, cluster):
        blocked = asyncio.Event()
        cluster.controller.enqueue(blocked.wait)  # type: ignore[arg-type]
        try:
            async with asyncio.timeout(5):
                assert await Administration(cluster.controller).reassignments(None) == {}
        finally:
            blocked.set()

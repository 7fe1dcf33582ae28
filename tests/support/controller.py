"""A controller on a ZooKeeper server that the same loop serves, and a broker that notes what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kafkacli.controller.controller import Controller
from kafkacli.controller.registration import make_persistent_paths, register
from kafkacli.controller.zookeeper_client import Create, Set, ZooKeeperClient
from kafkacli.errors import ErrorCode
from kafkacli.registry import znodes
from kafkacli.registry.assignment import LiveBroker
from kafkacli.registry.znodes import BrokerRegistration, LeaderAndIsr, ReplicaAssignment, TopicPartition
from kafkacli.zookeeper.config import ZooKeeperConfig
from kafkacli.zookeeper.server import ZooKeeperServer

NODE_ID = 1
NOW_MS = 1_700_000_000_000
REGISTRATION = BrokerRegistration((("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9092),))
DEADLINE_MS = 10_000


class NotingBroker:
    """The local broker of a controller: everything it was told, as last told."""

    def __init__(self) -> None:
        self.controller_id: int | None = None
        self.brokers: dict[int, BrokerRegistration] = {}
        self.states: dict[TopicPartition, LeaderAndIsr] = {}
        self.known: list[set[TopicPartition]] = []
        self.replicas: dict[TopicPartition, tuple[int, ...]] = {}
        self.overrides: dict[str, dict[str, str]] = {}
        self.deleted: list[TopicPartition] = []
        self.new: set[TopicPartition] = set()
        self.offline: set[TopicPartition] = set()

    def set_controller(self, broker_id: int | None, epoch: int) -> None:
        self.controller_id = broker_id

    def set_brokers(self, brokers: Mapping[int, BrokerRegistration]) -> None:
        self.brokers = dict(brokers)

    def set_partition(
        self,
        partition: TopicPartition,
        state: LeaderAndIsr,
        assignment: ReplicaAssignment,
        overrides: Mapping[str, str],
        *,
        is_new: bool,
    ) -> ErrorCode:
        self.states[partition] = state
        self.replicas[partition] = assignment.replicas
        self.overrides[partition.topic] = dict(overrides)
        if is_new:
            self.new.add(partition)
        return ErrorCode.KAFKA_STORAGE_ERROR if partition in self.offline else ErrorCode.NONE

    def make_known(self, states: Mapping[TopicPartition, tuple[LeaderAndIsr, ReplicaAssignment]]) -> None:
        assert all(self.states[partition] == state for partition, (state, _) in states.items())
        self.known.append(set(states))

    def told_all(self) -> None:
        assert self.known

    def stop_replica(self, partition: TopicPartition, *, delete: bool) -> ErrorCode:
        if delete:
            self.deleted.append(partition)
        return ErrorCode.NONE

    def forget_topic(self, topic: str) -> None:
        for partition in [partition for partition in self.states if partition.topic == topic]:
            del self.states[partition]

    def live_brokers(self) -> list[LiveBroker]:
        return [LiveBroker(broker_id) for broker_id in sorted(self.brokers)]

    def has_topic(self, topic: str) -> bool:
        return any(partition.topic == topic for partition in self.states)

    def has_leaders(self, topic: str, partitions: int) -> bool:
        return sum(part.topic == topic and state.leader >= 0 for part, state in self.states.items()) >= partitions


class ControlledCluster:
    """The parts, and what tests do to them."""

    def __init__(self, server: ZooKeeperServer, zookeeper: ZooKeeperClient) -> None:
        self.server = server
        self.zookeeper = zookeeper
        self.broker = NotingBroker()
        self.controller = Controller(zookeeper, NODE_ID, self.broker, lambda: NOW_MS)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds after some event of the controller."""
        assert await self.controller.wait_until(lambda: bool(condition()), DEADLINE_MS), "the condition never held"

    async def write_topic(self, topic: str, *replicas: tuple[int, ...]) -> None:
        """Write a topic as `kafka-topics.sh --zookeeper` does."""
        await self.zookeeper.ensure(f"/config/topics/{topic}", znodes.encode_config({}))
        assignment = {number: ReplicaAssignment(one) for number, one in enumerate(replicas)}
        await self.zookeeper.create(znodes.topic_path(topic), znodes.encode_topic(assignment))

    async def register_other(self, broker_id: int) -> None:
        """Register another broker, in this session."""
        data = znodes.encode_broker(REGISTRATION, NOW_MS)
        path = znodes.broker_path(broker_id)
        await self.zookeeper.multi([Create(path, None, ephemeral=True), Set(path, data)])

    async def state(self, topic: str, partition: int = 0) -> LeaderAndIsr:
        """Return a partition's state as its znode has it."""
        data, stat = await self.zookeeper.get(znodes.state_path(TopicPartition(topic, partition)))
        return znodes.decode_state(data or b"", stat.version)


async def start_zookeeper(directory: Path, port: int = 0) -> ZooKeeperServer:
    """Start a server on the running loop."""
    server = ZooKeeperServer(
        ZooKeeperConfig(
            directory,
            client_port=port,
            client_port_address="127.0.0.1",
            tick_time_ms=500,
            admin_enabled=False,
            preallocated_kib=64,
        )
    )
    await server.start()
    return server


@asynccontextmanager
async def zookeeper_client(directory: Path, **named: Any) -> AsyncIterator[tuple[ZooKeeperServer, ZooKeeperClient]]:
    """A server and a session with it, both on the running loop."""
    server = await start_zookeeper(directory)
    client = ZooKeeperClient(f"127.0.0.1:{server.port}", 6000, **named)
    try:
        await client.connect(DEADLINE_MS)
        yield server, client
    finally:
        await client.close()
        await server.stop()


@asynccontextmanager
async def controlled_cluster(directory: Path, **options: Any) -> AsyncIterator[ControlledCluster]:
    """A started controller that has been elected; options as the Controller's own."""
    reconnected: list[Callable[[bool], None]] = []

    def on_connected(is_new_session: bool) -> None:
        for call in reconnected:
            call(is_new_session)

    async with zookeeper_client(directory, on_connected=on_connected) as (server, client):
        await make_persistent_paths(client)
        await register(client, NODE_ID, REGISTRATION, NOW_MS)
        cluster = ControlledCluster(server, client)
        cluster.controller = Controller(client, NODE_ID, cluster.broker, lambda: NOW_MS, **options)
        reconnected.append(cluster.controller.reconnected)
        await cluster.controller.start()
        try:
            yield cluster
        finally:
            await cluster.controller.stop()
            await asyncio.sleep(0)

"""A broker in this process, started as it is for users, with an embedded ZooKeeper, everything on free ports."""

import asyncio
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

import pytest

from kafkacli.broker.broker import Broker
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.startup import BrokerServer
from kafkacli.controller.controller import Controller
from kafkacli.controller.zookeeper_client import Create, ZooKeeperClient
from kafkacli.registry import znodes
from kafkacli.replica.partition import LeadershipState
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateableTopicConfig
from tests.support.loop import LoopThread
from tests.support.server import free_port

T = TypeVar("T")
NODE_ID = 7


class RunningBroker:
    """A broker that serves `bootstrap` from a thread of its own; `broker` is to be touched by `call` only, or read."""

    def __init__(self, directory: Path, properties: Mapping[str, str | None] | None = None) -> None:
        """properties: beside or in place of those that tests want; None takes one out. Raises ConfigError, StartError."""
        self.directory = directory
        self.zookeeper = f"127.0.0.1:{free_port()}"
        self.loop = LoopThread()
        wanted = {
            "broker.id": str(NODE_ID),
            "listeners": "PLAINTEXT://127.0.0.1:0",
            "log.dirs": str(directory),
            "zookeeper.connect": self.zookeeper,
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "3",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "3",
            "group.initial.rebalance.delay.ms": "0",
            **(properties or {}),
        }
        self._properties = {name: value for name, value in wanted.items() if value is not None}
        try:
            self.start()
        except BaseException:
            self.loop.stop()
            raise

    def start(self) -> None:
        """Start it, on a port the system chose."""
        self._server = self.loop.run(self._start())
        self.port = self.broker.listeners[0].port
        self.bootstrap = f"127.0.0.1:{self.port}"

    def restart(self) -> None:
        """Stop cleanly and start again, on another port."""
        self.loop.run(self._server.stop())
        self.start()

    def failure(self) -> Future[None]:
        """Return what fails when the broker ends by itself."""
        return asyncio.run_coroutine_threadsafe(self._server.failed(), self.loop.loop)

    def znode(self, path: str) -> bytes:
        """Return a znode's data."""
        data, _ = self.loop.run(self._server.zookeeper.get(path))
        return data or b""

    def znode_children(self, path: str) -> list[str]:
        """Return the names of a znode's children."""
        return self.loop.run(self._server.zookeeper.children(path))

    @property
    def zookeeper_client(self) -> ZooKeeperClient:
        return self._server.zookeeper

    async def _start(self) -> BrokerServer:
        server = BrokerServer(KafkaConfig(self._properties))
        await server.start()
        return server

    @property
    def broker(self) -> Broker:
        return self._server.broker

    @property
    def rate_of_moves(self) -> int:
        """Bytes by the second that may move between log directories, as the broker has heard last."""
        return self._server._dynamic_configs.alter_log_dirs_rate

    def create_topic(self, name: str, partitions: int = 1, **overrides: str) -> None:
        """Make a topic and wait until it has leaders; overrides with underscores for dots."""
        configs = [CreateableTopicConfig(name=key.replace("_", "."), value=value) for key, value in overrides.items()]
        topic = CreatableTopic(name=name, num_partitions=partitions, replication_factor=1, configs=configs)

        async def create() -> None:
            (result,) = await self.broker.controller.create_topics([topic], timeout_ms=10_000, validate_only=False)
            assert not result.error_code, result

        self.loop.run(create())

    def call(self, function: str, *arguments: object, **named: object) -> None:
        """Call a method of one of the broker's parts on its loop (`purgatory.notify`)."""

        async def call() -> None:
            owner, _, name = function.partition(".")
            getattr(getattr(self.broker, owner), name)(*arguments, **named)

        self.loop.run(call())

    def call_async(self, function: str, *arguments: object) -> None:
        """The same for a coroutine function, and wait for its end."""

        async def call() -> None:
            owner, _, name = function.partition(".")
            await getattr(getattr(self.broker, owner), name)(*arguments)

        self.loop.run(call())

    def create_leaderless_topic(self, name: str) -> None:
        """Make a topic as it stands when its only in-sync replica, on another broker, has died."""
        partition = znodes.TopicPartition(name, 0)
        state = znodes.LeaderAndIsr(-1, 3, (8,), 1)
        assignment = {0: znodes.ReplicaAssignment((8, self.broker.node_id))}
        path = znodes.topic_path(name)
        steps = [
            Create(path, znodes.encode_topic(assignment)),
            Create(f"{path}/partitions"),
            Create(f"{path}/partitions/0"),
            Create(znodes.state_path(partition), znodes.encode_state(state)),
        ]
        self.loop.run(self._server.zookeeper.multi(steps))
        self.wait_until(lambda: self.broker.metadata.partition(name, 0) is not None)

    def leader(self, topic: str) -> tuple[int, int]:
        """Return who leads partition 0, and in which epoch, as ZooKeeper has it."""
        state = znodes.decode_state(self.znode(znodes.state_path(znodes.TopicPartition(topic, 0))), 0)
        return state.leader, state.leader_epoch

    def accepted_sockets(self) -> list[socket.socket]:
        """The broker's ends of its connections."""
        return [each._transport.get_extra_info("socket") for each in self._server._server._connections]

    def bytes_of_requests(self) -> int:
        """How many bytes of requests that are not whole yet have come."""
        return sum(each._end for each in self._server._server._connections)

    def on_loop(self, work: Callable[[Broker], T]) -> T:
        """Have the broker's loop do something with it."""

        async def call() -> T:
            return work(self.broker)

        return self.loop.run(call())

    def wait_until(self, condition: Callable[[], bool], seconds: float = 40) -> None:
        """Wait for something that the broker does by itself. Raises TimeoutError."""

        async def wait() -> None:
            async with asyncio.timeout(seconds):
                while not condition():
                    await asyncio.sleep(0.001)

        self.loop.run(wait())

    def lead(self, topic: str, epoch: int, *isr: int) -> None:
        """Act as if the controller had said that this broker leads partition 0 in a new epoch, with other replicas."""
        state = LeadershipState(NODE_ID, epoch, isr or (NODE_ID,), (NODE_ID, 8))
        config = self.broker.partitions.get(topic, 0).log.config
        self.call("partitions.become_leader", topic, 0, state, config, 0)

    def follower_reached(self, topic: str, index: int, follower: int, log_end_offset: int) -> None:
        """Act as if another broker had fetched everything below an offset."""

        async def reached() -> None:
            self.broker.partitions.get(topic, index).follower_reached(follower, log_end_offset)

        self.loop.run(reached())

    @property
    def session_timeout_ms(self) -> int:
        """The timeout that ZooKeeper gave the broker's session."""
        embedded = self._server._embedded
        assert embedded is not None
        server = embedded._server
        assert server is not None
        (timeout_ms,) = {
            each.timeout_ms for each in server.sessions if each.session_id == self._server.zookeeper.session_id
        }
        return timeout_ms

    def stop_server(self) -> None:
        """Stop as on SIGTERM; `stop` may follow."""
        self.loop.run(self._server.stop())

    def stop(self) -> None:
        """Stop as on SIGTERM."""
        self.stop_server()
        self.loop.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[RunningBroker]:
    """A running broker without topics."""
    running = RunningBroker(tmp_path / "log")
    yield running
    running.stop()


@pytest.fixture
def not_controller(broker: RunningBroker, monkeypatch: pytest.MonkeyPatch) -> RunningBroker:
    """A running broker that is not the controller."""
    monkeypatch.setattr(Controller, "is_active", False)
    return broker

"""The other broker takes over log directory and ZooKeeper: records, groups and configs are all there; after kill -9 too."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, KafkaError, Producer, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    ResourceType,
)
from kazoo.client import KazooClient

from tests.support.apache import Apache, start_cluster, stop_cluster
from tests.support.server import make_server
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache

PROPERTIES = {
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "1",
    "group.initial.rebalance.delay.ms": "0",
}
NOW_MS = 1_700_000_000_000
Holding = dict[str, object]


class Client:
    """What a client leaves on a broker, and finds on the next one."""

    def __init__(self, bootstrap: str) -> None:
        self._settings = {"bootstrap.servers": bootstrap, "broker.address.family": "v4"}
        self._admin = AdminClient(self._settings)

    def leave(self, by: str) -> None:
        """A topic with its own configs, records with all they can have, a group's offset, a broker's config."""
        topic = NewTopic(by, 2, 1, config={"retention.ms": "-1", "cleanup.policy": "compact,delete"})
        self._admin.create_topics([topic])[by].result(30)
        self._set(ConfigResource(ResourceType.TOPIC, by), "max.message.bytes", "54321")
        self._set(ConfigResource(ResourceType.BROKER, "0"), "log.cleaner.io.buffer.load.factor", f"0.{len(by)}")
        producer = Producer(self._settings | {"enable.idempotence": True, "linger.ms": 2})
        for number in range(100):
            producer.produce(
                by,
                partition=number % 2,
                key=b"k%d" % number,
                value=None if number % 10 == 9 else b"v%d" % number,
                timestamp=NOW_MS + number,
                headers=[("name", b"%d" % number), ("null", None)],
            )
        assert producer.flush(30) == 0
        committed = Consumer(self._settings | {"group.id": f"group-{by}"})
        offset = TopicPartition(by, 1, 17, metadata=f"by {by}")
        until(lambda: self._commit(committed, offset), seconds=30)
        committed.close()

    @staticmethod
    def _commit(consumer: Consumer, offset: TopicPartition) -> bool:
        (done,) = consumer.commit(offsets=[offset], asynchronous=False) or []
        return done.error is None

    def _set(self, resource: ConfigResource, name: str, value: str) -> None:
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        named = ConfigResource(resource.restype, resource.name, incremental_configs=[entry])
        self._admin.incremental_alter_configs([named])[named].result(30)

    def find(self, by: str) -> Holding:
        """Everything that `leave` has left."""
        until(lambda: self._is_led(by), seconds=30)
        resources = [ConfigResource(ResourceType.TOPIC, by), ConfigResource(ResourceType.BROKER, "0")]
        own = {
            resource.name: sorted(
                (entry.name, entry.value, ConfigSource(entry.source).name)
                for entry in described.result(30).values()
                if ConfigSource(entry.source).name.startswith("DYNAMIC")
            )
            for resource, described in self._admin.describe_configs(resources).items()
        }
        return {"configs": own, "records": self._records(by), "offsets": self._offsets(by)}

    def _is_led(self, topic: str) -> bool:
        partitions = self._admin.list_topics(topic, timeout=30).topics[topic].partitions
        return len(partitions) == 2 and all(partition.leader == 0 for partition in partitions.values())

    def _offsets(self, by: str) -> list[tuple[str, int, int, str | None]]:
        asked = ConsumerGroupTopicPartitions(f"group-{by}")
        found = self._admin.list_consumer_group_offsets([asked])[f"group-{by}"].result(30)
        return [(part.topic, part.partition, part.offset, part.metadata) for part in found.topic_partitions]

    def _records(self, topic: str) -> list[tuple[object, ...]]:
        reader = Consumer(self._settings | {"group.id": "reader", "enable.partition.eof": True, "check.crcs": True})
        reader.assign([TopicPartition(topic, partition, 0) for partition in range(2)])
        records: list[tuple[object, ...]] = []
        ended = 0
        while ended < 2:
            message = reader.poll(30)
            assert message is not None
            if (error := message.error()) is not None:
                assert error.code() == KafkaError._PARTITION_EOF
                ended += 1
                continue
            place = message.partition(), message.offset()
            records.append((*place, message.timestamp(), message.key(), message.value(), message.headers()))
        reader.close()
        return sorted(records, key=lambda record: record[:2])


def forget(zookeeper: RunningZooKeeper) -> None:
    """Remove what the session of a killed broker would keep for some seconds."""
    client = KazooClient(zookeeper.address)
    client.start(10)
    for path in ("/brokers/ids/0", "/controller"):
        if client.exists(path):
            client.delete(path)
    client.stop()
    client.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_everything_is_there_with_the_other_broker(
    apache: Apache, zookeeper_server: RunningZooKeeper, tmp_path: Path, how: signal.Signals
) -> None:
    logs = tmp_path / "logs"
    server = make_server(
        tmp_path / "server",
        PROPERTIES | {"broker.id": "0", "zookeeper.connect": zookeeper_server.address, "log.dirs": str(logs)},
    )
    found: dict[str, Holding] = {}

    def on_ours(work: Callable[[Client], None]) -> None:
        server.start("--no-embedded-zookeeper")
        try:
            work(Client(server.bootstrap))
        finally:
            server.stop(how)
        forget(zookeeper_server)

    def on_apaches(work: Callable[[Client], None]) -> None:
        settings = PROPERTIES | {"log.dirs": str(logs)}
        cluster = start_cluster(
            tmp_path / "apache",
            "--zookeeper",
            zookeeper_server.address,
            *(f"--property={key}={value}" for key, value in settings.items()),
        )
        try:
            work(Client(cluster.bootstrap))
            if how is signal.SIGKILL:
                os.kill(int((tmp_path / "apache" / "broker-0.pid").read_text()), how)
        finally:
            stop_cluster(tmp_path / "apache")
        forget(zookeeper_server)

    def leave(by: str) -> Callable[[Client], None]:
        def work(client: Client) -> None:
            for name, holding in found.items():
                assert client.find(name)["records"] == holding["records"]
                assert client.find(name) == holding
            client.leave(by)
            for name in (*found, by):
                found[name] = client.find(name)

        return work

    on_ours(leave("ours"))
    on_apaches(leave("apaches"))
    on_ours(leave("again"))
    assert [len(holding["records"]) for holding in found.values()] == [100, 100, 100]  # type: ignore[arg-type]

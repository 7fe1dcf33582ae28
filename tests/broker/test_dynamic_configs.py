"""Configs that change while the broker runs."""

import logging
from pathlib import Path
from random import Random

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.dynamic_configs import DynamicConfigs
from kafkacli.broker.topic_configs import log_config
from kafkacli.controller.config_changes import write_configs
from kafkacli.controller.registration import make_persistent_paths
from kafkacli.log.filesystem import OsFileSystem
from kafkacli.log.log_dirs import LogDirs
from kafkacli.log.offset_checkpoint import CLEANER_CHECKPOINT
from kafkacli.record.batch import Record, encode_batch
from kafkacli.replica.partition import LeadershipState
from kafkacli.replica.partitions import Partitions
from kafkacli.wire.messages.incremental_alter_configs import (
    AlterableConfig,
    AlterConfigsResource,
    IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse,
)
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.controller import zookeeper_client
from tests.support.loop import on_loop
from tests.support.produced import batch, produce
from tests.support.raw import RawClient

TOPIC, BROKER = 2, 4


def config() -> KafkaConfig:
    return KafkaConfig({"zookeeper.connect": "x", "log.segment.bytes": "1000", "num.io.threads": "3"})


def partitions(directory: Path, config: KafkaConfig, *topics: str) -> Partitions:
    logs = LogDirs.open(
        [str(directory / "logs")],
        filesystem=OsFileSystem(),
        now_ms=0,
        random=Random(0),
        default_config=log_config(config, {}),
    )
    hosted = Partitions(logs, 1)
    for topic in topics:
        hosted.become_leader(topic, 0, LeadershipState(1, 0, (1,), (1,)), log_config(config, {}), 0)
    return hosted


@on_loop
async def test_what_there_is_counts_from_the_start(tmp_path: Path) -> None:
    ours = config()
    dynamic = DynamicConfigs(ours, 1)
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        await write_configs(client, "brokers/<default>", {"log.segment.bytes": "2000"}, announce=False)
        await write_configs(client, "brokers/1", {"num.io.threads": "5"}, announce=False)
        await write_configs(client, "brokers/2", {"num.io.threads": "9"}, announce=False)
        await write_configs(client, "topics/t", {"retention.ms": "7"}, announce=False)
        await dynamic.load(client)
    assert (ours.integer("log.segment.bytes"), ours.integer("num.io.threads")) == (2000, 5)
    assert dynamic.topics == {"t": {"retention.ms": "7"}}


def test_topics_and_brokers_configs_reach_the_logs(tmp_path: Path) -> None:
    ours = config()
    hosted, dynamic = partitions(tmp_path, ours, "t", "other"), DynamicConfigs(ours, 1)
    dynamic.apply(hosted, "topics/t", {"retention.ms": "7"})
    dynamic.apply(hosted, "brokers/1", {"log.segment.bytes": "3000"})
    dynamic.apply(hosted, "brokers/2", {"log.segment.bytes": "4000"})
    dynamic.apply(hosted, "users/u", {"producer_byte_rate": "1"})
    logs = {log.topic: log.config for log in hosted.log_dirs}
    assert (logs["t"].retention_ms, logs["t"].segment_bytes) == (7, 3000)
    assert (logs["other"].retention_ms, logs["other"].segment_bytes) == (7 * 24 * 3_600_000, 3000)
    dynamic.apply(hosted, "topics/t", {})
    assert hosted.get("t", 0).log.config.retention_ms == 7 * 24 * 3_600_000


@on_loop
async def test_passwords_are_encrypted_anew_when_the_secret_changes(tmp_path: Path) -> None:
    def secrets(new: str, old: str | None = None) -> KafkaConfig:
        properties = {"zookeeper.connect": "x", "password.encoder.secret": new, "password.encoder.iterations": "1024"}
        return KafkaConfig(properties | ({"password.encoder.old.secret": old} if old else {}))

    name = "listener.name.ssl.ssl.keystore.password"
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        await write_configs(client, "brokers/1", {name: secrets("one").encode_password("p")}, announce=False)
        after = secrets("two", "one")
        await DynamicConfigs(after, 1).load(client)
        assert after.dynamic_own == {name: "p"}
        last = secrets("two")
        await DynamicConfigs(last, 1).load(client)
        assert last.dynamic_own == {name: "p"}
        without = KafkaConfig({"zookeeper.connect": "x"})
        await DynamicConfigs(without, 1).load(client)
        assert without.dynamic_own == {}


def test_a_brokers_own_value_goes_before_the_clusters_and_wrong_ones_change_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = config()
    hosted, dynamic = partitions(tmp_path, ours, "t"), DynamicConfigs(ours, 1)
    dynamic.apply(hosted, "brokers/1", {"num.io.threads": "5"})
    dynamic.apply(hosted, "brokers/<default>", {"num.io.threads": "6", "broker.id": "9", "no.key": "1"})
    assert (ours.integer("num.io.threads"), ours.integer("broker.id")) == (5, -1)
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        dynamic.apply(hosted, "brokers/1", {"num.io.threads": "none", "background.threads": "11"})
        dynamic.apply(hosted, "topics/t", {"retention.ms": "none"})
    assert (ours.integer("num.io.threads"), ours.integer("background.threads")) == (6, 11)
    assert hosted.get("t", 0).log.config.retention_ms == 7 * 24 * 3_600_000
    assert "num.io.threads: Not a number of type INT" in caplog.text
    assert "Ignoring the configs of topic t" in caplog.text


def test_unclean_elections_take_place_as_soon_as_they_are_allowed(broker: RunningBroker) -> None:
    for topic in ("t", "other", "strict"):
        broker.create_leaderless_topic(topic)
    with RawClient(broker.port) as client:
        alter(client, TOPIC, "strict", "false")
        alter(client, TOPIC, "t", "true")
        broker.wait_until(lambda: leads(broker, "t"))
        assert [broker.leader(topic) for topic in ("t", "other")] == [(NODE_ID, 4), (-1, 3)]
        alter(client, BROKER, "", "true")
        broker.wait_until(lambda: leads(broker, "other"))
        assert [broker.leader(topic) for topic in ("other", "strict")] == [(NODE_ID, 4), (-1, 3)]
        assert produce(client, batch(b"a"), "other").error_code == 0


def test_the_cleaner_looks_again_as_soon_as_its_configuration_has_changed(tmp_path: Path) -> None:
    broker = RunningBroker(tmp_path / "log", {"log.cleaner.backoff.ms": "3600000"})
    try:
        broker.create_topic("t", cleanup_policy="compact", segment_bytes="200", min_cleanable_dirty_ratio="0.01")
        with RawClient(broker.port) as client:
            for number in range(10):
                keyed = bytes(encode_batch([Record(timestamp=1, key=b"k", value=b"%d" % number * 80)]))
                assert produce(client, keyed, "t").error_code == 0
            log = broker.broker.partitions.get("t", 0).log
            checkpoints = broker.broker.partitions.log_dirs.checkpoints
            assert ("t", 0) not in checkpoints.read(log.parent, CLEANER_CHECKPOINT)
            alter(client, BROKER, "", "3600001", "log.cleaner.backoff.ms")
            broker.wait_until(lambda: ("t", 0) in checkpoints.read(log.parent, CLEANER_CHECKPOINT))
    finally:
        broker.stop()


def test_a_changed_broker_leaves_a_new_topic_what_it_was_made_with(broker: RunningBroker) -> None:
    broker.create_topic("made", cleanup_policy="compact", segment_bytes="200")
    with RawClient(broker.port) as client:
        alter(client, BROKER, "", "77", "log.retention.ms")
        log = broker.broker.partitions.get("made", 0).log
        broker.wait_until(lambda: log.config.retention_ms == 77)
    assert log.config.is_compacted
    assert log.config.segment_bytes == 200


def leads(broker: RunningBroker, topic: str) -> bool:
    found = broker.broker.metadata.partition(topic, 0)
    return found is not None and found.leader == NODE_ID


def alter(client: RawClient, kind: int, name: str, value: str, key: str = "unclean.leader.election.enable") -> None:
    config = AlterableConfig(name=key, config_operation=0, value=value)
    resource = AlterConfigsResource(resource_type=kind, resource_name=name, configs=[config])
    request = IncrementalAlterConfigsRequest(resources=[resource])
    assert client.ask(request, IncrementalAlterConfigsResponse, 1).responses[0].error_code == 0

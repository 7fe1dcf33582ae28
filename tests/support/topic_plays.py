"""Plays about topics and configs: metadata, create, delete, grow, describe, alter, in every version, right and wrong."""

from typing import Any

from kafkacli.wire.messages import (
    alter_configs,
    create_partitions,
    create_topics,
    delete_topics,
    describe_configs,
    describe_log_dirs,
    incremental_alter_configs,
    init_producer_id,
    list_partition_reassignments,
    metadata,
    offset_for_leader_epoch,
    sasl_handshake,
)
from tests.support.broker_play import Play
from tests.support.produced import batch, produce_request
from tests.support.record_plays import idempotent
from tests.support.waiting import until


def metadata_in_every_version(play: Play) -> None:
    play.topic("described", 2)

    def ask(version: int, *names: str, create: bool = False, **fields: bool) -> None:
        topics = [metadata.MetadataRequestTopic(name=name) for name in names]
        create = create or version < 4
        play.ask(metadata.MetadataRequest(topics=topics, allow_auto_topic_creation=create, **fields), version)

    for version in range(10):
        ask(version, "described")
        ask(version, "described", "described", "a b", "", "..", "x" * 250)
        if version:
            ask(version)
        if version >= 4:
            ask(version, "undescribed", "a b")
            ask(version, f"created-{version}", create=True)
            until(lambda version=version: play.has_leaders(f"created-{version}", 1))  # type: ignore[misc]
            ask(version, f"created-{version}")
    both = {"include_cluster_authorized_operations": True, "include_topic_authorized_operations": True}
    ask(8, "described", "undescribed", **both)
    ask(9, **both)


def _new(name: str, partitions: int = 1, replicas: int = 1, **fields: Any) -> create_topics.CreatableTopic:
    return create_topics.CreatableTopic(name=name, num_partitions=partitions, replication_factor=replicas, **fields)


def create_topics_right_and_wrong(play: Play) -> None:
    config = create_topics.CreateableTopicConfig
    place = create_topics.CreatableReplicaAssignment
    play.topic("exists")
    play.topic("with.dot")
    wrong = [
        _new("exists"),
        _new(""),
        _new("."),
        _new("a b"),
        _new("x" * 250),
        _new("with_dot"),
        _new("no-partitions", 0),
        _new("negative", -2),
        _new("many-replicas", 1, 5),
        _new("no-replicas", 1, 0),
        _new("unknown-config", configs=[config(name="no.such", value="1")]),
        _new("wrong-config", configs=[config(name="retention.ms", value="x")]),
        _new("low-config", configs=[config(name="segment.bytes", value="1")]),
        _new("null-config", configs=[config(name="retention.ms", value=None)]),
        _new("both", assignments=[place(partition_index=0, broker_ids=[0])]),
        _new("twice", -1, -1, assignments=[place(partition_index=0, broker_ids=[0, 0])]),
        _new("gap", -1, -1, assignments=[place(partition_index=1, broker_ids=[0])]),
    ]
    for topic in wrong:
        for version in (0, 1, 5):
            if version or topic.name != "null-config":
                request = create_topics.CreateTopicsRequest(topics=[topic])
                play.ask(request, version)
    play.ask(create_topics.CreateTopicsRequest(topics=[_new("double"), _new("double"), _new("single")]), 4)
    for version in (1, 4, 5):
        request = create_topics.CreateTopicsRequest(topics=[_new("not-made", 3)], validate_only=True)
        play.ask(request, version)
    defaults = [_new("defaults", -1, -1, configs=[config(name="retention.ms", value="5")])]
    play.ask(create_topics.CreateTopicsRequest(topics=defaults), 5)
    play.ask(create_topics.CreateTopicsRequest(topics=[_new("old-defaults", -1, -1)]), 3)


def delete_topics_right_and_wrong(play: Play) -> None:
    for version in range(5):
        name = f"deleted-{version}"
        play.topic(name)
        request = delete_topics.DeleteTopicsRequest(topic_names=[name, "undeleted", ""], timeout_ms=10_000)
        play.ask(request, version)
        play.ask(produce_request(batch(b"a"), name), 8)


def grow_topics_right_and_wrong(play: Play) -> None:
    play.topic("grown", 2)
    topic, place = create_partitions.CreatePartitionsTopic, create_partitions.CreatePartitionsAssignment

    def ask(version: int, *topics: create_partitions.CreatePartitionsTopic, validate_only: bool = False) -> None:
        request = create_partitions.CreatePartitionsRequest(
            topics=list(topics), timeout_ms=10_000, validate_only=validate_only
        )
        play.ask(request, version)

    for version in range(3):
        for count in (2, 1, 0, -1):
            ask(version, topic(name="grown", count=count, assignments=None))
        ask(version, topic(name="ungrown", count=2, assignments=None))
        ask(version, topic(name="grown", count=3, assignments=[]))
        ask(version, topic(name="grown", count=3, assignments=[place(broker_ids=[0, 0])]))
        ask(version, topic(name="grown", count=4, assignments=[place(broker_ids=[0])]))
        ask(version, topic(name="grown", count=3, assignments=[place(broker_ids=[])]))
        ask(version, *[topic(name="grown", count=3, assignments=None)] * 2)
        ask(version, topic(name="grown", count=5, assignments=None), validate_only=True)
    ask(2, topic(name="grown", count=5, assignments=None))


def describe_and_alter_configs(play: Play) -> None:
    play.topic("configured", retention_ms="5", cleanup_policy="compact,delete")
    topic, broker = 2, 4

    def describe(version: int, kind: int, name: str, *keys: str, **fields: bool) -> None:
        resource = describe_configs.DescribeConfigsResource(
            resource_type=kind, resource_name=name, configuration_keys=list(keys) or None
        )
        play.ask(describe_configs.DescribeConfigsRequest(resources=[resource], **fields), version)

    for version in range(4):
        describe(version, topic, "configured")
        describe(version, topic, "unconfigured")
        describe(version, topic, "..")
        describe(version, broker, "x")
        describe(version, broker, "99")
    describe(2, topic, "configured", "retention.ms", "segment.bytes", "no.such", include_synonyms=True)
    describe(1, topic, "configured", include_synonyms=True)
    describe(1, broker, "", include_synonyms=True)

    def change(version: int, name: str, *changes: tuple[str, int, str | None], kind: int = topic) -> None:
        module = incremental_alter_configs
        resource = module.AlterConfigsResource(
            resource_type=kind,
            resource_name=name,
            configs=[module.AlterableConfig(name=key, config_operation=what, value=to) for key, what, to in changes],
        )
        play.ask(module.IncrementalAlterConfigsRequest(resources=[resource]), version)

    for version in (0, 1):
        change(version, "configured", ("retention.bytes", 0, "7"), ("flush.ms", 1, None))
        change(version, "configured", ("retention.ms", 0, "x"))
        change(version, "configured", ("retention.ms", 0, None))
        change(version, "configured", ("retention.ms", 0, "1"), ("retention.ms", 1, None))
        change(version, "configured", ("retention.ms", 2, "1"))
        change(version, "configured", ("retention.ms", 3, "1"))
        change(version, "configured", ("cleanup.policy", 3, "delete"))
        change(version, "configured", ("cleanup.policy", 2, "delete"))
        change(version, "configured", ("no.such", 0, "1"))
        change(version, "unconfigured", ("retention.ms", 0, "1"))
    describe(1, topic, "configured", "retention.ms", "retention.bytes", "cleanup.policy")

    def alter(version: int, name: str, configs: dict[str, str | None], *, validate_only: bool = False) -> None:
        resource = alter_configs.AlterConfigsResource(
            resource_type=topic,
            resource_name=name,
            configs=[alter_configs.AlterableConfig(name=key, value=value) for key, value in configs.items()],
        )
        play.ask(alter_configs.AlterConfigsRequest(resources=[resource], validate_only=validate_only), version)

    for version in (0, 1):
        alter(version, "configured", {"retention.ms": "9"})
        alter(version, "configured", {"retention.ms": "10"}, validate_only=True)
        alter(version, "configured", {"retention.ms": "x"})
        alter(version, "configured", {"retention.ms": "-5"})
        alter(version, "configured", {"no.such": "1"})
        alter(version, "unconfigured", {"retention.ms": "1"})
    describe(1, topic, "configured", "retention.ms", "retention.bytes", "cleanup.policy")


def the_rest(play: Play) -> None:
    """Producer ids, epochs, log directories, reassignments, SASL without SASL."""
    for version in range(4):
        for _ in range(2):
            play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None), version)
        play.ask(init_producer_id.InitProducerIdRequest(transactional_id=""), version)
    play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None, producer_id=5), 3)
    play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None, producer_epoch=5), 3)
    idempotent(play)
    play.topic("epochs")
    play.ask(produce_request(batch(b"a", b"b"), "epochs"), 8, noted=False)
    module = offset_for_leader_epoch
    for version in range(4):
        for topic, epoch, current in (("epochs", 0, -1), ("epochs", 5, -1), ("epochs", -1, -1), ("epoch", 0, -1)):
            part = module.OffsetForLeaderPartition(partition_index=0, leader_epoch=epoch, current_leader_epoch=current)
            request = module.OffsetForLeaderEpochRequest(
                topics=[module.OffsetForLeaderTopic(name=topic, partitions=[part])]
            )
            play.ask(request, version)
        sizes = describe_log_dirs.DescribableLogDirTopic(topic="epochs", partition_index=[0, 1])
        sizes_asked = describe_log_dirs.DescribeLogDirsRequest(topics=[sizes])
        (directory,) = play.ask(sizes_asked, min(version, 2), noted=False).results
        play.note("sizes", [topic for topic in directory.topics if topic.partitions])
    play.ask(list_partition_reassignments.ListPartitionReassignmentsRequest(), 0)
    for version in (0, 1):
        play.ask(sasl_handshake.SaslHandshakeRequest(mechanism="PLAIN"), version)

"""Plays: requests about topics, records and configs in every version, right and wrong, with the answers noted.

The notes of the real Kafka 2.6.2 are in `tests/data/broker_answers.txt`; they are written again by

    python -m tests.support.broker_plays HOST:PORT     a real broker, just started, with broker.id 0

What differs from broker to broker is masked: ids, addresses, times, directories, producer ids. Answers that are plainly the
real broker's mistakes are not asked for.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kafkacli.record.batch import Compression, Record, TimestampType, encode_batch, iter_headers
from kafkacli.record.legacy import encode_message_set
from kafkacli.wire.messages import (
    alter_configs,
    create_partitions,
    create_topics,
    delete_records,
    delete_topics,
    describe_configs,
    describe_log_dirs,
    incremental_alter_configs,
    init_producer_id,
    list_offsets,
    list_partition_reassignments,
    metadata,
    offset_for_leader_epoch,
    produce,
    sasl_handshake,
)
from kafkacli.wire.messages.fetch import FetchRequest, FetchResponse
from kafkacli.wire.schema import Message, Struct
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.raw import RawClient
from tests.support.waiting import until

ANSWERS = Path(__file__).parents[1] / "data" / "broker_answers.txt"
RESPONSES: dict[type[Message], type[Message]] = {
    alter_configs.AlterConfigsRequest: alter_configs.AlterConfigsResponse,
    create_partitions.CreatePartitionsRequest: create_partitions.CreatePartitionsResponse,
    create_topics.CreateTopicsRequest: create_topics.CreateTopicsResponse,
    delete_records.DeleteRecordsRequest: delete_records.DeleteRecordsResponse,
    delete_topics.DeleteTopicsRequest: delete_topics.DeleteTopicsResponse,
    describe_configs.DescribeConfigsRequest: describe_configs.DescribeConfigsResponse,
    describe_log_dirs.DescribeLogDirsRequest: describe_log_dirs.DescribeLogDirsResponse,
    FetchRequest: FetchResponse,
    incremental_alter_configs.IncrementalAlterConfigsRequest: incremental_alter_configs.IncrementalAlterConfigsResponse,
    init_producer_id.InitProducerIdRequest: init_producer_id.InitProducerIdResponse,
    list_offsets.ListOffsetRequest: list_offsets.ListOffsetResponse,
    list_partition_reassignments.ListPartitionReassignmentsRequest: (
        list_partition_reassignments.ListPartitionReassignmentsResponse
    ),
    metadata.MetadataRequest: metadata.MetadataResponse,
    offset_for_leader_epoch.OffsetForLeaderEpochRequest: offset_for_leader_epoch.OffsetForLeaderEpochResponse,
    produce.ProduceRequest: produce.ProduceResponse,
    sasl_handshake.SaslHandshakeRequest: sasl_handshake.SaslHandshakeResponse,
}
MASKS = {
    "cluster_id": "C",
    "controller_id": "N",
    "host": "H",
    "leader_id": "N",
    "log_dir": "D",
    "node_id": "N",
    "port": "P",
}
REPLICAS = ("isr_nodes", "replica_nodes")


class Play:
    """One server's part: a client, and the notes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.client = RawClient(port)
        self.notes: list[str] = []
        self._producers: dict[int, int] = {}

    def ask(self, request: Message, version: int, *, noted: bool = True) -> Any:
        """Send a request; note and return its answer."""
        what = f"{type(request).__name__} {version}"
        try:
            answer = self.client.ask(request, RESPONSES[type(request)], version)
        except EOFError:
            self.note(what, "the connection is closed")
            self.client.socket.close()
            self.client = RawClient(self.port)
            return None
        if noted:
            self.note(what, self._plain(answer))
        return answer

    def note(self, what: str, value: object) -> None:
        self.notes.append(f"{what}: {value}")

    def topic(self, name: str, partitions: int = 1, **overrides: str) -> None:
        """Make a topic, and wait until it can be used."""
        configs = [
            create_topics.CreateableTopicConfig(name=key.replace("_", "."), value=value)
            for key, value in overrides.items()
        ]
        topic = create_topics.CreatableTopic(
            name=name, num_partitions=partitions, replication_factor=1, configs=configs
        )
        self.ask(create_topics.CreateTopicsRequest(topics=[topic]), 4, noted=False)
        until(lambda: self.has_leaders(name, partitions))

    def has_leaders(self, name: str, partitions: int) -> bool:
        asked = metadata.MetadataRequest(
            topics=[metadata.MetadataRequestTopic(name=name)], allow_auto_topic_creation=False
        )
        (found,) = self.ask(asked, 5, noted=False).topics
        return not found.error_code and sum(not part.error_code for part in found.partitions) == partitions

    def _plain(self, value: Any, name: str = "") -> Any:
        if name in MASKS and value not in (-1, None):
            return MASKS[name]
        if name in REPLICAS:
            return ["N"] * len(value)
        if name == "log_append_time_ms" and value > 0:
            return "T"
        if name == "producer_id" and value >= 0:
            return f"producer {self._producers.setdefault(value, len(self._producers))}"
        if isinstance(value, Struct):
            return {field.name: self._plain(getattr(value, field.name), field.name) for field in value.fields}
        if isinstance(value, list):
            plain = [self._plain(each) for each in value]
            return sorted(plain, key=repr) if name != "synonyms" else plain
        if isinstance(value, bytes | memoryview):
            return _whole_batches(bytes(value)).hex()
        if name == "batch_index_error_message":
            return re.sub(r"\d{13}", "T", value)
        return value


def _whole_batches(records: bytes) -> bytes:
    """Leave out a cut off last batch, which the real broker sends and ours doesn't, unless it is the only one."""
    end = 0
    for position, header in iter_headers(records):
        end = position + header.size
    return records[:end] if end else records[:12]


def old(magic: int, *values: bytes, compression: Compression = Compression.NONE) -> bytes:
    """A message set of magic 0 or 1."""
    return encode_message_set(
        [Record(offset=offset, timestamp=1000 if magic else -1, value=value) for offset, value in enumerate(values)],
        magic,
        compression=compression,
        timestamp_type=TimestampType.CREATE_TIME if magic else TimestampType.NO_TIMESTAMP_TYPE,
    )


# plays


def produce_in_every_version(play: Play) -> None:
    """Every version and format, and what the log holds then."""
    play.topic("every-version")
    for version in range(9):
        records = batch(b"a%d" % version, b"b") if version >= 3 else old(version // 2, b"a%d" % version)
        for acks in (1, -1):
            play.ask(produce_request(records, "every-version", acks=acks), version)
    play.ask(fetch_request({("every-version", 0): 0}), 11)


def produce_to_what_is_not_there(play: Play) -> None:
    play.topic("is-there")
    for version in (0, 8):
        records = batch(b"a") if version else old(0, b"a")
        for topic, partition in (("is-not-there", 0), ("is-there", 7), ("is-there", -1), ("", 0), ("a b", 0)):
            play.ask(produce_request(records, topic, partition), version)
    for acks in (2, -2, 100):
        play.ask(produce_request(batch(b"a"), "is-there", acks=acks), 8)
        play.ask(produce_request(batch(b"a"), "is-not-there", acks=acks), 8)


def produce_bad_records(play: Play) -> None:
    play.topic("bad-records")
    good = batch(b"abc")
    for name, records in {
        "nothing": b"",
        "two batches": good + good,
        "magic 1": old(1, b"a"),
        "cut off": good[:-1],
        "only a length": good[:12],
        "wrong checksum": good[:-2] + b"xx",
        "garbage": bytes(range(256)),
        "negative length": b"\xff" * 100,
        "too short a length": bytes(8) + (10).to_bytes(4, "big") + good[12:],
        "magic 3": good[:16] + b"\3" + good[17:],
    }.items():
        for version in (2, 3, 8):
            play.note("records", name)
            play.ask(produce_request(records, "bad-records"), version)
    for codec in Compression:
        for version in (3, 6, 7):
            play.note("codec", codec.name)
            play.ask(produce_request(batch(b"a" * 100, compression=codec), "bad-records"), version)
    play.topic("small-records", max_message_bytes="100")
    play.ask(produce_request(batch(b"x" * 100), "small-records"), 8)
    play.topic("compacted", cleanup_policy="compact")
    play.ask(produce_request(batch(b"no key", b"either"), "compacted"), 8)
    play.ask(produce_request(batch(b"no key"), "compacted"), 7)
    play.topic("timed", message_timestamp_difference_max_ms="1000")
    play.ask(produce_request(batch(b"old", timestamp=5), "timed"), 8)
    play.topic("append-time", message_timestamp_type="LogAppendTime")
    play.ask(produce_request(batch(b"a"), "append-time"), 8)
    play.topic("two-replicas", min_insync_replicas="2")
    play.ask(produce_request(batch(b"a"), "two-replicas", acks=-1), 8)
    play.ask(produce_request(batch(b"a"), "two-replicas", acks=1), 8)


def fetch_in_every_version(play: Play) -> None:
    play.topic("fetched", 2)
    for values in ((b"a", b"b"), (b"c",), (b"d", b"e", b"f")):
        play.ask(produce_request(batch(*values), "fetched"), 8, noted=False)
    for version in range(12):
        for offset in (0, 2, 3, 4, 6, 7, -1):
            play.ask(fetch_request({("fetched", 0): offset}), version)
        play.ask(fetch_request({("fetched", 1): 0, ("fetched", 5): 0, ("unfetched", 0): 0}), version)


def fetch_compressed(play: Play) -> None:
    play.topic("fetched-compressed")
    for codec in (Compression.GZIP, Compression.SNAPPY, Compression.LZ4):
        records = batch(b"a" * 50, b"b" * 50, compression=codec)
        play.ask(produce_request(records, "fetched-compressed"), 8, noted=False)
    for version in (4, 11):
        play.ask(fetch_request({("fetched-compressed", 0): 1}), version)
    play.topic("fetched-zstd")
    play.ask(produce_request(batch(b"a", compression=Compression.ZSTD), "fetched-zstd"), 8, noted=False)
    for version in (1, 3, 4, 9, 10):
        play.ask(fetch_request({("fetched-zstd", 0): 0}), version)
    play.topic("zstd-topic", compression_type="zstd")
    play.ask(produce_request(batch(b"a", compression=Compression.ZSTD), "zstd-topic"), 8, noted=False)
    for version in (3, 9, 10):
        play.ask(fetch_request({("zstd-topic", 0): 0}), version)
    play.topic("no-conversion", message_downconversion_enable="false")
    play.ask(produce_request(batch(b"a"), "no-conversion"), 8, noted=False)
    for version in (0, 3, 4):
        play.ask(fetch_request({("no-conversion", 0): 0}), version)


def fetch_within_limits(play: Play) -> None:
    play.topic("limited", 3)
    for partition in range(3):
        for _ in range(3):
            play.ask(produce_request(batch(b"x" * 20), "limited", partition), 8, noted=False)
    size = len(batch(b"x" * 20))
    every = {("limited", partition): 0 for partition in range(3)}
    for total, each in ((10 * size, 2 * size), (10 * size, 2 * size - 1), (4 * size, 3 * size), (1, 1), (size, 0)):
        for version in (3, 11):
            play.ask(fetch_request(every, max_bytes=total, partition_bytes=each), version)
    for isolation in (0, 1):
        play.ask(fetch_request(every, isolation=isolation), 4)
    for epoch in (-1, 0, 1):
        play.ask(fetch_request({("limited", 0): 0}, leader_epoch=epoch), 11)
    play.ask(fetch_request({("limited", 0): 3}, max_wait=10), 11)
    play.ask(fetch_request({("limited", 0): 0}, max_wait=10, min_bytes=10_000), 11)
    play.ask(fetch_request({}, max_wait=10), 11)


def fetch_in_sessions(play: Play) -> None:
    play.topic("session", 3)
    keys = {("session", partition): 0 for partition in range(3)}
    opened = play.client.ask(fetch_request(keys, epoch=0), FetchResponse, 11).session_id
    play.note("a session is opened", opened > 0)

    def ask(**fields: Any) -> None:
        answer = play.client.ask(fetch_request(fields.pop("keys", {}), **fields), FetchResponse, 11)
        told = [
            (part.partition_index, part.error_code, part.high_watermark) for t in answer.topics for part in t.partitions
        ]
        play.note("session", (answer.error_code, answer.session_id == opened, answer.session_id == 0, told))

    ask(session_id=opened, epoch=1)
    play.ask(produce_request(batch(b"a"), "session", 1), 8, noted=False)
    ask(session_id=opened, epoch=2)
    ask(session_id=opened, epoch=3, keys={("session", 1): 1, ("session", 9): 0})
    ask(session_id=opened, epoch=4)
    ask(session_id=opened, epoch=4)
    ask(session_id=opened, epoch=9)
    ask(session_id=opened, epoch=5, max_wait=10)
    ask(session_id=opened, epoch=-1, keys=keys)
    ask(session_id=opened, epoch=6)
    ask(session_id=0, epoch=1)
    ask(session_id=0, epoch=-1, keys=keys)


def _offsets(topic: str, partition: int, timestamp: int, version: int, **fields: int) -> list_offsets.ListOffsetRequest:
    part = list_offsets.ListOffsetPartition(partition_index=partition, timestamp=timestamp, **fields)
    if version >= 4 and "current_leader_epoch" not in fields:
        part.current_leader_epoch = -1
    if version == 0:
        part.max_num_offsets = 10
    return list_offsets.ListOffsetRequest(
        replica_id=-1, topics=[list_offsets.ListOffsetTopic(name=topic, partitions=[part])]
    )


def list_offsets_in_every_version(play: Play) -> None:
    play.topic("listed")
    play.topic("listed-empty")
    for timestamp in (1000, 3000, 2000):
        play.ask(produce_request(batch(b"a", b"b", timestamp=timestamp), "listed"), 8, noted=False)
    for version in range(6):
        for timestamp in (-2, -1, 0, 1000, 1001, 3000, 3001, -3):
            if version or timestamp in (-2, -1):
                play.ask(_offsets("listed", 0, timestamp, version), version)
                play.ask(_offsets("listed-empty", 0, timestamp, version), version)
        play.ask(_offsets("unlisted", 0, -1, version), version)
        play.ask(_offsets("listed", 4, -1, version), version)
    for epoch in (0, 1):
        play.ask(_offsets("listed", 0, -1, 5, current_leader_epoch=epoch), 5)
    twice = _offsets("listed", 0, -1, 5)
    twice.topics[0].partitions *= 2
    play.ask(twice, 5)


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


def delete_records_right_and_wrong(play: Play) -> None:
    play.topic("emptied")
    play.topic("emptied-compacted", cleanup_policy="compact")
    play.ask(produce_request(batch(b"a", b"b", b"c", b"d"), "emptied"), 8, noted=False)

    def ask(version: int, topic: str, partition: int, offset: int) -> None:
        part = delete_records.DeleteRecordsPartition(partition_index=partition, offset=offset)
        topics = [delete_records.DeleteRecordsTopic(name=topic, partitions=[part])]
        play.ask(delete_records.DeleteRecordsRequest(topics=topics, timeout_ms=1000), version)

    for version in range(3):
        ask(version, "emptied", 0, version + 1)
        ask(version, "emptied", 0, 0)
        ask(version, "emptied", 0, 5)
        ask(version, "emptied", 0, -2)
        ask(version, "emptied", 3, 0)
        ask(version, "unemptied", 0, 0)
        ask(version, "emptied-compacted", 0, 0)
    play.ask(fetch_request({("emptied", 0): 1}), 11)
    play.ask(fetch_request({("emptied", 0): 3}), 11)
    play.ask(_offsets("emptied", 0, -2, 5), 5)
    ask(2, "emptied", 0, -1)
    play.ask(_offsets("emptied", 0, -2, 5), 5)


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


def idempotent(play: Play) -> None:
    """Sequences that follow, repeat, leave gaps; an unknown producer, an old epoch."""
    play.topic("idempotent")
    producer = play.ask(init_producer_id.InitProducerIdRequest(transactional_id=None), 3).producer_id
    for sequence, epoch in ((0, 0), (2, 0), (2, 0), (0, 0), (6, 0), (4, 0), (0, 1), (6, 0), (5, 2), (0, 2)):
        records = [Record(timestamp=1, value=b"a"), Record(timestamp=1, value=b"b")]
        data = encode_batch(records, producer_id=producer, producer_epoch=epoch, base_sequence=sequence)
        play.note("sequence, epoch", (sequence, epoch))
        play.ask(produce_request(data, "idempotent"), 8)
    data = encode_batch([Record(timestamp=1, value=b"a")], producer_id=999_999, producer_epoch=0, base_sequence=3)
    play.ask(produce_request(data, "idempotent"), 8)


PLAYS: tuple[Callable[[Play], None], ...] = (
    produce_in_every_version,
    produce_to_what_is_not_there,
    produce_bad_records,
    fetch_in_every_version,
    fetch_compressed,
    fetch_within_limits,
    fetch_in_sessions,
    list_offsets_in_every_version,
    metadata_in_every_version,
    create_topics_right_and_wrong,
    delete_topics_right_and_wrong,
    grow_topics_right_and_wrong,
    delete_records_right_and_wrong,
    describe_and_alter_configs,
    the_rest,
)


def perform(play: Callable[[Play], None], port: int) -> list[str]:
    """Return the notes of a play with the broker at `port`."""
    part = Play(port)
    try:
        play(part)
    finally:
        part.client.socket.close()
    return part.notes


def recorded(play: Callable[[Play], None]) -> list[str]:
    """Return what the real broker said in a play."""
    found = re.search(rf"^# {play.__name__}\n(.*?)(?=^# |\Z)", ANSWERS.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{play.__name__} is not recorded"
    return found[1].splitlines()


def record(port: int) -> None:
    """Write the answers of the real broker at `port`."""
    ANSWERS.write_text(
        "".join(f"# {play.__name__}\n" + "".join(f"{note}\n" for note in perform(play, port)) for play in PLAYS)
    )


if __name__ == "__main__":
    record(int(sys.argv[1].rpartition(":")[2]))

"""The configuration of a log: what a topic's overrides and the broker's `log.*` properties come down to, typed.

`TOPIC_CONFIGS` is the table of Kafka 2.6.2's topic configs (LogConfig.scala): the name in a topic's overrides, the field
here, and the property of `server.properties` that gives the default. Reading and checking values is the broker's part.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kafkacli.record.append_rules import AppendRules
from kafkacli.record.batch import Compression, TimestampType

_MAXIMUM_LONG = 2**63 - 1
_HOUR_MS = 60 * 60 * 1000
_COMPRESSIONS = {"uncompressed": Compression.NONE} | {codec.name.lower(): codec for codec in Compression if codec}


@dataclass(slots=True, frozen=True, kw_only=True)
class LogConfig:
    """One log's configuration; the defaults are those of Kafka 2.6.2. Times in ms, sizes in bytes."""

    segment_bytes: int = 1024 * 1024 * 1024
    segment_ms: int = 7 * 24 * _HOUR_MS
    segment_jitter_ms: int = 0
    segment_index_bytes: int = 10 * 1024 * 1024
    flush_messages: int = _MAXIMUM_LONG
    flush_ms: int = _MAXIMUM_LONG
    retention_bytes: int = -1
    retention_ms: int = 7 * 24 * _HOUR_MS
    max_message_bytes: int = 1024 * 1024 + 12
    index_interval_bytes: int = 4096
    delete_retention_ms: int = 24 * _HOUR_MS
    min_compaction_lag_ms: int = 0
    max_compaction_lag_ms: int = _MAXIMUM_LONG
    file_delete_delay_ms: int = 60_000
    min_cleanable_dirty_ratio: float = 0.5
    cleanup_policy: frozenset[str] = frozenset({"delete"})
    unclean_leader_election_enable: bool = False
    min_insync_replicas: int = 1
    compression_type: str = "producer"
    preallocate: bool = False
    message_format_version: str = "2.6-IV0"
    message_timestamp_type: str = "CreateTime"
    message_timestamp_difference_max_ms: int = _MAXIMUM_LONG
    message_downconversion_enable: bool = True
    leader_replication_throttled_replicas: tuple[str, ...] = ()
    follower_replication_throttled_replicas: tuple[str, ...] = ()
    takes_zstd: bool = True  # no topic config: whether all brokers know the codec

    @property
    def is_compacted(self) -> bool:
        """Whether the cleaner keeps only the last record of each key."""
        return "compact" in self.cleanup_policy

    @property
    def is_deleted(self) -> bool:
        """Whether old segments are deleted by time and size."""
        return "delete" in self.cleanup_policy

    @property
    def max_segment_ms(self) -> int:
        """How long the active segment takes records before it rolls."""
        if self.is_compacted and self.max_compaction_lag_ms > 0:
            return min(self.max_compaction_lag_ms, self.segment_ms)
        return self.segment_ms

    @property
    def magic(self) -> int:
        """The record format on disk, 0, 1 or 2, that `message_format_version` stands for."""
        release = tuple(int(part) for part in self.message_format_version.partition("-")[0].split(".")[:3])
        if release >= (0, 11):
            return 2
        return 1 if release >= (0, 10) else 0

    @property
    def is_log_append_time(self) -> bool:
        """Whether the broker sets the records' timestamps."""
        return self.message_timestamp_type == "LogAppendTime"

    def append_rules(self, topic_partition: str) -> AppendRules:
        """Return what validation needs to know; topic_partition: for messages."""
        codec = self.compression_type.lower()
        return AppendRules(
            topic_partition,
            magic=self.magic,
            max_message_bytes=self.max_message_bytes,
            compression=None if codec == "producer" else _COMPRESSIONS[codec],
            timestamp_type=TimestampType.LOG_APPEND_TIME if self.is_log_append_time else TimestampType.CREATE_TIME,
            timestamp_difference_max_ms=self.message_timestamp_difference_max_ms,
            compacted=self.is_compacted,
            takes_zstd=self.takes_zstd,
        )


class TopicConfig(NamedTuple):
    """A row of the table: the topic config, LogConfig's field, and the broker property that is its default."""

    name: str
    field: str
    server_property: str


TOPIC_CONFIGS = tuple(
    TopicConfig(name, name.replace(".", "_"), server_property)
    for name, server_property in (
        ("cleanup.policy", "log.cleanup.policy"),
        ("compression.type", "compression.type"),
        ("delete.retention.ms", "log.cleaner.delete.retention.ms"),
        ("file.delete.delay.ms", "log.segment.delete.delay.ms"),
        ("flush.messages", "log.flush.interval.messages"),
        ("flush.ms", "log.flush.interval.ms"),
        ("follower.replication.throttled.replicas", "follower.replication.throttled.replicas"),
        ("index.interval.bytes", "log.index.interval.bytes"),
        ("leader.replication.throttled.replicas", "leader.replication.throttled.replicas"),
        ("max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
        ("max.message.bytes", "message.max.bytes"),
        ("message.downconversion.enable", "log.message.downconversion.enable"),
        ("message.format.version", "log.message.format.version"),
        ("message.timestamp.difference.max.ms", "log.message.timestamp.difference.max.ms"),
        ("message.timestamp.type", "log.message.timestamp.type"),
        ("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"),
        ("min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"),
        ("min.insync.replicas", "min.insync.replicas"),
        ("preallocate", "log.preallocate"),
        ("retention.bytes", "log.retention.bytes"),
        ("retention.ms", "log.retention.ms"),
        ("segment.bytes", "log.segment.bytes"),
        ("segment.index.bytes", "log.index.size.max.bytes"),
        ("segment.jitter.ms", "log.roll.jitter.ms"),
        ("segment.ms", "log.roll.ms"),
        ("unclean.leader.election.enable", "unclean.leader.election.enable"),
    )
)

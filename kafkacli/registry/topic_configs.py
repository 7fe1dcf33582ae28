"""Topic configs: their types and ranges, and the checks before a topic's own ones are kept.

Source: the ConfigDef of Kafka 2.6.2's `LogConfig`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kafkacli.config_types import (
    ApiVersionText,
    AtLeast,
    Between,
    ConfigError,
    ConfigKey,
    ConfigType,
    Importance,
    OneOf,
    ThrottledReplicas,
    parse_value,
)

BOOLEAN, STRING, INT, LONG = ConfigType.BOOLEAN, ConfigType.STRING, ConfigType.INT, ConfigType.LONG
DOUBLE, LIST = ConfigType.DOUBLE, ConfigType.LIST
MEDIUM, LOW = Importance.MEDIUM, Importance.LOW

_KEYS = (
    ConfigKey("segment.bytes", INT, "1073741824", AtLeast(14), MEDIUM),
    ConfigKey("segment.ms", LONG, "604800000", AtLeast(1), MEDIUM),
    ConfigKey("segment.jitter.ms", LONG, "0", AtLeast(0), MEDIUM),
    ConfigKey("segment.index.bytes", INT, "10485760", AtLeast(0), MEDIUM),
    ConfigKey("flush.messages", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("flush.ms", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("retention.bytes", LONG, "-1", None, MEDIUM),
    ConfigKey("retention.ms", LONG, "604800000", AtLeast(-1), MEDIUM),
    ConfigKey("max.message.bytes", INT, "1048588", AtLeast(0), MEDIUM),
    ConfigKey("index.interval.bytes", INT, "4096", AtLeast(0), MEDIUM),
    ConfigKey("delete.retention.ms", LONG, "86400000", AtLeast(0), MEDIUM),
    ConfigKey("min.compaction.lag.ms", LONG, "0", AtLeast(0), MEDIUM),
    ConfigKey("max.compaction.lag.ms", LONG, "9223372036854775807", AtLeast(1), MEDIUM),
    ConfigKey("file.delete.delay.ms", LONG, "60000", AtLeast(0), MEDIUM),
    ConfigKey("min.cleanable.dirty.ratio", DOUBLE, "0.5", Between(0, 1), MEDIUM),
    ConfigKey("cleanup.policy", LIST, "delete", OneOf(("compact", "delete")), MEDIUM),
    ConfigKey("unclean.leader.election.enable", BOOLEAN, "false", None, MEDIUM),
    ConfigKey("min.insync.replicas", INT, "1", AtLeast(1), MEDIUM),
    ConfigKey(
        "compression.type",
        STRING,
        "producer",
        OneOf(("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")),
        MEDIUM,
    ),
    ConfigKey("preallocate", BOOLEAN, "false", None, MEDIUM),
    ConfigKey("message.format.version", STRING, "2.6-IV0", ApiVersionText(), MEDIUM),
    ConfigKey("message.timestamp.type", STRING, "CreateTime", OneOf(("CreateTime", "LogAppendTime")), MEDIUM),
    ConfigKey("message.timestamp.difference.max.ms", LONG, "9223372036854775807", AtLeast(0), MEDIUM),
    ConfigKey("leader.replication.throttled.replicas", LIST, "", ThrottledReplicas(), MEDIUM),
    ConfigKey("follower.replication.throttled.replicas", LIST, "", ThrottledReplicas(), MEDIUM),
    ConfigKey("message.downconversion.enable", BOOLEAN, "true", None, LOW),
)

TOPIC_KEYS: Final = {key.name: key for key in _KEYS}
"""Every topic config by name, in Kafka's order."""

_INVALID_CONFIGURATION = "org.apache.kafka.common.errors.InvalidConfigurationException"


def validate(overrides: Mapping[str, str]) -> None:
    """Check a topic's own configs as Kafka does before it keeps them.

    Raises ConfigError for an unknown name, a wrong value, or values that contradict each other.
    """
    for name in overrides:
        if name not in TOPIC_KEYS:
            raise ConfigError(f"Unknown topic config name: {name}", _INVALID_CONFIGURATION)
    check_lags({key.name: parse_value(key, overrides.get(key.name)) for key in _KEYS})


def check_lags(values: Mapping[str, Any]) -> None:
    """Raise ConfigError when the shortest lag of compaction is above the longest."""
    shortest, longest = values["min.compaction.lag.ms"], values["max.compaction.lag.ms"]
    if shortest > longest:
        raise ConfigError(
            f"conflict topic config setting min.compaction.lag.ms ({shortest}) > max.compaction.lag.ms ({longest})",
            _INVALID_CONFIGURATION,
        )

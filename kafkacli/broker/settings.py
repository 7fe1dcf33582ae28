"""What the parts of a broker are told of its configuration: limits of connections and groups, topics that are made by themselves.

Source: Apache `SocketServer.scala`, `AdminManager.scala`, `GroupMetadataManager.scala` and `TransactionLog.scala` (configs of
the internal topics).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kafkacli.broker.config_descriptions import describe_new_topic
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.server import ConnectionLimits
from kafkacli.config_types import ConfigType, Since, parse_type
from kafkacli.controller.topics import InternalTopic, TopicSettings
from kafkacli.coordinator.membership import GroupConfig
from kafkacli.coordinator.offset_commits import OffsetConfig
from kafkacli.registry.topic_configs import validate

_SYSTEM_FITS = 102400  # the default of both buffer sizes: the system's own sizing, which adapts, is faster

# Since when brokers can read each version of a record of `__consumer_offsets`, the oldest that is written left out.
_GROUP_VALUES: Final = {1: Since.REBALANCE_TIMEOUTS, 2: Since.OFFSETS_WITHOUT_EXPIRY, 3: Since.STATIC_MEMBERS}
_OFFSET_VALUES: Final = {2: Since.OFFSETS_WITHOUT_EXPIRY, 3: Since.OFFSETS_WITH_EPOCHS}


def connection_limits(config: KafkaConfig) -> ConnectionLimits:
    """Return the limits of connections and their requests as they are now."""
    own = {listener.name: config.listener_text(listener.name, "max.connections") for listener in config.listeners}
    return ConnectionLimits(
        max_request_bytes=config.integer("socket.request.max.bytes"),
        max_idle_ms=config.integer("connections.max.idle.ms"),
        max_connections=config.integer("max.connections"),
        max_connections_per_ip=config.integer("max.connections.per.ip"),
        max_connections_per_ip_overrides=config.max_connections_overrides,
        max_connections_of={
            name: parse_type("max.connections", text, ConfigType.INT) for name, text in own.items() if text is not None
        },
        protected_listener=config.inter_broker_listener if len(config.listeners) > 1 else None,
        max_queued_bytes=config.integer("queued.max.request.bytes"),
        send_buffer_bytes=_buffer_bytes(config, "socket.send.buffer.bytes"),
        receive_buffer_bytes=_buffer_bytes(config, "socket.receive.buffer.bytes"),
    )


def _buffer_bytes(config: KafkaConfig, name: str) -> int:
    size = config.integer(name)
    return -1 if size == _SYSTEM_FITS else size


def group_config(config: KafkaConfig) -> GroupConfig:
    """Return how groups are coordinated."""
    return GroupConfig(
        min_session_timeout_ms=config.integer("group.min.session.timeout.ms"),
        max_session_timeout_ms=config.integer("group.max.session.timeout.ms"),
        max_size=config.integer("group.max.size"),
        initial_rebalance_delay_ms=config.integer("group.initial.rebalance.delay.ms"),
        value_version=_known_to_all(config, _GROUP_VALUES),
    )


def offset_config(config: KafkaConfig) -> OffsetConfig:
    """Return how groups' offsets are kept."""
    return OffsetConfig(
        metadata_max_bytes=config.integer("offset.metadata.max.bytes"),
        retention_ms=config.integer("offsets.retention.minutes") * 60_000,
        value_version=_known_to_all(config, _OFFSET_VALUES),
    )


def _known_to_all(config: KafkaConfig, versions: Mapping[int, str]) -> int:
    """Return the latest version that every broker knows of."""
    return max((version for version, since in versions.items() if config.speaks(since)), default=min(versions) - 1)


def topic_settings(config: KafkaConfig) -> TopicSettings:
    """Return how topics are made that nobody says more about."""
    offsets = InternalTopic(
        config.integer("offsets.topic.num.partitions"),
        config.integer("offsets.topic.replication.factor"),
        {
            "segment.bytes": str(config.value("offsets.topic.segment.bytes")),
            "compression.type": "producer",
            "cleanup.policy": "compact",
        },
    )
    transactions = InternalTopic(
        config.integer("transaction.state.log.num.partitions"),
        config.integer("transaction.state.log.replication.factor"),
        {
            "compression.type": "uncompressed",
            "cleanup.policy": "compact",
            "min.insync.replicas": str(config.value("transaction.state.log.min.isr")),
            "segment.bytes": str(config.value("transaction.state.log.segment.bytes")),
            "unclean.leader.election.enable": "false",
        },
    )
    return TopicSettings(
        config.integer("num.partitions"),
        config.integer("default.replication.factor"),
        {"__consumer_offsets": offsets, "__transaction_state": transactions},
        validate,
        lambda overrides: describe_new_topic(config, overrides),
    )

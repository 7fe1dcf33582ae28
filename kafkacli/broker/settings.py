"""What the parts of a broker are told of its configuration: limits of connections, topics that are made by themselves.

Source: Apache `SocketServer.scala`, `AdminManager.scala`, `GroupMetadataManager.scala` and `TransactionLog.scala` (configs of
the internal topics).
"""

from __future__ import annotations

from kafkacli.broker.config_descriptions import describe_new_topic
from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.server import ConnectionLimits
from kafkacli.config_types import ConfigType, parse_type
from kafkacli.controller.topics import InternalTopic, TopicSettings
from kafkacli.registry.topic_configs import validate

_SYSTEM_FITS = 102400  # the default of both buffer sizes: the system's own sizing, which adapts, is faster


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

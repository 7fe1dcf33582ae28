"""What the parts are told; that each key acts is in tests/broker/test_config_effects.py."""

import pytest

from kafkacli.broker.configs import KafkaConfig
from kafkacli.broker.settings import connection_limits, group_config, offset_config, topic_settings


def config(**properties: str) -> KafkaConfig:
    return KafkaConfig(
        {"zookeeper.connect": "x", **{key.replace("_", "."): value for key, value in properties.items()}}
    )


@pytest.mark.parametrize(("asked", "told"), [("102400", -1), ("-1", -1), ("9000", 9000)])
def test_the_default_size_of_buffers_is_left_to_the_system(asked: str, told: int) -> None:
    limits = connection_limits(config(socket_send_buffer_bytes=asked, socket_receive_buffer_bytes=asked))
    assert (limits.send_buffer_bytes, limits.receive_buffer_bytes) == (told, told)


def test_a_listener_may_have_a_limit_of_its_own_and_one_is_protected() -> None:
    one = connection_limits(config())
    assert (one.max_connections_of, one.protected_listener) == ({}, None)
    two = KafkaConfig(
        {
            "zookeeper.connect": "x",
            "listeners": "IN://:0,OUT://:0",
            "advertised.listeners": "IN://a:1,OUT://a:2",
            "listener.security.protocol.map": "IN:PLAINTEXT,OUT:PLAINTEXT",
            "inter.broker.listener.name": "IN",
            "listener.name.out.max.connections": "7",
        }
    )
    assert connection_limits(two).max_connections_of == {"OUT": 7}
    assert connection_limits(two).protected_listener == "IN"
    two.reconfigure({"listener.name.out.max.connections": "8"})
    assert connection_limits(two).max_connections_of == {"OUT": 8}


def test_internal_topics_are_compacted() -> None:
    settings = topic_settings(config(offsets_topic_num_partitions="5", transaction_state_log_min_isr="3"))
    offsets, transactions = settings.internal["__consumer_offsets"], settings.internal["__transaction_state"]
    assert (offsets.partitions, offsets.configs["cleanup.policy"]) == (5, "compact")
    assert transactions.configs["min.insync.replicas"] == "3"


@pytest.mark.parametrize(
    ("protocol", "group", "offset"),
    [
        ("2.6", 3, 3),
        ("2.3-IV0", 3, 3),
        ("2.2", 2, 3),
        ("2.1-IV0", 2, 2),
        ("2.0", 1, 1),
        ("0.10.1-IV0", 1, 1),
        ("0.9.0", 0, 1),
    ],
)
def test_groups_are_written_for_the_oldest_broker(protocol: str, group: int, offset: int) -> None:
    old = config(inter_broker_protocol_version=protocol, log_message_format_version="0.9.0")
    assert (group_config(old).value_version, offset_config(old).value_version) == (group, offset)

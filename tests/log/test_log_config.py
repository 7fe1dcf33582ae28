"""A log's configuration: the table of topic configs, and what follows from the values."""

from dataclasses import fields

import pytest

from kafkacli.log.log_config import TOPIC_CONFIGS, LogConfig
from kafkacli.record.batch import Compression, TimestampType


def test_every_topic_config_has_its_field_and_every_field_its_name() -> None:
    named = {field.name for field in fields(LogConfig)} - {"takes_zstd"}  # which is the brokers' common protocol's
    assert sorted(row.field for row in TOPIC_CONFIGS) == sorted(named)


@pytest.mark.parametrize(
    ("version", "magic"), [("0.8.2", 0), ("0.9.0", 0), ("0.10.0-IV0", 1), ("0.10.2", 1), ("0.11.0", 2), ("2.6-IV0", 2)]
)
def test_the_record_format_follows_from_the_version(version: str, magic: int) -> None:
    assert LogConfig(message_format_version=version).magic == magic


def test_compacted_logs_roll_before_their_records_may_not_stay_dirty() -> None:
    assert LogConfig(segment_ms=100, max_compaction_lag_ms=10).max_segment_ms == 100
    assert (
        LogConfig(segment_ms=100, max_compaction_lag_ms=10, cleanup_policy=frozenset({"compact"})).max_segment_ms == 10
    )


def test_validation_learns_what_it_needs() -> None:
    rules = LogConfig(
        compression_type="zstd",
        message_timestamp_type="LogAppendTime",
        cleanup_policy=frozenset({"compact", "delete"}),
        max_message_bytes=5,
    ).append_rules("t-0")
    assert (rules.compression, rules.timestamp_type, rules.compacted, rules.max_message_bytes, rules.magic) == (
        Compression.ZSTD,
        TimestampType.LOG_APPEND_TIME,
        True,
        5,
        2,
    )
    assert LogConfig().append_rules("t-0").compression is None
    assert LogConfig(compression_type="uncompressed").append_rules("t-0").compression is Compression.NONE

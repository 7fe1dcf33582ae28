"""Markers: what ends a transaction in the partitions that this broker leads. Written for its own coordinator or for another's.

A marker in `__consumer_offsets` also decides about the offsets that belong to the transaction.
Source: Apache `KafkaApis.handleWriteTxnMarkersRequest`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from kafkacli.broker.broker import Broker
from kafkacli.broker.internal_appends import Appended, append_batch
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.errors import ErrorCode
from kafkacli.record.control import encode_end_transaction


def write_markers(
    broker: Broker,
    producer: Producer,
    coordinator_epoch: int,
    partitions: Collection[TopicPartition],
    later: Callable[[dict[TopicPartition, ErrorCode]], None],
    *,
    commit: bool,
) -> dict[TopicPartition, ErrorCode]:
    """Write a transaction's markers; returns how it went where that is known at once, and tells `later` of the others."""

    def ended(partition: TopicPartition, error: ErrorCode) -> dict[TopicPartition, ErrorCode]:
        if partition.topic == OFFSETS_TOPIC and not error:
            broker.groups.transaction_ended(producer.producer_id, (partition.partition,), commit=commit)
        return {partition: error}

    known: dict[TopicPartition, ErrorCode] = {}
    for partition in partitions:
        hosted = broker.partitions.find(*partition)
        if hosted is None:
            known[partition] = ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
            continue
        if hosted.log.config.magic < 2:
            known[partition] = ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT
            continue
        marker = encode_end_transaction(
            commit=commit,
            coordinator_epoch=coordinator_epoch,
            producer_id=producer.producer_id,
            producer_epoch=producer.epoch,
            timestamp=broker.now_ms(),
        )

        def replicated(appended: Appended, partition: TopicPartition = partition) -> None:
            later(ended(partition, appended.error))

        appended = append_batch(
            broker, *partition, marker, replicated, timeout_ms=broker.config.integer("request.timeout.ms")
        )
        if appended is not None:
            known |= ended(partition, appended.error)
    return known

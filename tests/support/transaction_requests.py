"""Requests about transactions, short to write."""

import time
from typing import Any

from kafkacli.coordinator.requests import Producer
from kafkacli.record.batch import Record, encode_batch
from kafkacli.wire.messages.add_offsets_to_txn import AddOffsetsToTxnRequest
from kafkacli.wire.messages.add_partitions_to_txn import AddPartitionsToTxnRequest, AddPartitionsToTxnTopic
from kafkacli.wire.messages.end_txn import EndTxnRequest
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest
from kafkacli.wire.messages.txn_offset_commit import (
    TxnOffsetCommitRequest,
    TxnOffsetCommitRequestPartition,
    TxnOffsetCommitRequestTopic,
)
from kafkacli.wire.messages.write_txn_markers import (
    WritableTxnMarker,
    WritableTxnMarkerTopic,
    WriteTxnMarkersRequest,
)


def init(name: str | None, expected: Producer | None = None, *, timeout_ms: int = 60_000) -> InitProducerIdRequest:
    told = {} if expected is None else {"producer_id": expected.producer_id, "producer_epoch": expected.epoch}
    return InitProducerIdRequest(transactional_id=name, transaction_timeout_ms=timeout_ms, **told)


def add(name: str, producer: Producer, *partitions: tuple[str, int]) -> AddPartitionsToTxnRequest:
    return AddPartitionsToTxnRequest(
        transactional_id=name,
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        topics=[AddPartitionsToTxnTopic(name=topic, partitions=[number]) for topic, number in partitions],
    )


def add_offsets(name: str, producer: Producer, group: str) -> AddOffsetsToTxnRequest:
    return AddOffsetsToTxnRequest(
        transactional_id=name, producer_id=producer.producer_id, producer_epoch=producer.epoch, group_id=group
    )


def end(name: str, producer: Producer, *, commit: bool) -> EndTxnRequest:
    return EndTxnRequest(
        transactional_id=name, producer_id=producer.producer_id, producer_epoch=producer.epoch, committed=commit
    )


def commit_offsets(
    name: str,
    producer: Producer,
    group: str,
    *offsets: tuple[str, int, int],
    metadata: str | None = "note",
    **fields: Any,
) -> TxnOffsetCommitRequest:
    """offsets: topic, partition, offset."""
    return TxnOffsetCommitRequest(
        transactional_id=name,
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        group_id=group,
        topics=[
            TxnOffsetCommitRequestTopic(
                name=topic,
                partitions=[
                    TxnOffsetCommitRequestPartition(
                        partition_index=number, committed_offset=offset, committed_metadata=metadata
                    )
                ],
            )
            for topic, number, offset in offsets
        ],
        **fields,
    )


def markers(
    producer: Producer, *partitions: tuple[str, int], commit: bool, coordinator_epoch: int = 0
) -> WriteTxnMarkersRequest:
    marker = WritableTxnMarker(
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        transaction_result=commit,
        topics=[WritableTxnMarkerTopic(name=topic, partition_indexes=[number]) for topic, number in partitions],
        coordinator_epoch=coordinator_epoch,
    )
    return WriteTxnMarkersRequest(markers=[marker])


def data(producer: Producer, sequence: int, *values: bytes) -> bytes:
    """A batch of a producer's open transaction."""
    return encode_batch(
        [Record(timestamp=time.time_ns() // 1_000_000, value=value) for value in values],
        producer_id=producer.producer_id,
        producer_epoch=producer.epoch,
        base_sequence=sequence,
        is_transactional=True,
    )

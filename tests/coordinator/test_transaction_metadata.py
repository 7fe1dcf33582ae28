"""One transactional id's transitions: which there are, what they write, and that one waits for the other."""

import pytest

from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import Producer
from kafkacli.coordinator.transaction_metadata import TransactionMetadata
from kafkacli.coordinator.transaction_records import TransactionState, TransactionValue

PARTITIONS = [TopicPartition("b", 1), TopicPartition("a", 2), TopicPartition("b", 0)]


def ongoing() -> TransactionMetadata:
    metadata = TransactionMetadata("t", 5, 1000, 10)
    metadata.complete(metadata.prepare_next_epoch(1000, None, 20))
    metadata.complete(metadata.prepare_partitions(PARTITIONS, 30))
    return metadata


def test_the_log_s_value_leads_back_to_the_same_state() -> None:
    metadata = ongoing()
    transition = metadata.prepare_partitions([], 40)
    metadata.complete(transition)
    restored = TransactionMetadata.of("t", transition.value())
    for name in ("producer", "timeout_ms", "state", "partitions", "start_ms", "update_ms", "transactional_id"):
        assert getattr(restored, name) == getattr(metadata, name)


def test_partitions_are_written_by_topic() -> None:
    value = ongoing().prepare_end(commit=True, now_ms=50).value()
    assert [(each.topic, each.partition_ids) for each in value.partitions or []] == [("a", [2]), ("b", [0, 1])]
    assert (value.start_timestamp, value.entry_timestamp) == (30, 50)


def test_an_empty_transaction_has_no_partitions_at_all() -> None:
    value = TransactionMetadata("t", 5, 1000, 10).prepare_next_epoch(2000, None, 20).value()
    assert value == TransactionValue(
        producer_id=5,
        producer_epoch=0,
        timeout=2000,
        status=TransactionState.EMPTY,
        partitions=None,
        entry_timestamp=20,
        start_timestamp=-1,
    )


def test_one_transition_at_a_time() -> None:
    metadata = ongoing()
    metadata.prepare_end(commit=True, now_ms=50)
    with pytest.raises(ValueError, match=r"t can't go from Ongoing \(pending PrepareCommit\) to PrepareAbort"):
        metadata.prepare_end(commit=False, now_ms=50)


def test_only_what_was_prepared_is_completed() -> None:
    metadata = ongoing()
    transition = metadata.prepare_partitions([], 40)
    metadata.pending = None
    with pytest.raises(ValueError, match="isn't on its way"):
        metadata.complete(transition)


def test_a_transaction_that_never_began_has_no_end() -> None:
    with pytest.raises(ValueError, match="can't go from Empty to PrepareAbort"):
        TransactionMetadata("t", 5, 1000, 10).prepare_end(commit=False, now_ms=20)


def test_the_last_producer_stays_known_while_transactions_go_on() -> None:
    metadata = ongoing()
    metadata.complete(metadata.prepare_end(commit=True, now_ms=40))
    metadata.complete(metadata.prepare_complete(50))
    metadata.complete(metadata.prepare_next_producer_id(6, 1000, 60, is_expected=True))
    metadata.complete(metadata.prepare_partitions(PARTITIONS, 70))
    assert metadata.last_producer == Producer(5, 0)
    assert metadata.producer == Producer(6, 0)

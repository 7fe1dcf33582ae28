"""Committed offsets on their way to the log: checked, appended, made visible.

Source: GroupMetadataManager.scala (storeOffsets) of 2.6.2.
"""

from typing import Any, NamedTuple

from kafkacli.coordinator.classic_group import ClassicGroup
from kafkacli.coordinator.group_records import LATEST
from kafkacli.coordinator.offsets import OffsetAndMetadata, TopicPartition
from kafkacli.coordinator.persistence import offset_record
from kafkacli.coordinator.requests import NO_PRODUCER, Producer
from kafkacli.coordinator.result import Append, Result
from kafkacli.errors import ErrorCode

# what clients are told when their record can't be appended; an error that isn't listed is told as it is
APPEND_ERRORS = {
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND: ErrorCode.COORDINATOR_NOT_AVAILABLE,
    ErrorCode.NOT_LEADER_OR_FOLLOWER: ErrorCode.NOT_COORDINATOR,
    ErrorCode.KAFKA_STORAGE_ERROR: ErrorCode.NOT_COORDINATOR,
}
TOO_LARGE = (ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.RECORD_LIST_TOO_LARGE, ErrorCode.INVALID_FETCH_SIZE)
_OFFSET_ERRORS = APPEND_ERRORS | dict.fromkeys(TOO_LARGE, ErrorCode.INVALID_COMMIT_OFFSET_SIZE)


class OffsetConfig(NamedTuple):
    """`offsets.*` and `offset.*` of server.properties.

    metadata_max_bytes: counts UTF-16 units, as Kafka does. value_version: of the records' values.
    """

    metadata_max_bytes: int = 4096
    retention_ms: int = 7 * 24 * 60 * 60 * 1000
    value_version: int = LATEST


def store_offsets(
    group: ClassicGroup,
    offsets: dict[TopicPartition, OffsetAndMetadata],
    partition: int,
    config: OffsetConfig,
    reply_to: Any,
    result: Result,
    producer: Producer = NO_PRODUCER,
) -> None:
    """Append a group's offsets to `partition` of the internal topic; the answer is an ErrorCode for each.

    producer: whose transaction they belong to, which makes them visible when it is committed.
    """
    accepted = {key: value for key, value in offsets.items() if value.metadata_length <= config.metadata_max_bytes}
    answers = dict.fromkeys(offsets, ErrorCode.OFFSET_METADATA_TOO_LARGE)
    if not accepted:
        result.respond(reply_to, answers)
        return
    kept = group.offsets
    producer_id = producer.producer_id
    in_transaction = producer != NO_PRODUCER

    def finish(error: ErrorCode, base_offset: int, later: Result) -> None:
        if error is ErrorCode.NONE:
            if in_transaction:
                kept.confirm_transactional(producer_id, accepted, base_offset)
            else:
                kept.confirm(accepted, base_offset)
        elif in_transaction:
            kept.withdraw_transactional(producer_id, accepted, replaced)
        else:
            kept.withdraw(accepted)
        later.respond(reply_to, answers | dict.fromkeys(accepted, _OFFSET_ERRORS.get(error, error)))

    records: list[tuple[bytes, bytes | None]] = [
        offset_record(group.group_id, key, value, config.value_version) for key, value in accepted.items()
    ]
    replaced = {}
    if in_transaction:
        replaced = kept.prepare_transactional(producer_id, accepted)
    else:
        kept.prepare(accepted)
    result.appends.append(Append(partition, records, result.now_ms, finish, producer=producer))

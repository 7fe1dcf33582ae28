"""The coordinators' records as the log dump shows them.

A dump gives the texts of key and value; it raises WireError for records that aren't such.
Source: `formatRecordKeyAndValue` of GroupMetadataManager and TransactionLog of 2.6.2.
"""

import json

from kafkacli.coordinator.group_records import (
    GroupMetadataValue,
    OffsetCommitKey,
    decode_group_value,
    decode_key,
    decode_offset_commit_value,
)
from kafkacli.coordinator.record_order import ordered_members, ordered_partitions
from kafkacli.coordinator.transaction_records import (
    TransactionState,
    decode_transaction_key,
    decode_transaction_value,
)
from kafkacli.wire.consumer_protocol import PROTOCOL_TYPE, decode_assignment
from kafkacli.wire.primitives import WireError


def dump_group_record(key: bytes | None, value: bytes | None) -> tuple[str, str]:
    """The texts of the log dump's `--offsets-decoder`."""
    if key is None:
        raise WireError("Failed to decode message using offset topic decoder (message had a missing key)")
    decoded = decode_key(key)
    if isinstance(decoded, OffsetCommitKey):
        key_text = f"offset_commit::group={decoded.group},partition={decoded.topic}-{decoded.partition}"
        if value is None:
            return key_text, "<DELETE>"
        offset = decode_offset_commit_value(value)
        metadata = f",metadata={offset.metadata}" if offset.metadata else ""
        return key_text, f"offset={offset.offset}{metadata}"
    key_text = f"group_metadata::group={decoded.group}"
    if value is None:
        return key_text, "<DELETE>"
    return key_text, _group_json(decode_group_value(value))


def dump_transaction_record(key: bytes | None, value: bytes | None) -> tuple[str, str]:
    """The texts of the log dump's `--transaction-log-decoder`."""
    if key is None:
        raise WireError("a record of the transaction log has no key")
    key_text = f"transaction_metadata::transactionalId={decode_transaction_key(key)}"
    if value is None:
        return key_text, "<DELETE>"
    decoded = decode_transaction_value(value)
    return key_text, (
        f"producerId:{decoded.producer_id},producerEpoch:{decoded.producer_epoch},"
        f"state={TransactionState(decoded.status).label},"
        f"partitions=[{','.join(ordered_partitions(decoded))}],"
        f"txnLastUpdateTimestamp={decoded.entry_timestamp},txnTimeoutMs={decoded.timeout}"
    )


def _group_json(group: GroupMetadataValue) -> str:
    assignments = []
    for member in ordered_members(group):
        text = _hex(member.assignment)
        if group.protocol_type == PROTOCOL_TYPE:
            assignment = decode_assignment(member.assignment)
            partitions = [f"{one.topic}-{number}" for one in assignment.topic_partitions for number in one.partitions]
            user_data = _hex(assignment.user_data or b"")
            text = f"[{', '.join(partitions)}]" + (f":{user_data}" if user_data else "")
        assignments.append(f"{member.member_id}={text}")
    return json.dumps(
        {
            "protocolType": group.protocol_type,
            "protocol": group.protocol,
            "generationId": group.generation,
            "assignment": "{" + ",".join(assignments) + "}",
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _hex(data: bytes) -> str:
    """One big number in upper case, so without leading zeros."""
    return f"{int.from_bytes(data, 'big'):X}" if data else ""

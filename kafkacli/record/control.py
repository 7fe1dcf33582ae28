"""Control records: what ends a producer's transaction in a partition.

    key     version int16 (0), type int16                   0 abort, 1 commit; 2.6.2 knows no other
    value   version int16 (0), coordinator epoch int32

Higher versions are read as version 0: later ones may only add fields. A control batch holds one record.
Source: org.apache.kafka.common.record.ControlRecordType and EndTransactionMarker, KIP-98.
"""

import struct
from enum import IntEnum

from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.errors import InvalidRecord

_KEY = struct.Struct(">hh")
_END_TRANSACTION_VALUE = struct.Struct(">hi")


class ControlType(IntEnum):
    """What a control record says; UNKNOWN stands for types that we don't know and that readers ignore."""

    ABORT = 0
    COMMIT = 1
    UNKNOWN = -1


def control_type_id(key: bytes | None) -> int:
    """Return the type number in a control record's key, known or not. Raises InvalidRecord."""
    if key is None or len(key) < _KEY.size:
        raise InvalidRecord(
            f"Invalid value size found for end control record key. Must have at least {_KEY.size} bytes, but found only "
            f"{len(key or b'')}"
        )
    version, type_id = _KEY.unpack_from(key)
    if version < 0:
        raise InvalidRecord(f"Invalid version found for control record: {version}. May indicate data corruption")
    return int(type_id)


def control_type(key: bytes | None) -> ControlType:
    """Return what a control record says, by its key. Raises InvalidRecord."""
    type_id = control_type_id(key)
    return ControlType(type_id) if 0 <= type_id <= 1 else ControlType.UNKNOWN


def coordinator_epoch(value: bytes | None) -> int:
    """Return the coordinator epoch in an end-transaction marker's value. Raises InvalidRecord."""
    if value is None or len(value) < _END_TRANSACTION_VALUE.size:
        raise InvalidRecord(
            f"Invalid value size found for end transaction marker. Must have at least {_END_TRANSACTION_VALUE.size} bytes, "
            f"but found only {len(value or b'')}"
        )
    version, epoch = _END_TRANSACTION_VALUE.unpack_from(value)
    if version < 0:
        raise InvalidRecord(
            f"Invalid version found for end transaction marker: {version}. May indicate data corruption"
        )
    return int(epoch)


def encode_end_transaction(
    *, commit: bool, coordinator_epoch: int, producer_id: int, producer_epoch: int, timestamp: int, base_offset: int = 0
) -> bytes:
    """Return the batch that commits or aborts a producer's transaction in a partition; timestamp in milliseconds."""
    kind = ControlType.COMMIT if commit else ControlType.ABORT
    record = Record(
        timestamp=timestamp, key=_KEY.pack(0, kind), value=_END_TRANSACTION_VALUE.pack(0, coordinator_epoch)
    )
    return encode_batch(
        [record],
        base_offset=base_offset,
        producer_id=producer_id,
        producer_epoch=producer_epoch,
        is_transactional=True,
        is_control=True,
    )

"""ADD_OFFSETS_TO_TXN (API key 25), versions 0-1."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, int16, int32, int64, string


class AddOffsetsToTxnRequest(Message, key=ApiKey.ADD_OFFSETS_TO_TXN, versions="0-1", flexible="none"):
    transactional_id: str = string("0+")
    producer_id: int = int64("0+")
    producer_epoch: int = int16("0+")
    group_id: str = string("0+")


class AddOffsetsToTxnResponse(Message, key=ApiKey.ADD_OFFSETS_TO_TXN, versions="0-1", flexible="none"):
    throttle_time_ms: int = int32("0+")
    error_code: int = int16("0+")

"""END_TXN (API key 26), versions 0-1."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, boolean, int16, int32, int64, string


class EndTxnRequest(Message, key=ApiKey.END_TXN, versions="0-1", flexible="none"):
    transactional_id: str = string("0+")
    producer_id: int = int64("0+")
    producer_epoch: int = int16("0+")
    committed: bool = boolean("0+")


class EndTxnResponse(Message, key=ApiKey.END_TXN, versions="0-1", flexible="none"):
    throttle_time_ms: int = int32("0+")
    error_code: int = int16("0+")

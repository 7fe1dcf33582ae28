"""INIT_PRODUCER_ID (API key 22), versions 0-3."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, int16, int32, int64, string


class InitProducerIdRequest(Message, key=ApiKey.INIT_PRODUCER_ID, versions="0-3", flexible="2+"):
    transactional_id: str | None = string("0+", nullable="0+")
    transaction_timeout_ms: int = int32("0+")
    producer_id: int = int64("3+", default=-1)
    producer_epoch: int = int16("3+", default=-1)


class InitProducerIdResponse(Message, key=ApiKey.INIT_PRODUCER_ID, versions="0-3", flexible="2+"):
    throttle_time_ms: int = int32("0+", ignorable=True)
    error_code: int = int16("0+")
    producer_id: int = int64("0+", default=-1)
    producer_epoch: int = int16("0+")

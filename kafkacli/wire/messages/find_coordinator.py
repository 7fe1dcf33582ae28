"""FIND_COORDINATOR (API key 10), versions 0-3."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, int8, int16, int32, string


class FindCoordinatorRequest(Message, key=ApiKey.FIND_COORDINATOR, versions="0-3", flexible="3+"):
    key: str = string("0+")
    key_type: int = int8("1+")


class FindCoordinatorResponse(Message, key=ApiKey.FIND_COORDINATOR, versions="0-3", flexible="3+"):
    throttle_time_ms: int = int32("1+", ignorable=True)
    error_code: int = int16("0+")
    error_message: str | None = string("1+", nullable="1+", ignorable=True)
    node_id: int = int32("0+")
    host: str = string("0+")
    port: int = int32("0+")

"""EXPIRE_DELEGATION_TOKEN (API key 40), versions 0-2."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, bytes_, int16, int32, int64


class ExpireDelegationTokenRequest(Message, key=ApiKey.EXPIRE_DELEGATION_TOKEN, versions="0-2", flexible="2+"):
    hmac: bytes = bytes_("0+")
    expiry_time_period_ms: int = int64("0+")


class ExpireDelegationTokenResponse(Message, key=ApiKey.EXPIRE_DELEGATION_TOKEN, versions="0-2", flexible="2+"):
    error_code: int = int16("0+")
    expiry_timestamp_ms: int = int64("0+")
    throttle_time_ms: int = int32("0+")

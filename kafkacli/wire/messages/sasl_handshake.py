"""SASL_HANDSHAKE (API key 17), versions 0-1."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, array, int16, string


class SaslHandshakeRequest(Message, key=ApiKey.SASL_HANDSHAKE, versions="0-1", flexible="none"):
    mechanism: str = string("0+")


class SaslHandshakeResponse(Message, key=ApiKey.SASL_HANDSHAKE, versions="0-1", flexible="none"):
    error_code: int = int16("0+")
    mechanisms: list[str] = array("string", "0+")

"""DELETE_TOPICS (API key 20), versions 0-4."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, int16, int32, string


class DeleteTopicsRequest(Message, key=ApiKey.DELETE_TOPICS, versions="0-4", flexible="4+"):
    topic_names: list[str] = array("string", "0+")
    timeout_ms: int = int32("0+")


class DeletableTopicResult(Struct):
    name: str = string("0+")
    error_code: int = int16("0+")


class DeleteTopicsResponse(Message, key=ApiKey.DELETE_TOPICS, versions="0-4", flexible="4+"):
    throttle_time_ms: int = int32("1+", ignorable=True)
    responses: list[DeletableTopicResult] = array(DeletableTopicResult, "0+")

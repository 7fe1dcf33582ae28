"""API_VERSIONS (API key 18), versions 0-3."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, int16, int32, string


class ApiVersionsRequest(Message, key=ApiKey.API_VERSIONS, versions="0-3", flexible="3+"):
    client_software_name: str = string("3+", ignorable=True)
    client_software_version: str = string("3+", ignorable=True)


class ApiVersionsResponseKey(Struct):
    api_key: int = int16("0+")
    min_version: int = int16("0+")
    max_version: int = int16("0+")


class ApiVersionsResponse(Message, key=ApiKey.API_VERSIONS, versions="0-3", flexible="3+"):
    error_code: int = int16("0+")
    api_keys: list[ApiVersionsResponseKey] = array(ApiVersionsResponseKey, "0+")
    throttle_time_ms: int = int32("1+", ignorable=True)

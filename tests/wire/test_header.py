"""Headers of requests and responses, in each of their versions."""

import pytest

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import (
    RequestHeader,
    encode_request,
    encode_response,
    read_request_header,
    read_response_header,
)
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkacli.wire.messages.controlled_shutdown import ControlledShutdownRequest
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from kafkacli.wire.primitives import WireError
from kafkacli.wire.schema import Message

FLEXIBLE = {ApiKey.METADATA: 9, ApiKey.API_VERSIONS: 3, ApiKey.CONTROLLED_SHUTDOWN: 3}


@pytest.mark.parametrize(
    ("message", "version", "client", "body_at"),
    [
        (MetadataRequest(), 1, "me", 12),
        (MetadataRequest(), 9, "me", 13),
        (MetadataRequest(), 9, None, 11),
        (ApiVersionsRequest(), 3, "é", 13),
        (ControlledShutdownRequest(), 0, None, 8),
        (ControlledShutdownRequest(), 1, "b", 11),
    ],
)
def test_request_round_trip(message: Message, version: int, client: str | None, body_at: int) -> None:
    frame = encode_request(message, version, 77, client)
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    header, position = read_request_header(memoryview(frame)[4:], {int(k): v for k, v in FLEXIBLE.items()})
    assert header == RequestHeader(message.api_key, version, 77, client)
    assert position == body_at


@pytest.mark.parametrize("size", range(10))
def test_a_short_request_header_is_refused(size: int) -> None:
    with pytest.raises(WireError):
        read_request_header(b"\0\x03\0\x01\0\0\0\x01\0\x05"[:size], {})


@pytest.mark.parametrize(
    ("message", "version", "body_at"),
    [
        (MetadataResponse(), 8, 4),
        (MetadataResponse(), 9, 5),
        (ApiVersionsResponse(), 3, 4),
    ],
)
def test_response_round_trip(message: Message, version: int, body_at: int) -> None:
    frame = b"".join(encode_response(message, version, 5))
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert read_response_header(frame[4:], type(message), version) == (5, body_at)


def test_a_short_response_header_is_refused() -> None:
    with pytest.raises(WireError):
        read_response_header(b"\0\0", MetadataResponse, 1)

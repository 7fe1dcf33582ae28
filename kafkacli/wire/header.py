"""What stands before a body: size, request header (versions 0 to 2), response header (0 and 1).

    request   INT32 size, INT16 api key, INT16 api version, INT32 correlation id,
              NULLABLE_STRING client id (header 1 and 2; always the old encoding), TAGGED_FIELDS (header 2)
    response  INT32 size, INT32 correlation id, TAGGED_FIELDS (header 1)

Header 2 and 1 belong to flexible versions. ApiVersions responses always have header 0, so that a client that asked in a
version the broker doesn't know can read the answer (KIP-511). ControlledShutdown version 0 has request header 0.
"""

import struct
from typing import NamedTuple

from kafkacli.wire import codec
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.primitives import Buffer, WireError, encode_text, read_text, skip_tagged_fields
from kafkacli.wire.schema import Message

_FIXED = struct.Struct(">hhi")
_SIZE_AND_FIXED = struct.Struct(">ihhi")
_SIZE_AND_ID = struct.Struct(">ii")
_LENGTH = struct.Struct(">h")


class RequestHeader(NamedTuple):
    """A request's header; `api_key` may be one we don't know."""

    api_key: int
    api_version: int
    correlation_id: int
    client_id: str | None


def encode_request(message: Message, version: int, correlation_id: int, client_id: str | None) -> bytes:
    """Return a whole request frame, size first. Raises WireError."""
    body = codec.encode(message, version)
    return request_head(message, version, correlation_id, client_id, len(body)) + body


def request_head(message: Message, version: int, correlation_id: int, client_id: str | None, body_size: int) -> bytes:
    """Return what stands before a body of so many bytes, size first. Raises WireError."""
    client = encode_text(client_id, nullable=True)
    if message.api_key is ApiKey.CONTROLLED_SHUTDOWN and version == 0:
        client = b""
    tags = b"\0" if version in message.flexible_versions else b""
    size = 8 + len(client) + len(tags) + body_size
    return _SIZE_AND_FIXED.pack(size, message.api_key, version, correlation_id) + client + tags


def read_request_header(buffer: Buffer, flexible_from: dict[int, int]) -> tuple[RequestHeader, int]:
    """Return (header, position of the body) of a frame without its size.

    flexible_from: API key → first version with a tagged header; keys that aren't in it have none.
    Raises WireError.
    """
    try:
        key, version, correlation_id = _FIXED.unpack_from(buffer, 0)
        if key == ApiKey.CONTROLLED_SHUTDOWN and version == 0:
            return RequestHeader(key, version, correlation_id, None), 8
        (length,) = _LENGTH.unpack_from(buffer, 8)
    except struct.error as error:
        raise WireError("the request ends inside its header") from error
    client_id, position = (None, 10) if length < 0 else read_text(buffer, 10, length)
    first = flexible_from.get(key)
    if first is not None and version >= first:
        position = skip_tagged_fields(buffer, position)
    return RequestHeader(key, version, correlation_id, client_id), position


def response_has_tags(kind: type[Message], version: int) -> bool:
    """Whether the response header of this API and version carries tagged fields."""
    return version in kind.flexible_versions and kind.api_key is not ApiKey.API_VERSIONS


def encode_response(message: Message, version: int, correlation_id: int) -> list[Buffer]:
    """Return a whole response frame in parts, size first; record bytes stay the caller's own buffers."""
    parts = codec.encode_parts(message, version)
    tags = b"\0" if response_has_tags(type(message), version) else b""
    size = 4 + len(tags) + sum(map(len, parts))
    return [_SIZE_AND_ID.pack(size, correlation_id) + tags, *parts]


def read_response_header(buffer: Buffer, kind: type[Message], version: int) -> tuple[int, int]:
    """Return (correlation id, position of the body) of a response frame without its size. Raises WireError."""
    if len(buffer) < 4:
        raise WireError("the response ends inside its header")
    correlation_id = int.from_bytes(buffer[:4], "big", signed=True)
    return correlation_id, skip_tagged_fields(buffer, 4) if response_has_tags(kind, version) else 4

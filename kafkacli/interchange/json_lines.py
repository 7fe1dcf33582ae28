"""One record as one line of JSON, and back, without loss.

    {"topic": "orders", "partition": 0, "offset": 42, "timestamp": 1700000000000, "timestamp_type": "CreateTime",
     "key": "k", "value": {"base64": "/wA="}, "headers": [{"key": "trace", "value": "1"}]}

Bytes that are UTF-8 are a string, others an object with their base64; null stays null, and empty an empty string. Headers are
a list, as their keys may repeat and their order counts. A timestamp is in ms since 1970, null without one.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from json.encoder import encode_basestring

from kafkacli.record.record import NO_TIMESTAMP, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kafkacli.interchange import ShownRecord

TIMESTAMP_TYPES = ("NoTimestampType", "CreateTime", "LogAppendTime")
"""As librdkafka numbers them, by Kafka's names."""
_FIELDS = frozenset(("topic", "partition", "offset", "timestamp", "timestamp_type", "key", "value", "headers"))
_BYTES = {"anyOf": [{"type": ["string", "null"]}, {"$ref": "#/$defs/base64"}]}
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "record",
    "description": "One record of a topic: a line of `kafkacli consume --output json` and `kafkacli produce --input json`.",
    "type": "object",
    "properties": {
        "topic": {"type": "string", "description": "The topic; not looked at by produce, which has --topic."},
        "partition": {"type": "integer", "minimum": 0, "description": "The partition; produce chooses one without it."},
        "offset": {"type": "integer", "minimum": 0, "description": "The offset; not looked at by produce."},
        "timestamp": {"type": ["integer", "null"], "description": "Milliseconds since 1970, null without one."},
        "timestamp_type": {"enum": list(TIMESTAMP_TYPES), "description": "Who set it; not looked at by produce."},
        "key": _BYTES | {"description": "A string where the bytes are UTF-8, null for none."},
        "value": _BYTES | {"description": "As the key; null is a tombstone."},
        "headers": {
            "type": "array",
            "description": "In their order; keys may repeat.",
            "items": {
                "type": "object",
                "properties": {"key": {"type": "string"}, "value": _BYTES},
                "required": ["key", "value"],
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
    "$defs": {
        "base64": {
            "type": "object",
            "properties": {"base64": {"type": "string", "contentEncoding": "base64"}},
            "required": ["base64"],
            "additionalProperties": False,
        }
    },
}
"""JSON Schema of a line; consume writes every field."""


class JsonError(ValueError):
    """A line that is no record."""


def to_line(record: ShownRecord) -> bytes:
    """Return a record as a line of JSON in UTF-8, its line feed included."""
    kind, timestamp = record.timestamp()
    headers = ", ".join(
        [f'{{"key": {encode_basestring(name)}, "value": {_shown(value)}}}' for name, value in record.headers() or ()]
    )
    return (
        f'{{"topic": {encode_basestring(str(record.topic()))}, "partition": {record.partition()}, '
        f'"offset": {record.offset()}, "timestamp": {timestamp if kind else "null"}, '
        f'"timestamp_type": "{TIMESTAMP_TYPES[kind]}", "key": {_shown(record.key())}, "value": {_shown(record.value())}, '
        f'"headers": [{headers}]}}\n'
    ).encode("utf-8", "backslashreplace")


def _shown(data: bytes | None) -> str:
    if data is None:
        return "null"
    try:
        return encode_basestring(data.decode())
    except UnicodeDecodeError:
        return f'{{"base64": "{b64encode(data).decode()}"}}'


class JsonReader:
    """Reads records from lines of JSON; in blocks of bytes, in whatever pieces. Lines of white space are passed over."""

    def __init__(self) -> None:
        self._rest = b""
        self._number = 0

    def read(self, block: bytes) -> Iterator[tuple[int | None, Record]]:
        """Yield (partition or None, record) of the lines that end in this block; b"" stands for the end of input.

        Raises JsonError, after the records before it, for a line that is no record.
        """
        lines = (self._rest + block).split(b"\n")
        self._rest = lines.pop() if block else b""
        for line in lines:
            self._number += 1
            if line.strip():
                yield self._record(line)

    def _record(self, line: bytes) -> tuple[int | None, Record]:
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise self._wrong(f"no JSON: {error}") from None
        if not isinstance(fields, dict):
            raise self._wrong("no object")
        if unknown := fields.keys() - _FIELDS:
            raise self._wrong(f"a record has no field {min(unknown)}")
        headers = fields.get("headers", [])
        if not isinstance(headers, list) or not all(
            isinstance(one, dict) and one.keys() == {"key", "value"} and isinstance(one["key"], str) for one in headers
        ):
            raise self._wrong('headers are a list of {"key": ..., "value": ...}')
        partition, timestamp = self._integer(fields, "partition"), self._integer(fields, "timestamp")
        record = Record(
            -1,
            NO_TIMESTAMP if timestamp is None else timestamp,
            self._bytes("key", fields.get("key")),
            self._bytes("value", fields.get("value")),
            tuple([(one["key"], self._bytes("a header's value", one["value"])) for one in headers]),
        )
        return partition, record

    def _integer(self, fields: dict[str, Any], name: str) -> int | None:
        number = fields.get(name)
        if number is None:
            return None
        if not isinstance(number, int) or isinstance(number, bool) or not -(2**63) <= number < 2**63:
            raise self._wrong(f"{name} is no whole number")
        return number

    def _bytes(self, name: str, value: object) -> bytes | None:
        if value is None:
            return None
        try:
            if isinstance(value, str):
                return value.encode()
            if isinstance(value, dict) and value.keys() == {"base64"} and isinstance(value["base64"], str):
                return b64decode(value["base64"], validate=True)
        except ValueError as error:
            raise self._wrong(f"{name}: {error}") from None
        raise self._wrong(f'{name} is a string, null or {{"base64": "..."}}')

    def _wrong(self, what: str) -> JsonError:
        return JsonError(f"line {self._number}: {what}")

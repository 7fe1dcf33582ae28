"""The reference codec: a plain walk over the declarations, without any cleverness, to hold the compiled one against."""

import struct
from typing import Any

from kafkacli.wire.schema import Field, Message, Struct

FIXED = {"bool": ">?", "int8": ">b", "int16": ">h", "int32": ">i", "int64": ">q", "float64": ">d"}


def varint(value: int) -> bytes:
    out = b""
    while value > 0x7F:
        out += bytes((value & 0x7F | 0x80,))
        value >>= 7
    return out + bytes((value,))


def sized(value: Any, kind: str, flexible: bool) -> bytes:
    if kind == "string":
        value = None if value is None else value.encode()
        plain = ">h"
    else:
        plain = ">i"
    count = -1 if value is None else len(value)
    prefix = varint(count + 1) if flexible else struct.pack(plain, count)
    return prefix if value is None or kind == "array" else prefix + bytes(value)


def encode_value(value: Any, kind: str | type[Struct], version: int, flexible: bool) -> bytes:
    if isinstance(kind, type):
        return encode_struct(value, version, flexible)
    return struct.pack(FIXED[kind], value) if kind in FIXED else sized(value, kind, flexible)


def encode_struct(message: Struct, version: int, flexible: bool) -> bytes:
    out = b""
    tagged: list[tuple[int, bytes]] = []
    for field in message.fields:
        if version not in field.versions:
            continue
        value = getattr(message, field.name)
        if field.tag is not None:
            if value != field.default:
                tagged.append((field.tag, encode_value(value, field.kind, version, flexible)))
        elif field.kind == "array":
            out += sized(value, "array", flexible)
            out += b"".join(encode_value(element, field.element, version, flexible) for element in value or ())
        else:
            out += encode_value(value, field.kind, version, flexible)
    if flexible:
        out += varint(len(tagged))
        out += b"".join(varint(tag) + varint(len(data)) + data for tag, data in sorted(tagged))
    return out


def walk_encode(message: Message, version: int) -> bytes:
    return encode_struct(message, version, version in message.flexible_versions)


def wire_order(message: Struct, version: int) -> list[Field]:
    """The fields that are there in this version, in the order of the wire: tagged ones last."""
    present = [field for field in message.fields if version in field.versions]
    return sorted(present, key=lambda field: field.tag is not None)


def flatten(value: Any, version: int) -> Any:
    """Values as nested lists in wire order, bytes as hex, for comparison with what Kafka's classes wrote."""
    if isinstance(value, Struct):
        return [flatten(getattr(value, field.name), version) for field in wire_order(value, version)]
    if isinstance(value, list):
        return [flatten(element, version) for element in value]
    if isinstance(value, bytes | memoryview):
        return "hex:" + bytes(value).hex()
    return value

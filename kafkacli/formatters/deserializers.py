"""Kafka's deserializers, and what their results look like as text: `toString` of Java's String, Integer, Double, UUID, …

Each is a function of its own properties that returns a function from a record's bytes to the bytes to print.
Source: org.apache.kafka.common.serialization of 2.6.2.
"""

from __future__ import annotations

from struct import Struct, pack

from kafkacli.java_classes import JavaError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Deserialize = Callable[[bytes], bytes]

_SERIALIZATION = "org.apache.kafka.common.errors.SerializationException"
_HERE = __name__
DESERIALIZERS = {
    f"org.apache.kafka.common.serialization.{name}Deserializer": (_HERE, function)
    for name, function in {
        "ByteArray": "byte_array",
        "ByteBuffer": "byte_buffer",
        "Bytes": "printable_bytes",
        "Double": "double",
        "Float": "float32",
        "Integer": "integer",
        "Long": "long",
        "Short": "short",
        "String": "string",
        "UUID": "uuid",
        "Void": "void",
    }.items()
}
"""Java class name to (module, function here)."""

_LARGEST_FLOAT = 3.4028235677973366e38  # from here on packing overflows
_JAVA_ENCODINGS = {"UNICODE": "utf-16", "UTF-16": "utf-16", "UTF16": "utf-16"}


def string(properties: Mapping[str, str]) -> Deserialize:
    """Text in the encoding of `deserializer.encoding`, UTF-8 when absent."""
    encoding = _encoding(properties)

    def deserialize(data: bytes) -> bytes:
        return _decode(data, encoding).encode()

    return deserialize


def uuid(properties: Mapping[str, str]) -> Deserialize:
    """A UUID's text form, read leniently: groups may be short."""
    encoding = _encoding(properties)

    def deserialize(data: bytes) -> bytes:
        text = _decode(data, encoding)
        groups = text.split("-")
        if len(groups) != 5:
            raise JavaError("java.lang.IllegalArgumentException", f"Invalid UUID string: {text}")
        widths = (8, 4, 4, 4, 12)
        try:
            numbers = [int(group, 16) for group in groups]
        except ValueError:
            raise JavaError("java.lang.NumberFormatException", f'For input string: "{text}"') from None
        return "-".join(
            f"{number & ((1 << 4 * width) - 1):0{width}x}" for number, width in zip(numbers, widths, strict=True)
        ).encode()

    return deserialize


def short(_properties: Mapping[str, str]) -> Deserialize:
    """A 16-bit integer, big endian."""
    return _integer(2, "ShortDeserializer")


def integer(_properties: Mapping[str, str]) -> Deserialize:
    """A 32-bit integer, big endian."""
    return _integer(4, "IntegerDeserializer")


def long(_properties: Mapping[str, str]) -> Deserialize:
    """A 64-bit integer, big endian."""
    return _integer(8, "LongDeserializer")


def double(_properties: Mapping[str, str]) -> Deserialize:
    """A 64-bit floating point number, big endian."""
    layout = Struct(">d")

    def deserialize(data: bytes) -> bytes:
        _check_size(data, 8, "Deserializer")
        return _java_number(layout.unpack(data)[0])

    return deserialize


def float32(_properties: Mapping[str, str]) -> Deserialize:
    """A 32-bit floating point number, big endian, in the fewest digits that tell it from its neighbours."""
    layout = Struct(">f")

    def deserialize(data: bytes) -> bytes:
        _check_size(data, 4, "Deserializer")
        number = layout.unpack(data)[0]
        for digits in range(2, 9):
            shorter = float(f"{number:.{digits}g}")
            if abs(shorter) <= _LARGEST_FLOAT and pack(">f", shorter) == data:
                return _java_number(shorter)
        return _java_number(float(f"{number:.9g}"))

    return deserialize


def printable_bytes(_properties: Mapping[str, str]) -> Deserialize:
    """org.apache.kafka.common.utils.Bytes: what ASCII can't show, and the backslash, as \\xNN."""
    table = [bytes([byte]) if 32 <= byte <= 126 and byte != 92 else b"\\x%02X" % byte for byte in range(256)]
    return lambda data: b"".join([table[byte] for byte in data])


def byte_array(_properties: Mapping[str, str]) -> Deserialize:
    """A Java array: its type and a number that says nothing."""
    return lambda data: b"[B@%x" % (hash(data) & 0x7FFFFFFF)


def byte_buffer(_properties: Mapping[str, str]) -> Deserialize:
    """A buffer: its bounds."""
    return lambda data: b"java.nio.HeapByteBuffer[pos=0 lim=%d cap=%d]" % (len(data), len(data))


def void(_properties: Mapping[str, str]) -> Deserialize:
    """Refuses everything: the formatter hands it the word for null where there is nothing."""

    def deserialize(_data: bytes) -> bytes:
        raise JavaError("java.lang.IllegalArgumentException", "Data should be null for a VoidDeserializer.")

    return deserialize


def _integer(size: int, name: str) -> Deserialize:
    def deserialize(data: bytes) -> bytes:
        _check_size(data, size, name)
        return b"%d" % int.from_bytes(data, "big", signed=True)

    return deserialize


def _check_size(data: bytes, size: int, name: str) -> None:
    if len(data) != size:
        raise JavaError(_SERIALIZATION, f"Size of data received by {name} is not {size}")


def _encoding(properties: Mapping[str, str]) -> str:
    specific = "key.deserializer.encoding" if properties.get("is.key") == "True" else "value.deserializer.encoding"
    return properties.get(specific, properties.get("deserializer.encoding", "UTF-8"))


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(_JAVA_ENCODINGS.get(encoding.upper(), encoding), "replace")
    except LookupError:
        raise JavaError(
            _SERIALIZATION, f"Error when deserializing byte[] to string due to unsupported encoding {encoding}"
        ) from None


def _java_number(number: float) -> bytes:
    from kafkacli.config_types import java_double

    return java_double(number).encode()

"""What the results of Kafka's deserializers look like."""

from struct import pack

import pytest

from kafkacli.formatters.deserializers import DESERIALIZERS
from kafkacli.java_classes import JavaError, load_class


def shown(name: str, data: bytes, **properties: str) -> str:
    class_name = f"org.apache.kafka.common.serialization.{name}Deserializer"
    text: bytes = load_class(DESERIALIZERS, class_name)(properties)(data)
    return text.decode()


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("String", "ů".encode(), "ů"),
        ("String", b"a\xffb", "a\ufffdb"),
        ("Short", b"\xff\xfe", "-2"),
        ("Integer", b"\x80\0\0\0", "-2147483648"),
        ("Long", b"\x7f" + b"\xff" * 7, "9223372036854775807"),
        ("Bytes", b"a\\\x00\xff~ \x7f", "a\\x5C\\x00\\xFF~ \\x7F"),
        ("Bytes", b"", ""),
        ("ByteBuffer", b"abc", "java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]"),
        ("UUID", b"123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174000"),
        ("UUID", b"1-2-3-4-5", "00000001-0002-0003-0004-000000000005"),
        ("Double", pack(">d", 0.1), "0.1"),
        ("Double", pack(">d", 1e7), "1.0E7"),
        ("Double", pack(">d", -0.0), "-0.0"),
        ("Double", pack(">d", 5e-324), "4.9E-324"),
        ("Double", pack(">d", float("nan")), "NaN"),
        ("Float", pack(">f", 0.1), "0.1"),
        ("Float", pack(">f", 16777216.0), "1.6777216E7"),
        ("Float", pack(">f", 3.4028234663852886e38), "3.4028235E38"),
        ("Float", pack(">f", 1e-45), "1.4E-45"),
        ("Float", pack(">f", 100.0), "100.0"),
        ("Float", pack(">f", float("-inf")), "-Infinity"),
    ],
)
def test_texts(name: str, data: bytes, text: str) -> None:
    assert shown(name, data) == text


def test_a_byte_array_shows_no_content() -> None:
    assert shown("ByteArray", b"abc").startswith("[B@")


@pytest.mark.parametrize(
    ("name", "data", "error"),
    [
        ("Short", b"1", "org.apache.kafka.common.errors.SerializationException: Size of data received by ShortDeserializer is not 2"),
        ("Integer", b"12345", "org.apache.kafka.common.errors.SerializationException: Size of data received by IntegerDeserializer is not 4"),
        ("Long", b"", "org.apache.kafka.common.errors.SerializationException: Size of data received by LongDeserializer is not 8"),
        ("Float", b"1", "org.apache.kafka.common.errors.SerializationException: Size of data received by Deserializer is not 4"),
        ("Double", b"1", "org.apache.kafka.common.errors.SerializationException: Size of data received by Deserializer is not 8"),
        ("UUID", b"no", "java.lang.IllegalArgumentException: Invalid UUID string: no"),
        ("UUID", b"g-1-1-1-1", 'java.lang.NumberFormatException: For input string: "g-1-1-1-1"'),
        ("Void", b"null", "java.lang.IllegalArgumentException: Data should be null for a VoidDeserializer."),
    ],
)  # fmt: skip
def test_errors(name: str, data: bytes, error: str) -> None:
    with pytest.raises(JavaError) as caught:
        shown(name, data)
    assert str(caught.value) == error


def test_encodings() -> None:
    latin = {"deserializer.encoding": "ISO-8859-1"}
    assert shown("String", b"\xe9", **latin) == "é"
    assert shown("String", b"\xe9", **latin, **{"value.deserializer.encoding": "UTF-8"}) == "\ufffd"
    assert shown("String", b"\xe9", **{"key.deserializer.encoding": "ISO-8859-1", "is.key": "True"}) == "é"
    with pytest.raises(JavaError, match="due to unsupported encoding KLINGON"):
        shown("String", b"a", **{"deserializer.encoding": "KLINGON"})

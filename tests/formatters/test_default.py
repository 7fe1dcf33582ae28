"""The console consumer's columns."""

import pytest

from kafkacli.client.chunks import APPENDED, NONE, Records
from kafkacli.formatters.default import DefaultFormatter
from kafkacli.java_classes import JavaError
from tests.formatters.records import record

SERIALIZATION = "org.apache.kafka.common.serialization."


@pytest.mark.parametrize(
    ("properties", "shown"),
    [
        ("", b"v\n"),
        ("print.value=false", b""),
        ("print.key=true", b"k\tv\n"),
        ("print.key=TRUE print.value=false", b"k\n"),
        ("print.timestamp=true", b"CreateTime:1234\tv\n"),
        ("print.timestamp=true print.value=false", b"CreateTime:1234\n"),
        ("print.timestamp=true print.key=true print.value=false", b"CreateTime:1234\tk\n"),
        ("print.partition=true", b"v\t3\n"),
        # the original's odd line ends: only the column that comes next decides
        ("print.partition=true print.value=false", b"3\n"),
        ("print.partition=true print.value=false print.key=true", b"k\n3\n"),
        ("print.partition=true print.value=false print.timestamp=true", b"CreateTime:1234\n3\n"),
        ("print.key=true key.separator==> line.separator=;", b"k=>v;"),
        ("print.offset=true print.key=true", b"Offset:5\tk\tv\n"),
        ("print.headers=true", b"h:1,n:null\tv\n"),
        ("print.headers=true headers.separator=| null.literal=-", b"h:1|n:-\tv\n"),
        (f"print.headers=true null.literal=0 headers.deserializer={SERIALIZATION}BytesDeserializer", b"h:1,n:0\tv\n"),
    ],
)
def test_columns(properties: str, shown: bytes) -> None:
    formatter = DefaultFormatter(dict(word.split("=", 1) for word in properties.split()))
    one = record(headers=[("h", b"1"), ("n", None)])
    assert formatter.text(one) == shown
    assert formatter.texts(Records([one, one])) == shown * 2


@pytest.mark.parametrize("properties", [{}, {"print.key": "true"}])
def test_nulls(properties: dict[str, str]) -> None:
    formatter = DefaultFormatter(properties)
    shown = b"null\tnull\n" if properties else b"null\n"
    assert formatter.text(record(None, None)) == shown
    assert formatter.texts(Records([record(None, None)])) == shown


def test_no_records_are_no_text() -> None:
    assert DefaultFormatter({}).texts(Records([])) == b""


@pytest.mark.parametrize(
    ("kind", "shown"),
    [(APPENDED, b"LogAppendTime:7\n"), (NONE, b"NO_TIMESTAMP\n")],
)
def test_timestamp_types(kind: int, shown: bytes) -> None:
    formatter = DefaultFormatter({"print.timestamp": "true", "print.value": "false"})
    assert formatter.text(record(timestamp=(kind, 7))) == shown


def test_a_record_without_headers() -> None:
    formatter = DefaultFormatter({"print.headers": "true"})
    assert formatter.text(record()) == b"NO_HEADERS\tv\n"


def test_deserializers() -> None:
    formatter = DefaultFormatter(
        {
            "print.key": "true",
            "key.deserializer": SERIALIZATION + "ShortDeserializer",
            "value.deserializer": SERIALIZATION + "StringDeserializer",
            "value.deserializer.value.deserializer.encoding": "UTF-16",
        }
    )
    assert formatter.texts(Records([record(b"\0\7", "ů".encode("utf-16"))])) == "7\tů\n".encode()


def test_the_word_for_null_reaches_the_deserializer_as_in_the_original() -> None:
    formatter = DefaultFormatter({"value.deserializer": SERIALIZATION + "LongDeserializer"})
    with pytest.raises(JavaError, match="Size of data received by LongDeserializer is not 8"):
        formatter.texts(Records([record(value=None)]))
    integers = DefaultFormatter({"value.deserializer": SERIALIZATION + "IntegerDeserializer"})
    assert integers.texts(Records([record(value=None)])) == b"%d\n" % int.from_bytes(b"null", "big")


def test_an_unknown_deserializer_is_javas_error() -> None:
    with pytest.raises(JavaError, match=r"java\.lang\.ClassNotFoundException: my\.Deserializer"):
        DefaultFormatter({"key.deserializer": "my.Deserializer"})

"""Lines of stdin to records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.java_classes import JavaError
from kafkacli.readers import DEFAULT, READERS, new_reader
from kafkacli.readers.line import LineReader


def read_all(reader: LineReader, blocks: list[bytes]) -> list[tuple[bytes | None, bytes | None]]:
    return [record for block in [*blocks, b""] for record in reader.read(block)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\nb\n", [b"a", b"b"]),
        (b"a\r\nb\rc", [b"a", b"b", b"c"]),
        (b"\n\n", [b"", b""]),
        (b"\r\n\r\n", [b"", b""]),
        (b"\n\r", [b"", b""]),
        (b"a\r", [b"a"]),
        (b"a\x0bb\x0cc\xe2\x80\xa8d\n", [b"a\x0bb\x0cc\xe2\x80\xa8d"]),
        ("žluť\n🐎".encode(), ["žluť".encode(), "🐎".encode()]),
        (b"bad \xff\xc5 end\xc5\n", b"bad \xef\xbf\xbd\xef\xbf\xbd end\xef\xbf\xbd\n".splitlines()),
        (b"cut \xc5", [b"cut \xef\xbf\xbd"]),
    ],
)
def test_lines_whole_and_byte_by_byte(text: bytes, lines: list[bytes]) -> None:
    expected = [(None, line) for line in lines]
    assert read_all(LineReader({}), [text] if text else []) == expected
    assert read_all(LineReader({}), [text[index : index + 1] for index in range(len(text))]) == expected


@given(st.text(alphabet="a\r\n"), st.data())
def test_pieces_do_not_matter(text: str, data: st.DataObject) -> None:
    whole = text.encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True) if start < end]
    assert read_all(LineReader({}), pieces) == [(None, line) for line in whole.splitlines()]


def test_keys() -> None:
    reader = LineReader({"parse.key": "True", "key.separator": "::"})
    assert read_all(reader, [b"k::v\n::v::w\nk::\n"]) == [(b"k", b"v"), (b"", b"v::w"), (b"k", b"")]


def test_the_key_ends_at_a_tab_if_nothing_is_said() -> None:
    assert read_all(LineReader({"parse.key": "true"}), [b"k\tv\tw\n"]) == [(b"k", b"v\tw")]


def test_an_empty_separator_gives_empty_keys() -> None:
    assert read_all(LineReader({"parse.key": "true", "key.separator": ""}), [b"v\n"]) == [(b"", b"v")]


def test_a_line_without_key_is_an_error_after_the_records_before_it() -> None:
    records = LineReader({"parse.key": "true"}).read("a\tb\nřeka\nc\td\n".encode())
    assert next(records) == (b"a", b"b")
    with pytest.raises(JavaError) as caught:
        next(records)
    assert str(caught.value) == "org.apache.kafka.common.KafkaException: No key found on line 2: řeka"


def test_a_line_without_key_is_a_value_where_errors_are_ignored() -> None:
    reader = LineReader({"parse.key": "true", "ignore.error": "true"})
    assert read_all(reader, [b"a\n"]) == [(None, b"a")]


def test_readers_by_class_name() -> None:
    assert {type(new_reader(name, {})) for name in READERS} == {LineReader}
    assert DEFAULT in READERS


def test_keys_and_values_come_apart_where_every_line_has_both() -> None:
    reader = LineReader({"parse.key": "true", "key.separator": "::"})
    assert reader.pairs([]) is None
    assert reader.pairs([b"a::1", b"::", b"b::2::3"]) == ((b"a", b"", b"b"), (b"1", b"", b"2::3"))
    assert reader.pairs([b"a::1", b"none"]) is None
    with pytest.raises(JavaError, match="No key found on line 4: none"):
        list(reader.records([b"none"]))
    assert LineReader({"parse.key": "true", "key.separator": ""}).pairs([b"v"]) is None

"""kcat's format strings: records shown by them, and read from what was written so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.chunks import FetchedRecord
from kafkacli.interchange.format import FormatError, FormatReader, parse_format, render
from kafkacli.record.record import Record

RECORD = Record(42, 1700, b"k", b"value", (("a", b"1"), ("b", None)))


def shown(text: str, record: Record = RECORD) -> bytes:
    return render(parse_format(text), FetchedRecord(("t", 3), record, 1 if record.timestamp != -1 else 0))


@pytest.mark.parametrize(
    ("text", "out"),
    [
        (r"%t [%p] %o: %k=%s\n", b"t [3] 42: k=value\n"),
        (r"%T\t%S\x2c%K\r%%\0\\\q", b"1700\t5,1\r%\0\\q"),
        ("%R%s", b"\0\0\0\5value"),
        ("%h", b"a=1,b"),
        ("é%s", "évalue".encode()),
    ],
)
def test_what_a_format_shows(text: str, out: bytes) -> None:
    assert shown(text) == out


def test_null_is_nothing_of_length_minus_one() -> None:
    assert shown("%k|%K|%s|%S|%R|%T|%h", Record(0)) == b"|-1||-1|\xff\xff\xff\xff|-1|"


@pytest.mark.parametrize("text", ["%x", "%", r"\xg1", r"\x1"])
def test_what_is_no_format(text: str) -> None:
    with pytest.raises(FormatError):
        parse_format(text)


def read(text: str, *blocks: bytes) -> list[tuple[int | None, Record]]:
    reader = FormatReader(text)
    return [one for block in (*blocks, b"") for one in reader.read(block)]


@pytest.mark.parametrize(
    ("text", "data", "records"),
    [
        (r"%s\n", b"a\n\nb\n", [Record(value=b"a"), Record(value=b""), Record(value=b"b")]),
        (r"%s\n", b"a\nb", [Record(value=b"a"), Record(value=b"b")]),
        (r"%k:%s\n", b"k:v:w\n", [Record(key=b"k", value=b"v:w")]),
        (r"%s", b"all\nof it", [Record(value=b"all\nof it")]),
        (
            r"%T %h %s;",
            b"17 a=1,b,c= v;",
            [Record(timestamp=17, value=b"v", headers=(("a", b"1"), ("b", None), ("c", b"")))],
        ),
        (r"%K %k%S %s\n", b"2 a\n-1 \n", [Record(key=b"a\n")]),
        (r"%R%s", b"\0\0\0\1a\xff\xff\xff\xff\0\0\0\0", [Record(value=b"a"), Record(), Record(value=b"")]),
        (r"%t,%p,%o,%s\n", b"t,1,2,v\n", [Record(value=b"v")]),
    ],
)
def test_what_is_read_by_a_format_in_whatever_pieces(text: str, data: bytes, records: list[Record]) -> None:
    assert [record for _, record in read(text, data)] == records
    assert [record for _, record in read(text, *[data[at : at + 1] for at in range(len(data))])] == records


def test_partitions_are_read() -> None:
    assert [partition for partition, _ in read(r"%p %s\n", b"1 a\n20 b\n")] == [1, 20]


@pytest.mark.parametrize("text", ["%k%s", "%p", "x", "%s%k", ""])
def test_formats_that_do_not_say_where_fields_end(text: str) -> None:
    with pytest.raises(FormatError):
        FormatReader(text)


@pytest.mark.parametrize(
    ("text", "data"),
    [(r"%p %s\n", b"x a\n"), (r"<%s>", b"(a)"), (r"%R%s", b"\0\0"), (r"%R%s", b"\0\0\0\5ab"), ("%k:%s;", b"ab")],
)
def test_text_that_does_not_follow_the_format(text: str, data: bytes) -> None:
    with pytest.raises(FormatError, match="record 1"):
        read(text, data)


@given(st.lists(st.tuples(st.none() | st.binary(), st.none() | st.binary(), st.integers(-(2**62), 2**62))))
def test_lengths_carry_any_bytes_there_and_back(rows: list[tuple[bytes | None, bytes | None, int]]) -> None:
    text = r"%T %K %k%S %s"
    records = [Record(timestamp=timestamp, key=key, value=value) for key, value, timestamp in rows]
    assert [record for _, record in read(text, b"".join(shown(text, record) for record in records))] == records

"""Conditions on records."""

import pytest

from kafkacli.client.chunks import FetchedRecord
from kafkacli.interchange.filters import FilterError, parse_filter, parse_filters
from kafkacli.record.record import Record

RECORD = FetchedRecord(
    ("t", 0), Record(0, 0, b"key\n1", None, (("h", b"one"), ("h", b"two"), ("n", None), ("a=b", b"\xff"))), 1
)


@pytest.mark.parametrize(
    ("text", "is_wanted"),
    [
        ("key~^key.1$", True),
        ("key~^1", False),
        ("key!~z", True),
        ("key=key\n1", True),
        ("key=key", False),
        ("key!=key", True),
        ("value~", False),  # null has nothing in which to find something
        ("value!~.", True),
        ("value=", False),
        ("header.h=two", True),
        ("header.h~^o", True),
        ("header.h!=one", False),
        ("header.n~", False),
        ("header.none!~.", True),
        ("header.a=b", False),  # the name ends at the first sign
    ],
)
def test_conditions(text: str, is_wanted: bool) -> None:
    assert parse_filter(text)(RECORD) is is_wanted


def test_bytes_that_are_no_text() -> None:
    record = FetchedRecord(("t", 0), Record(key=b"\xff\x00", value=b""), 1)
    assert parse_filter("key=\udcff\0")(record)
    assert parse_filter("value=")(record)


def test_all_of_several_have_to_be_true() -> None:
    assert parse_filters([]) is None
    both = parse_filters(["key~k", "value~v"])
    assert both is not None
    assert not both(RECORD)
    assert both(FetchedRecord(("t", 0), Record(key=b"k", value=b"v"), 1))


@pytest.mark.parametrize("text", ["", "key", "offset=1", "header=x", "key~["])
def test_what_is_no_condition(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)

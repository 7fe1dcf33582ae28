"""Records taken over into another batch without a look at most of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.bodies import decode_bodies, pack_bodies
from kafkacli.record.errors import InvalidRecord
from kafkacli.record.record import Record, append_record, decode_records

DATA = st.none() | st.binary(max_size=200)
HEADERS = st.lists(st.tuples(st.text(max_size=5), DATA), max_size=3).map(tuple)
RECORDS = st.lists(
    st.builds(Record, timestamp=st.integers(-(2**40), 2**40), key=DATA, value=DATA, headers=HEADERS),
    min_size=1,
    max_size=9,
)


def encoded(records: list[Record], offset_delta: int = 0) -> bytes:
    output = bytearray()
    for number, record in enumerate(records):
        append_record(output, record, offset_delta + number, record.timestamp)
    return bytes(output)


@given(RECORDS, st.sampled_from([0, 62, 2040, 8190]))
def test_the_same_records_come_out_at_another_place(records: list[Record], offset_delta: int) -> None:
    found = decode_bodies(encoded(records, 70), len(records))
    assert found.keys == [record.key for record in records]
    packed = pack_bodies(found.bodies, found.timestamp_deltas, offset_delta)
    assert packed == encoded(records, offset_delta)


def test_records_of_one_size_and_others_between_them() -> None:
    records = [
        Record(
            timestamp=number // 7, key=b"%d" % (number % 50), value=b"v" * (number % 90 == 80), headers=(("h", None),)
        )
        for number in range(300)
    ]
    found = decode_bodies(encoded(records), len(records))
    assert found.keys == [record.key for record in records]
    without = decode_bodies(encoded(records), len(records), keyed=False)
    assert without.keys is None
    for each in (found, without):
        assert each.timestamp_deltas == [record.timestamp for record in records]
        assert pack_bodies(each.bodies, each.timestamp_deltas, 40) == encoded(records, 40)


@pytest.mark.parametrize("size", [0, 55, 2040, 8180, 300_000])
def test_sizes_at_which_numbers_grow(size: int) -> None:
    records = [Record(timestamp=0, key=b"k" * size, value=b"v" * size)] * 2
    found = decode_bodies(encoded(records), 2)
    back = decode_records(
        pack_bodies(found.bodies, found.timestamp_deltas, 0), 2, base_offset=0, base_timestamp=0, append_time=None
    )
    assert [(one.key, one.value) for one in back] == [(b"k" * size, b"v" * size)] * 2


@pytest.mark.parametrize("cut", [1, 5])
def test_what_is_cut_off_or_too_much_is_an_error(cut: int) -> None:
    data = encoded([Record(timestamp=0, key=b"k", value=b"value")] * 2)
    for wrong in (data[:-cut], data + b"\x00" * cut, b"\x02\x00\x00\x00\x7f" + b"x" * cut):
        with pytest.raises(InvalidRecord):
            decode_bodies(wrong, 2)

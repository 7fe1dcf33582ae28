"""Records of one size behind each other are what they are one by one."""

from hypothesis import given
from hypothesis import strategies as st

from kafkacli.record.batch import BATCH_OVERHEAD, encode_batch
from kafkacli.record.columns import decode_columns, decode_values
from kafkacli.record.record import Record
from kafkacli.record.uniform import HEAD, KEY, find_run


def payload(records: list[Record]) -> bytes:
    return encode_batch(records)[BATCH_OVERHEAD:]


def test_a_run_ends_where_numbers_or_lengths_grow() -> None:
    records = [Record(timestamp=number, key=b"%d" % number, value=b"v") for number in range(50, 130)]
    run = find_run(payload(records), 0, 99)
    assert run is not None
    assert run.count == 50  # up to the key 100
    assert run.field(run.key) == [b"%d" % number for number in range(50, 100)]
    assert run.field(run.value) == [b"v"] * 50
    assert run.timestamp_deltas() == run.offset_deltas() == list(range(50))
    assert find_run(payload(records), run.end, 30) is not None


def test_nulls_and_numbers_of_three_bytes() -> None:
    records = [Record(timestamp=20_000 * (number > 0) + number) for number in range(30)]
    data = payload(records)
    run = find_run(data, decode_first(data), 29)
    assert run is not None
    assert run.field(run.key) == run.field(run.value) == [None] * 29
    assert run.timestamp_deltas() == [record.timestamp for record in records[1:]]


def decode_first(data: bytes) -> int:
    """Where the second record begins: the first is short."""
    return 1 + (data[0] >> 1)


def test_what_is_no_run() -> None:
    same = [Record(value=b"v")] * 20
    assert find_run(payload(same), 0, 7) is None
    assert find_run(payload(same[:7]), 0, 99) is None
    assert find_run(payload([Record(value=b"v" * number) for number in range(20)]), 0, 99) is None
    assert find_run(payload([Record(value=b"v", headers=(("h", b""),))] * 20), 0, 99) is None


def test_what_lies_deeper_than_asked_for_may_differ() -> None:
    records = [
        Record(
            key=b"k" * (1 + number // 10), value=b"v" * (9 - number // 10), headers=(("h", b"x" * (number % 2)),) * 1
        )
        for number in range(20)
    ]
    for record in records[1::2]:
        record.value = (record.value or b"")[1:]
    data = payload(records)
    assert find_run(data, 0, 99) is None
    keys, heads = find_run(data, 0, 99, KEY), find_run(data, 0, 99, HEAD)
    assert keys is not None
    assert heads is not None
    assert (keys.count, heads.count) == (10, 20)
    assert keys.field(keys.key) == [b"k"] * 10
    assert heads.bytes_at(heads.body)[12] == data[data.index(b"\x04kk") :][: heads.body[1]]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 70),
            st.sampled_from((None, 0, 3, 70)),
            st.sampled_from((None, 0, 5, 100)),
            st.integers(0, 200),
        ),
        min_size=1,
        max_size=4,
    ),
    st.binary(min_size=1, max_size=3),
    st.booleans(),
)
def test_runs_and_single_records_are_all_read(
    groups: list[tuple[int, int | None, int | None, int]], text: bytes, with_headers: bool
) -> None:
    records = []
    for count, key, value, step in groups:
        for number in range(count):
            filling = text * 50
            records.append(
                Record(
                    timestamp=number * step,
                    key=None if key is None else filling[:key],
                    value=None if value is None else filling[:value],
                    headers=(("h", text),) if with_headers and number % 20 == 19 else (),
                )
            )
    data = payload(records)
    columns = decode_columns(data, len(records))
    assert decode_values(data, len(records)) == columns.values == [record.value for record in records]
    assert columns.keys == [record.key for record in records]
    assert columns.headers == [record.headers for record in records]
    assert columns.offset_deltas == list(range(len(records)))
    assert columns.timestamp_deltas == [record.timestamp - records[0].timestamp for record in records]

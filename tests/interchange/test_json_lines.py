"""Records as lines of JSON, and back."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.client.chunks import FetchedRecord
from kafkacli.interchange.json_lines import SCHEMA, JsonError, JsonReader, to_line
from kafkacli.record.record import Record

BYTES = st.none() | st.binary() | st.text().map(str.encode)
RECORDS = st.builds(
    Record,
    offset=st.just(-1),
    timestamp=st.integers(-(2**63), 2**63 - 1),
    key=BYTES,
    value=BYTES,
    headers=st.lists(st.tuples(st.text(), BYTES)).map(tuple),
)


def line(record: Record, partition: int = 3) -> bytes:
    return to_line(FetchedRecord(("t", partition), record, 1 if record.timestamp != -1 else 0))


def read(*blocks: bytes) -> list[tuple[int | None, Record]]:
    reader = JsonReader()
    return [one for block in (*blocks, b"") for one in reader.read(block)]


def test_a_line() -> None:
    record = Record(42, 1700, "ké\n".encode(), b"\xff\0", (("h", None), ("h", b"")))
    assert line(record).decode() == (
        '{"topic": "t", "partition": 3, "offset": 42, "timestamp": 1700, "timestamp_type": "CreateTime", '
        '"key": "ké\\n", "value": {"base64": "/wA="}, "headers": [{"key": "h", "value": null}, {"key": "h", "value": ""}]}\n'
    )
    assert set(json.loads(line(record))) == set(SCHEMA["properties"])


def test_no_timestamp() -> None:
    assert json.loads(line(Record()))["timestamp"] is None


@given(st.lists(RECORDS))
def test_records_come_back_as_they_were(records: list[Record]) -> None:
    data = b"".join(line(record) for record in records)
    assert read(data) == [(3, record) for record in records]
    assert read(data[:7], data[7:]) == [(3, record) for record in records]


def test_every_field_may_be_left_out_and_the_last_line_be_open() -> None:
    assert read(b'{}\n\n{"value": "v"}') == [(None, Record()), (None, Record(value=b"v"))]


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        '{"vlaue": "v"}',
        '{"value": 1}',
        '{"value": {"base64": "?"}}',
        '{"value": {"base64": "", "x": 1}}',
        '{"partition": "1"}',
        '{"timestamp": 1.5}',
        '{"timestamp": 1e30}',
        '{"timestamp": true}',
        '{"headers": {"a": "b"}}',
        '{"headers": [{"key": "a"}]}',
        '{"key": "\\ud800"}',
    ],
)
def test_what_is_no_record(text: str) -> None:
    with pytest.raises(JsonError, match="line 2: "):
        read(b"{}\n" + text.encode())


def test_the_schema_is_published() -> None:
    path = Path(__file__).parents[2] / "docs" / "schemas" / "record.json"
    assert json.loads(path.read_text()) == SCHEMA

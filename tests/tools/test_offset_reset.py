"""Where offsets are reset to: dates and durations as Java reads them, CSV files, ranges."""

from pathlib import Path

import pytest

from kafkacli.tools.offset_reset import ResetError, parse_datetime, parse_duration, read_reset_plan, write_csv

DAY = 86_400_000


@pytest.mark.parametrize(
    ("text", "timestamp_ms"),
    [
        ("1970-01-01T00:00:00.000", 0),
        ("1970-01-02T00:00:00.007Z", DAY + 7),
        ("1970-01-02T00:00:00.000+02:00", DAY - 7_200_000),
        ("1970-01-01T00:00:00.000-01:30", 5_400_000),
        ("1970-01-01T00:00:00.000+02", -7_200_000),
        ("1970-1-1T0:0:0.5", 5),
        ("1970-01-32T25:61:00.000", 32 * DAY + 7_260_000),
        ("1970-13-01T00:00:00.000", 365 * DAY),
        ("2020-06-15T12:30:45.123", 1_592_224_245_123),
    ],
)
def test_dates_are_read_as_leniently_as_java_does(text: str, timestamp_ms: int) -> None:
    assert parse_datetime(text) == timestamp_ms


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "Index 1 out of bounds for length 1"),
        ("2020-01-01T", "Index 1 out of bounds for length 1"),
        ("2020-01-01T00:00:00", 'Unparseable date: "2020-01-01T00:00:00Z"'),
        ("2020-01-01Tnoon", 'Unparseable date: "2020-01-01TnoonZ"'),
        ("99999-01-01T00:00:00.000", 'Unparseable date: "99999-01-01T00:00:00.000Z"'),
    ],
)
def test_what_is_no_date_gets_javas_words(text: str, message: str) -> None:
    with pytest.raises(ResetError) as caught:
        parse_datetime(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("PT1H", 3_600_000),
        ("P1D", DAY),
        ("P1DT2H3M4.5S", DAY + 7_384_500),
        ("pt0.0019s", 1),
        ("-PT1M", -60_000),
        ("PT-1.5S", -1500),
        ("PT+2M-3S", 117_000),
    ],
)
def test_durations_are_read_as_java_reads_them(text: str, milliseconds: int) -> None:
    assert parse_duration(text) == milliseconds


@pytest.mark.parametrize("text", ["hour", "P", "PT", "P1DT", "1H", "P1H", "PT1.5H", "P1Y", "PT1H "])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ResetError, match="Text cannot be parsed to a Duration"):
        parse_duration(text)


def test_what_is_exported_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "offsets.csv"
    plan = {"a,b": {("t", 0): 5, ("t", 1): 6}, "c": {("u", 0): 7}}
    path.write_text(write_csv(plan, with_group=True))
    assert path.read_text() == '"a,b",t,0,5\n"a,b",t,1,6\nc,u,0,7\n'
    assert read_reset_plan(str(path), None) == plan
    assert read_reset_plan(str(path), "a,b") == plan
    path.write_text(write_csv({"g": {("t", 0): 5}}, with_group=False))
    assert read_reset_plan(str(path), "g") == {"g": {("t", 0): 5}}


@pytest.mark.parametrize("row", ["t,0", "t,zero,5", "t,0,5,6", "t,0,many"])
def test_a_row_that_makes_no_sense_is_named(row: str, tmp_path: Path) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text(f"t,0,1\n{row}\n")
    with pytest.raises(ResetError, match=rf"offsets\.csv, row 2: not group,topic,partition,offset: g,{row}"):
        read_reset_plan(str(path), "g")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ResetError, match=r"Unable to read file .*none\.csv"):
        read_reset_plan(str(tmp_path / "none.csv"), "g")

"""Tables: a row for each inner record, aligned without colour in a pipe."""

import pytest

from kafkacli.output.schema import Field
from kafkacli.output.table import columns, rows, show_streamed, show_table

FIELDS = (
    Field("topic", "string", "Its name."),
    Field("configs", "{string?}", "What differs."),
    Field("parts", "[record]", "Its parts.", (Field("number", "integer", "Which."), Field("isr", "[integer]", "Ids."))),
    Field("done", "boolean", "Whether."),
)
RECORDS = [
    {
        "topic": "a",
        "configs": {"x": "1", "y": None},
        "parts": [{"number": 0, "isr": [1, 2]}, {"number": 10, "isr": []}],
        "done": True,
    },
    {"topic": "long\n", "configs": {}, "parts": [], "done": False},
]


def test_each_record_of_the_inner_list_has_a_row() -> None:
    assert columns(FIELDS) == ["topic", "configs", "number", "isr", "done"]
    assert rows(FIELDS, RECORDS) == [
        ["a", "x=1,y=-", "0", "1,2", "yes"],
        ["a", "x=1,y=-", "10", "-", "yes"],
        ['"long\\n"', "-", "-", "-", "no"],
    ]


def test_columns_are_aligned_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(FIELDS, RECORDS)
    assert capsys.readouterr().out == (
        "TOPIC     CONFIGS  NUMBER  ISR  DONE\n"
        "a         x=1,y=-       0  1,2  yes\n"
        "a         x=1,y=-      10  -    yes\n"
        '"long\\n"  -             -  -    no\n'
    )


def test_a_stream_has_its_headings_once(capsys: pytest.CaptureFixture[str]) -> None:
    fields = (Field("offset", "integer", "Which."), Field("key", "string?", "Its key."))
    show_streamed(fields, {"offset": 1, "key": None}, is_first=True)
    show_streamed(fields, {"offset": 2, "key": "b"}, is_first=False)
    assert capsys.readouterr().out == "      OFFSET  KEY\n           1  -\n           2  b\n"

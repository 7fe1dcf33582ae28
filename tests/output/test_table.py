"""Tables: a row for each inner record, aligned without colour in a pipe."""

import re
from collections.abc import Callable

import pytest

from kafkacli import console
from kafkacli.output.schema import Field
from kafkacli.output.schemas import SCHEMAS
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


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have stdout be a terminal of so many columns."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(console, "is_terminal", lambda: True)

    def narrow(columns: int) -> None:
        monkeypatch.setattr(console, "width", lambda: columns)

    return narrow


WIDE = (
    Field("topic_name", "string", "Its name."),
    Field("replication_factor", "integer", "How many."),
    Field("configs", "{string?}", "What differs."),
    Field("marked_for_deletion", "boolean", "Whether."),
)


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        (
            80,
            (
                "topic name  replication factor  configs  marked for deletion\n"
                "orders                       3  -        no\n"
            ),
        ),
        (
            45,
            (
                "                                     marked\n"
                "               replication           for\n"
                "topic name          factor  configs  deletion\n"
                "orders                   3  -        no\n"
            ),
        ),
        (
            30,
            (
                "                      marked\n"
                "topic    replication  for\n"
                "name          factor  deletion\n"
                "orders             3  no\n"
            ),
        ),
        (20, "topic name           orders\nreplication factor   3\nmarked for deletion  no\n"),
    ],
)
def test_a_table_fits_the_terminal(
    columns: int, shown: str, narrow: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    narrow(columns)
    record = {"topic_name": "orders", "replication_factor": 3, "configs": {}, "marked_for_deletion": False}
    show_table(WIDE, [record])
    out = capsys.readouterr().out
    if columns > 20:
        assert [line.rstrip() for line in out.splitlines()] == shown.splitlines()
    else:
        assert "".join(out.split()) == "".join(shown.split())


def test_topics_fit_a_hundred_columns_without_a_broken_heading(
    narrow: Callable[[int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    narrow(100)
    partition = {
        "partition": 0,
        "leader": 7,
        "replicas": [7],
        "isr": [7],
        "adding_replicas": [],
        "removing_replicas": [],
    }
    topic = {
        "topic": "orders",
        "partition_count": 1,
        "replication_factor": 1,
        "configs": {"cleanup.policy": "compact", "retention.ms": "60000"},
        "marked_for_deletion": False,
        "partitions": [partition],
    }
    show_table(SCHEMAS["topics-describe"].fields, [topic])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    for word in ("topic", "partition", "replication", "factor", "configs", "deletion", "leader", "replicas", "isr"):
        assert re.search(rf"\b{word}\b", out), out
    assert re.search(r"cleanup\.policy=compact, .*\n +retention\.ms=60000", out), out
    assert "adding" not in out

"""Documents: an array with a record a line, JSON lines of a stream, YAML; a table with lines on a terminal."""

import os
import sys
from pathlib import Path

import pytest

from kafkacli import console
from kafkacli.output.show import Stream, show
from tests.support.terminal import Terminal

RECORDS: list[dict[str, object]] = [{"group": "a", "state": None}, {"group": "é\u2028", "state": "Empty"}]


@pytest.fixture(autouse=True)
def plain_again() -> object:
    yield
    console.prepare()


def test_an_array_has_a_record_on_each_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.set_form("json")
    show("groups-list", RECORDS)
    show("groups-list", [])
    second = '{"group": "\\u00e9\\u2028", "state": "Empty"}'
    assert capsys.readouterr().out == f'[\n  {{"group": "a", "state": null}},\n  {second}\n]\n[]\n'


def test_streams(capsys: pytest.CaptureFixture[str]) -> None:
    stream = Stream("groups-list")
    console.set_form("json")
    stream.show(RECORDS[0])
    console.set_form("yaml")
    stream.show(RECORDS[0])
    assert capsys.readouterr().out == '{"group": "a", "state": null}\n---\ngroup: a\nstate: null\n'


def test_a_table_on_a_terminal_is_folded_to_its_width() -> None:
    code = (
        "from kafkacli import console; from kafkacli.output.show import show; console.prepare(); console.set_form('table');"
        "show('groups-list', [{'group': 'a', 'state': None}]); console.flush(); input()"
    )
    with Terminal([sys.executable, "-c", code], Path.cwd(), os.environ) as terminal:
        terminal.wait_for(r"group +state\s+a +-")

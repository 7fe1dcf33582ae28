"""Documents: an array with a record a line, JSON lines of a stream, YAML; a table with lines on a terminal."""

import json
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli import console
from kafkacli.output.show import Array, Stream, show
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


def directory(replicas: int) -> dict[str, object]:
    """One log directory, whose replicas come one by one."""
    one = {"topic": "t", "partition": 0, "size": 1, "offset_lag": 0, "is_future": False}
    return {"broker": 0, "log_dir": "/data", "error": None, "replicas": ({**one, "size": n} for n in range(replicas))}


@pytest.mark.parametrize("replicas", [0, 1, 3])
@pytest.mark.parametrize("form", ["json", "yaml", "table"])
def test_an_iterator_is_shown_as_the_list_of_what_it_gives(
    form: str, replicas: int, capsys: pytest.CaptureFixture[str]
) -> None:
    console.set_form(form)
    show("log-dirs", [directory(replicas), directory(replicas)])
    shown = capsys.readouterr().out
    held = directory(replicas)
    held["replicas"] = list(held["replicas"])  # type: ignore[call-overload]
    show("log-dirs", [held, held])
    assert capsys.readouterr().out == shown
    if form == "json":
        assert json.loads(shown) == [held, held]


def test_an_array_that_breaks_off_ends_with_a_whole_line(capsys: pytest.CaptureFixture[str]) -> None:
    console.set_form("json")
    array = Array("groups-list")
    assert capsys.readouterr().out == ""
    for record in RECORDS:
        array.add(record)
    assert capsys.readouterr().out == '[\n  {"group": "a", "state": null},\n'


@pytest.mark.parametrize("form", ["json", "yaml"])
@pytest.mark.parametrize("name", ["groups-list", "log-dirs"])
def test_nothing_is_held(form: str, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    count = 20_000

    def groups() -> Iterator[dict[str, object]]:
        for number in range(count):
            yield {"group": f"group-{number}", "state": "Empty"}

    console.set_form(form)
    with (tmp_path / "document").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        show(name, groups() if name == "groups-list" else [directory(2)])
        tracemalloc.start()
        show(name, groups() if name == "groups-list" else [directory(count)])
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 1_000_000  # bytes, of other threads too; the records are several millions


def test_a_table_on_a_terminal_is_folded_to_its_width() -> None:
    code = (
        "from kafkacli import console; from kafkacli.output.show import show; console.prepare(); console.set_form('table');"
        "show('groups-list', [{'group': 'a', 'state': None}]); console.flush(); input()"
    )
    with Terminal([sys.executable, "-c", code], Path.cwd(), os.environ) as terminal:
        terminal.wait_for(r"group +state\s+a +-")

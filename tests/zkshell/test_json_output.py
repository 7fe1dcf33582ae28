"""JSON on stdout: the shapes, and arrays that are written as they come."""

import io
import json
from collections.abc import Callable

import pytest
import yaml

from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.json_output import acl_value, data_fields, json_array, json_text, stat_value
from kafkacli.zookeeper.acl import ANYONE
from kafkacli.zookeeper.protocol import Acl, Stat


def test_data_as_text_or_base64() -> None:
    assert data_fields(None) == {"data": None}
    assert data_fields("grün\0".encode()) == {"data": "grün\0"}
    assert data_fields(b"\xff\xfe") == {"base64": "//4="}


def test_stat_has_the_names_of_the_shell() -> None:
    value = stat_value(Stat(1, 2, 3, 4, 5, 6, 7, -1, 8, 9, 10))
    assert list(value) == [
        "cZxid", "ctime", "mZxid", "mtime", "pZxid", "cversion", "dataVersion", "aclVersion", "ephemeralOwner",
        "dataLength", "numChildren",
    ]  # fmt: skip
    assert list(value.values()) == ["0x1", 3, "0x2", 4, "0xa", 6, 5, 7, "0xffffffffffffffff", 8, 9]


def test_acl() -> None:
    assert acl_value([Acl(5, ANYONE)]) == [{"scheme": "world", "id": "anyone", "perms": "cr"}]


def test_what_stdout_can_not_encode_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "latin-1"))
    assert json_text("grün 雪") == '"gr\\u00fcn \\u96ea"'
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "UTF-8"))
    assert json_text("grün 雪") == '"grün 雪"'


@pytest.mark.parametrize("elements", [[], [1], ["a", {"b": None}]])
def test_arrays(capsys: pytest.CaptureFixture[str], elements: list[object]) -> None:
    with json_array() as add:
        for element in elements:
            add(element)
    out = capsys.readouterr().out
    assert json.loads(out) == elements
    assert out.endswith("]\n")


def test_an_array_ends_well_when_something_could_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    def show() -> None:
        with json_array() as add:
            add(1)
            raise CommandError("one could not be read")

    with pytest.raises(CommandError):
        show()
    assert json.loads(capsys.readouterr().out) == [1]


def test_an_array_without_elements_says_nothing_of_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError), json_array():
        raise CommandError("nothing was found")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "command",
    [
        "get /app",
        "getAcl /app",
        "ls /app",
        "ls -R /app",
        "stat /app",
        "tree /app",
        "find /app",
        "grep x /app",
        "du /app",
    ],
)
def test_yaml_and_tables_show_the_same(command: str, type_line: Callable[[str], tuple[str, str]]) -> None:
    type_line("create /app 'x'")
    type_line("create /app/one 'x'")
    verb, rest = command.split(" ", 1)
    document = json.loads(type_line(f"{verb} --output json {rest}")[0])
    assert yaml.safe_load(type_line(f"{verb} --output yaml {rest}")[0]) == document
    heading, *rows = type_line(f"{verb} --output table {rest}")[0].splitlines()
    assert len(rows) == (len(document) if isinstance(document, list) else 1)
    assert "PATH" in heading or "NAME" in heading


def test_what_an_error_leaves_is_shown(type_line: Callable[[str], tuple[str, str]]) -> None:
    assert type_line("get --output yaml /none")[0] == ""

"""JSON files as Kafka's tools read them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kafkacli.client.java_errors import Thrown
from kafkacli.tools.json_file import JsonValue, duplicates, encode, parse, read_text


def parsed(text: str) -> JsonValue:
    value = parse(text)
    assert value is not None
    return value


def test_values_are_what_they_are() -> None:
    document = parsed(' {"name": "é", "rows": [1, -2147483648], "big": 9223372036854775807} and more')
    assert document.field("name").text() == "é"
    assert [row.integer() for row in document.field("rows").items()] == [1, -(2**31)]
    assert document.field("big").long() == 2**63 - 1
    assert document.get("none") is None


@pytest.mark.parametrize(
    ("text", "ask", "message"),
    [
        ("[1]", lambda value: value.get("a"), "Expected JSON object, received [1]"),
        ("", lambda value: value.get("a"), "Expected JSON object, received "),
        ('{"a":"é"}', lambda value: value.items(), 'Expected JSON array, received {"a":"é"}'),
        ("{}", lambda value: value.field("a"), "No such field exists: `a`"),
        ("1", lambda value: value.text(), "Expected `String` value, received 1"),
        ("true", lambda value: value.integer(), "Expected `Int` value, received true"),
        ("2147483648", lambda value: value.integer(), "Expected `Int` value, received 2147483648"),
        ("1.5", lambda value: value.long(), "Expected `Long` value, received 1.5"),
        ("9223372036854775808", lambda value: value.long(), "Expected `Long` value, received 9223372036854775808"),
    ],
)
def test_what_they_are_not_is_refused(text: str, ask: Callable[[JsonValue], object], message: str) -> None:
    with pytest.raises(Thrown) as caught:
        ask(parsed(text))
    assert str(caught.value) == message
    assert caught.value.exception == "com.fasterxml.jackson.databind.JsonMappingException"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6: expecting ':' delimiter\n"),
        ("nope", "line 1, column 1: expecting value\n"),
        ("[NaN]", "NaN is no JSON value\n"),
        ("[" * 100_000, "maximum recursion depth exceeded while decoding a JSON array from a unicode string\n"),
    ],
)
def test_what_is_no_json_is_said_with_its_place(text: str, where: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert parse(text) is None
    assert capsys.readouterr().err == where


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "none")
    with pytest.raises(Thrown, match=f"^Unable to read file {path}$"):
        read_text(path)


def test_values_are_written_as_jackson_does() -> None:
    assert encode({"a": [1, None, True], "b": "é"}) == '{"a":[1,null,true],"b":"é"}'


def test_duplicates_come_once() -> None:
    assert duplicates([3, 1, 3, 2, 1, 3]) == [3, 1]

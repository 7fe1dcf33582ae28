"""--add-config and its brackets, --add-config-file, --delete-config."""

from pathlib import Path

import pytest

from kafkacli.options.jopt import parse
from kafkacli.tools.configs import OPTIONS
from kafkacli.tools.configs_changes import parse_configs, unwanted_configs, wanted_configs


@pytest.mark.parametrize(
    ("text", "configs"),
    [
        ("a=1", {"a": "1"}),
        ("a=1,b=2", {"a": "1", "b": "2"}),
        ("a=[x,y],b=2", {"a": "x,y", "b": "2"}),
        ("a=[iterations=1,password=s]", {"a": "iterations=1,password=s"}),
        (" a = 1 , b=", {"a": "1", "b": ""}),
        ("a=1,", {"a": "1"}),
        ("b=[x]", {"b": "x"}),
    ],
)
def test_pairs_are_split_outside_of_brackets(text: str, configs: dict[str, str]) -> None:
    assert parse_configs(text) == configs


@pytest.mark.parametrize("text", ["a", "a=1,b", "a=b=c", ""])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match='must be in the format "key=val"'):
        parse_configs(text)


def test_a_file_gives_values_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "some.properties"
    path.write_text("a=1\nmessage.format.version=2.0\n")
    options = parse(OPTIONS, ["--add-config-file", str(path)])
    assert wanted_configs(options) == {"a": "1", "message.format.version": "2.0"}
    assert capsys.readouterr().out.startswith("WARNING: The configuration message.format.version=2.0 is specified. ")


def test_names_to_delete_are_split() -> None:
    options = parse(OPTIONS, ["--delete-config", "a, b,,c", "--delete-config", "d"])
    assert unwanted_configs(options) == ["a", "b", "c", "d"]

"""Java class names and the properties that classes are given."""

from pathlib import Path

import pytest

from kafkacli.java_classes import JavaError, is_true, load_class, load_java_properties

TABLE = {"a.Known": ("kafkacli.exits", "Exit")}


def test_loads_what_stands_for_a_class() -> None:
    from kafkacli.exits import Exit

    assert load_class(TABLE, "a.Known") is Exit


def test_an_unknown_class_is_javas_error() -> None:
    with pytest.raises(JavaError) as caught:
        load_class(TABLE, "no.such.Class")
    assert str(caught.value) == "java.lang.ClassNotFoundException: no.such.Class is none of those known here: a.Known"


def test_an_error_without_message_is_its_class() -> None:
    assert str(JavaError("a.Exception")) == "a.Exception"


@pytest.mark.parametrize(("text", "truth"), [("true", True), (" TRUE ", True), ("yes", False), ("", False)])
def test_truth_of_a_property(text: str, truth: bool) -> None:
    assert is_true({"name": text}, "name", default=not truth) is truth


@pytest.mark.parametrize("default", [True, False])
def test_truth_of_an_absent_property(default: bool) -> None:
    assert is_true({}, "name", default) is default


def test_properties_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.properties"
    path.write_text("a = 1\n")
    assert load_java_properties(str(path)) == {"a": "1"}


def test_a_file_that_is_not_there_is_javas_error(tmp_path: Path) -> None:
    path = str(tmp_path / "none")
    with pytest.raises(JavaError) as caught:
        load_java_properties(path)
    assert str(caught.value) == f"java.nio.file.NoSuchFileException: {path}"

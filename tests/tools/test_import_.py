"""kafkacli import: a folder's topics, whole or not at all wrong. Hostile records: test_copy.py."""

from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.documents import checked
from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools


@pytest.fixture
def folder(kafka: Kafka, tools: Tools, tmp_path: Path) -> tuple[Path, str, str]:
    """An exported folder, and the names of its two topics."""
    first, second = kafka.create_topic(records=3), kafka.create_topic(records=2)
    at = ("--bootstrap-server", kafka.bootstrap)
    directory = tmp_path / "e"
    assert (
        tools.run("export", *at, "--topic", first, "--topic", second, "--directory", str(directory)).status == Exit.OK
    )
    return directory, first, second


def run(kafka: Kafka, tools: Tools, directory: Path, *options: str) -> Outcome:
    return tools.run("import", "--bootstrap-server", kafka.bootstrap, "--directory", str(directory), *options)


def test_one_of_its_topics_to_another_name(kafka: Kafka, tools: Tools, folder: tuple[Path, str, str]) -> None:
    directory, first, _ = folder
    new = kafka.new_name()
    options = ("--topic", first, "--to-topic", new)
    assert run(kafka, tools, directory, *options, "--dry-run").out == f"{first}-0 -> {new}: offsets 0 to 3\n"
    (row,) = checked("moves", run(kafka, tools, directory, *options, "--dry-run", "--output", "json").out)
    assert (row["target_topic"], row["end_offset"], row["records"], row["done"]) == (new, 3, None, False)
    assert not kafka.has_topic(new)
    assert run(kafka, tools, directory, *options).out == f"{first}-0 -> {new}: 3 records of offsets 0 to 3\n"
    got = tools.run("get-offsets", "--bootstrap-server", kafka.bootstrap, "--topic", new)
    assert got.out == f"{new}:0:3\n"


def test_what_it_refuses(kafka: Kafka, tools: Tools, folder: tuple[Path, str, str]) -> None:
    directory, _, _ = folder
    assert run(kafka, tools, directory, "--topic", "other").err == f"import: {directory} has no topic other\n"
    assert run(kafka, tools, directory, "--to-topic", "u").err == "import: --to-topic is for one topic\n"
    path = directory / "client.properties"
    path.write_text("security.protocol=NONE\n")
    assert "Invalid value NONE" in run(kafka, tools, directory, "--command-config", str(path)).err


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "Record is corrupt"),
        (lambda data: data[:-1], "the last batch is cut off"),
        (lambda data: b"", "0 of 3 records were found"),
    ],
)
def test_damaged_files_are_errors(
    kafka: Kafka, tools: Tools, folder: tuple[Path, str, str], damage: object, message: str
) -> None:
    directory, first, _ = folder
    (segment,) = (directory / f"{first}-0").iterdir()
    segment.write_bytes(damage(segment.read_bytes()))  # type: ignore[operator]
    done = run(kafka, tools, directory, "--topic", first, "--to-topic", kafka.new_name())
    assert done.status == Exit.FAILURE
    assert message in done.err

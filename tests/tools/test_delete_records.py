"""kafka-delete-records.sh."""

from pathlib import Path

import pytest

from kafkacli.client.java_errors import Thrown
from kafkacli.tools.delete_records import read_offsets
from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools

STARTED = "Executing records delete operation\nRecords delete operation completed:\n"
ROW = '{"topic": "t", "partition": 0, "offset": 3}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope", "The input string is not a valid JSON"),
        ('{"version": 2}', "Not supported version field value 2"),
        ('{"version": "1"}', 'Expected `Int` value, received "1"'),
        ("{}", "Missing partitions field"),
        ('{"partitions": [{"topic": "t", "partition": 0}]}', "No such field exists: `offset`"),
    ],
)
def test_files_that_make_no_sense(text: str, message: str) -> None:
    with pytest.raises(Thrown) as caught:
        read_offsets(text)
    assert str(caught.value) == message


def test_a_version_need_not_be_there() -> None:
    assert read_offsets(f'{{"partitions": [{ROW}]}}') == [(("t", 0), 3)]


class Deletions:
    """Runs kafka-delete-records.sh with a file."""

    def __init__(self, tools: Tools, kafka: Kafka, directory: Path) -> None:
        self._tools = tools
        self._bootstrap = kafka.bootstrap
        self._path = directory / "offsets.json"

    def __call__(self, *rows: tuple[str, int, int]) -> Outcome:
        listed = ",".join(f'{{"topic": "{name}", "partition": {part}, "offset": {at}}}' for name, part, at in rows)
        self._path.write_text(f'{{"partitions": [{listed}], "version": 1}}')
        words = ["--bootstrap-server", self._bootstrap, "--offset-json-file", str(self._path)]
        return self._tools.run("kafka-delete-records.sh", *words)


@pytest.fixture
def deletions(tools: Tools, kafka: Kafka, tmp_path: Path) -> Deletions:
    return Deletions(tools, kafka, tmp_path)


def test_records_go(deletions: Deletions, kafka: Kafka) -> None:
    name = kafka.create_topic(2, records=5)
    beyond = (
        "org.apache.kafka.common.errors.OffsetOutOfRangeException: "
        "The requested offset is not within the range of offsets maintained by the server."
    )
    done = deletions((name, 1, 9), (name, 0, 3))
    assert done == (0, f"{STARTED}partition: {name}-0\tlow_watermark: 3\npartition: {name}-1\terror: {beyond}\n", "")
    assert deletions((name, 0, -1)) == (0, f"{STARTED}partition: {name}-0\tlow_watermark: 5\n", "")


def test_a_partition_comes_once(deletions: Deletions) -> None:
    message = "Offset json file contains duplicate topic partitions: a-0"
    assert deletions(("a", 0, 1), ("b", 0, 1), ("a", 0, 2)) == (1, "", f"kafka-delete-records.sh: {message}\n")


def test_a_file_that_is_not_there_is_named(tools: Tools, tmp_path: Path) -> None:
    path = tmp_path / "none.json"
    done = tools.run("kafka-delete-records.sh", "--bootstrap-server", "127.0.0.1:1", "--offset-json-file", str(path))
    assert done == (1, "", f"kafka-delete-records.sh: Unable to read file {path}\n")


def test_the_file_is_needed(tools: Tools) -> None:
    done = tools.run("kafka-delete-records.sh", "--bootstrap-server", "127.0.0.1:1")
    assert done.status == 1
    assert done.err.startswith('Missing required argument "[offset-json-file]"\n')

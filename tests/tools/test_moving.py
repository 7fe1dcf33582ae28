"""What copy, export and import refuse."""

import pytest

from kafkacli.exits import Exit
from tests.support.kafka import Kafka
from tests.support.tools import Tools


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("copy --bootstrap-server h:1 --to-bootstrap-server g:1", "Which topics? --topic or --include is needed."),
        ("copy --bootstrap-server h:1 --topic t", "where to? --to-bootstrap-server or --to-topic is needed"),
        ("copy --bootstrap-server h:1 --topic t --to-topic t", "a topic can't be copied to itself"),
        ("copy --bootstrap-server h:1 --include t --to-topic u", "--to-topic is for one --topic"),
        ("copy --bootstrap-server h:1 --to-bootstrap-server g:1 --include [", "--include: "),
        ("export --bootstrap-server h:1 --topic t", "Missing required option(s) [directory]"),
        ("import --bootstrap-server h:1 --directory /nowhere", "/nowhere/export.json: No such file or directory"),
    ],
)
def test_what_makes_no_sense(tools: Tools, words: str, message: str) -> None:
    done = tools.run(*words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert message in done.err.splitlines()[0]


def test_a_topic_that_is_not_there(kafka: Kafka, tools: Tools) -> None:
    done = tools.run("copy", "--bootstrap-server", kafka.bootstrap, "--topic", "no-topic", "--to-topic", "u")
    assert (done.status, done.out) == (Exit.FAILURE, "")
    exception = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException"
    assert done.err == f"kafkacli copy: {exception}: topic no-topic does not exist\n"


def test_help_and_version(tools: Tools) -> None:
    for name in ("copy", "export", "import"):
        assert "--dry-run" in tools.run(name, "--help").out
        assert tools.run(name, "--version").status == Exit.OK

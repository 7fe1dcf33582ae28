"""kafka.tools.GetOffsetShell and kafka-get-offsets.sh of ours."""

import pytest

from kafkacli.exits import Exit
from tests.support.apache import Apache, ApacheCluster
from tests.support.broker import RunningBroker
from tests.support.console import produce
from tests.support.tools import Outcome, Tools


class Offsets:
    """Asks one broker."""

    def __init__(self, tools: Tools, bootstrap: str) -> None:
        self._tools = tools
        self._bootstrap = bootstrap

    def old(self, words: str) -> Outcome:
        return self._tools.run("kafka-get-offsets", "--broker-list", self._bootstrap, *words.split())

    def later(self, words: str) -> Outcome:
        return self._tools.run("kafka-get-offsets", "--bootstrap-server", self._bootstrap, *words.split())


@pytest.fixture
def offsets(tools: Tools, broker: RunningBroker) -> Offsets:
    """Topic `one` with two records in its one partition, topic `three` with three empty ones."""
    broker.create_topic("one")
    broker.create_topic("three", 3)
    assert produce(broker.bootstrap, "one", b"a\nb\n").status == Exit.OK
    return Offsets(tools, broker.bootstrap)


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("--topic one", "one:0:2\n"),
        ("--topic one --time -2", "one:0:0\n"),
        ("--topic one --time 0", "one:0:0\n"),
        ("--topic one --time 99999999999999", "one:0:\n"),
        ("--topic three", "three:0:0\nthree:1:0\nthree:2:0\n"),
        ("--topic three --partitions 2,0", "three:0:0\nthree:2:0\n"),
        ("--topic one --offsets 5 --max-wait-ms 7", "one:0:2\n"),
    ],
)
def test_offsets_of_one_topic(offsets: Offsets, words: str, out: str) -> None:
    assert offsets.old(words) == (Exit.OK, out, "")


@pytest.mark.parametrize(
    ("words", "err"),
    [
        ("--topic none", "Topic none does not exist\n"),
        ("--topic on.", "Topic on. does not exist\n"),
        ("--topic one --partitions 7,8", "Topic one does not have any of the requested partitions 7,8\n"),
        (
            "--topic one --partitions x",
            "--partitions expects a comma separated list of numeric partition ids, but received: x\n",
        ),
        ("--topic one --time soon", "kafka-get-offsets: Cannot parse argument 'soon' of option time\n"),
    ],
)
def test_complaints(offsets: Offsets, words: str, err: str) -> None:
    assert offsets.old(words) == (Exit.FAILURE, "", err)


def test_a_partition_that_is_not_there_beside_one_that_is(offsets: Offsets) -> None:
    assert offsets.old("--topic three --partitions 1,9") == (
        Exit.OK,
        "three:1:0\n",
        "Error: partition 9 does not exist\n",
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "An interactive shell for getting topic offsets."),
        ("--topic t", 'Missing required argument "[broker-list]"'),
        ("--broker-list h:1", 'Missing required argument "[topic]"'),
        ("--broker-list h --topic t", "Please provide valid host:port like host1:9091,host2:9092"),
        ("--bootstrap-server h", "Please provide valid host:port like host1:9091,host2:9092"),
    ],
)
def test_wrong_command_lines_show_the_help(tools: Tools, words: str, message: str) -> None:
    done = tools.run("kafka-get-offsets", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.startswith(message + "\n")
    assert "usage: kafka-get-offsets.sh" in done.err


@pytest.mark.parametrize(
    ("words", "out"),
    [
        ("", "one:0:2\nthree:0:0\nthree:1:0\nthree:2:0\n"),
        ("--topic o.*", "one:0:2\n"),
        ("--topic one,thr.*e --partitions 0 --time earliest", "one:0:0\nthree:0:0\n"),
        ("--exclude-internal-topics --partitions 2", "three:2:0\n"),
        ("--topic-partitions :1-", "three:1:0\nthree:2:0\n"),
        ("--topic-partitions one,thr.*:-1", "one:0:2\nthree:0:0\n"),
        ("--topic-partitions three:0-2", "three:0:0\nthree:1:0\n"),
        ("--topic-partitions three:2", "three:2:0\n"),
        ("--time 99999999999999", ""),
    ],
)
def test_offsets_by_patterns(offsets: Offsets, words: str, out: str) -> None:
    assert offsets.later(words) == (Exit.OK, out, "")


@pytest.mark.parametrize(
    ("words", "err"),
    [
        ("--topic none", "Could not match any topic-partitions with the specified filters"),
        ("--topic one --topic-partitions one", "--topic-partitions cannot be used with --topic or --partitions"),
        ("--topic-partitions one:a", "Invalid rule specification: one:a"),
        ("--topic [", "[ is an invalid regex."),
    ],
)
def test_complaints_about_patterns(offsets: Offsets, words: str, err: str) -> None:
    assert offsets.later(words) == (Exit.FAILURE, "", f"Error occurred: {err}\n")


@pytest.mark.apache
def test_both_shells_say_the_same(apache: Apache, apache_cluster: ApacheCluster, tools: Tools) -> None:
    produce(apache_cluster.bootstrap, "go-some", b"a\nb\nc\n")
    for words in (
        "--topic go-some",
        "--topic go-some --time 99999999999999",
        "--topic go-none",
        "--topic go-some --time -2",
    ):
        line = ["--broker-list", apache_cluster.bootstrap, *words.split()]
        theirs = apache.run("kafka-run-class.sh", "kafka.tools.GetOffsetShell", *line)
        ours = tools.run("kafka-get-offsets", *line)
        assert ours == (theirs.returncode, theirs.stdout, theirs.stderr)

"""kafka-reassign-partitions.sh: which command lines it takes; the actions are tested beside their own rooms."""

import pytest

from kafkacli.client.java_errors import Thrown
from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.reassign_partitions import OPTIONS, check_arguments
from tests.support.tools import Tools

BROKER = "--bootstrap-server b:1"
ZOOKEEPER = "--zookeeper z:1"
FILE = "--reassignment-json-file f"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (BROKER, "Command must include exactly one action: --generate, --execute, --verify, --cancel, --list"),
        (
            f"{BROKER} --list --verify",
            "Command must include exactly one action: --generate, --execute, --verify, --cancel, --list",
        ),
        ("--list", "Please specify --bootstrap-server"),
        (f"{BROKER} --verify", 'Missing required argument "[reassignment-json-file]"'),
        (f"{BROKER} --generate --topics-to-move-json-file f", 'Missing required argument "[broker-list]"'),
        (
            f"{BROKER} --list --timeout 1 --throttle 1",
            'Option "[timeout]" can\'t be used with action "[list]"',
        ),
        (f"{BROKER} --cancel {FILE} {ZOOKEEPER}", 'Option "[zookeeper]" can\'t be used with action "[cancel]"'),
        (
            f"{BROKER} --verify {FILE} --disable-rack-aware",
            'Option "[disable-rack-aware]" can\'t be used with action "[verify]"',
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_arguments(parse(OPTIONS, words.split()))
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (f"{ZOOKEEPER} --execute {FILE} --additional", "additional"),
        (f"{ZOOKEEPER} --execute {FILE} --replica-alter-log-dirs-throttle 1", "replica-alter-log-dirs-throttle"),
        (f"{ZOOKEEPER} --verify {FILE} --command-config c", "command-config"),
    ],
)
def test_some_options_need_a_broker(words: str, name: str) -> None:
    with pytest.raises(Thrown) as caught:
        check_arguments(parse(OPTIONS, words.split()))
    assert str(caught.value) == f'You must specify --bootstrap-server when using "[{name}]"'


def test_a_file_that_is_not_there_is_named_on_stdout(tools: Tools) -> None:
    done = tools.run("kafka-reassign-partitions.sh", *f"--bootstrap-server 127.0.0.1:1 --execute {FILE}".split())
    message = "Unable to read file f"
    assert done == (1, f"Error: {message}\njava.io.IOException: {message}\n\n", "")


def test_both_ways_at_once_are_the_brokers(tools: Tools) -> None:
    words = f"--bootstrap-server 127.0.0.1:1 {ZOOKEEPER} --verify {FILE}"
    done = tools.run("kafka-reassign-partitions.sh", *words.split())
    assert done.out.startswith(
        "Warning: ignoring deprecated --zookeeper option because --bootstrap-server was specified.  "
        "The --zookeeper option will be removed in a future version of Kafka.\nError: "
    )

"""What kafka-console-consumer.sh of ours prints, and how it ends."""

import signal
import subprocess

import pytest

from kafkacli.exits import Exit
from tests.support.apache import Apache, ApacheCluster
from tests.support.console import Running, consume, ours, produce
from tests.support.server import Server

LOGGER = "(kafka.tools.ConsoleConsumer$)"
TIME_IS_UP = (
    "ERROR Error processing message, terminating consumer process: "
    f"org.apache.kafka.common.errors.TimeoutException {LOGGER}\n"
)
LINES = b"".join(b"k%d:v%d\n" % (number, number) for number in range(5))


def total(count: int) -> str:
    return f"Processed a total of {count} messages\n"


@pytest.fixture(scope="module")
def topic(server: Server) -> str:
    """A topic with five records, k0 to k4."""
    name = "cc-five"
    assert (
        produce(server.bootstrap, name, LINES, "--property", "parse.key=true", "--property", "key.separator=:").status
        == 0
    )
    return name


def test_some_from_the_beginning(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--from-beginning", "--max-messages", "3")
    assert done == (Exit.OK, b"v0\nv1\nv2\n", total(3))


def test_until_the_time_is_up(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--from-beginning", "--timeout-ms", "1500")
    assert done == (Exit.OK, b"v0\nv1\nv2\nv3\nv4\n", TIME_IS_UP + total(5))


def test_nothing_new(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--timeout-ms", "500")
    assert done == (Exit.OK, b"", TIME_IS_UP + total(0))


def test_none_wanted(server: Server, topic: str) -> None:
    assert consume(server.bootstrap, "--topic", topic, "--max-messages", "0") == (Exit.OK, b"", total(0))


@pytest.mark.parametrize(
    ("offset", "out"), [(["3"], b"v3\nv4\n"), (["earliest"], b"v0\nv1\n")], ids=["number", "earliest"]
)
def test_one_partition(server: Server, topic: str, offset: list[str], out: bytes) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--partition", "0", "--offset", *offset, "--max-messages", "2")
    assert done == (Exit.OK, out, total(2))


@pytest.mark.parametrize("options", ["--partition 0", "--partition 0 --offset 1000", "--partition 7 --offset earliest"])
def test_one_partition_with_nothing_there(server: Server, topic: str, options: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, *options.split(), "--timeout-ms", "500")
    assert done == (Exit.OK, b"", TIME_IS_UP + total(0))


def test_topics_by_pattern(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--whitelist", "cc-f[a-i]ve|cc-other", "--from-beginning", "--max-messages", "5")
    assert (done.status, done.out) == (Exit.OK, b"v0\nv1\nv2\nv3\nv4\n")
    whole_names = consume(server.bootstrap, "--include", topic[:-1], "--from-beginning", "--timeout-ms", "500")
    assert whole_names.err == TIME_IS_UP + total(0)


def test_a_pattern_that_is_none(server: Server) -> None:
    done = consume(server.bootstrap, "--whitelist", "cc[", "--from-beginning")
    assert (done.status, done.out) == (Exit.FAILURE, b"")
    assert done.err.startswith("ERROR Unknown error when running consumer: java.util.regex.PatternSyntaxException: ")


def test_an_isolation_level_that_is_none(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--isolation-level", "dirty")
    assert done.status == Exit.FAILURE
    assert done.err == (
        "ERROR Unknown error when running consumer: org.apache.kafka.common.config.ConfigException: Invalid value dirty for "
        f"configuration isolation.level: String must be one of: read_committed, read_uncommitted {LOGGER}\n"
    )


LONG = "org.apache.kafka.common.serialization.LongDeserializer"
TOO_SHORT = "org.apache.kafka.common.errors.SerializationException: Size of data received by LongDeserializer is not 8"


def test_a_record_that_cannot_be_shown_ends_the_run(server: Server, topic: str) -> None:
    done = consume(server.bootstrap, "--topic", topic, "--from-beginning", "--value-deserializer", LONG)
    error = f"ERROR Unknown error when running consumer: {TOO_SHORT} {LOGGER}\n"
    assert done == (Exit.FAILURE, b"", total(1) + error)


def test_a_record_that_cannot_be_shown_is_skipped_on_demand(server: Server) -> None:
    produce(server.bootstrap, "cc-longs", b"short\n12345678\n")
    options = "--topic cc-longs --from-beginning --max-messages 2 --skip-message-on-error --value-deserializer"
    done = consume(server.bootstrap, *options.split(), LONG)
    error = f"ERROR Error processing message, skipping this message: {TOO_SHORT} {LOGGER}\n"
    assert done == (Exit.OK, b"%d\n" % int.from_bytes(b"12345678", "big"), error + total(2))


def test_a_group_goes_on_where_it_stopped(server: Server, topic: str) -> None:
    options = ("--topic", topic, "--group", "cc-group", "--from-beginning", "--max-messages", "2")
    assert consume(server.bootstrap, *options).out == b"v0\nv1\n"
    assert consume(server.bootstrap, *options).out == b"v2\nv3\n"


def test_a_failed_record_counts_as_read_in_its_group(server: Server, topic: str) -> None:
    options = ("--topic", topic, "--group", "cc-group-failed", "--from-beginning")
    assert consume(server.bootstrap, *options, "--key-deserializer", LONG, "--property", "print.key=true").status == 1
    assert consume(server.bootstrap, *options, "--max-messages", "1").out == b"v1\n"


def test_a_new_group_starts_at_the_end_and_stays_there(server: Server, topic: str) -> None:
    name = "cc-late"
    produce(server.bootstrap, name, b"old\n")
    options = ("--topic", name, "--group", "cc-group-late")
    assert consume(server.bootstrap, *options, "--timeout-ms", "1000").out == b""
    produce(server.bootstrap, name, b"new\n")
    assert consume(server.bootstrap, *options, "--max-messages", "1").out == b"new\n"


def test_events_for_system_tests(server: Server, topic: str) -> None:
    options = "--from-beginning --max-messages 1 --enable-systest-events"
    done = consume(server.bootstrap, "--topic", topic, *options.split())
    assert (done.status, done.out) == (Exit.OK, b"v0\nshutdown_complete\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_the_summary(server: Server, topic: str, number: signal.Signals) -> None:
    words = [
        "--bootstrap-server",
        server.bootstrap,
        "--topic",
        topic,
        "--from-beginning",
        "--group",
        f"cc-{number.name}",
    ]
    running = Running("console-consumer", *words)
    running.wait_for(b"v4\n")
    done = running.stop(number)
    assert done == (128 + number, b"v0\nv1\nv2\nv3\nv4\n", total(5))
    again = consume(server.bootstrap, *words[2:], "--timeout-ms", "500")
    assert again.err == TIME_IS_UP + total(0)  # the offsets were committed on the way out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_group_goes_on_behind_what_was_printed_when_a_signal_came_at_full_speed(
    server: Server, number: signal.Signals
) -> None:
    lines = b"".join(b"%d\n" % line for line in range(100_000))
    name = f"cc-speed-{number.name}"
    produce(server.bootstrap, name, lines)
    words = ["--topic", name, "--group", name, "--from-beginning"]
    running = Running("console-consumer", "--bootstrap-server", server.bootstrap, *words)
    running.wait_for(b"1000\n")
    done = running.stop(number)
    assert done.status == 128 + number
    assert done.err == total(done.out.count(b"\n"))
    rest = consume(server.bootstrap, *words, "--timeout-ms", "3000")
    assert done.out + rest.out == lines


def test_a_topic_that_comes_later(server: Server) -> None:
    running = Running(
        "console-consumer", "--bootstrap-server", server.bootstrap, "--topic", "cc-later", "--from-beginning"
    )
    produce(server.bootstrap, "cc-later", b"here\n")
    running.wait_for(b"here\n")
    assert running.stop().status == Exit.TERMINATED


def test_a_name_that_no_topic_can_have(server: Server) -> None:
    done = consume(server.bootstrap, "--topic", "cc bad", "--timeout-ms", "20000")
    assert done.status == Exit.OK
    assert f"org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [cc bad] {LOGGER}\n" in done.err


def test_a_reader_that_goes_away_ends_it(server: Server) -> None:
    topic = "cc-broken"
    words = [*ours("console-consumer"), "--bootstrap-server", server.bootstrap, "--topic", topic]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        deadline = 60
        while process.poll() is None and deadline:
            produce(server.bootstrap, topic, b"late\n")
            deadline -= 1
        err = process.stderr.read()
    assert process.returncode == Exit.OK
    assert b"Unable to write to standard out, closing consumer.\nProcessed a total of " in err


def test_no_broker_is_named_once_with_its_stage() -> None:
    done = consume("localhost:1", "--topic", "t", "--timeout-ms", "1000")
    first, *rest = done.err.splitlines(keepends=True)
    assert "No broker answers. localhost:1: connection refused (TCP)" in first
    assert "".join(rest) == TIME_IS_UP + total(0)
    assert done.status == Exit.OK


def test_a_limit_for_finding_a_broker() -> None:
    done = consume("localhost:1", "--topic", "t", "--connect-timeout-ms", "300", "--timeout-ms", "1500")
    assert done.status == Exit.FAILURE
    assert "TimeoutException: No broker answered within 300 ms: localhost:1: connection refused (TCP)" in done.err


@pytest.mark.apache
@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_both_consumers_show_what_apaches_producer_sent(
    apache: Apache, apache_cluster: ApacheCluster, side: str
) -> None:
    text = "k:v\n:empty key\nklíč:hodnota 🐎\nk:\n".encode()
    name = f"cc-from-apache-{side}"
    keys = ("--property", "parse.key=true", "--property", "key.separator=:")
    sent = produce(apache_cluster.bootstrap, name, text, *keys, command=apache.command("kafka-console-producer.sh"))
    assert sent.status == Exit.OK
    options = f"--topic {name} --from-beginning --max-messages 4 --property print.key=true --property key.separator=:"
    command = apache.command("kafka-console-consumer.sh") if side == "theirs" else ours("console-consumer")
    done = consume(apache_cluster.bootstrap, *options.split(), command=command)
    assert done == (Exit.OK, text, total(4))


@pytest.mark.apache
@pytest.mark.parametrize("kind", ["Offsets", "GroupMetadata"])
def test_internal_records_look_as_apaches_consumer_shows_them(
    apache: Apache, apache_cluster: ApacheCluster, kind: str
) -> None:
    bootstrap = apache_cluster.bootstrap
    produce(bootstrap, "cc-internal", b"a\nb\nc\n")
    for group, count in (("cc-some", "1"), ("cc-all", "3")):
        options = ("--topic", "cc-internal", "--from-beginning", "--group", f"{group}-{kind}", "--max-messages", count)
        assert consume(bootstrap, *options).status == Exit.OK
    formatter = f"kafka.coordinator.group.GroupMetadataManager${kind}MessageFormatter"
    options = ("--topic", "__consumer_offsets", "--from-beginning", "--timeout-ms", "2500", "--formatter", formatter)
    shown = []
    for command in (ours("console-consumer"), apache.command("kafka-console-consumer.sh")):
        lines = consume(bootstrap, *options, command=command).out.splitlines()
        shown.append(sorted(line for line in lines if f"-{kind}".encode() in line))
    assert len(shown[0]) >= 2
    assert shown[0] == shown[1]

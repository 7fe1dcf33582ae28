"""kafka-console-producer.sh of ours: its command line, and what arrives."""

import signal
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from kafkacli.exits import Exit
from kafkacli.options.jopt import parse
from kafkacli.readers import READERS
from kafkacli.tools.console_producer import OPTIONS, producer_properties, reader_properties
from tests.support.apache import Apache, ApacheCluster
from tests.support.console import Running, consume, produce
from tests.support.server import Server
from tests.support.tools import Tools

CONFIG = "org.apache.kafka.common.config.ConfigException: "
SERVER = ("--bootstrap-server", "localhost:1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--topic t", "Missing required option(s) [bootstrap-server]"),
        ("--bootstrap-server h:1", 'Missing required argument "[topic]"'),
        ("--bootstrap-server h --topic t", "Please provide valid host:port like host1:9091,host2:9092"),
        ("--topic t --brokerist h:1", "brokerist is not a recognized option\ndid you mean --broker-list?"),
    ],
)
def test_wrong_command_lines(tools: Tools, words: str, message: str) -> None:
    done = tools.run("kafka-console-producer", *words.split())
    assert done.status == Exit.FAILURE
    assert done.err.startswith(message + "\n")
    assert "usage: kafka-console-producer.sh" in done.err
    assert done.out == ""


def test_help_and_version(tools: Tools) -> None:
    assert tools.run("kafka-console-producer", "--help").out.startswith("usage: kafka-console-producer.sh")
    assert tools.run("kafka-console-producer", "--version").out == "2.6.2 (Commit:da65af02e5856e34)\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--timeout x", "Cannot parse argument 'x' of option timeout"),
        ("--batch-size x", "Cannot parse argument 'x' of option batch-size"),
        (
            "--line-reader my.Reader",
            f"java.lang.ClassNotFoundException: my.Reader is none of those known here: {', '.join(READERS)}",
        ),
        ("--producer.config /no/file", "java.nio.file.NoSuchFileException: /no/file"),
        (
            "--request-required-acks some",
            f"{CONFIG}Invalid value some for configuration acks: String must be one of: all, -1, 0, 1",
        ),
        ("--compression-codec foo", "java.lang.IllegalArgumentException: Unknown compression name: foo"),
    ],
)
def test_wrong_values_are_one_line(tools: Tools, words: str, message: str) -> None:
    done = tools.run("kafka-console-producer", *SERVER, "--topic", "t", *words.split())
    assert (done.status, done.out, done.err) == (Exit.FAILURE, "", message + "\n")


def test_a_server_that_has_no_name(tools: Tools) -> None:
    done = tools.run("kafka-console-producer", "--bootstrap-server", "no.such.host.invalid:1", "--topic", "t")
    error = f"{CONFIG}No resolvable bootstrap urls given in bootstrap.servers\n"
    assert (done.status, done.err) == (Exit.FAILURE, error)


def properties(*words: str) -> dict[str, str]:
    return producer_properties(parse(OPTIONS, list(words)), "h:1")


def test_the_defaults_of_the_tool() -> None:
    assert properties() == {
        "bootstrap.servers": "h:1",
        "compression.type": "none",
        "client.id": "console-producer",
        "linger.ms": "1000",
        "acks": "1",
        "request.timeout.ms": "1500",
        "retries": "3",
        "retry.backoff.ms": "100",
        "send.buffer.bytes": "-1",
        "buffer.memory": "33554432",
        "batch.size": "131072",
        "metadata.max.age.ms": "300000",
        "max.block.ms": "60000",
    }


def test_options_win_over_properties_and_properties_over_defaults(tmp_path: Path) -> None:
    path = tmp_path / "p"
    path.write_text("linger.ms=1\nacks=0\nretries=7\nclient.id=me\nbootstrap.servers=x:1\n")
    made = properties(
        "--producer.config", str(path), "--producer-property", "acks=all", "--message-send-max-retries", "5"
    )
    assert [made[name] for name in ("linger.ms", "acks", "retries", "client.id")] == ["1", "all", "5", "me"]
    assert made["bootstrap.servers"] == "h:1"


@pytest.mark.parametrize(
    ("words", "codec"),
    [([], "none"), (["--compression-codec"], "gzip"), (["--compression-codec", "lz4"], "lz4")],
)
def test_codecs(words: list[str], codec: str) -> None:
    assert properties(*words)["compression.type"] == codec


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("timeout", "linger.ms"),
        ("request-required-acks", "acks"),
        ("request-timeout-ms", "request.timeout.ms"),
        ("message-send-max-retries", "retries"),
        ("retry-backoff-ms", "retry.backoff.ms"),
        ("socket-buffer-size", "send.buffer.bytes"),
        ("max-memory-bytes", "buffer.memory"),
        ("max-partition-memory-bytes", "batch.size"),
        ("metadata-expiry-ms", "metadata.max.age.ms"),
        ("max-block-ms", "max.block.ms"),
    ],
)
def test_options_that_are_properties(option: str, name: str) -> None:
    assert properties(f"--{option}", "77") == {**properties(), name: "77"}


def test_how_a_line_is_read() -> None:
    words = ["--property", "parse.key=true", "--property", "key.separator=:"]
    assert reader_properties(parse(OPTIONS, words), "t") == {"topic": "t", "parse.key": "true", "key.separator": ":"}


def test_the_old_name_of_the_brokers(tools: Tools) -> None:
    done = tools.run("kafka-console-producer", "--broker-list", "no.such.host.invalid:1", "--topic", "t")
    assert done.err == f"{CONFIG}No resolvable bootstrap urls given in bootstrap.servers\n"


def test_later_names(tmp_path: Path) -> None:
    path = tmp_path / "p"
    path.write_text("linger.ms=1\nparse.key=true\n")
    words = ["--command-config", str(path), "--command-property", "acks=0"]
    options = parse(OPTIONS, [*words, "--reader-config", str(path), "--reader-property", "key.separator=:"])
    made = producer_properties(options, "h:1")
    assert (made["linger.ms"], made["acks"]) == ("1", "0")
    read = reader_properties(options, "t")
    assert read == {"topic": "t", "linger.ms": "1", "parse.key": "true", "key.separator": ":"}


def test_a_closed_port_is_an_error_for_each_record() -> None:
    done = produce("localhost:1", "t", b"a\nbc", "--max-block-ms", "600")
    assert (done.status, done.out) == (Exit.OK, b">>>")
    lines = done.err.splitlines()
    assert "WARN [Producer clientId=console-producer] No broker answers. localhost:1: connection refused" in lines[0]
    for line, size in zip(lines[1:], (1, 2), strict=True):
        assert line == (
            f"ERROR Error when sending message to topic t with key: null, value: {size} bytes with error: "
            "org.apache.kafka.common.errors.TimeoutException: Topic t not present in metadata after 600 ms. "
            "(org.apache.kafka.clients.producer.internals.ErrorLoggingCallback)"
        )


def read_back(server: Server, topic: str, count: int) -> list[bytes]:
    done = consume(
        server.bootstrap,
        "--topic",
        topic,
        "--from-beginning",
        "--max-messages",
        str(count),
        "--property",
        "print.key=true",
    )
    return done.out.splitlines()


def test_lines_arrive_with_a_prompt_for_each(server: Server) -> None:
    done = produce(server.bootstrap, "cp-lines", "a\r\nb\n\nžluť".encode())
    assert (done.status, done.out) == (Exit.OK, b">>>>>")
    assert read_back(server, "cp-lines", 4) == [b"null\ta", b"null\tb", b"null\t", "null\tžluť".encode()]


def test_no_lines_are_one_prompt(server: Server) -> None:
    done = produce(server.bootstrap, "cp-none", b"")
    assert (done.status, done.out, done.err) == (Exit.OK, b">", "")


KEYS = ("--property", "parse.key=true", "--property", "key.separator=:")


def test_a_line_without_key_ends_the_run_after_what_came_before(server: Server) -> None:
    done = produce(server.bootstrap, "cp-keys", b"k:v\nno key\nk:never\n", *KEYS)
    assert (done.status, done.out) == (Exit.FAILURE, b">>")
    assert done.err.endswith("org.apache.kafka.common.KafkaException: No key found on line 2: no key\n")
    assert produce(server.bootstrap, "cp-keys", b"k2:v2:more\n", *KEYS).status == Exit.OK
    assert read_back(server, "cp-keys", 2) == [b"k\tv", b"k2\tv2:more"]


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_compressed_records_arrive(server: Server, codec: str) -> None:
    topic = f"cp-{codec}"
    produce(server.bootstrap, topic, b"a\nb\n", "--compression-codec", codec)
    assert read_back(server, topic, 2) == [b"null\ta", b"null\tb"]


def test_one_at_a_time(server: Server) -> None:
    done = produce(server.bootstrap, "cp-sync", b"a\nb\n", "--sync", "--request-required-acks", "all")
    assert (done.status, done.out) == (Exit.OK, b">>>")
    assert read_back(server, "cp-sync", 2) == [b"null\ta", b"null\tb"]


def test_a_record_too_large_is_an_error_and_the_next_arrives(server: Server) -> None:
    done = produce(server.bootstrap, "cp-large", b"x" * 1048576 + b"\nb\n")
    assert (done.status, done.out) == (Exit.OK, b">>>")
    assert (
        "value: 1048576 bytes with error: org.apache.kafka.common.errors.RecordTooLargeException: The message is 1048664 "
        "bytes when serialized which is larger than 1048576, which is the value of the max.request.size configuration."
    ) in done.err
    assert read_back(server, "cp-large", 1) == [b"null\tb"]


def test_the_first_error_ends_a_run_one_at_a_time(server: Server) -> None:
    done = produce(server.bootstrap, "cp-sync-large", b"x" * 1048576 + b"\nb\n", "--sync")
    assert (done.status, done.out) == (Exit.FAILURE, b">")
    assert "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.RecordTooLargeException" in done.err


def test_an_invalid_topic(server: Server) -> None:
    done = produce(server.bootstrap, "cp bad", b"a\n")
    assert (done.status, done.out) == (Exit.OK, b">>")
    assert "org.apache.kafka.common.errors.InvalidTopicException: Invalid topics: [cp bad]" in done.err


def test_an_unknown_property_is_a_warning(server: Server) -> None:
    done = produce(server.bootstrap, "cp-property", b"", "--producer-property", "foo=1")
    assert done.status == Exit.OK
    assert done.err.startswith("WARN The configuration 'foo' was supplied but isn't a known config.")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_a_signal_ends_it_after_delivery(server: Server, number: signal.Signals, status: Exit) -> None:
    topic = f"cp-{number.name}"
    running = Running(
        "console-producer", "--bootstrap-server", server.bootstrap, "--topic", topic, "--timeout", "60000"
    )
    running.type(b"typed\n")
    running.wait_for(b">>")
    done = running.stop(number)
    assert (done.status, done.err.count("ERROR")) == (status, 0)
    assert read_back(server, topic, 1) == [b"null\ttyped"]


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)])
def test_a_signal_at_full_speed_loses_nothing_that_was_taken(
    server: Server, number: signal.Signals, status: Exit
) -> None:
    topic = f"cp-speed-{number.name}"
    running = Running("console-producer", "--bootstrap-server", server.bootstrap, "--topic", topic)
    feeder = Thread(target=_feed, args=(running,))
    feeder.start()
    running.wait_for(b">" * 20_000)
    done = running.stop(number)
    feeder.join()
    assert (done.status, done.err.count("ERROR")) == (status, 0)
    arrived = consume(server.bootstrap, "--topic", topic, "--from-beginning", "--timeout-ms", "3000").out.splitlines()
    assert len(arrived) >= done.out.count(b">") - 1
    assert arrived == [b"%d" % line for line in range(len(arrived))]


def _feed(running: Running) -> None:
    with suppress(BrokenPipeError):
        for start in range(0, 10_000_000, 1000):
            running.type(b"".join(b"%d\n" % line for line in range(start, start + 1000)))


def test_the_end_of_input_at_full_speed_loses_nothing(server: Server) -> None:
    lines = [b"%d" % line for line in range(50_000)]
    assert produce(server.bootstrap, "cp-whole", b"\n".join(lines)).status == Exit.OK
    done = consume(server.bootstrap, "--topic", "cp-whole", "--from-beginning", "--max-messages", str(len(lines)))
    assert done.out.splitlines() == lines


def test_typed_lines_arrive_while_more_are_awaited(server: Server) -> None:
    running = Running(
        "console-producer", "--bootstrap-server", server.bootstrap, "--topic", "cp-typed", "--timeout", "0"
    )
    running.type(b"typed\n")
    assert read_back(server, "cp-typed", 1) == [b"null\ttyped"]
    running.stop()


@pytest.mark.apache
def test_keys_go_to_the_partitions_that_apaches_producer_takes(apache: Apache, apache_cluster: ApacheCluster) -> None:
    lines = b"".join(b"key %d:%d\n" % (number, number) for number in range(200))
    layouts = []
    for topic, command in (("cp-mine", []), ("cp-theirs", apache.command("kafka-console-producer.sh"))):
        made = apache.run(
            "kafka-topics.sh",
            "--create",
            "--bootstrap-server",
            apache_cluster.bootstrap,
            "--topic",
            topic,
            "--partitions",
            "5",
        )
        assert made.returncode == 0
        assert produce(apache_cluster.bootstrap, topic, lines, *KEYS, command=command).status == 0
        options = "--from-beginning --max-messages 200 --property print.key=true --property print.partition=true"
        layouts.append(sorted(consume(apache_cluster.bootstrap, "--topic", topic, *options.split()).out.splitlines()))
    assert len(layouts[0]) == 200
    assert layouts[0] == layouts[1]


@pytest.mark.apache
def test_apaches_consumer_reads_what_ours_sent(apache: Apache, apache_cluster: ApacheCluster) -> None:
    text = "k:v\n:empty key\nklíč:hodnota 🐎\nk:\n".encode()
    assert produce(apache_cluster.bootstrap, "cp-for-apache", text, *KEYS, "--compression-codec").status == 0
    options = (
        "--topic cp-for-apache --from-beginning --max-messages 4 --property print.key=true --property key.separator=:"
    )
    command = apache.command("kafka-console-consumer.sh")
    assert consume(apache_cluster.bootstrap, *options.split(), command=command).out == text

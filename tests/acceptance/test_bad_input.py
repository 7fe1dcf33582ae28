"""What goes wrong on the tutorial's path: one clear line, an exit status, nothing lost or half made, no server harmed."""

import os
import re
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.server import free_port
from tests.support.tutorial import Tutorial
from tests.support.waiting import until

SERVER = ("kafka-server-start.sh", "config/server.properties")


def files(directory: Path) -> list[str]:
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


# --- the server's files and ports


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"broker.id=one\n", "Invalid value one for configuration broker.id: Not a number of type INT"),
        (b"log.retention.hours=\n", "Invalid value  for configuration log.retention.hours: Not a number of type INT"),
        (b"num.partitions=0\n", "Invalid value 0 for configuration num.partitions: Value must be at least 1"),
        (b"auto.create.topics.enable=maybe\n", "Expected value to be either true or false"),
        (b"listeners=127.0.0.1:9092\n", "Unable to parse 127.0.0.1:9092 to a broker endpoint"),
        (b"compression.type=zip\n", "zip"),
        (b"log.dirs=\\u12", "malformed \\uxxxx encoding"),
    ],
    ids=lambda value: value.decode().strip() if isinstance(value, bytes) else "",
)
def test_a_wrong_value_is_one_line_and_nothing_is_made(tutorial: Tutorial, content: bytes, message: str) -> None:
    path = tutorial.directory / "config" / "server.properties"
    path.write_bytes(path.read_bytes() + content)
    before = files(tutorial.directory)
    done = tutorial.run(*SERVER)
    assert done.returncode == 1
    assert done.stderr.startswith("kafka-server-start.sh: config/server.properties: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert files(tutorial.directory) == before


def test_a_file_that_can_not_be_read_is_named(tutorial: Tutorial) -> None:
    path = tutorial.directory / "config" / "server.properties"
    path.unlink()
    path.symlink_to(path)  # what not even root can read
    done = tutorial.run(*SERVER)
    assert done.stderr == "kafka-server-start.sh: config/server.properties: Too many levels of symbolic links\n"
    assert done.returncode == 1


def test_a_port_in_use_leaves_nothing_behind(tutorial: Tutorial) -> None:
    before = files(tutorial.directory)
    with socket.create_server(("127.0.0.1", tutorial.port)):
        done = tutorial.run(*SERVER)
    assert done.returncode == 1
    assert done.stderr == (
        f"kafka-server-start.sh: listeners: Socket server failed to bind to {tutorial.bootstrap}: "
        "Address already in use.\n"
    )
    assert files(tutorial.directory) == before


def test_the_data_of_another_broker_or_cluster_is_left_alone(tutorial: Tutorial) -> None:
    tutorial.start_broker()
    again = tutorial.run(*SERVER)
    assert "Failed to acquire lock on file .lock" in again.stderr
    assert again.stderr.count("\n") == 1
    assert again.returncode == 1
    assert len(tutorial.servers()) == 1
    tutorial.stop_broker()
    meta = tutorial.directory / "kafka-logs" / "meta.properties"
    before = meta.read_bytes()
    other_id = tutorial.run(*SERVER, "--override", "broker.id=7")
    assert "Configured broker.id 7 doesn't match stored broker.id 1 in meta.properties" in other_id.stderr
    other_cluster = tutorial.run(*SERVER, "--zookeeper-data-dir", "fresh")
    assert re.search(r"The Cluster ID \S+ doesn't match stored clusterId Some\(\S+\)", other_cluster.stderr)
    assert (other_id.returncode, other_cluster.returncode) == (1, 1)
    assert not (tutorial.directory / "fresh").exists()
    assert meta.read_bytes() == before
    for damage, message in (
        (b"\x00\xff\x12", "Missing required property 'version'"),
        (b"version=9\nbroker.id=1\n", "Unrecognized version of the server meta.properties file: 9"),
        (b"version=0\nbroker.id=x\n", "broker.id is no number"),
    ):
        meta.write_bytes(damage)
        done = tutorial.run(*SERVER)
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
        assert meta.read_bytes() == damage
    meta.write_bytes(before)
    tutorial.start_broker()


def test_a_log_that_can_not_grow_is_the_producers_error_and_the_server_goes_on(tutorial: Tutorial) -> None:
    tutorial.run("zkServer.sh", "start")
    started = tutorial.shell(
        "ulimit -f 200; exec bin/kafka-server-start.sh -daemon config/server.properties "
        "--override log.index.size.max.bytes=4096"
    )
    assert started.returncode == 0
    count = 30_000
    sent = tutorial.run(
        *("kafka-console-producer.sh", "--broker-list", tutorial.bootstrap, "--topic", "full"),
        *("--message-send-max-retries", "0"),
        stdin="".join(f"{number:012}\n" for number in range(count)),
    )
    failed = sent.stderr.count("org.apache.kafka.common.errors.KafkaStorageException")
    assert 0 < failed < count
    other = ("--bootstrap-server", tutorial.bootstrap, "--topic", "other")
    tutorial.run("kafka-console-producer.sh", *other, stdin="still here\n")
    shown = tutorial.run("kafka-console-consumer.sh", *other, "--from-beginning", "--max-messages", "1")
    assert shown.stdout == "still here\n"
    tutorial.stop_broker()
    tutorial.start_broker()  # with room again
    offsets = tutorial.run("kafka-get-offsets.sh", "--bootstrap-server", tutorial.bootstrap, "--topic", "full")
    assert int(offsets.stdout.split(":")[2]) >= count - failed  # everything that was acknowledged


def test_told_to_stop_while_it_waits_for_a_dead_broker_it_stops(tutorial: Tutorial) -> None:
    tutorial.run("zkServer.sh", "start")
    tutorial.start_broker()
    tutorial.kill_broker()
    with tutorial.running(*SERVER) as starting:
        until(lambda: "is still held by the session" in starting.out)
        assert starting.stop() == 143
        assert starting.err == ""
    assert not tutorial.servers()


# --- no server


NO_BROKER = [
    ("kafka-topics.sh --list --bootstrap-server {}", 60),
    ("kafka-configs.sh --describe --entity-type brokers --bootstrap-server {}", 60),
    ("kafka-get-offsets.sh --topic x --bootstrap-server {}", 60),
    ("kafka-console-producer.sh --topic x --bootstrap-server {}", 60),
    ("kafka-console-consumer.sh --topic x --bootstrap-server {}", None),
    ("kafka-topics.sh --list --zookeeper {}", 30),
]


@pytest.mark.parametrize(("line", "seconds"), NO_BROKER, ids=[row[0].split()[0] for row in NO_BROKER])
def test_who_finds_no_server_says_so_early_and_a_signal_ends_the_wait(
    tutorial: Tutorial, line: str, seconds: int | None
) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    with tutorial.running(*line.format(nobody).split()) as tool:
        if "producer" in line:
            assert tool.process.stdin is not None
            tool.process.stdin.write(b"a\n")
            tool.process.stdin.flush()
        until(lambda: nobody in tool.err, 10)
        assert re.search("refused|no ZooKeeper answers", tool.err)
        assert seconds is None or "producer" in line or f"for up to {seconds} s" in tool.err
        assert tool.process.poll() is None
        assert tool.stop() == 143


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("kafka-consumer-groups.sh --list --bootstrap-server {}", 0),
        ("zkCli.sh -server {} ls /", 1),
        ("zookeeper-shell.sh {} ls /", 1),
    ],
    ids=lambda value: value.split()[0] if isinstance(value, str) else "",
)
def test_who_waits_a_short_time_only_ends_by_itself(tutorial: Tutorial, line: str, status: int) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    begin = time.monotonic()
    done = tutorial.run(*line.format(nobody).split())
    assert time.monotonic() - begin < 10
    assert done.returncode == status
    assert nobody in done.stderr
    assert "Traceback" not in done.stderr


# --- pipes, streams, signals


@pytest.fixture(scope="module")
def filled(running: Tutorial) -> Tutorial:
    """The running tutorial with a topic that fills any pipe."""
    text = "".join(f"{number:099}\n" for number in range(20_000))
    sent = running.run("kafka-console-producer.sh", "--broker-list", running.bootstrap, "--topic", "filled", stdin=text)
    assert " ERROR " not in sent.stderr
    return running


PIPED = [
    "kafka-topics.sh --describe --bootstrap-server $S",
    "kafka-topics.sh --describe --zookeeper $Z",
    "kafka-topics.sh --help",
    "kafka-configs.sh --describe --all --entity-type brokers --entity-name 1 --bootstrap-server $S",
    "kafka-get-offsets.sh --bootstrap-server $S",
    "kafka-console-consumer.sh --topic filled --from-beginning --bootstrap-server $S",
    "zkCli.sh -server $Z ls -R /",
    "zookeeper-shell.sh $Z ls -R /",
    "zkServer.sh print-cmd",
    "kafka-server-start.sh --help",
]


@pytest.mark.parametrize("line", PIPED, ids=lambda line: " ".join(line.split()[:2]))
def test_a_reader_that_has_seen_enough_ends_a_tool_quietly(filled: Tutorial, line: str) -> None:
    done = filled.shell(f"bin/{line} | head -n 1; exit ${{PIPESTATUS[0]}}")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert not re.search("Traceback|Errno|Exception ignored", done.stderr)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "line",
    [
        "kafka-topics.sh --list --bootstrap-server $S",
        "kafka-configs.sh --describe --all --entity-type brokers --entity-name 1 --bootstrap-server $S",
        "kafka-console-consumer.sh --topic filled --from-beginning --max-messages 3 --bootstrap-server $S",
        "zkCli.sh -server $Z ls /",
    ],
    ids=lambda line: line.split()[0],
)
def test_output_that_can_not_be_written_is_an_error(filled: Tutorial, line: str) -> None:
    done = filled.shell(f"bin/{line} > /dev/full")
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert not re.search("Traceback|Errno", done.stderr)


@pytest.mark.parametrize("streams", ["<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "line",
    [
        "kafka-topics.sh --list --bootstrap-server $S",
        "kafka-console-producer.sh --topic filled --bootstrap-server $S",
        "kafka-console-consumer.sh --topic filled --from-beginning --max-messages 3 --bootstrap-server $S",
        "zkCli.sh -server $Z",
        "zookeeper-shell.sh $Z",
    ],
    ids=lambda line: line.split()[0],
)
def test_closed_standard_streams_are_empty_ones(filled: Tutorial, line: str, streams: str) -> None:
    done = filled.shell(f"bin/{line} {streams}")
    assert done.returncode == 0
    assert not re.search("Traceback|NoneType", done.stderr)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("kafka-console-producer.sh --topic filled --bootstrap-server {S}", ">"),
        ("kafka-console-consumer.sh --topic filled --from-beginning --bootstrap-server {S}", "0" * 94 + "19999\n"),
        ("zookeeper-shell.sh {Z}", "WATCHER"),
        ("zkCli.sh -server {Z}", "CONNECTED"),
    ],
    ids=lambda value: value.split()[0] if " " in value else "",
)
def test_a_signal_ends_a_tool_with_its_status(
    filled: Tutorial, line: str, sign: str, number: signal.Signals, status: int
) -> None:
    with filled.running(*line.format(S=filled.bootstrap, Z=filled.zookeeper).split()) as tool:
        until(lambda: sign in tool.out, 30)
        assert tool.stop(number) == status
        assert "Traceback" not in tool.err


def test_a_browser_on_both_ports_harms_no_server(filled: Tutorial) -> None:
    for port in (filled.port, filled.zookeeper_port):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as browser, suppress(ConnectionResetError):
            browser.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert browser.recv(1) == b""
    listed = filled.run("kafka-topics.sh", "--list", "--zookeeper", filled.zookeeper)
    assert "filled" in listed.stdout.split()


def test_an_unknown_topic_is_one_line_in_every_tool(running: Tutorial) -> None:
    server, where = ("--bootstrap-server", running.bootstrap), ("--zookeeper", running.zookeeper)
    missing = "Topic 'nosuch' does not exist as expected"
    unknown = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition."
    for words, message in (
        (("kafka-topics.sh", *server, "--describe", "--topic", "nosuch"), missing),
        (("kafka-topics.sh", *server, "--alter", "--partitions", "2", "--topic", "nosuch"), missing),
        (("kafka-topics.sh", *where, "--delete", "--topic", "nosuch"), missing),
        (("kafka-configs.sh", *server, "--describe", "--entity-type", "topics", "--entity-name", "nosuch"), unknown),
        (("kafka-get-offsets.sh", *server, "--topic", "nosuch"), "Could not match any topic-partitions"),
    ):
        done = running.run(*words)
        assert message in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.returncode == 1
    assert "nosuch" not in running.run("kafka-topics.sh", "--list", *where).stdout.split()

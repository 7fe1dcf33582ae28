"""What every tool does with bad input and bad clusters: one clear line, the original's exit status, never a traceback."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from kafkacli.app import TOOLS, Tool
from kafkacli.exits import Exit
from kafkacli.options.table import OptionTable
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import RunningBroker
from tests.support.kafka import Kafka
from tests.support.proxy import Proxy, proxy
from tests.support.tools import Outcome, Tools

TAKES_ANY_WORD = {  # scripts without options of their own: words are commands, files or the arguments of another tool
    "elsewhere",
    "e2e-latency",
    "run-class",
    "server-stop",
    "zk-cli",
    "zk-server",
    "zk-shell",
    "zookeeper-server-start",
    "zookeeper-server-stop",
}
WITH_OPTIONS = [tool for tool in TOOLS if tool.subcommand not in TAKES_ANY_WORD]
QUICK = "request.timeout.ms=200\ndefault.api.timeout.ms=300\n"
FILES = {
    "quick.properties": QUICK,
    "patient.properties": "",
    "offsets.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"offset":1}]}',
    "moves.json": '{"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[7]}]}',
    "topics.json": '{"version":1,"topics":[{"topic":"t"}]}',
    "partitions.json": '{"partitions":[{"topic":"t","partition":0}]}',
    "broken.json": '{"version":1,\n  "partitions": [}\n',
}
ASKING = {  # a call of each tool that asks brokers something; its status when none answers
    "kafka-acls": ("--list --command-config quick.properties", 1),
    "kafka-broker-api-versions": ("--command-config quick.properties", 1),
    "kafka-configs": ("--describe --entity-type topics --command-config quick.properties", 1),
    "kafka-consumer-groups": ("--list --timeout 300 --command-config quick.properties", 0),
    "kafka-delegation-tokens": ("--describe --command-config quick.properties", 1),
    "kafka-delete-records": ("--offset-json-file offsets.json --command-config quick.properties", 1),
    "kafka-get-offsets": ("--topic t --command-config quick.properties", 1),
    "kafka-leader-election": ("--election-type preferred --all-topic-partitions", 1),
    "kafka-log-dirs": ("--describe --command-config quick.properties", 1),
    "kafka-preferred-replica-election": ("", 1),
    "kafka-reassign-partitions": ("--list --command-config quick.properties", 1),
    "kafka-streams-application-reset": ("--application-id a --config-file quick.properties", 1),
    "kafka-topics": ("--list --command-config quick.properties", 1),
}
BOOTSTRAP = {"kafka-streams-application-reset": "--bootstrap-servers"}


def name_of(tool: Tool) -> str:
    return tool.scripts[0] if tool.scripts else tool.subcommand


def table_of(tool: Tool) -> OptionTable:
    table: OptionTable = import_module(f"kafkacli.tools.{tool.module}").OPTIONS
    return table


def is_clear(done: Outcome) -> bool:
    """Whether there is a text for people in it, and nothing that is for programmers."""
    text = done.out + done.err
    return bool(text.strip()) and not any(word in text for word in ("Traceback", 'File "', "<class '", "object at 0x"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the files of the commands."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    for module in ("leader_election", "preferred_replica_election"):  # else 30 and 60 seconds, as the original
        timeouts = {"request.timeout.ms": "200", "default.api.timeout.ms": "300"}
        monkeypatch.setattr(f"kafkacli.tools.{module}._TIMEOUTS", timeouts)
    return tmp_path


def command(script: str, port: int) -> list[str]:
    return [BOOTSTRAP.get(script, "--bootstrap-server"), f"127.0.0.1:{port}", *ASKING[script][0].split()]


def test_every_tool_that_asks_brokers_is_here() -> None:
    asking = {name_of(tool) for tool in WITH_OPTIONS if "bootstrap-server" in table_of(tool).by_name}
    elsewhere = {  # these go on trying, as the originals do; their own tests say so
        "context",
        "kafka-console-consumer",
        "kafka-console-producer",
        "kafka-consumer-perf-test",
        "kafka-verifiable-consumer",
        "kafka-verifiable-producer",
        "wait",
        "doctor",  # its answers are its own
        "copy",  # the three that move topics are tested together, in test_moving.py
        "export",
        "import",
    }
    assert asking - elsewhere <= set(ASKING)


@pytest.mark.parametrize("tool", WITH_OPTIONS, ids=name_of)
def test_an_unknown_option_is_told_with_the_nearest_known_one(tools: Tools, tool: Tool) -> None:
    option = max((one.name for one in table_of(tool).options), key=len)
    wrong = f"{option[: len(option) // 2]}q{option[len(option) // 2 :]}"
    done = tools.run(name_of(tool), f"--{wrong}", "1")
    assert done.status == Exit.FAILURE
    assert is_clear(done)
    assert wrong in done.err
    assert f"--{option}?" in done.err


NUMBERS = (  # where a tool takes a number, {} standing for it
    ("kafka-topics", "--create --topic t --partitions {}"),
    ("kafka-topics", "--create --topic t --replication-factor {}"),
    ("kafka-console-consumer", "--topic t --max-messages {}"),
    ("kafka-console-consumer", "--topic t --timeout-ms {}"),
    ("kafka-console-consumer", "--topic t --partition {}"),
    ("kafka-console-producer", "--topic t --timeout {}"),
    ("kafka-console-producer", "--topic t --batch-size {}"),
    ("kafka-console-producer", "--topic t --max-memory-bytes {}"),
    ("kafka-consumer-groups", "--list --timeout {}"),
    ("kafka-consumer-perf-test", "--topic t --messages {}"),
    ("kafka-consumer-perf-test", "--topic t --messages 1 --fetch-size {}"),
    ("kafka-leader-election", "--election-type preferred --topic t --partition {}"),
    ("kafka-reassign-partitions", "--execute --reassignment-json-file moves.json --throttle {}"),
    ("kafka-dump-log", "--files none.log --max-message-size {}"),
    ("kafka-mirror-maker", "--consumer.config c --producer.config c --whitelist t --num.streams {}"),
    ("kafka-producer-perf-test", "--topic t --record-size 1 --throughput 1 --producer-props a=b --num-records {}"),
    ("kafka-producer-perf-test", "--topic t --record-size {} --throughput 1 --producer-props a=b --num-records 1"),
    ("kafka-replica-verification", "--broker-list 127.0.0.1:1 --fetch-size {}"),
    ("kafka-verifiable-consumer", "--topic t --group-id g --max-messages {}"),
    ("kafka-verifiable-producer", "--topic t --max-messages {}"),
)
WITHOUT_BOOTSTRAP = ("kafka-dump-log", "kafka-mirror-maker", "kafka-producer-perf-test", "kafka-replica-verification")


@pytest.mark.parametrize("value", ["a9b", "1" + "0" * 30, "1.5"])
@pytest.mark.parametrize(("script", "words"), NUMBERS)
def test_a_number_that_is_none_or_too_large_is_refused(
    tools: Tools, files: Path, script: str, words: str, value: str
) -> None:
    (files / "c").write_text("bootstrap.servers=127.0.0.1:1\n")
    first = () if script in WITHOUT_BOOTSTRAP else (BOOTSTRAP.get(script, "--bootstrap-server"), "127.0.0.1:1")
    done = tools.run(script, *first, *words.format(value).split())
    assert done.status == Exit.FAILURE
    assert is_clear(done)
    assert value in done.out + done.err


@pytest.mark.parametrize("script", ASKING)
def test_no_broker_is_told_with_the_stage(tools: Tools, files: Path, script: str) -> None:
    done = tools.run(script, *command(script, 1))
    assert done.status == ASKING[script][1]
    assert is_clear(done)
    assert "127.0.0.1:1: connection refused (TCP)" in done.err


@pytest.mark.parametrize("script", ASKING)
def test_a_broker_that_says_nothing_ends_it_in_time(tools: Tools, files: Path, script: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        done = tools.run(script, *command(script, port))
    assert done.status == ASKING[script][1]
    assert is_clear(done)
    assert f"127.0.0.1:{port}: no answer in time (protocol version)" in done.err


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A broker behind a proxy that answers all but the first requests too late."""
    with proxy() as way:
        broker = RunningBroker(
            tmp_path_factory.mktemp("slow") / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"}
        )
        way.target = broker.port
        broker.create_topic("t")
        way.delay = lambda key: 0.0 if key == ApiKey.API_VERSIONS else 0.6
        yield way
        broker.stop()


@pytest.mark.parametrize("script", [script for script in ASKING if script != "kafka-broker-api-versions"])
def test_a_slow_cluster_ends_it_in_time(tools: Tools, files: Path, slow: Proxy, script: str) -> None:
    done = tools.run(script, *command(script, slow.port))
    assert done.status == ASKING[script][1]
    assert is_clear(done)
    assert f"127.0.0.1:{slow.port}: no answer in time (TCP)" in done.err


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kafka-delete-records", "--offset-json-file broken.json"),
        ("kafka-leader-election", "--election-type preferred --path-to-json-file broken.json"),
        ("kafka-preferred-replica-election", "--path-to-json-file broken.json"),
        ("kafka-reassign-partitions", "--execute --reassignment-json-file broken.json"),
        ("kafka-reassign-partitions", "--verify --reassignment-json-file broken.json"),
        ("kafka-reassign-partitions", "--generate --broker-list 1 --topics-to-move-json-file broken.json"),
    ],
)
def test_json_that_is_none_is_told_with_line_and_column(tools: Tools, files: Path, script: str, words: str) -> None:
    done = tools.run(script, "--bootstrap-server", "127.0.0.1:1", *words.split())
    assert done.status == Exit.FAILURE
    assert is_clear(done)
    assert "line 2, column 18" in done.err


MISSING_TOPIC = (  # words, exit status, what is said
    ("kafka-topics", "--describe --topic none", 1, "Topic 'none' does not exist as expected"),
    ("kafka-topics", "--delete --topic none", 1, "Topic 'none' does not exist as expected"),
    ("kafka-configs", "--describe --entity-type topics --entity-name none", 1, "UnknownTopicOrPartitionException"),
    ("kafka-delete-records", "--offset-json-file offsets.json", 0, "UnknownTopicOrPartitionException"),
    ("kafka-get-offsets", "--topic none", 1, "Could not match any topic-partitions with the specified filters"),
    ("kafka-leader-election", "--election-type preferred --topic none --partition 0", 1, "none-0"),
    (
        "kafka-consumer-groups",
        "--reset-offsets --group g --topic none --to-earliest --dry-run --timeout 60000",
        0,
        "UnknownTopicOrPartitionException",
    ),
)


@pytest.mark.parametrize(("script", "words", "status", "said"), MISSING_TOPIC)
def test_a_missing_topic_is_named(
    tools: Tools, files: Path, kafka: Kafka, script: str, words: str, status: int, said: str
) -> None:
    done = tools.run(script, "--bootstrap-server", kafka.bootstrap, *words.split())
    assert done.status == status
    assert is_clear(done)
    assert said in done.out + done.err


@pytest.mark.parametrize("script", ASKING)
def test_ctrl_c_ends_it_at_once(files: Path, script: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        words = [word.replace("quick", "patient") for word in command(script, silent.getsockname()[1])]
        process = subprocess.Popen(
            [sys.executable, "-m", "kafkacli", script, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        silent.settimeout(20)
        connection, _ = silent.accept()
        with connection:
            assert connection.recv(4)  # it asks, and waits
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert process.returncode == Exit.INTERRUPTED
    assert "Traceback" not in err

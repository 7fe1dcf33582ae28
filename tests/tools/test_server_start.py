"""kafka-server-start.sh: the command line in this process, the server as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import Server, environment, free_port, make_server
from tests.support.tools import Tools
from tests.support.waiting import until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that is not started yet."""
    prepared = make_server(tmp_path / "server")
    yield prepared
    if prepared.process is not None:
        prepared.stop(signal.SIGKILL)


def properties(path: Path, **values: str) -> str:
    """Write a properties file, dots of keys as underscores."""
    lines = {"zookeeper.connect": "127.0.0.1:1", "log.dirs": str(path.parent / "logs")}
    lines |= {key.replace("_", "."): value for key, value in values.items()}
    path.write_text("".join(f"{key}={value}\n" for key, value in lines.items()))
    return str(path)


# --- the command line


@pytest.mark.parametrize("arguments", [[], ["-daemon"], ["--override", "broker.id=1"]], ids=" ".join)
def test_the_script_without_a_file_says_how_it_is_used(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/kafka-server-start.sh"])
    done = tools.run("kafka-server-start", *arguments)
    assert (done.status, done.out, done.err) == (
        1,
        "USAGE: kafka-server-start.sh [-daemon] server.properties [--override property=value]*\n",
        "",
    )


def test_the_class_without_a_file_says_it_on_stderr(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/kafka-run-class.sh"])
    done = tools.run("kafka-server-start")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("USAGE: java [options] KafkaServer server.properties [--override property=value]*\n")


def test_help_and_version(tools: Tools) -> None:
    shown = tools.run("server-start", "--help")
    assert shown.status == 0
    assert "--no-embedded-zookeeper" in shown.out
    assert tools.run("server-start", "--version").out.startswith("2.6.2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{file}", "other"], "Found non argument parameters: other"),
        (["{file}", "-daemon"], "-daemon has to be the first word"),
        (["{file}", "--overide", "a=b"], "overide is not a recognized option"),
        (["{dir}/none.properties"], "{dir}/none.properties: No such file or directory"),
        (["{dir}"], "{dir}: Is a directory"),
        (
            ["{file}", "--override", "broker.id=x"],
            "Invalid value x for configuration broker.id: Not a number of type INT",
        ),
        (["{file}", "--override", "num.partitions"], "Invalid value  for configuration num.partitions: Not a number"),
        (["{file}", "--override", "log.dirs="], "At least one log directory must be defined via log.dirs or log.dir."),
        (["-daemon", "{file}", "--override", "broker.id=-7"], "broker.id must be equal or greater than -1"),
    ],
)
def test_what_can_not_be_started_is_one_line_and_leaves_nothing(
    tools: Tools, tmp_path: Path, arguments: list[str], message: str
) -> None:
    file = properties(tmp_path / "server.properties")
    done = tools.run("server-start", *(word.format(file=file, dir=tmp_path) for word in arguments))
    assert done.status == 1
    assert message.format(dir=tmp_path) in done.err
    assert os.listdir(tmp_path) == ["server.properties"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"broker.id=1\nlog.dirs=\\u12", "malformed \\uxxxx encoding"),
        (
            b"broker.id=1\nzookeeper.conn",
            'Missing required configuration "zookeeper.connect" which has no default value.',
        ),
    ],
)
def test_a_half_written_file_is_refused(tools: Tools, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "server.properties"
    path.write_bytes(content)
    done = tools.run("server-start", str(path))
    assert done.status == 1
    assert done.err.startswith(f"server-start: {path}: ")
    assert message in done.err
    assert done.err.count("\n") == 1


# --- the process


def test_it_says_that_it_is_registered_and_ends_as_java_does(server: Server) -> None:
    server.properties["zookeper.sync.time.ms"] = "2000"
    server.start()
    log = server.log.read_text().splitlines()
    warnings = [line for line in log if " WARN " in line]
    assert len(warnings) == 1
    assert "zookeper.sync.time.ms (did you mean zookeeper.sync.time.ms?)" in warnings[0]
    registered = [line for line in log if "/brokers/ids/1" in line]
    assert len(registered) == 1
    assert registered[0].endswith(
        f"INFO [KafkaServer id=1] registered in ZooKeeper: /brokers/ids/1 has the endpoints "
        f"PLAINTEXT://{server.bootstrap} (kafka.server.KafkaServer)"
    )
    assert server.stop() == 143
    assert (
        server.log.read_text()
        .splitlines()[-1]
        .endswith("INFO [KafkaServer id=1] shut down completed (kafka.server.KafkaServer)")
    )
    server.start()
    assert server.stop(signal.SIGINT) == 130


def test_the_embedded_zookeeper_keeps_its_data_where_it_is_told_to(server: Server, tmp_path: Path) -> None:
    server.start("--zookeeper-data-dir", str(tmp_path / "elsewhere"))
    assert server.stop() == 143
    assert any(name.startswith("log.") for name in os.listdir(tmp_path / "elsewhere" / "version-2"))
    holders = [path.parent.parent.name for path in tmp_path.rglob("version-2/log.*")]
    assert set(holders) == {"elsewhere"}


def test_after_kill_9_it_registers_again_at_once(server: Server) -> None:
    server.start()
    server.stop(signal.SIGKILL)
    assert (server.log_directory / ".zookeeper-session").exists()
    server.start()
    assert "Closing session 0x" in server.log.read_text()
    assert server.stop() == 143


def test_a_second_one_on_the_same_data_leaves_the_first_alone(server: Server) -> None:
    server.start()
    path = server.directory / "server.properties"
    second = subprocess.run(
        [sys.executable, "-m", "kafkacli", "server-start", str(path)],
        env=environment(server.directory),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert second.returncode == 1
    assert second.stderr == (
        "kafkacli server-start: log directories: Failed to acquire lock on file .lock in "
        f"{server.log_directory}. A Kafka instance in another process or thread is using this directory.\n"
    )
    assert server.stop() == 143


def test_told_to_stop_before_it_is_up_it_stops(tmp_path: Path) -> None:
    path = properties(tmp_path / "server.properties", zookeeper_connect=f"127.0.0.1:{free_port()}")
    process = subprocess.Popen(
        [sys.executable, "-m", "kafkacli", "server-start", path, "--no-embedded-zookeeper"],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Connecting to zookeeper" in line:
            break
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 143
    process.stdout.close()
    assert os.listdir(tmp_path) == ["server.properties"]


def test_without_a_file_it_keeps_its_data_in_the_users_folder_on_loopback(tmp_path: Path) -> None:
    variables = {**environment(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    log = tmp_path / "log"
    overrides = (f"listeners=PLAINTEXT://127.0.0.1:{free_port()}", f"zookeeper.connect=localhost:{free_port()}")
    command = [sys.executable, "-m", "kafkacli", "server-start"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--override", overrides[0], "--override", overrides[1]], env=variables, stdout=out, stderr=out
        )
    try:
        until(lambda: "/brokers/ids/0" in log.read_text() or process.poll() is not None, 30)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 143, log.read_text()
    kept = tmp_path / "data" / "kafkacli"
    assert f"No properties file was given: data is kept in {kept}/kafka-logs" in log.read_text()
    assert f"kafka-topics.sh --bootstrap-server {overrides[0].partition('//')[2]} --create" in log.read_text()
    assert sorted(os.listdir(kept)) == ["kafka-logs", "kafka-logs-zookeeper"]


def test_the_shipped_values_are_those_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kafkacli.options.jopt import parse
    from kafkacli.tools.server_start import OPTIONS, read_config

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    config = read_config(parse(OPTIONS, []))
    assert config.text("zookeeper.connect") == "localhost:2181"
    assert [(listener.host, listener.port) for listener in config.listeners] == [("127.0.0.1", 9092)]
    assert config.log_dirs == [f"{tmp_path}/kafkacli/kafka-logs"]
    assert config.integer("offsets.topic.replication.factor") == 1
    assert config.integer("default.replication.factor") == 1

"""Step 2: the broker in the background and in front, with ZooKeeper of its own or another's, and after `kill -9`."""

import re
import subprocess
import time

import pytest

from tests.support.apache import ApacheCluster
from tests.support.server import free_port
from tests.support.tutorial import Tutorial
from tests.support.waiting import until

LINES = "".join(f"line {number}\n" for number in range(1000))


def produce(tutorial: Tutorial, topic: str) -> None:
    done = tutorial.run(
        "kafka-console-producer.sh",
        *("--broker-list", tutorial.bootstrap, "--topic", topic, "--request-required-acks", "all"),
        stdin=LINES,
    )
    assert done.returncode == 0
    assert " ERROR " not in done.stderr


def read_all(tutorial: Tutorial, topic: str) -> str:
    return tutorial.run(
        "kafka-console-consumer.sh",
        *("--bootstrap-server", tutorial.bootstrap, "--topic", topic, "--from-beginning", "--max-messages", "1000"),
    ).stdout


def znode(tutorial: Tutorial, *command: str) -> str:
    """The last line that a command of the ZooKeeper shell prints."""
    return tutorial.run("zookeeper-shell.sh", tutorial.zookeeper, *command).stdout.splitlines()[-1]


def test_in_the_background_with_overrides_and_a_misspelt_key(tutorial: Tutorial) -> None:
    tutorial.start_broker("--override", "num.partitions=3", "--override", "log.retention.hour=1")
    log = tutorial.log()
    warnings = [line for line in log.splitlines() if " WARN " in line]
    assert len(warnings) == 1
    assert "log.retention.hour (did you mean log.retention.hours?)" in warnings[0]
    assert f"Nothing answered at {tutorial.zookeeper}: the embedded ZooKeeper serves there" in log
    registered = re.findall(r"registered in ZooKeeper: (\S+) has the endpoints (\S+)", log)
    assert registered == [("/brokers/ids/1", f"PLAINTEXT://{tutorial.bootstrap}")]
    assert f'"endpoints":["PLAINTEXT://{tutorial.bootstrap}"]' in znode(tutorial, "get", "/brokers/ids/1")
    produce(tutorial, "auto")
    assert znode(tutorial, "ls", "/brokers/topics/auto/partitions") == "[0, 1, 2]"
    tutorial.stop_broker()
    assert tutorial.log().endswith("[KafkaServer id=1] shut down completed (kafka.server.KafkaServer)\n")
    stopped = tutorial.run("kafka-server-stop.sh")
    assert (stopped.stdout, stopped.returncode) == ("No kafka server to stop\n", 1)


def test_stopping_reaches_every_server_and_each_keeps_its_log(tutorial: Tutorial) -> None:
    tutorial.start_broker()
    tutorial.start_broker(
        *("--override", "broker.id=2", "--override", f"listeners=PLAINTEXT://127.0.0.1:{free_port()}"),
        *("--override", f"log.dirs={tutorial.directory}/second"),
    )
    assert znode(tutorial, "ls", "/brokers/ids") == "[1, 2]"
    tutorial.stop_broker()
    log = tutorial.log()  # the second one has written it anew; what the first one says at its end comes behind
    assert "\0" not in log
    assert all(f"[KafkaServer id={number}] shut down completed" in log for number in (1, 2))


@pytest.mark.parametrize("arguments", [[], ["-daemon"]], ids=["in front", "in the background"])
def test_without_a_file_the_script_says_how_it_is_used(tutorial: Tutorial, arguments: list[str]) -> None:
    done = tutorial.run("kafka-server-start.sh", *arguments)
    usage = "USAGE: kafka-server-start.sh [-daemon] server.properties [--override property=value]*\n"
    assert (done.stdout, done.returncode) == (usage, 1)
    done = tutorial.run("kafka-server-start.sh", *arguments, "none.properties")
    assert (done.stderr, done.returncode) == ("kafka-server-start.sh: none.properties: No such file or directory\n", 1)
    assert not tutorial.servers()


def test_the_chroot_and_the_folder_of_the_embedded_zookeeper(tutorial: Tutorial) -> None:
    tutorial.start_broker(
        *("--zookeeper-data-dir", "elsewhere", "--override", f"zookeeper.connect={tutorial.zookeeper}/deep/down")
    )
    assert znode(tutorial, "ls", "/deep/down/brokers/ids") == "[1]"
    assert "/deep/down/brokers/ids/1 has the endpoints" in tutorial.log()
    assert (tutorial.directory / "elsewhere" / "version-2").is_dir()
    assert not (tutorial.directory / "kafka-logs-zookeeper").exists()


def test_without_zookeeper_where_none_may_be_brought_along(tutorial: Tutorial) -> None:
    done = tutorial.run(
        *("kafka-server-start.sh", "config/server.properties", "--no-embedded-zookeeper"),
        *("--override", "zookeeper.connection.timeout.ms=300"),
    )
    assert done.stderr == (
        f"kafka-server-start.sh: ZooKeeper: Timed out waiting for connection to {tutorial.zookeeper}\n"
    )
    assert done.returncode == 1
    assert not (tutorial.directory / "kafka-logs").exists()


def test_killed_and_started_at_once_nothing_is_lost(tutorial: Tutorial) -> None:
    tutorial.start_broker()
    produce(tutorial, "kept")
    tutorial.kill_broker()
    begin = time.monotonic()
    tutorial.start_broker()
    assert time.monotonic() - begin < 5  # and not a session timeout of 18 s
    assert "is still held" not in tutorial.log()
    assert read_all(tutorial, "kept") == LINES


def test_with_another_zookeeper_a_killed_brokers_session_is_waited_for(tutorial: Tutorial) -> None:
    tutorial.edit("conf/zoo.cfg", tickTime=500)
    tutorial.edit("config/server.properties", zookeeper_session_timeout_ms=6000)
    assert tutorial.run("zkServer.sh", "start").returncode == 0
    tutorial.start_broker()
    produce(tutorial, "kept")
    assert "embedded ZooKeeper" not in tutorial.log()
    tutorial.kill_broker()
    tutorial.start_broker()
    waits = [line for line in tutorial.log().splitlines() if "is still held by the session" in line]
    assert len(waits) == 1
    assert "waiting up to 10000 ms" in waits[0]
    assert read_all(tutorial, "kept") == LINES


def test_a_living_brokers_id_is_kafkas_error(tutorial: Tutorial) -> None:
    tutorial.start_broker()
    done = tutorial.run(
        *("kafka-server-start.sh", "config/server.properties", "--override", "log.dirs=other"),
        *("--override", f"listeners=PLAINTEXT://127.0.0.1:{free_port()}"),
    )
    assert done.returncode == 1
    assert "Error while creating ephemeral at /brokers/ids/1, node already exists and owner" in done.stdout
    assert done.stderr.startswith(
        "kafka-server-start.sh: registration: org.apache.zookeeper.KeeperException$NodeExistsException: "
        "KeeperErrorCode = NodeExists for /brokers/ids/1"
    )
    assert done.stderr.count("\n") == 1
    assert not (tutorial.directory / "other").exists()
    assert znode(tutorial, "ls", "/brokers/ids") == "[1]"


@pytest.mark.apache
def test_with_apaches_zookeeper(tutorial: Tutorial, apache_cluster: ApacheCluster) -> None:
    tutorial.edit(
        "config/server.properties",
        zookeeper_connect=f"{apache_cluster.zookeeper}/ours",
        zookeeper_session_timeout_ms=6000,
    )
    tutorial.start_broker()
    produce(tutorial, "kept")
    tutorial.kill_broker()
    tutorial.start_broker()
    assert len(re.findall("is still held by the session", tutorial.log())) == 1
    assert read_all(tutorial, "kept") == LINES


def test_the_limit_of_open_files_is_the_users(tutorial: Tutorial) -> None:
    started = tutorial.shell("ulimit -S -n 100; bin/kafka-server-start.sh -daemon config/server.properties")
    assert started.returncode == 0
    created = tutorial.run(
        *("kafka-topics.sh", "--bootstrap-server", tutorial.bootstrap, "--create", "--topic", "many"),
        *("--partitions", "100"),
    )
    assert created.stdout == "Created topic many.\n"
    described = tutorial.run("kafka-topics.sh", "--bootstrap-server", tutorial.bootstrap, "--describe")
    assert described.stdout.count("Leader: 1\t") == 100


def test_it_serves_though_nobody_reads_its_log_or_feeds_it(tutorial: Tutorial) -> None:
    with subprocess.Popen(
        ["bash", "-c", "bin/kafka-server-start.sh config/server.properties <&- 2>errors | head -n 1"],
        cwd=tutorial.directory,
        env=tutorial.environment,
        stdout=subprocess.DEVNULL,
    ):
        until(tutorial.servers, 30)
        assert znode(tutorial, "ls", "/brokers/ids") == "[1]"
        tutorial.stop_broker()
    assert (tutorial.directory / "errors").read_text() == ""

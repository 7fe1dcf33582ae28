"""A real Apache Kafka 2.6.2 broker, and Apache's shell, on our server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.apache import Apache, ApacheCluster, start_cluster, stop_cluster
from tests.support.zookeeper import RunningZooKeeper

pytestmark = pytest.mark.apache


@pytest.fixture
def cluster(apache: Apache, zookeeper_server: RunningZooKeeper, tmp_path: Path) -> Iterator[ApacheCluster]:
    directory = tmp_path / "cluster"
    cluster = start_cluster(directory, "--zookeeper", zookeeper_server.address)
    yield cluster
    stop_cluster(directory)


def test_a_broker_registers_and_serves_a_topic(apache: Apache, cluster: ApacheCluster) -> None:
    created = apache.run(
        "kafka-topics.sh", "--zookeeper", cluster.zookeeper, "--create", "--topic", "t", "--partitions", "2",
        "--replication-factor", "1",
    )  # fmt: skip
    assert created.stdout == "Created topic t.\n"
    broker = ("--broker-list", cluster.bootstrap, "--topic", "t")
    assert apache.run("kafka-console-producer.sh", *broker, stdin="one\ntwo\n").returncode == 0
    consumed = apache.run(
        "kafka-console-consumer.sh", "--bootstrap-server", cluster.bootstrap, "--topic", "t", "--from-beginning",
        "--max-messages", "2", "--timeout-ms", "30000",
    )  # fmt: skip
    assert sorted(consumed.stdout.split()) == ["one", "two"]
    shown = apache.run("zookeeper-shell.sh", cluster.zookeeper, "get", "/brokers/topics/t/partitions/0/state")
    assert '"leader":0' in shown.stdout


def test_apaches_shell_reads_and_writes(apache: Apache, zookeeper_server: RunningZooKeeper) -> None:
    commands = """create /a one
create -s /a/n- x
create -e /a/e x
create -c /c x
ls /a
set /a two
get -s /a
stat /nowhere
setAcl /c world:anyone:r
getAcl /c
set /c y
create /c/d
addauth digest me:secret
create /mine x auth::cdrwa
getAcl /mine
delete /a
deleteall /a
ls -R /
sync /
config
reconfig -remove 1
quit
"""
    done = apache.run("zookeeper-shell.sh", zookeeper_server.address, stdin=commands)
    output = done.stdout + done.stderr
    for expected in (
        "Created /a\n",
        "Created /a/n-0000000000\n",
        "Created /c\n",
        "[e, n-0000000000]",
        "two\ncZxid = 0x2\n",
        "dataVersion = 1\n",
        "cversion = 2\n",
        "numChildren = 2\n",
        "Node does not exist: /nowhere",
        "'world,'anyone\n: r\n",
        "Authentication is not valid : /c",
        "'digest,'me:",
        "Node not empty: /a",
        "/zookeeper/quota\n",
        "Reconfig is disabled",
    ):
        assert expected in output
    assert re.search(r"^/mine$", output, re.MULTILINE)
    assert not re.search(r"^/a$", output, re.MULTILINE)

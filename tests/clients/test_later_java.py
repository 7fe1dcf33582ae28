"""The tools of Apache Kafka 4.1.0 hear from our server what they hear from Kafka 2.6.2, also where they ask for newer things."""

import re
import subprocess

import pytest

from tests.support.apache import SHARED, Apache, ApacheCluster
from tests.support.server import Server

VERSION = "4.1.0"
CONSUME = (
    "kafka-console-consumer.sh",
    "--topic",
    "later",
    "--from-beginning",
    "--timeout-ms",
    "5000",
    "--max-messages",
    "3",
)
STEPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("kafka-topics.sh", "--create", "--topic", "later", "--partitions", "1"), ""),
    (("kafka-console-producer.sh", "--topic", "later", "--compression-codec", "zstd"), "a\nb\nc\n"),
    (("kafka-topics.sh", "--describe", "--topic", "later"), ""),
    ((*CONSUME, "--group", "later"), ""),
    (("kafka-consumer-groups.sh", "--describe", "--group", "later"), ""),
    ((*CONSUME, "--group", "later-new", "--consumer-property", "group.protocol=consumer"), ""),
)


def said(bootstrap: str) -> list[tuple[int, str, str]]:
    """Run the steps; returns what each said, without times, names of members and of brokers."""
    told = []
    for (script, *words), stdin in STEPS:
        command = [str(SHARED / "apache" / "run"), VERSION, script, "--bootstrap-server", bootstrap, *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
        errors = re.sub(r"^\[.*?\] |Member \S+", "", done.stderr, flags=re.MULTILINE)
        told.append((done.returncode, re.sub(r"(Leader|Replicas|Isr): \d+", r"\1: N", done.stdout), errors))
    return told


@pytest.mark.apache
def test_is_answered_as_by_2_6_2(server: Server, apache: Apache, apache_cluster: ApacheCluster) -> None:
    ours = said(server.bootstrap)
    assert ours == said(apache_cluster.bootstrap)
    assert ours[3][:2] == (0, "a\nb\nc\n")
    assert "The node does not support CONSUMER_GROUP_HEARTBEAT" in ours[5][2]

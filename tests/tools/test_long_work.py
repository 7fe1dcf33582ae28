"""Long work shows a person at a terminal how far it is, and writes nothing of that into a pipe."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import commit_offsets
from kafkacli.client.topics import AT_ONCE
from kafkacli.wire.api_keys import ApiKey
from tests.support.broker import RunningBroker
from tests.support.large_cluster import PARTITIONS, large_cluster
from tests.support.proxy import Proxy, proxy

GROUPS = 70  # more than are asked about at once
TOPICS = 300  # with their partitions three times as many as are changed at once


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """A broker with groups behind a proxy that takes its time over their offsets."""
    with proxy() as way:
        broker = RunningBroker(
            tmp_path_factory.mktemp("slow") / "log", {"advertised.listeners": f"PLAINTEXT://127.0.0.1:{way.port}"}
        )
        way.target = broker.port
        broker.create_topic("t")
        with Cluster(f"127.0.0.1:{way.port}") as cluster:
            for number in range(GROUPS):
                commit_offsets(cluster, f"group-{number}", {("t", 0): 0})
        way.delay = lambda key: 1.2 / GROUPS if key == ApiKey.OFFSET_FETCH else 0.0
        yield way
        broker.stop()


def describe(way: Proxy, stderr: int) -> "subprocess.Popen[bytes]":
    words = ["kafka-consumer-groups", "--bootstrap-server", f"127.0.0.1:{way.port}", "--describe", "--all-groups"]
    command = [sys.executable, "-m", "kafkacli", *words]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr)


def test_a_terminal_shows_how_many_groups_are_known(slow: Proxy, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    process = describe(slow, theirs)
    os.close(theirs)
    shown = b""
    try:
        while data := os.read(ours, 1 << 16):
            shown += data
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    out, _ = process.communicate(timeout=20)
    assert out.count(b"group-") == GROUPS
    assert f"\r{GROUPS} of {GROUPS} groups (100 %)\x1b[K\r\x1b[K".encode() in shown


def test_a_pipe_does_not(slow: Proxy) -> None:
    out, err = describe(slow, subprocess.PIPE).communicate(timeout=20)
    assert out.count(b"group-") == GROUPS
    assert b" of " not in err
    assert b"\r" not in err


@pytest.fixture
def changes(tmp_path: Path) -> dict[str, str]:
    """The files of changes of all partitions."""
    names = [(f"topic-{number:05}", index) for number in range(TOPICS) for index in range(PARTITIONS)]
    offsets = [{"topic": topic, "partition": index, "offset": 1} for topic, index in names]
    moves = [{"topic": topic, "partition": index, "replicas": [0]} for topic, index in names]
    for name, rows in (("OFFSETS", offsets), ("MOVES", moves)):
        (tmp_path / name).write_text(json.dumps({"version": 1, "partitions": rows}))
    return {name: str(tmp_path / name) for name in ("OFFSETS", "MOVES")}


@pytest.mark.parametrize(
    ("words", "topics", "slow", "shown"),
    [
        ("kafka-topics --describe", 3 * AT_ONCE, 1.2, "(500|1,000|1,500) of 1,500 topics"),
        ("kafka-configs --describe --entity-type topics", 3 * AT_ONCE, 1.2, "(500|1,000|1,500) of 1,500 topics"),
        ("kafka-delete-records --offset-json-file OFFSETS", TOPICS, 0.4, "(2|3),000 of 3,000 partitions"),
        (
            "kafka-reassign-partitions --execute --reassignment-json-file MOVES",
            TOPICS,
            0.4,
            "(2|3),000 of 3,000 reassignments",
        ),
    ],
)
def test_thousands_of_things_are_counted(
    words: str, topics: int, slow: float, shown: str, changes: dict[str, str]
) -> None:
    """On a terminal alone, while the lines go into a pipe. slow: seconds of an answer; those of topics come side by side."""
    with large_cluster(topics) as cluster:
        cluster.slow = slow
        script, *arguments = [changes.get(word, word) for word in words.split()]
        where = ("--bootstrap-server", f"127.0.0.1:{cluster.port}")
        command = [sys.executable, "-m", "kafkacli", script, *where, *arguments]
        ours, theirs = pty.openpty()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs)
        os.close(theirs)
        seen = b""
        try:
            while data := os.read(ours, 1 << 16):
                seen += data
        except OSError:  # Linux says so when the other end is closed
            pass
        os.close(ours)
        assert process.wait(20) == 0
        asked = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert re.match(rf"\r{shown} \(\d+ %\)\x1b\[K".encode(), seen)  # not all are drawn that come at once
    assert seen.endswith(b"\x1b[K\r\x1b[K")
    assert asked.stderr == b""

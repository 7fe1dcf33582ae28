"""PyKafka 2.8.0: the tutorial's programs, as `make quickstart` runs them. It speaks the oldest versions and formats."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.support.foreign import pykafka_python
from tests.support.server import Server

pytestmark = pytest.mark.foreign
QUICKSTART = Path(__file__).resolve().parents[2] / "kafkacli" / "quickstart"
LINES = (QUICKSTART / "lines.txt").read_text(encoding="utf-8")


def run(program: str, *arguments: str, stdin: str = "") -> str:
    """Run one of the programs; returns what it printed."""
    command = [pykafka_python(), str(QUICKSTART / "programs" / f"pykafka_{program}.py"), *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_sync_producer_makes_the_topic(server: Server) -> None:
    assert run("sync_producer", server.bootstrap, "pykafka-sync", stdin=LINES) == "13 messages, each acknowledged\n"
    read = run("last_messages", server.bootstrap, "pykafka-sync", "10")
    expected = list(enumerate(LINES.splitlines()))[3:]
    assert read == "".join(f"{offset} {line}\n" for offset, line in expected)


def test_async_producer_makes_the_topic(server: Server) -> None:
    out = run("async_producer", server.bootstrap, "pykafka-async", stdin=LINES)
    assert out == "13 messages, 13 delivery reports\n"
    assert run("last_messages", server.bootstrap, "pykafka-async", "1").endswith("the writing went on.\n")


def test_cluster_tells_brokers_and_topics(server: Server) -> None:
    run("sync_producer", server.bootstrap, "pykafka-known", stdin="one\n")
    host, port = server.bootstrap.split(":")
    out = run("cluster", server.bootstrap)
    assert f"broker 1 {host} {port}\n" in out
    assert "topic pykafka-known partitions 1\n" in out


@pytest.mark.parametrize("by", ["managed", "zookeeper"])
def test_balanced_consumer(server: Server, by: str) -> None:
    topic = f"pykafka-balanced-{by}"
    run("sync_producer", server.bootstrap, topic, stdin=LINES)
    out = run(
        "balanced_consumer",
        server.bootstrap,
        topic,
        f"{topic}-group",
        "13",
        by if by == "managed" else server.zookeeper,
    )
    expected = "".join(f"0 {offset} {line}\n" for offset, line in enumerate(LINES.splitlines()))
    assert out == expected + "partitions held: [0]\n"
    assert not re.search("Traceback", out)

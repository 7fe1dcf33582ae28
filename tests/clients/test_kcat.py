"""kcat (librdkafka in C): metadata, produce, consume, a group."""

import json
import subprocess

import pytest

from tests.support.foreign import need
from tests.support.server import Server

pytestmark = pytest.mark.foreign


def kcat(server: Server, *arguments: str, stdin: str = "") -> str:
    """Run kcat against the server; returns what it printed."""
    command = [need("kcat"), "-b", server.bootstrap, "-X", "broker.address.family=v4", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_produce_and_consume(server: Server) -> None:
    kcat(server, "-P", "-t", "kcat", "-K", ":", stdin="a:one\nb:two\nc:three\n")
    out = kcat(server, "-C", "-t", "kcat", "-o", "beginning", "-e", "-q", "-f", "%p %o %k=%s\n")
    assert out == "0 0 a=one\n0 1 b=two\n0 2 c=three\n"


def test_metadata(server: Server) -> None:
    kcat(server, "-P", "-t", "kcat-known", stdin="x\n")
    metadata = json.loads(kcat(server, "-L", "-J", "-t", "kcat-known"))
    assert metadata["brokers"] == [{"id": 1, "name": server.bootstrap}]
    assert metadata["controllerid"] == 1
    [topic] = metadata["topics"]
    assert topic["partitions"] == [{"partition": 0, "leader": 1, "replicas": [{"id": 1}], "isrs": [{"id": 1}]}]


def test_group_goes_on_where_it_stopped(server: Server) -> None:
    kcat(server, "-P", "-t", "kcat-group", stdin="1\n2\n3\n")
    read = ("-q", "-X", "auto.offset.reset=earliest", "-c")
    assert kcat(server, "-G", "kcat-readers", *read, "2", "kcat-group") == "1\n2\n"
    assert kcat(server, "-G", "kcat-readers", *read, "1", "kcat-group") == "3\n"

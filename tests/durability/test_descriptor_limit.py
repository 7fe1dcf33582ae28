"""Clients take every descriptor that the broker may have: others are served on, and new ones when descriptors come free.

Apache Kafka 2.6.2 fails there: its acceptor tries again at once, with a stack trace in the log each time (13,000 of them and
4 MB in 2.5 s), and at the next checkpoint the log directory is lost, and with the last one the broker.
"""

import os
import resource
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateTopicsRequest, CreateTopicsResponse
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse
from tests.support.produced import batch, fetch, fetch_request, produce, values
from tests.support.raw import RawClient
from tests.support.server import Server, make_server
from tests.support.waiting import until

SPARE = 20
WATCHED_SECONDS = 2.5

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="limits of other processes are Linux's")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = make_server(tmp_path)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def connect(server: Server) -> Iterator[Callable[[], RawClient]]:
    """Makes clients, which are gone after the test."""
    clients = []

    def client() -> RawClient:
        clients.append(RawClient(int(server.bootstrap.rpartition(":")[2])))
        return clients[-1]

    yield client
    for each in clients:
        each.socket.close()


def descriptors(server: Server) -> int:
    assert server.process is not None
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def cpu_seconds(server: Server) -> float:
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def create(client: RawClient, name: str, timeout_ms: int = 10_000) -> None:
    topic = CreatableTopic(name=name, num_partitions=1, replication_factor=1)
    client.ask(CreateTopicsRequest(topics=[topic], timeout_ms=timeout_ms), CreateTopicsResponse, 4)


def has_leader(client: RawClient, name: str) -> bool:
    asked = MetadataRequest(topics=[MetadataRequestTopic(name=name)], allow_auto_topic_creation=False)
    (found,) = client.ask(asked, MetadataResponse, 5).topics
    return not found.error_code and all(not part.error_code for part in found.partitions) and bool(found.partitions)


def test_a_broker_out_of_descriptors_goes_on_and_accepts_when_some_come_free(
    server: Server, connect: Callable[[], RawClient]
) -> None:
    assert server.process is not None
    good = connect()
    create(good, "t")
    until(lambda: has_leader(good, "t"))
    assert produce(good, batch(b"before")).error_code == 0

    hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1]
    limit = descriptors(server) + SPARE
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (limit, hard))
    idle = [connect() for _ in range(2 * SPARE)]
    until(lambda: descriptors(server) >= limit)

    begin = cpu_seconds(server)
    until_time = time.monotonic() + WATCHED_SECONDS
    sent = [b"before"]
    while time.monotonic() < until_time:
        assert produce(good, batch(b"%d" % len(sent))).error_code == 0
        sent.append(b"%d" % len(sent))
        time.sleep(0.1)
    spent = cpu_seconds(server) - begin
    print(f"{spent:.2f} s of CPU in {WATCHED_SECONDS} s without descriptors, {len(sent)} requests")
    assert spent < WATCHED_SECONDS / 3
    found = fetch(good, fetch_request({("t", 0): 0}))
    assert (found.error_code, [value for _, value in values(found)]) == (0, sent)
    create(good, "later", timeout_ms=100)

    waiting = connect()
    waiting.request(ApiVersionsRequest(), 0)
    for client in idle:
        client.socket.close()
    assert waiting.response(ApiVersionsResponse, 0).error_code == 0
    until(lambda: has_leader(waiting, "later"), 20)
    assert produce(waiting, batch(b"after")).error_code == 0
    assert produce(waiting, batch(b"new"), "later").error_code == 0
    told = [line for line in server.log.read_text().splitlines() if "Error while accepting connection" in line]
    assert 1 <= len(told) <= 2
    assert "Traceback" not in server.log.read_text()

    server.stop(signal.SIGKILL)
    server.start()
    again = connect()
    assert [value for _, value in values(fetch(again, fetch_request({("t", 0): 0})))] == [*sent, b"after"]
    assert [value for _, value in values(fetch(again, fetch_request({("later", 0): 0})))] == [b"new"]

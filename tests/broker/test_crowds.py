"""Many clients, large records, many partitions: what they cost the broker in memory and descriptors, and that it goes on."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.record.batch import iter_records
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateTopicsRequest, CreateTopicsResponse
from kafkacli.wire.messages.fetch import FetchResponse
from tests.support.produced import batch, fetch, fetch_request, produce, results
from tests.support.raw import RawClient
from tests.support.server import Server, make_server
from tests.support.waiting import until

IDLE = int(os.environ.get("KAFKACLI_IDLE_CONNECTIONS", "1000"))
SLOW = int(os.environ.get("KAFKACLI_SLOW_READERS", "10"))
OLD = int(os.environ.get("KAFKACLI_OLD_READERS", "30"))
PARTITIONS = int(os.environ.get("KAFKACLI_PARTITIONS", "100"))
RECORD_BYTES = 1_000_000
RECORDS = 10
MB = 1_000_000


class Broker:
    """A server of ours as a process, one client that does nothing wrong, and others that are gone after the test."""

    def __init__(self, directory: Path) -> None:
        self.server: Server = make_server(directory, {"max.connections.per.ip": "100000"})
        self.seconds_to_start = self.server.start()
        self.clients: list[RawClient] = []
        self.good = self.client()
        self.ask()
        self.before = self.resident()

    def client(self) -> RawClient:
        self.clients.append(RawClient(int(self.server.bootstrap.rpartition(":")[2])))
        return self.clients[-1]

    def ask(self) -> None:
        """Make sure that the broker answers."""
        assert self.good.ask(ApiVersionsRequest(), ApiVersionsResponse, 0).error_code == 0

    def create_topic(self, name: str, partitions: int, timeout_ms: int = 60_000) -> None:
        topic = CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
        request = CreateTopicsRequest(topics=[topic], timeout_ms=timeout_ms)
        self.good.socket.settimeout(timeout_ms / 1000)
        (made,) = self.good.ask(request, CreateTopicsResponse, 4).topics
        assert made.error_code == 0, made

    def _process(self, name: str) -> Path:
        assert self.server.process is not None
        return Path(f"/proc/{self.server.process.pid}/{name}")

    def resident(self) -> int:
        """Bytes in memory now."""
        return int(self._process("statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def growth(self) -> int:
        """Bytes in memory now beyond those at the start."""
        return self.resident() - self.before

    def descriptors(self) -> int:
        return len(list(self._process("fd").iterdir()))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not Path("/proc/self/statm").exists():
        pytest.skip("memory is measured by /proc, which is not here")
    broker = Broker(tmp_path)
    yield broker
    for client in broker.clients:
        client.socket.close()
    broker.server.stop()


def write_large_records(broker: Broker) -> list[bytes]:
    """Fill topic "large"; returns the values. One stays below message.max.bytes, 1,048,588 with all that is around it."""
    broker.create_topic("large", 1)
    values = [os.urandom(1000) * (RECORD_BYTES // 1000) for _ in range(RECORDS)]
    for value in values:
        assert produce(broker.good, batch(value), "large").error_code == 0
    return values


def test_idle_connections_cost_little(broker: Broker) -> None:
    for _ in range(IDLE):
        broker.client().ask(ApiVersionsRequest(), ApiVersionsResponse, 0)
    each = broker.growth() / IDLE
    print(f"{IDLE} idle connections: {each / 1024:.1f} KiB each")
    assert each < 16 * 1024
    broker.ask()
    assert broker.descriptors() >= IDLE
    for client in broker.clients[1:]:
        client.socket.close()
    until(lambda: broker.descriptors() < IDLE)


def test_slow_readers_cost_little_and_get_everything(broker: Broker) -> None:
    values = write_large_records(broker)
    request = fetch_request({("large", 0): 0}, max_bytes=50 * MB, partition_bytes=50 * MB)
    before = broker.growth()
    for _ in range(SLOW):
        client = broker.client()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        for _ in range(3):
            client.request(request, 11)
    broker.ask()
    for client in broker.clients[1:]:
        assert client.socket.recv(1, socket.MSG_PEEK)  # its answer is under way
    each = (broker.growth() - before) / SLOW
    print(f"{SLOW} slow readers of {RECORDS} MB: {each / 1024:.0f} KiB each")
    assert each < 512 * 1024
    slow = broker.clients[1]
    for _ in range(3):
        (found,) = results(slow.response(FetchResponse, 11)).values()
        assert [record.value for record in iter_records(bytes(found.records or b""))] == values
    broker.ask()


def test_slow_readers_of_older_formats_cost_little_together(broker: Broker) -> None:
    """Their records are converted while they are sent: 64 MB of what is converted is kept, for all of them."""
    values = write_large_records(broker)
    for _ in range(OLD):
        client = broker.client()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.request(fetch_request({("large", 0): 0}, partition_bytes=50 * MB), 2)
    for client in broker.clients[1:]:
        assert client.socket.recv(1, socket.MSG_PEEK)
    broker.ask()
    growth = broker.growth()
    print(f"{OLD} slow readers of {RECORDS} MB in an older format: {growth / MB:.0f} MB")
    assert growth < 64 * MB + OLD * 512 * 1024
    for client in (broker.clients[1], broker.clients[-1]):
        (found,) = results(client.response(FetchResponse, 2)).values()
        assert [record.value for record in iter_records(bytes(found.records or b""))] == values
    for client in broker.clients[1:]:
        client.socket.close()
    broker.ask()


def test_frames_that_never_end_cost_what_has_come(broker: Broker) -> None:
    for _ in range(SLOW):
        broker.client().send((100 * MB).to_bytes(4, "big") + b"x" * 100_000)
    until(lambda: broker.growth() > SLOW * 50_000)
    each = broker.growth() / SLOW
    print(f"{SLOW} frames of 100 MB, of which 100 KB came: {each / 1024:.0f} KiB each")
    assert each < 512 * 1024


def test_records_of_a_megabyte_go_through(broker: Broker) -> None:
    values = write_large_records(broker)
    for offset, value in enumerate(values):
        found = fetch(broker.good, fetch_request({("large", 0): offset}, max_bytes=1, partition_bytes=1))
        (record,) = iter_records(bytes(found.records or b""))
        assert (record.offset, record.value) == (offset, value)
    largest = batch(b"x" * (1_048_588 - len(batch(b"x" * MB)) + MB))
    assert len(largest) == 1_048_588
    assert produce(broker.good, largest, "large").error_code == 0
    assert produce(broker.good, batch(b"x" * (1_048_589 - len(batch(b"x" * MB)) + MB)), "large").error_code == 10
    print(f"{RECORDS + 1} records of 1 MB: {broker.growth() / MB:.1f} MB more memory")
    assert broker.growth() < 20 * MB


def test_many_partitions_cost_little(broker: Broker) -> None:
    before = broker.descriptors()
    broker.create_topic("many", PARTITIONS)
    for partition in range(PARTITIONS):
        assert produce(broker.good, batch(b"value"), "many", partition).error_code == 0
    each = broker.growth() / PARTITIONS
    descriptors = (broker.descriptors() - before) / PARTITIONS
    broker.server.stop()
    seconds = broker.server.start()
    print(
        f"{PARTITIONS} partitions: {each / 1024:.1f} KiB and {descriptors:.1f} descriptors each; start again in "
        f"{seconds:.2f} s, {broker.resident() / MB:.0f} MB"
    )
    assert each < 48 * 1024
    assert descriptors < 4
    broker.good = broker.client()
    offsets = {("many", partition): 0 for partition in range(PARTITIONS)}
    found = results(broker.good.ask(fetch_request(offsets), FetchResponse, 11))
    assert {key: len(list(iter_records(bytes(part.records or b"")))) for key, part in found.items()} == dict.fromkeys(
        offsets, 1
    )

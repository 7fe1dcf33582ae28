"""A client that costs next to nothing, so that the server is what is measured: requests are encoded before the clock starts.

Producers send whole batches with some requests under way, as librdkafka and the Java client do; consumers ask for the next
megabyte when they have the last one. Answers are checked by their bytes: every error, gap or repetition ends the run.
"""

import itertools
import selectors
import socket
import struct
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from kafkacli.errors import ErrorCode
from kafkacli.record.batch import BATCH_OVERHEAD, Compression, Record, encode_batch
from kafkacli.record.crc32c import crc32c
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages.create_topics import CreatableTopic, CreateTopicsRequest, CreateTopicsResponse
from kafkacli.wire.messages.delete_topics import DeleteTopicsRequest, DeleteTopicsResponse
from kafkacli.wire.messages.init_producer_id import InitProducerIdRequest, InitProducerIdResponse
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartition,
    ListOffsetPartitionResponse,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopic,
)
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse
from tests.support.produced import fetch_request, produce_request
from tests.support.raw import RawClient

SECONDS = 120.0
UNDER_WAY = 5  # requests of a producer (max.in.flight.requests.per.connection)
FETCH_BYTES = 1 << 20  # max.partition.fetch.bytes
PRODUCE, FETCH = 8, 11  # versions, the newest of 2.6
_CRC_FROM, _PRODUCER_AT = 21, 43


def make_batch(size: int, batch_bytes: int, codec: Compression = Compression.NONE) -> tuple[bytes, int]:
    """A batch of records of `size` bytes that fills `batch_bytes` before compression; returns it and its record count."""
    random = Random(size)
    words = [random.randbytes(random.randrange(3, 9)).hex().encode() for _ in range(200)]
    count = max(1, (batch_bytes - BATCH_OVERHEAD) // (size + 10))

    def value() -> bytes:
        text = b""
        while len(text) < size:
            text += random.choice(words) + b" "
        return text[:size]

    now_ms = time.time_ns() // 1_000_000
    return encode_batch([Record(timestamp=now_ms, value=value()) for _ in range(count)], compression=codec), count


def with_producer(batch: bytes, producer_id: int, epoch: int, sequence: int) -> bytes:
    """The same batch from an idempotent producer."""
    changed = bytearray(batch)
    struct.pack_into(">qhi", changed, _PRODUCER_AT, producer_id, epoch, sequence)
    struct.pack_into(">I", changed, _CRC_FROM - 4, crc32c(memoryview(changed)[_CRC_FROM:]))
    return bytes(changed)


@contextmanager
def topic(port: int, partitions: int = 1) -> Iterator[str]:
    """A new topic, deleted at the end."""
    name = f"bench-{uuid.uuid4().hex}"
    create_topic(port, name, partitions)
    yield name
    with RawClient(port, SECONDS) as client:
        client.ask(DeleteTopicsRequest(topic_names=[name], timeout_ms=30_000), DeleteTopicsResponse, 3)


def create_topic(port: int, name: str, partitions: int) -> None:
    """Make a topic and wait until each partition has a leader.

    Right after its start a broker doesn't know itself yet, and an older topic of that name may be on its way out.
    """
    wanted = CreatableTopic(name=name, num_partitions=partitions, replication_factor=1)
    request = CreateTopicsRequest(topics=[wanted], timeout_ms=60_000)
    passing = (ErrorCode.INVALID_REPLICATION_FACTOR, ErrorCode.TOPIC_ALREADY_EXISTS)
    deadline = time.monotonic() + SECONDS
    with RawClient(port, SECONDS) as client:
        while error := ErrorCode(client.ask(request, CreateTopicsResponse, 3).topics[0].error_code):
            if error not in passing or time.monotonic() > deadline:
                break
            time.sleep(0.005)
    if error:
        raise RuntimeError(f"{name}: {error.name}")
    wait_for_leaders(port, name, partitions)


def wait_for_leaders(port: int, name: str, partitions: int) -> None:
    """Return when each partition has a leader that answers."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with RawClient(port, SECONDS) as client:
            asked = MetadataRequest(topics=[MetadataRequestTopic(name=name)], allow_auto_topic_creation=False)
            (found,) = client.ask(asked, MetadataResponse, 8).topics
            if sum(each.leader_id >= 0 for each in found.partitions) == partitions:
                asked_offsets = [ListOffsetPartition(partition_index=i, timestamp=-1) for i in range(partitions)]
                if not any(each.error_code for each in _offsets(client, name, asked_offsets)):
                    return
        time.sleep(0.005)
    raise RuntimeError(f"{name} has not got {partitions} leaders within {SECONDS} s")


def _offsets(client: RawClient, name: str, asked: list[ListOffsetPartition]) -> list[ListOffsetPartitionResponse]:
    request = ListOffsetRequest(replica_id=-1, topics=[ListOffsetTopic(name=name, partitions=asked)])
    return client.ask(request, ListOffsetResponse, 4).topics[0].partitions


def end_offsets(port: int, name: str, partitions: int) -> list[int]:
    """The log end offset of each partition."""
    asked = [ListOffsetPartition(partition_index=index, timestamp=-1) for index in range(partitions)]
    with RawClient(port, SECONDS) as client:
        return [each.offset for each in sorted(_offsets(client, name, asked), key=lambda each: each.partition_index)]


def producer_id(port: int) -> tuple[int, int]:
    """A new idempotent producer: id and epoch."""
    with RawClient(port, SECONDS) as client:
        answer = client.ask(
            InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=60_000), InitProducerIdResponse, 1
        )
    if answer.error_code:
        raise RuntimeError(f"no producer id: {answer}")
    return answer.producer_id, answer.producer_epoch


def produce_frame(name: str, partition: int, batch: bytes, acks: int) -> bytes:
    """A whole produce request."""
    return encode_request(produce_request(batch, name, partition, acks, 30_000), PRODUCE, 1, "bench")


class Producer:
    """A connection that sends frames, some under way at a time, and checks that each is answered well."""

    def __init__(self, port: int, name: str, frames: Iterable[bytes], acks: int, under_way: int = UNDER_WAY) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._frames = iter(frames)
        self._acks = acks
        self._most = under_way
        self._under_way = 0
        self._rest = memoryview(b"")
        self._received = b""
        self._head = b"\0\0\0\1" + b"\0\0\0\1" + struct.pack(">h", len(name)) + name.encode() + b"\0\0\0\1"
        self.done = False

    @property
    def events(self) -> int:
        """What it waits for."""
        return (selectors.EVENT_READ if self._acks else 0) | (selectors.EVENT_WRITE if self._rest else 0)

    def begin(self) -> None:
        """Send the first requests."""
        self._send()

    def ready(self, events: int) -> None:
        """Go on."""
        if events & selectors.EVENT_READ:
            self._receive()
        self._send()

    def _send(self) -> None:
        while True:
            if not self._rest:
                frame = next(self._frames, None) if self._under_way < self._most else None
                if frame is None:
                    self.done = self._under_way == 0
                    return
                self._rest = memoryview(frame)
                self._under_way += self._acks != 0
            try:
                sent = self.socket.send(self._rest)
            except BlockingIOError:
                return
            self._rest = self._rest[sent:]
            if self._rest:
                return

    def _receive(self) -> None:
        received = self.socket.recv(65536)
        if not received:
            raise RuntimeError("the server has closed a producer's connection")
        self._received += received
        head = self._head
        while len(self._received) >= 4:
            size = int.from_bytes(self._received[:4], "big")
            if len(self._received) < 4 + size:
                break
            answer, self._received = self._received[4 : 4 + size], self._received[4 + size :]
            error = answer[len(head) + 4 : len(head) + 6]
            if not answer.startswith(head) or error != b"\0\0":
                raise RuntimeError(f"a produce request was answered {answer!r}")
            self._under_way -= 1


class Consumer:
    """A connection that reads a partition of equal batches to `end`, a megabyte at a time."""

    def __init__(self, port: int, name: str, partition: int, batch: tuple[int, int], end: int) -> None:
        """batch: bytes and records of each."""
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._batch_bytes, self._batch_records = batch
        self._end = end
        self._offset = 0
        asked = fetch_request(
            {(name, partition): 0}, max_wait=500, max_bytes=50 << 20, partition_bytes=FETCH_BYTES, epoch=-1
        )
        self._frame = bytearray(encode_request(asked, FETCH, 1, "bench"))
        self._offset_at = self._frame.index(struct.pack(">iiqq", partition, -1, 0, -1), 40) + 8
        self._records_at = 4 + 4 + 4 + 2 + 4 + 4 + 2 + len(name) + 4 + 4 + 2 + 8 * 3 + 4 + 4
        self._buffer = bytearray(FETCH_BYTES + self._batch_bytes + 4096)
        self._view = memoryview(self._buffer)
        self._got = 0
        self.done = False
        self.events = selectors.EVENT_READ

    def begin(self) -> None:
        """Ask for the first megabyte."""
        self._ask()

    def _ask(self) -> None:
        struct.pack_into(">q", self._frame, self._offset_at, self._offset)
        if self.socket.send(self._frame) != len(self._frame):
            raise RuntimeError("a small request does not fit into the socket")

    def ready(self, _events: int) -> None:
        """Take what came, and ask for more when it is whole."""
        received = self.socket.recv_into(self._view[self._got :])
        if not received:
            raise RuntimeError("the server has closed a consumer's connection")
        self._got += received
        if self._got < 4 or self._got < 4 + int.from_bytes(self._buffer[:4], "big"):
            return
        at = self._records_at
        (size,) = struct.unpack_from(">i", self._buffer, at)
        if size == 0:  # the end of what the high watermark lets be seen so far
            self._got = 0
            self._ask()
            return
        (first,) = struct.unpack_from(">q", self._buffer, at + 4)
        if size < self._batch_bytes or first != self._offset:
            raise RuntimeError(f"asked for {self._offset}, got {size} bytes from {first}")
        self._offset += size // self._batch_bytes * self._batch_records  # Apache cuts the last batch off anywhere
        self._got = 0
        if self._offset >= self._end:
            self.done = True
        else:
            self._ask()


def drive(clients: Sequence[Producer | Consumer]) -> float:
    """Let all of them do their work at once; returns the seconds that took."""
    selector = selectors.DefaultSelector()
    begin = time.perf_counter()
    waiting: dict[Producer | Consumer, int] = {}

    def wait(client: Producer | Consumer) -> None:
        events = 0 if client.done else client.events
        before = waiting.get(client, 0)
        if events == before:
            return
        if not before:
            selector.register(client.socket, events, client)
        elif events:
            selector.modify(client.socket, events, client)
        else:
            selector.unregister(client.socket)
        waiting[client] = events

    try:
        for client in clients:
            client.begin()
            wait(client)
        while any(waiting.values()):
            ready = selector.select(SECONDS)
            if not ready:
                raise RuntimeError(f"nothing has come for {SECONDS} s")
            for key, events in ready:
                key.data.ready(events)
                wait(key.data)
        return time.perf_counter() - begin
    finally:
        selector.close()
        for client in clients:
            client.socket.close()


@dataclass(frozen=True, slots=True)
class Frames:
    """The produce requests of one client."""

    name: str
    partitions: Sequence[int]
    batch: bytes
    records: int
    acks: int

    def plain(self, count: int) -> Iterator[bytes]:
        """`count` requests over the partitions in turn."""
        made = [produce_frame(self.name, partition, self.batch, self.acks) for partition in self.partitions]
        return itertools.islice(itertools.cycle(made), count)

    def idempotent(self, count: int, producer: tuple[int, int]) -> list[bytes]:
        """The same with sequence numbers."""
        partitions = itertools.cycle(self.partitions)
        sequences = dict.fromkeys(self.partitions, 0)
        frames = []
        for partition in itertools.islice(partitions, count):
            batch = with_producer(self.batch, *producer, sequences[partition])
            frames.append(produce_frame(self.name, partition, batch, self.acks))
            sequences[partition] += self.records
        return frames


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all don't exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def until(condition: Callable[[], bool]) -> None:
    """Ask until it is so."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"it is not so after {SECONDS} s")
        time.sleep(0.001)

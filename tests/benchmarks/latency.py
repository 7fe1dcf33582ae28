"""How long one waits: for the answer to one record, for a record to come to a parked reader, for a group to be whole again."""

import struct
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial

from confluent_kafka import Consumer, Message, Producer, TopicPartition

from kafkacli.errors import ErrorCode
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.heartbeat import HeartbeatResponse
from kafkacli.wire.messages.join_group import JoinGroupResponse
from kafkacli.wire.messages.sync_group import SyncGroupResponse
from tests.benchmarks.client import FETCH, SECONDS, make_batch, percentile, produce_frame, topic
from tests.benchmarks.clusters import Pair, Side, cpu_seconds
from tests.benchmarks.measure import Row, Together
from tests.support.group_requests import heartbeat, join, sync
from tests.support.produced import fetch_request
from tests.support.raw import RawClient

LEVEL = 0.9
ROUNDS = 2000
MEMBERS = 8
JOIN, SYNC, HEARTBEAT = 7, 4, 4  # versions
MANY_PARTITIONS = 1000


def one_at_a_time(side: Side) -> tuple[float, float]:
    """Produce records of 100 bytes with acks=all, each after the last one's answer; returns p50 and p99 in us."""
    batch, _ = make_batch(100, 100)
    with topic(side.port) as name, RawClient(side.port, SECONDS) as client:
        frame = produce_frame(name, 0, batch, -1)
        waits = []
        for _ in range(ROUNDS):
            begin = time.perf_counter()
            client.send(frame)
            client.frame()
            waits.append(time.perf_counter() - begin)
    return percentile(waits, 0.5) * 1e6, percentile(waits, 0.99) * 1e6


def wake_up(side: Side) -> tuple[float, float, float]:
    """From sending a record to its coming to a reader that waits for it; returns p50, p99 and p99.9 in us."""
    batch, records = make_batch(100, 100)
    with topic(side.port) as name, RawClient(side.port, SECONDS) as reader, RawClient(side.port, SECONDS) as writer:
        frame = produce_frame(name, 0, batch, 1)
        asked = bytearray(encode_request(fetch_request({(name, 0): 0}, max_wait=5000), FETCH, 1, "bench"))
        offset_at = asked.index(struct.pack(">iiqq", 0, -1, 0, -1), 40) + 8
        waits = []
        for number in range(ROUNDS):
            struct.pack_into(">q", asked, offset_at, number * records)
            reader.send(bytes(asked))
            time.sleep(0.0005)  # the reader is parked by then
            begin = time.perf_counter()
            writer.send(frame)
            if len(reader.frame()) < len(batch):
                raise RuntimeError("a parked fetch was answered without its record")
            waits.append(time.perf_counter() - begin)
            writer.frame()
    return tuple(percentile(waits, share) * 1e6 for share in (0.5, 0.99, 0.999))  # type: ignore[return-value]


def rebalance(side: Side) -> float:
    """From the ninth member's asking to join until all nine have their new assignments; returns milliseconds.

    The others ask without a pause whether they have to join again, so that no heartbeat interval counts.
    """
    group = f"bench-{uuid.uuid4().hex}"
    clients = [RawClient(side.port, SECONDS) for _ in range(MEMBERS + 1)]
    try:
        ids: list[str] = []
        generation = 0
        for count, client in enumerate(clients, 1):
            ids.append(_member_id(client, group))
            begin = time.perf_counter()
            generation = _join_one_more(clients[:count], ids, group, generation)
        return (time.perf_counter() - begin) * 1e3
    finally:
        for client in clients:
            client.socket.close()


def _member_id(client: RawClient, group: str) -> str:
    """The id that a coordinator gives to a new member; the first group of all waits for its topic."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        client.ask(FindCoordinatorRequest(key=group), FindCoordinatorResponse, 2)
        if member := client.ask(join(group), JoinGroupResponse, JOIN).member_id:
            return member
        time.sleep(0.01)
    raise RuntimeError("nobody coordinates the group")


def _join_one_more(clients: Sequence[RawClient], ids: Sequence[str], group: str, generation: int) -> int:
    """Let the last of them join the others, and all take their assignments; returns the new generation."""
    clients[-1].request(join(group, ids[-1]), JOIN)
    for client, member in zip(clients[:-1], ids[:-1], strict=True):
        error = 0
        while error != ErrorCode.REBALANCE_IN_PROGRESS:
            error = client.ask(heartbeat(group, member, generation), HeartbeatResponse, HEARTBEAT).error_code
    for client, member in zip(clients[:-1], ids[:-1], strict=True):
        client.request(join(group, member), JOIN)
    answers = [client.response(JoinGroupResponse, JOIN) for client in clients]
    assigned = [(answer.member_id, b"an assignment") for answer in answers]
    for client, answer in zip(clients, answers, strict=True):
        leads = answer.member_id == answer.leader
        client.request(sync(group, answer.member_id, answer.generation_id, *(assigned if leads else ())), SYNC)
    synced = [client.response(SyncGroupResponse, SYNC) for client in clients]
    if any(answer.error_code for answer in answers) or any(answer.error_code for answer in synced):
        raise RuntimeError(f"no rebalance: {answers} {synced}")
    return answers[0].generation_id


def many_partitions(side: Side) -> tuple[float, float, float]:
    """1,000 partitions that each get a record a second, for 5 s, through librdkafka, one producer and one consumer.

    Returns p50 and p99 of produce to consume in ms, and the seconds of the server's CPU by second.
    """
    seconds = 5
    waits: list[float] = []
    failed: list[object] = []
    with topic(side.port, MANY_PARTITIONS) as name:
        same = {"bootstrap.servers": side.bootstrap, "broker.address.family": "v4"}
        consumer = Consumer(
            {**same, "group.id": uuid.uuid4().hex, "enable.auto.commit": False, "fetch.wait.max.ms": 500}
        )
        producer = Producer({**same, "linger.ms": 0, "acks": "all"})
        consumer.assign([TopicPartition(name, index, 0) for index in range(MANY_PARTITIONS)])
        for index in range(MANY_PARTITIONS):
            producer.produce(name, b"warm", partition=index)
        producer.flush(SECONDS)
        got = 0
        while got < MANY_PARTITIONS:
            got += len(consumer.consume(MANY_PARTITIONS, timeout=1))

        def told(error: object, _message: Message) -> None:
            if error is not None:
                failed.append(error)

        begin, cpu = time.perf_counter(), cpu_seconds(side.pid)
        sent = 0
        while len(waits) < seconds * MANY_PARTITIONS and time.perf_counter() - begin < SECONDS:
            due = min(int((time.perf_counter() - begin) * MANY_PARTITIONS), seconds * MANY_PARTITIONS)
            while sent < due:
                producer.produce(
                    name, struct.pack(">d", time.perf_counter()), partition=sent % MANY_PARTITIONS, on_delivery=told
                )
                sent += 1
            producer.poll(0)
            now = time.perf_counter()
            waits += [now - struct.unpack(">d", got.value())[0] for got in consumer.consume(1000, timeout=0.001)]
        taken, cpu = time.perf_counter() - begin, cpu_seconds(side.pid) - cpu
        consumer.close()
        producer.flush(SECONDS)
    if failed or len(waits) != seconds * MANY_PARTITIONS:
        raise RuntimeError(f"{len(waits)} records came, errors: {failed[:3]}")
    return percentile(waits, 0.5) * 1e3, percentile(waits, 0.99) * 1e3, cpu / taken


def rows(pair: Pair) -> list[Row]:
    """All of these."""

    def several(
        measure: Callable[[Side], Sequence[float]],
        *names: str,
        unit: str | Sequence[str],
        target: float | None = None,
        gate: bool = False,
    ) -> list[Row]:
        ours, apache = (Together(len(names), partial(measure, side)) for side in (pair.ours, pair.apache))
        units = [unit] * len(names) if isinstance(unit, str) else unit
        return [
            Row(name, units[i], ours.figure(i), apache.figure(i), target=target, gate=gate)
            for i, name in enumerate(names)
        ]

    one = "one record at a time, acks=all"
    wake = "from produce to a parked fetch"
    many = "1,000 partitions, a record by second in each"
    ours, apache = (partial(rebalance, side) for side in (pair.ours, pair.apache))
    return [
        *several(one_at_a_time, f"{one}, p50", f"{one}, p99", unit="us", target=LEVEL, gate=True),
        Row("rebalance as a ninth member joins", "ms", ours, apache, target=LEVEL, gate=True),
        *several(wake_up, f"{wake}, p50", f"{wake}, p99", f"{wake}, p99.9", unit="us", target=LEVEL),
        *several(
            many_partitions,
            f"{many}: produce to consume, p50",
            f"{many}: produce to consume, p99",
            f"{many}: CPU of the server",
            unit=("ms", "ms", "s/s"),
        ),
    ]

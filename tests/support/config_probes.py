"""Probes: what a client, or somebody who looks at the disk, sees of a broker; a changed key changes what its probe sees."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from kafkacli.broker.broker import Broker
from kafkacli.coordinator.group_records import OFFSETS_TOPIC
from kafkacli.log.partition_log import PartitionLog
from kafkacli.record.batch import Record, encode_batch, iter_headers
from kafkacli.replica.partition import LeadershipState
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.header import encode_request
from kafkacli.wire.messages import (
    api_versions,
    create_topics,
    delete_topics,
    find_coordinator,
    init_producer_id,
    join_group,
    metadata,
    offset_commit,
    offset_fetch,
)
from kafkacli.wire.messages.fetch import FetchResponse
from kafkacli.wire.messages.produce import ProduceResponse
from kafkacli.wire.schema import Message
from tests.support.broker import NODE_ID, RunningBroker
from tests.support.broker_play import response_class
from tests.support.group_requests import TOPIC, commit, join
from tests.support.group_requests import fetch as fetch_offsets
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.raw import RawClient
from tests.support.waiting import until

M = TypeVar("M", bound=Message)
SOON = 0.4  # seconds in which something happens, or doesn't
LONG_AGO = 1000  # ms since 1970


class Place:
    """A running broker, and the client that looks at it."""

    def __init__(self, running: RunningBroker) -> None:
        self.running = running
        self.broker = running.broker
        self.client = RawClient(running.port)

    def close(self) -> None:
        self.client.socket.close()
        self.running.stop()

    def restart(self) -> None:
        """Stop the broker and start it again."""
        self.client.socket.close()
        self.running.restart()
        self.broker = self.running.broker
        self.client = RawClient(self.running.port)

    def ask(self, request: Message, version: int) -> Any:
        return self.client.ask(request, response_class(request), version)

    def topic(self, name: str = "t", partitions: int = 1, **overrides: str) -> None:
        self.running.create_topic(name, partitions, **overrides)

    def log(self, topic: str = "t", number: int = 0) -> PartitionLog:
        return self.broker.partitions.get(topic, number).log

    def files(self, pattern: str, topic: str = "t") -> list[Path]:
        return sorted(Path(self.log(topic).directory).glob(pattern))

    def produce(self, *values: bytes, timestamp: int | None = None, number: int = 0, version: int = 8) -> Any:
        """Produce one batch, as old as its timestamp says; returns the partition's answer."""
        at = self.broker.now_ms() if timestamp is None else timestamp
        answer = self.ask(produce_request(batch(*values, timestamp=at), partition=number), version)
        return answer.responses[0].partitions[0]

    def keyed(self, keys: int, value: bytes = b"v" * 50) -> None:
        records = [Record(timestamp=self.broker.now_ms(), key=b"%d" % key, value=value) for key in range(keys)]
        assert self.ask(produce_request(encode_batch(records)), 8).responses[0].partitions[0].error_code == 0

    def do(self, work: Callable[[Broker], Any]) -> Any:
        return self.running.on_loop(work)

    def happens(self, condition: Callable[[], bool]) -> bool:
        """Whether something comes true soon."""
        deadline = time.monotonic() + SOON
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.005)
        return False

    def answered(self, request: Message, version: int) -> Any:
        """The answer, or None when there is none soon."""
        with RawClient(self.running.port, timeout=SOON) as client:
            client.request(request, version)
            try:
                return client.response(response_class(request), version)
            except TimeoutError:
                return None

    def metadata(self, *names: str, version: int = 9, create: bool = True) -> Any:
        topics = [metadata.MetadataRequestTopic(name=name) for name in names]
        return self.ask(metadata.MetadataRequest(topics=topics, allow_auto_topic_creation=create), version)

    def coordinator(self, kind: int = 0, key: str = "g") -> bool:
        """Whether a coordinator is found soon."""
        asked = find_coordinator.FindCoordinatorRequest(key=key, key_type=kind)
        return self.happens(lambda: self.ask(asked, 3).error_code == 0)


# --- connections


def node_id(place: Place) -> int:
    return place.broker.node_id


def bound(place: Place) -> list[tuple[str, str]]:
    return [(each.name, each.host) for each in place.broker.listeners]


def bound_as_asked(place: Place) -> bool:
    return place.running.port == place.broker.config.integer("port")


def address(place: Place) -> tuple[str, bool, str | None]:
    """The host that clients are told, whether its port is the one bound, and the rack."""
    (node,) = place.metadata().brokers
    return node.host, node.port == place.running.port, node.rack


def session_ms(place: Place) -> int:
    """The timeout that the broker's session was given."""
    return place.running.session_timeout_ms


def takes_20_kb(place: Place) -> bool:
    place.topic()
    try:
        return bool(place.produce(b"x" * 20_000).error_code == 0)
    except EOFError:
        return False


def second_connection(place: Place) -> str:
    place.metadata()
    with RawClient(place.running.port, timeout=SOON) as second:
        try:
            second.ask(api_versions.ApiVersionsRequest(), api_versions.ApiVersionsResponse, 0)
        except TimeoutError:
            return "waits"
        except EOFError:
            return "refused"
    return "served"


def third_connection_among_brokers(place: Place) -> str:
    """What becomes of another connection to the first listener while two to the second take all the room."""
    place.client.socket.close()
    first, second = place.broker.listeners
    with RawClient(second.port) as one, RawClient(second.port) as other:
        for client in (one, other):
            client.ask(api_versions.ApiVersionsRequest(), api_versions.ApiVersionsResponse, 0)
        with RawClient(first.port, timeout=SOON) as more:
            try:
                more.ask(api_versions.ApiVersionsRequest(), api_versions.ApiVersionsResponse, 0)
            except TimeoutError:
                return "waits"
    return "served"


def kernel_buffer_is_small(option: int) -> Callable[[Place], bool]:
    """Whether a buffer of an accepted connection is smaller than the system would make it."""

    def probe(place: Place) -> bool:
        place.metadata()
        (accepted,) = place.running.accepted_sockets()
        return bool(accepted.getsockopt(socket.SOL_SOCKET, option) < 40_000)

    return probe


def large_request_waits_for_memory(place: Place) -> bool:
    """Whether a large request isn't read while a larger one that isn't whole yet takes all the memory."""
    place.topic()
    frame = encode_request(produce_request(batch(b"x" * 290_000)), 8, 1, "raw")
    with RawClient(place.running.port) as one, RawClient(place.running.port) as two:
        for client in (one, two):
            client.send(frame[:-1])
        place.running.wait_until(lambda: place.running.bytes_of_requests() >= 2 * (len(frame) - 1))
        with RawClient(place.running.port, timeout=SOON) as third:
            threading.Thread(target=third.send, args=(frame,), daemon=True).start()
            try:
                third.response(ProduceResponse, 8)
            except TimeoutError:
                return True
    return False


def idle_connection_is_closed(place: Place) -> bool:
    place.client.socket.settimeout(SOON)
    try:
        return place.client.socket.recv(1) == b""
    except TimeoutError:
        return False


def serves_transactions(place: Place) -> bool:
    answer = place.ask(api_versions.ApiVersionsRequest(), 0)
    return ApiKey.END_TXN in {key.api_key for key in answer.api_keys}


def directories(place: Place) -> list[str]:
    return sorted(path.parent.name for path in place.running.directory.parent.glob("*/meta.properties"))


# --- topics


def partitions_of_a_new_topic(place: Place) -> int:
    place.metadata("new")
    until(lambda: place.metadata("new").topics[0].error_code == 0)
    return len(place.metadata("new").topics[0].partitions)


def unknown_topic(place: Place) -> int:
    return int(place.metadata("new").topics[0].error_code)


def create_by_default(place: Place) -> int:
    topic = create_topics.CreatableTopic(name="new", num_partitions=1, replication_factor=-1)
    answer = place.ask(create_topics.CreateTopicsRequest(topics=[topic], timeout_ms=10_000), 5)
    return int(answer.topics[0].error_code)


def leads_without_having_been_in_sync(place: Place) -> bool:
    place.running.create_leaderless_topic("t")
    return place.happens(lambda: place.running.leader("t")[0] == place.broker.node_id)


def deletion(place: Place) -> int:
    place.topic()
    answer = place.ask(delete_topics.DeleteTopicsRequest(topic_names=["t"], timeout_ms=10_000), 3)
    return int(answer.responses[0].error_code)


# --- records


def produce_error(place: Place) -> int:
    place.topic()
    return int(place.produce(b"x" * 300, timestamp=LONG_AGO).error_code)


def append_time(place: Place) -> bool:
    place.topic()
    return bool(place.produce(b"x", timestamp=LONG_AGO).log_append_time_ms > 0)


def fetched_batches(place: Place) -> list[tuple[int, str]]:
    """(magic, codec) of each batch that one fetch brings."""
    place.topic()
    for _ in range(3):
        assert place.produce(b"x" * 600).error_code == 0
    answer = place.ask(fetch_request({("t", 0): 0}), 11)
    records = answer.topics[0].partitions[0].records
    return [(header.magic, header.compression.name) for _, header in iter_headers(bytes(records))]


def fetch_by_an_old_client(place: Place) -> int:
    place.topic()
    place.produce(b"x")
    return int(place.ask(fetch_request({("t", 0): 0}), 1).topics[0].partitions[0].error_code)


def session_is_made(place: Place) -> bool:
    place.topic()
    return bool(place.ask(fetch_request({("t", 0): 0}, epoch=0), 11).session_id)


def throttled(size: int) -> Callable[[Place], bool]:
    """Whether a client that produced that many bytes has to wait."""

    def probe(place: Place) -> bool:
        place.topic()
        answer: ProduceResponse = place.ask(produce_request(batch(b"x" * size)), 8)
        return answer.throttle_time_ms > 0

    return probe


def fetch_throttled(place: Place) -> bool:
    place.topic()
    place.produce(b"x" * 700)
    place.ask(fetch_request({("t", 0): 0}), 11)
    answer: FetchResponse = place.ask(fetch_request({("t", 0): 0}), 11)
    return answer.throttle_time_ms > 0


# --- groups and transactions


def join_error(session_timeout_ms: int) -> Callable[[Place], int | None]:
    def probe(place: Place) -> int | None:
        assert place.coordinator()
        answer = place.answered(join("g", session_timeout_ms=session_timeout_ms), 3)
        return None if answer is None else int(answer.error_code)

    return probe


def second_member(place: Place) -> int | None:
    """The answer to a second member, None when it waits for the first to join again."""
    assert join_error(10_000)(place) == 0
    answer: join_group.JoinGroupResponse | None = place.answered(join("g"), 3)
    return None if answer is None else answer.error_code


def commit_request(place: Place, **fields: Any) -> offset_commit.OffsetCommitRequest:
    """Make what it takes to commit an offset, and return the request."""
    if TOPIC not in place.broker.metadata:
        place.topic(TOPIC)
    assert place.coordinator()
    return commit("g", **fields)


def commit_error(place: Place) -> int:
    request = commit_request(place)
    request.topics[0].partitions[0].committed_metadata = "four"
    return int(place.ask(request, 7).topics[0].partitions[0].error_code)


def commit_waits_for_followers(place: Place) -> bool:
    request = commit_request(place)
    number = place.broker.groups.partition_for("g")
    partition = place.broker.partitions.get(OFFSETS_TOPIC, number)
    both = LeadershipState(NODE_ID, partition.leader_epoch, (NODE_ID, 8), (NODE_ID, 8))
    place.do(lambda _: partition.become_leader(both))
    return place.answered(request, 7) is None


def codec_of_commits(place: Place) -> str:
    place.ask(commit_request(place), 7)
    log = place.log(OFFSETS_TOPIC, place.broker.groups.partition_for("g"))
    records = log.read(0, 1 << 20, up_to=log.log_end_offset).records
    return [header.compression.name for _, header in iter_headers(bytes(records))][-1]


def _committed(place: Place) -> int:
    answer: offset_fetch.OffsetFetchResponse = place.ask(fetch_offsets("g", 0), 5)
    return answer.topics[0].partitions[0].committed_offset


def offset_after(minutes: int, *, by_itself: bool) -> Callable[[Place], bool]:
    """Whether a committed offset is still there so much later."""

    def probe(place: Place) -> bool:
        place.ask(commit_request(place), 7)
        later = place.broker.now_ms() + minutes * 60_000
        place.broker.now_ms = lambda: later
        if not by_itself:
            place.do(lambda broker: broker.groups._expire_offsets())
        return not place.happens(lambda: _committed(place) < 0)

    return probe


def internal_partitions(name: str, kind: int) -> Callable[[Place], int]:
    def probe(place: Place) -> int:
        assert place.coordinator(kind)
        return len(place.metadata(name).topics[0].partitions)

    return probe


def has_coordinator(kind: int) -> Callable[[Place], bool]:
    return lambda place: place.coordinator(kind)


def producer_error(place: Place) -> int:
    assert place.coordinator(1)
    asked = init_producer_id.InitProducerIdRequest(transactional_id="g", transaction_timeout_ms=2000)
    return int(place.ask(asked, 3).error_code)


# --- the stop, and values that only time would show


@contextmanager
def _said(name: str) -> Iterator[list[str]]:
    found: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger(name)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def controlled_stop(place: Place) -> bool:
    with _said("kafka.server.KafkaServer") as lines:
        place.running.stop_server()
    return any("Starting controlled shutdown" in line for line in lines)

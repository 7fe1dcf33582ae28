"""Fetching: one request always under way to every leader, so that the next megabytes come while the last are printed.

Each answer moves the partitions' positions; what it brought waits in a queue, and no leader is asked again before that is
short. Source: org.apache.kafka.clients.consumer.internals.Fetcher of 2.6.2.
"""

from __future__ import annotations

import time
from collections import deque

from kafkacli.client.brokers import ASKING
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.offsets import EARLIEST, LATEST, STALE_METADATA
from kafkacli.client.readings import Position, Reading, pieces_of
from kafkacli.client.records import ERRORS, RecordError
from kafkacli.client.tasks import Task
from kafkacli.errors import ErrorCode
from kafkacli.wire.messages.fetch import FetchableTopic, FetchPartition, FetchRequest, FetchResponse
from kafkacli.wire.messages.list_offsets import (
    ListOffsetPartition,
    ListOffsetRequest,
    ListOffsetResponse,
    ListOffsetTopic,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from kafkacli.client.brokers import Brokers
    from kafkacli.client.cluster_watch import ClusterWatch
    from kafkacli.client.readings import Piece
    from kafkacli.client.records import Notice
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition
    from kafkacli.client.traffic import Traffic
    from kafkacli.wire.messages.fetch import FetchablePartitionResponse

FETCHING = "fetching"
"""The purpose of connections that records come over."""
_ANSWER_BYTES = 8 << 20  # of one answer at most: what is fetched and not printed yet is in memory
_READY_BYTES = 1 << 19  # with so much waiting no leader is asked for more
_STALE = STALE_METADATA | {ErrorCode.UNKNOWN_LEADER_EPOCH}
_RESETS = {"latest": LATEST, "earliest": EARLIEST}


class Fetcher:
    """Reads partitions. values: the consumer's properties by Java name."""

    def __init__(
        self, brokers: Brokers, watch: ClusterWatch, values: Mapping[str, Any], traffic: Traffic, notice: Notice
    ) -> None:
        self._brokers = brokers
        self._watch = watch
        self._view = watch.view
        self._traffic = traffic
        self._notice = notice
        self._reset: int | None = _RESETS.get(values["auto.offset.reset"])
        self._committed = values["isolation.level"] == "read_committed"
        self._checks: bool = values["check.crcs"]
        self._rack: str = values["client.rack"]
        self._min_bytes: int = values["fetch.min.bytes"]
        self._max_wait: int = values["fetch.max.wait.ms"]
        self._max_bytes: int = min(values["fetch.max.bytes"], _ANSWER_BYTES)
        self._partition_bytes: int = values["max.partition.fetch.bytes"]
        self._retry = values["retry.backoff.ms"] / 1000
        self._replica_s = values["metadata.max.age.ms"] / 1000
        self._not_before: dict[int, float] = {}
        self._fetches: dict[int, Task] = {}
        self._searches: dict[tuple[int, int | None], Task] = {}  # by leader and time; None: whether positions are right
        self._queue: deque[Piece] = deque()
        self._waiting_bytes = 0
        self.is_held = False
        """Whether nothing is to be taken for now."""
        self.is_out = False
        """Whether what was taken last may not be handled yet."""
        self.readings: dict[TopicPartition, Reading] = {}
        """The partitions that are read; the first ones are asked for first."""

    # --- which partitions

    def read(self, partition: TopicPartition) -> Reading:
        """Read a partition from now on, once its position is known; return where it stands."""
        reading = self.readings[partition] = Reading(partition)
        self._watch.want({partition[0]})
        return reading

    def give_up(self, partition: TopicPartition) -> None:
        """Read a partition no more; what waits of it is dropped."""
        reading = self.readings.pop(partition, None)
        if reading is not None:
            reading.is_current = False

    def reset(self, reading: Reading) -> None:
        """Have a partition begin where auto.offset.reset says. Raises RecordError where it says nothing."""
        if self._reset is None:
            topic, number = reading.partition
            raise RecordError(
                "org.apache.kafka.clients.consumer.NoOffsetForPartitionException: Undefined offset with no reset policy "
                f"for partitions: [{topic}-{number}]"
            )
        reading.seek(self._reset)

    # --- records

    def take(self, limit: int | None, size: int) -> list[Piece]:
        """Return the next pieces: of at most `limit` records, and no more once there are `size` bytes."""
        taken: list[Piece] = []
        if self.is_held:
            return taken
        queue = self._queue
        while queue and size > 0 and (limit is None or limit > 0):
            piece = queue.popleft()
            self._waiting_bytes -= piece.size
            reading = piece.reading
            if not reading.is_current:
                continue
            if piece.run is not None and limit is not None:
                if len(piece.run) > limit:
                    piece = self._cut(piece, limit)
                limit -= len(piece.run or ())
            reading.delivered = piece.after
            size -= piece.size
            if piece.run is not None:
                self._traffic.batch(reading.partition[0], piece.size, len(piece.run))
                taken.append(piece)
        self.is_out = bool(taken)
        return taken

    def has_records(self) -> bool:
        """Whether there is something to take."""
        return bool(self._queue) and not self.is_held

    def has_more(self, reading: Reading) -> bool:
        """Whether records of a partition were fetched and not taken."""
        return any(piece.reading is reading and piece.run for piece in self._queue)

    def _cut(self, piece: Piece, limit: int) -> Piece:
        from kafkacli.client.chunks import Records
        from kafkacli.client.readings import Piece

        assert piece.run is not None
        records = Records(list(piece.run))
        rest = Piece(piece.reading, records[limit:], piece.after, piece.size)
        self._queue.appendleft(rest)
        self._waiting_bytes += rest.size
        first = records[:limit]
        return Piece(piece.reading, first, Position(first.offsets()[-1] + 1, piece.after.epoch), 0)

    # --- conversations

    def tasks(self) -> list[Task]:
        """Return what is under way, and begin what has to be."""
        self._fetches = {node: task for node, task in self._fetches.items() if not task.is_done}
        self._searches = {key: task for key, task in self._searches.items() if not task.is_done}
        now = time.monotonic()
        if self._waiting_bytes < _READY_BYTES:
            nodes = {node for reading in self.readings.values() if (node := self._node_of(reading, now)) is not None}
            for node in nodes - self._fetches.keys():
                if self._not_before.get(node, 0.0) <= now:
                    self._fetches[node] = Task(self._fetch(node))
        for reading in self.readings.values():
            if reading.wanted is not None and reading.not_before <= now:
                leader = self._view.leaders.get(reading.partition)
                if leader is not None and (leader[0], reading.wanted) not in self._searches:
                    key = (leader[0], reading.wanted)
                    self._searches[key] = Task(self._search(*key))
        return self.under_way()

    def under_way(self) -> list[Task]:
        """Return what was begun."""
        return [*self._fetches.values(), *self._searches.values()]

    def _node_of(self, reading: Reading, now: float) -> int | None:
        if reading.position is None or reading.not_before > now:
            return None
        leader = self._view.leaders.get(reading.partition)
        if leader != reading.leader and leader is not None:
            reading.replica = None
            if reading.position.epoch >= 0 and leader[1] >= 0:
                self._doubt(leader[0])
                return None
            reading.leader = leader
        if reading.replica is not None:
            if now < reading.replica_until and reading.replica in self._brokers.links.nodes:
                return reading.replica
            reading.replica = None
        if leader is None:
            self._watch.is_old()
            return None
        return leader[0]

    def _doubt(self, node: int) -> None:
        """Ask a leader whether positions are right that are of another one's time."""
        if (node, None) not in self._searches:
            self._searches[node, None] = Task(self._check_epochs(node))

    def _check_epochs(self, node: int) -> Steps[None]:
        from kafkacli.client.truncation import check_epochs  # few need it

        leaders = self._view.leaders
        doubtful = [
            reading
            for reading in self.readings.values()
            if reading.position is not None
            and reading.position.epoch >= 0
            and (leader := leaders.get(reading.partition)) is not None
            and leader != reading.leader
            and leader[0] == node
            and leader[1] >= 0
        ]
        reset = None if self._reset is None else self.reset
        check = check_epochs(self._brokers, self._view, node, doubtful, reset, self._tell_truncation, self._retry)
        if not (yield from check):
            self._watch.is_old()

    def _tell_truncation(self, reading: Reading, diverging: Position) -> None:
        topic, number = reading.partition
        end = f"OffsetAndMetadata{{offset={diverging.offset}, leaderEpoch={diverging.epoch}, metadata=''}}"
        known = "" if diverging.offset < 0 else f" (the end offset from the broker is {end})"
        self._notice(
            "WARN",
            f"Truncation detected for partition {topic}-{number} at offset {self._shown(reading)}{known}, but no reset policy "
            "is set",
        )

    def _failed(self, node: int) -> None:
        self._not_before[node] = time.monotonic() + self._retry
        self._watch.is_old()
        for reading in self.readings.values():
            if reading.replica == node:
                reading.replica = None

    def _fetch(self, node: int) -> Steps[None]:
        try:
            connection = yield from self._brokers.node(node, FETCHING)
            now = time.monotonic()
            wanted = {each.partition: each for each in self.readings.values() if self._node_of(each, now) == node}
            if not wanted:
                return
            asked = {partition: reading.position for partition, reading in wanted.items()}
            answer = yield from self._brokers.ask(connection, self._request(wanted), FetchResponse)
        except ConnectFailed:
            self._failed(node)
            return
        self._traffic.throttle.add(answer.throttle_time_ms)
        if answer.error_code != ErrorCode.NONE:
            self._failed(node)
            return
        for topic in answer.topics:
            for row in topic.partitions:
                reading = wanted.get((topic.name, row.partition_index))
                if reading is not None and reading.is_current and reading.position is asked[reading.partition]:
                    self._take_row(reading, row)

    def _request(self, wanted: Mapping[TopicPartition, Reading]) -> FetchRequest:
        rows: dict[str, list[FetchPartition]] = {}
        for (topic, index), reading in wanted.items():
            assert reading.position is not None
            leader = self._view.leaders.get((topic, index))
            row = FetchPartition(
                partition_index=index,
                current_leader_epoch=-1 if leader is None else leader[1],
                fetch_offset=reading.position.offset,
                max_bytes=self._partition_bytes,
            )
            rows.setdefault(topic, []).append(row)
        return FetchRequest(
            replica_id=-1,
            max_wait=self._max_wait,
            min_bytes=self._min_bytes,
            max_bytes=self._max_bytes,
            isolation_level=int(self._committed),
            session_id=0,
            epoch=-1,
            topics=[FetchableTopic(name=topic, fetch_partitions=found) for topic, found in rows.items()],
            rack_id=self._rack,
        )

    def _take_row(self, reading: Reading, row: FetchablePartitionResponse) -> None:
        code = row.error_code
        if code == ErrorCode.NONE:
            reading.high_watermark = row.high_watermark
            if row.preferred_read_replica >= 0 and not row.records:
                reading.replica = row.preferred_read_replica
                reading.replica_until = time.monotonic() + self._replica_s
            if row.records:
                for piece in pieces_of(reading, row, committed=self._committed, checks=self._checks):
                    self._queue.append(piece)
                    self._waiting_bytes += piece.size
                # The broker fills its answer in the order of the request: whoever got something is asked last next time.
                self.readings[reading.partition] = self.readings.pop(reading.partition)
            return
        if code == ErrorCode.OFFSET_OUT_OF_RANGE:
            if reading.replica is not None:
                reading.replica = None
            else:
                self._out_of_range(reading)
            return
        topic, number = reading.partition
        if code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
            raise RecordError(f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{topic}]")
        assert reading.position is not None
        if code == ErrorCode.CORRUPT_MESSAGE:
            raise RecordError(
                "org.apache.kafka.common.KafkaException: Encountered corrupt message when fetching offset "
                f"{reading.position.offset} for topic-partition {topic}-{number}"
            )
        if code not in _STALE and code != ErrorCode.UNKNOWN_SERVER_ERROR:
            raise RecordError(
                f"java.lang.IllegalStateException: Unexpected error code {code} while fetching at offset "
                f"{reading.position.offset} from topic-partition {topic}-{number}"
            )
        reading.replica = None
        reading.not_before = time.monotonic() + self._retry
        self._watch.is_old()

    def _out_of_range(self, reading: Reading) -> None:
        if self._reset is not None:
            self.reset(reading)
            return
        topic, number = reading.partition
        raise RecordError(
            f"org.apache.kafka.clients.consumer.OffsetOutOfRangeException: Fetch position {self._shown(reading)} is out of "
            f"range for partition {topic}-{number}"
        )

    def _shown(self, reading: Reading) -> str:
        """Return a position as Java shows it."""
        assert reading.position is not None
        leader, epoch = self._view.leaders.get(reading.partition, (-1, -1))
        host, port = self._brokers.links.nodes.get(leader, ("", -1))
        shown = "Optional.empty" if reading.position.epoch < 0 else f"Optional[{reading.position.epoch}]"
        return (
            f"FetchPosition{{offset={reading.position.offset}, offsetEpoch={shown}, currentLeader=LeaderAndEpoch{{leader="
            f"Optional[{host}:{port} (id: {leader} rack: null)], epoch={'absent' if epoch < 0 else epoch}}}}}"
        )

    def _search(self, node: int, timestamp: int) -> Steps[None]:
        """Ask a leader where the partitions begin that have to be found."""
        wanted = {
            reading.partition: reading
            for reading in self.readings.values()
            if reading.wanted == timestamp and self._view.leaders.get(reading.partition, (None,))[0] == node
        }
        try:
            connection = yield from self._brokers.node(node, ASKING)
            answer = yield from self._brokers.ask(
                connection, self._offsets_request(wanted, timestamp), ListOffsetResponse
            )
        except ConnectFailed:
            self._failed(node)
            for reading in wanted.values():
                reading.not_before = time.monotonic() + self._retry
            return
        for topic in answer.topics:
            for row in topic.partitions:
                reading = wanted[topic.name, row.partition_index]
                if row.error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
                    raise RecordError(
                        f"{ERRORS}TopicAuthorizationException: Not authorized to access topics: [{topic.name}]"
                    )
                if row.error_code != ErrorCode.NONE:
                    reading.not_before = time.monotonic() + self._retry
                    self._watch.is_old()
                elif reading.wanted == timestamp:
                    reading.begin(Position(row.offset))

    def _offsets_request(self, wanted: Mapping[TopicPartition, Reading], timestamp: int) -> ListOffsetRequest:
        rows: dict[str, list[ListOffsetPartition]] = {}
        for topic, index in wanted:
            epoch = self._view.leaders.get((topic, index), (-1, -1))[1]
            row = ListOffsetPartition(partition_index=index, current_leader_epoch=epoch, timestamp=timestamp)
            rows.setdefault(topic, []).append(row)
        return ListOffsetRequest(
            replica_id=-1,
            isolation_level=int(self._committed),
            topics=[ListOffsetTopic(name=topic, partitions=found) for topic, found in rows.items()],
        )

"""Reading records as the Java consumer of 2.6.2 does: as a member of a group or from partitions that are named.

Everything goes on while `receive` runs; between two calls a thread sends the heartbeats, so that who reads slowly stays a
member. Positions are committed as Java commits them: what was handled, and where a partition without a commit began.
"""

from __future__ import annotations

import time
from contextlib import suppress
from threading import Event, RLock, Thread

from kafkacli.client.assignors import assignors_of
from kafkacli.client.brokers import ASKING, Brokers
from kafkacli.client.client_config import ClientConfig
from kafkacli.client.client_properties import Side
from kafkacli.client.client_settings import client_links
from kafkacli.client.cluster_view import ClusterView
from kafkacli.client.cluster_watch import ClusterWatch
from kafkacli.client.committing import Commits
from kafkacli.client.fetching import Fetcher
from kafkacli.client.group_coordinator import GroupCoordinator
from kafkacli.client.java_errors import cause_text, topic_exception
from kafkacli.client.offsets import EARLIEST, LATEST
from kafkacli.client.patience import Patience
from kafkacli.client.readings import Position
from kafkacli.client.records import SLICE, RecordError, warn_of_unknown
from kafkacli.client.tasks import Task, run
from kafkacli.client.traffic import Traffic
from kafkacli.config_types import ConfigError
from kafkacli.errors import ErrorCode, error_info
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from kafkacli.client.chunks import Run
    from kafkacli.client.group_member import GroupMember
    from kafkacli.client.readings import Reading
    from kafkacli.client.records import Notice
    from kafkacli.client.tasks import Steps
    from kafkacli.client.topics import TopicPartition

    Partitions = list[TopicPartition]

_RECEIVE_BYTES = 1 << 20  # handed on at once
_CLOSE_S = 5.0  # for the last commit and the farewell


class RecordConsumer:
    """Reads records of topics, as one member of a group or from partitions.

    properties: names and values of the Java consumer, group.id among them. Raises ConfigError for refused ones.
    connect_timeout_ms: how long a broker may be sought, None: for ever. is_done: never, as topics go on.
    assigned, revoked: told of the partitions that the group gives and takes. poll_records: max.poll.records, for tools that
    tell of Java's polls; `receive` doesn't look at it.
    """

    is_done = False

    def __init__(
        self,
        properties: Mapping[str, str],
        notice: Notice,
        connect_timeout_ms: int | None = None,
        *,
        assigned: Callable[[Partitions], None] | None = None,
        revoked: Callable[[Partitions], None] | None = None,
    ) -> None:
        config = ClientConfig(Side.CONSUMER, properties)
        warn_of_unknown(config, notice)
        values = self._values = config.values
        self._notice: Notice = lambda level, text: notice(
            level, f"[Consumer clientId={values['client.id']}, groupId={values['group.id']}] {text}"
        )
        self.poll_records: int = values["max.poll.records"]
        assignors_of(values["partition.assignment.strategy"])
        self._tell_assigned = assigned
        self._tell_revoked = revoked
        self.traffic = Traffic(values["client.id"])
        self._patience = Patience(self._notice, connect_timeout_ms)
        self._links = client_links(config, self._patience, self.traffic)
        brokers = Brokers(self._links, values["request.timeout.ms"] / 1000)
        self._view = ClusterView()
        self._watch = ClusterWatch(
            self._view,
            self._links,
            self._take_view,
            purpose=ASKING,
            max_age_s=values["metadata.max.age.ms"] / 1000,
            retry_s=values["retry.backoff.ms"] / 1000,
            timeout_s=values["request.timeout.ms"] / 1000,
            creates=values["allow.auto.create.topics"],
        )
        self._troubles: dict[str, int] = {}
        self._failure = ""
        self._fetcher = Fetcher(brokers, self._watch, values, self.traffic, self._notice)
        self._coordinator: GroupCoordinator | None = None
        if (group := values["group.id"]) is not None:
            retry_s = values["retry.backoff.ms"] / 1000
            self._coordinator = GroupCoordinator(brokers, group, values["group.instance.id"], retry_s)
        self._member: GroupMember | None = None
        self._commits = Commits(self._coordinator, self._fetcher, values, self._notice)
        self._tasks = [Task(self._commits.regularly())]
        self._living: Task | None = None
        self._beating: Task | None = None
        self._lock = RLock()
        self._pulse: _Pulse | None = None
        self._polled = time.monotonic()
        self._poll_s = values["max.poll.interval.ms"] / 1000

    # --- what is read

    def subscribe(self, topic: str) -> None:
        """Read a topic as a member of the group. Raises ConfigError without a group."""
        member = self._join()
        member.topics = {topic}
        self._watch.want({topic})

    def subscribe_matching(self, matches: Callable[[str], object]) -> None:
        """Read every topic whose name `matches` says true of, looking for new ones every metadata.max.age.ms."""
        self._join()
        hides_internal = self._values["exclude.internal.topics"]
        self._view.matches = lambda name, is_internal: bool(matches(name)) and not (is_internal and hides_internal)

    def assign(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Read these partitions, each from an offset; -1: from its end, -2: from its beginning."""
        for partition, offset in offsets.items():
            reading = self._fetcher.read(partition)
            if offset in (LATEST, EARLIEST):
                reading.seek(offset)
            else:
                reading.begin(Position(offset))

    def _join(self) -> GroupMember:
        from kafkacli.client.group_member import GroupMember

        if not self._values["group.id"] or self._coordinator is None:
            raise ConfigError(
                "To use the group management or offset commit APIs, you must provide a valid group.id in the consumer "
                "configuration.",
                "org.apache.kafka.common.errors.InvalidGroupIdException",
            )
        self._member = GroupMember(
            self._coordinator,
            self._watch,
            self._values,
            prepare=self._commits.before_rebalance,
            given=self._given,
            taken=self._taken,
        )
        self._commits.member = self._member
        self._beating = Task(self._member.beat())
        self._living = Task(self._member.live())
        self._tasks += [self._living, self._beating]
        self._pulse = _Pulse(self._values["heartbeat.interval.ms"] / 1000, self._beat_meanwhile)
        self._pulse.start()
        return self._member

    # --- records

    def receive(self, limit: int | None, seconds: float | None) -> list[Run]:
        """Return the next runs of records, at most `limit` records; none after `seconds` (None: 0.1) without any.

        Raises RecordError where Java's poll throws, NotConnected.
        """
        fetcher = self._fetcher
        with self._lock:
            self._polled = time.monotonic()
            fetcher.is_out = False
            if not fetcher.has_records():
                self._run(self._going_on, SLICE if seconds is None else min(seconds, SLICE), fetcher.has_records)
            pieces = fetcher.take(limit, _RECEIVE_BYTES)
            if not pieces:
                if not fetcher.has_records():
                    self._patience.look()
                return []
            # lets the next megabytes be on their way while these are handled
            self._run(self._going_on, 0, lambda: True)
        return [piece.run for piece in pieces if piece.run is not None]

    def _run(self, tasks: Callable[[], list[Task]], seconds: float, is_enough: Callable[[], bool]) -> None:
        try:
            run(tasks, self._links, seconds, is_enough)
        except WireError as error:
            raise RecordError(cause_text(error)) from error

    def _take_view(self, _number: int) -> None:
        """Tell, once, of topics that have no leader or aren't there; others end it all."""
        errors = self._view.errors
        if self._view.matches is None:
            self._failure = next(filter(None, (topic_exception(name, code) for name, code in errors.items())), "")
        troubles = {name: code for name, code in errors.items() if not topic_exception(name, code)}
        troubles |= dict.fromkeys(self._view.leaderless, ErrorCode.LEADER_NOT_AVAILABLE)
        for topic, code in troubles.items():
            if self._troubles.get(topic) != code:
                self._notice("WARN", f"Error while fetching metadata : {{{topic}={error_info(code).name}}}")
        self._troubles = troubles

    def _going_on(self) -> list[Task]:
        if self._patience.refusal is not None:
            raise RecordError(self._patience.refused())
        if self._failure:
            failure, self._failure = self._failure, ""
            raise RecordError(failure)
        self._watch.look_after(time.monotonic())
        self._tasks = [task for task in self._tasks if not task.is_done]
        return [*self._tasks, *self._fetcher.tasks()]

    def descriptors(self) -> list[int]:
        """Return what becomes readable when `receive` has something to do, as far as that comes from brokers."""
        with self._lock:
            return self._links.descriptors()

    def lags(self) -> dict[TopicPartition, int]:
        """Return how many records each partition has that weren't received; -1 where nothing was fetched yet."""
        return {
            partition: -1
            if reading.delivered is None or reading.high_watermark < 0
            else reading.high_watermark - reading.delivered.offset
            for partition, reading in self._fetcher.readings.items()
        }

    # --- positions

    def handled(self, records: Run | None = None) -> None:
        """Let what was received be committed: all of it, or only these records, which are the first ones."""
        self._commits.handled(records)

    def stop_here(self) -> None:
        """Say that no more will be received."""
        self._commits.stop_here()

    def commit(self, offsets: Mapping[TopicPartition, int]) -> str:
        """Commit offsets, of the record after the last one that was handled; return Java's exception, "" if none."""
        if not offsets:
            return ""
        try:
            return self._commit(self._commits.positions_of(offsets), self._values["default.api.timeout.ms"] / 1000)
        except RecordError as error:
            return str(error)

    def _commit(self, positions: Mapping[TopicPartition, Position], seconds: float) -> str:
        coordinator = self._coordinator
        if coordinator is None:
            return "org.apache.kafka.common.errors.InvalidGroupIdException: The configured groupId is invalid"
        return str(self._alone(coordinator.commit(positions, time.monotonic() + seconds), seconds) or "")

    def _alone(self, steps: Steps[Any], seconds: float) -> Any:
        """Let one conversation go on to its end, and of the others those that it may have to wait for: no rebalance."""
        task = Task(steps)
        with self._lock:
            others = [other for other in self._tasks if other is not self._living]
            self._run(lambda: [task, *others], seconds, lambda: task.is_done)
        if not task.is_done:
            task.stop()
            return "org.apache.kafka.common.errors.TimeoutException: no answer in time"
        return task.result

    # --- the group

    def _given(self, partitions: Partitions) -> None:
        readings = [self._fetcher.read(partition) for partition in partitions]
        self._commits.postpone()
        if readings:
            self._tasks.append(Task(self._begin(readings)))
        if self._tell_assigned is not None:
            self._tell(self._tell_assigned, partitions)

    def _begin(self, readings: list[Reading]) -> Steps[None]:
        """Let partitions go on where their group has come to."""
        assert self._coordinator is not None
        found = yield from self._coordinator.fetch([reading.partition for reading in readings])
        for reading in readings:
            if reading.is_current:
                if (position := found.get(reading.partition)) is not None:
                    reading.begin(position)
                else:
                    self._fetcher.reset(reading)

    def _taken(self, partitions: Partitions, _is_lost: bool) -> None:
        if self._tell_revoked is not None:
            self._tell(self._tell_revoked, partitions)
        for partition in partitions:
            self._fetcher.give_up(partition)

    def _tell(self, listener: Callable[[Partitions], None], partitions: Partitions) -> None:
        """Call a listener with the heartbeats going on."""
        self._lock.release()
        try:
            listener(partitions)
        finally:
            self._lock.acquire()

    def _beat_meanwhile(self) -> None:
        """Send a heartbeat that is due, while `receive` doesn't run."""
        member, beating = self._member, self._beating
        with self._lock:
            if member is None or beating is None or not member.is_stable:
                return
            if time.monotonic() - self._polled > self._poll_s:
                self._notice(
                    "WARN",
                    "This member leaves the group because consumer poll timeout has expired: nothing was asked for in "
                    f"max.poll.interval.ms={self._values['max.poll.interval.ms']}.",
                )
                steps = member.leave()
                member.drop_out()
                self._alone(steps, SLICE)
            elif time.monotonic() >= member.heartbeat_due:
                due = member.heartbeat_due
                with suppress(RecordError):  # it ended the conversation, which `receive` finds out
                    self._run(lambda: [beating], SLICE, lambda: member.heartbeat_due != due)

    # --- the end

    def explain(self) -> None:
        """Say, if no broker answered, at which stage it is."""
        self._patience.say()

    def close(self) -> None:
        """Commit what was handled, if the group commits by itself, and leave the group."""
        if self._pulse is not None:
            self._pulse.stop()
        try:
            self._end()
        except (RecordError, WireError) as error:
            self._notice("ERROR", f"Failed to close the consumer: {error}")
        finally:
            for task in [*self._tasks, *self._fetcher.under_way()]:
                task.stop()
            self._links.close()

    def _end(self) -> None:
        coordinator, member = self._coordinator, self._member
        if self._living is not None:
            self._living.stop()  # a join under way too
        seconds = _CLOSE_S if coordinator is not None and coordinator.is_known else SLICE
        if positions := self._commits.positions():
            self._commits.tell("Synchronous", self._commit(positions, seconds))
        if member is not None:
            with self._lock:
                member.give_all_back()
            self._alone(member.leave(), seconds)


class _Pulse(Thread):
    """Does something at intervals, until it is stopped."""

    def __init__(self, seconds: float, work: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._seconds = seconds
        self._work = work
        self._stopped = Event()

    def run(self) -> None:
        while not self._stopped.wait(self._seconds):
            self._work()

    def stop(self) -> None:
        self._stopped.set()

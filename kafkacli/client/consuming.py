"""Reading records as the Java consumer of 2.6.2 does: as a member of a group or from one partition.

Positions are committed as Java commits them: what was handled, and where a partition without a commit began.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.client.records import (
    ERRORS,
    SLICE,
    Connecting,
    RecordError,
    broker_answers,
    check_bootstrap,
    exception_text,
    new_consumer,
    topic_exception,
    warn_of_unknown,
    why_no_broker,
)
from kafkacli.client.statistics import Statistics
from kafkacli.errors import ErrorCode, error_info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confluent_kafka import Consumer, Message, TopicPartition

    from kafkacli.client.records import Notice

    Partitions = list[tuple[str, int]]

_COUNT_MS = 200  # between two reports of statistics
_BATCH = 5000  # records at once; enough to make the price of a call small
_INTERNAL = ("__consumer_offsets", "__transaction_state")


class RecordConsumer:
    """Reads records of topics, as one member of a group or from one partition.

    properties: names and values of the Java consumer, group.id among them. Raises ConfigError for refused ones.
    connect_timeout_ms: how long a broker may be sought, None: for ever. is_done: never, as topics go on.
    assigned, revoked: told of the partitions that the group gives and takes. counts: gather `statistics`.
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
        counts: bool = False,
    ) -> None:
        config = ClientConfig(Side.CONSUMER, properties)
        warn_of_unknown(config, notice)
        check_bootstrap(config)
        values = config.values
        self._notice: Notice = lambda level, text: notice(
            level, f"[Consumer clientId={values['client.id']}, groupId={values['group.id']}] {text}"
        )
        self._group: str = values["group.id"]
        self._commits: bool = values["enable.auto.commit"]
        self._reset: str = values["auto.offset.reset"]
        self._refresh = values["metadata.max.age.ms"] / 1000
        self._hides_internal: bool = values["exclude.internal.topics"]
        self._matches: Callable[[str], object] | None = None
        self._matched: list[str] = []
        self._look_again = 0.0
        self._missing: dict[str, str] = {}  # topics that aren't there yet, and what was said of them
        self._ask_again = 0.0
        self._connecting = Connecting(partial(why_no_broker, config), self._notice, connect_timeout_ms)
        settings = config.settings()
        self._is_cooperative = "cooperative" in settings["partition.assignment.strategy"]
        self._tell_assigned = assigned
        self._tell_revoked = revoked
        self._statistics = Statistics()
        more: dict[str, Any] = (
            {"statistics_interval_ms": _COUNT_MS, "stats_cb": self._statistics.take} if counts else {}
        )
        self._client: Consumer = new_consumer(config, self._connecting.heard, **more)

    def subscribe(self, topic: str) -> None:
        """Read a topic as a member of the group."""
        self._subscribe([topic])

    def subscribe_matching(self, matches: Callable[[str], object]) -> None:
        """Read every topic whose name `matches` says true of, looking for new ones every metadata.max.age.ms."""
        self._matches = matches

    def assign(self, offsets: Mapping[tuple[str, int], int]) -> None:
        """Read these partitions, each from an offset; -1: from its end, -2: from its beginning."""
        from confluent_kafka import TopicPartition

        # the same numbers in librdkafka
        self._client.assign([TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()])

    def receive(self, limit: int | None, seconds: float | None) -> list[Message]:
        """Return the next records, at most `limit`; none after `seconds` (None: 0.1) without any.

        Raises RecordError where Java's poll throws, NotConnected.
        """
        if self._matches is not None:
            self._look_for_topics()
        if self._missing:
            self._ask_for_missing()
        count = _BATCH if limit is None else min(limit, _BATCH)
        records: list[Message] = self._client.consume(count, 0)
        if not records:
            records = self._client.consume(1, SLICE if seconds is None else min(seconds, SLICE))
            if records and count > 1:
                records += self._client.consume(count - 1, 0)
        if not records:
            self._connecting.look(lambda: broker_answers(self._client))
            return []
        troubled = [record for record in records if record.error() is not None]
        if troubled:
            for record in troubled:
                self._trouble(record)
            return [record for record in records if record.error() is None]
        self._connecting.connected()
        return records

    def handled(self, records: Sequence[Message] | None = None) -> None:
        """Let what was received be committed: all of it, or only these records."""
        if not self._commits:
            return
        if records is None:
            positions = self._client.position(self._client.assignment())
            self._store([position for position in positions if position.offset >= 0])
        else:
            from confluent_kafka import TopicPartition

            last = {(record.topic(), record.partition()): record.offset() for record in records}
            self._store([TopicPartition(topic, number, offset + 1) for (topic, number), offset in last.items()])

    def stop_here(self) -> None:
        """Say that no more will be received: where records wait, positions are committed as after Java's seek, without epoch."""
        if not self._commits:
            return
        from confluent_kafka import TopicPartition

        ahead = []
        for position in self._client.position(self._client.assignment()):
            if position.offset >= 0:
                _, high = self._client.get_watermark_offsets(position, cached=True)
                if high > position.offset:
                    ahead.append(TopicPartition(position.topic, position.partition, position.offset))
        self._store(ahead)

    def commit(self, offsets: Mapping[tuple[str, int], int]) -> str:
        """Commit offsets, of the record after the last one that was handled; return Java's exception, "" if none."""
        from confluent_kafka import KafkaException, TopicPartition

        if not offsets:
            return ""
        wanted = [TopicPartition(topic, number, offset) for (topic, number), offset in offsets.items()]
        try:
            done = self._client.commit(offsets=wanted, asynchronous=False)
        except KafkaException as error:
            return exception_text(error.args[0])
        errors = [exception_text(one.error) for one in done or () if one.error is not None]
        return errors[0] if errors else ""

    def statistics(self) -> Statistics:
        """Return what was counted, up to now; empty unless the consumer was made with `counts`."""
        seen = self._statistics.reports
        deadline = time.monotonic() + 5 * _COUNT_MS / 1000
        self._client.pause(self._client.assignment())
        while self._statistics.reports == seen and time.monotonic() < deadline:
            self._client.poll(SLICE)
        return self._statistics

    def explain(self) -> None:
        """Say, if no broker answered, at which stage it is."""
        self._connecting.say()

    def close(self) -> None:
        """Commit what was handled, if the group commits by itself, and leave the group."""
        self._client.close()

    def _subscribe(self, topics: list[str]) -> None:
        listeners: dict[str, Any] = {}
        if self._commits or self._tell_assigned is not None:
            listeners["on_assign"] = self._assigned
        if self._tell_revoked is not None:
            listeners["on_revoke"] = listeners["on_lost"] = self._revoked
        self._client.subscribe(topics, **listeners)

    def _look_for_topics(self) -> None:
        from confluent_kafka import KafkaException

        now = time.monotonic()
        if now < self._look_again or self._matches is None:
            return
        try:
            found = self._client.list_topics(timeout=2.0).topics
        except KafkaException:
            self._client.poll(0)
            return
        self._look_again = now + self._refresh
        hidden = _INTERNAL if self._hides_internal else ()
        names = sorted(name for name in found if name not in hidden and self._matches(name))
        if names and names != self._matched:
            self._matched = names
            self._subscribe(names)

    def _assigned(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        """Fix the first position of partitions without a commit, so that it is committed even if nothing comes, as in Java."""
        from confluent_kafka import KafkaException

        if self._tell_assigned is not None:
            self._tell_assigned([(one.topic, one.partition) for one in partitions])
        if not self._commits:
            return
        starts, fresh = partitions, []
        try:
            starts = client.committed(partitions, 10.0)
            for start in starts:
                if start.offset < 0 and self._reset != "none":
                    low, high = client.get_watermark_offsets(start, timeout=10.0)
                    start.offset = low if self._reset == "earliest" else high
                    fresh.append(start)
        except KafkaException:
            starts, fresh = partitions, []  # librdkafka finds them itself, later
        if self._is_cooperative:
            client.incremental_assign(starts)
        else:
            client.assign(starts)
        self._store(fresh)

    def _revoked(self, _client: Consumer, partitions: list[TopicPartition]) -> None:
        if self._tell_revoked is not None:
            self._tell_revoked([(one.topic, one.partition) for one in partitions])

    def _store(self, offsets: list[TopicPartition]) -> None:
        from confluent_kafka import KafkaException

        if offsets:
            with suppress(
                KafkaException
            ):  # a partition was taken away meanwhile: its next owner begins at the last commit
                self._client.store_offsets(offsets=offsets)

    def _ask_for_missing(self) -> None:
        """Ask for topics that weren't there, as Java does ten times a second: librdkafka would wait for minutes.

        It is the question that lets a broker create them.
        """
        from confluent_kafka import KafkaException

        if time.monotonic() < self._ask_again:
            return
        self._ask_again = time.monotonic() + SLICE
        for topic, said in list(self._missing.items()):
            try:
                found = self._client.list_topics(topic, 1.0).topics[topic]
            except KafkaException:
                return
            if found.error is None:
                del self._missing[topic]
                continue
            if exception := topic_exception(topic, found.error.code()):
                raise RecordError(exception)
            name = error_info(found.error.code()).name
            if name != said:
                self._missing[topic] = name
                self._notice("WARN", f"Error while fetching metadata : {{{topic}={name}}}")

    def _trouble(self, record: Message) -> None:
        error, topic = record.error(), record.topic()
        assert error is not None
        code = error.code()
        if code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
            if topic is not None:
                self._missing.setdefault(topic, "")
        elif code == ErrorCode.GROUP_AUTHORIZATION_FAILED:
            raise RecordError(f"{ERRORS}GroupAuthorizationException: Not authorized to access group: {self._group}")
        elif code == error._AUTO_OFFSET_RESET:
            raise RecordError(
                "org.apache.kafka.clients.consumer.NoOffsetForPartitionException: Undefined offset with no reset policy "
                f"for partitions: [{topic}-{record.partition()}]"
            )
        elif exception := topic_exception(topic or "", code) or (exception_text(error) if error.fatal() else ""):
            raise RecordError(exception)

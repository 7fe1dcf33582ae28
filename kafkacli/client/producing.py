"""Sending records to a topic as the Java producer of 2.6.2 does: its waiting, its limits, its errors."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from kafkacli.client.librdkafka_properties import Side
from kafkacli.client.librdkafka_settings import ClientConfig
from kafkacli.client.records import (
    ERRORS,
    SLICE,
    TIMEOUT,
    Connecting,
    RecordError,
    check_bootstrap,
    exception_text,
    new_producer,
    topic_exception,
    warn_of_unknown,
    why_no_broker,
)
from kafkacli.client.statistics import Statistics
from kafkacli.errors import ErrorCode, error_info

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from confluent_kafka import KafkaError, Message, Producer

    from kafkacli.client.records import Notice

    Headers = Sequence[tuple[str, bytes | None]]
    Undelivered = Callable[[str, bytes | None, bytes | None, str], None]
    """Told of a record that was not delivered: topic, key, value, and the exception as Java names it."""
    Delivered = Callable[[Message], None]
    """Told of a record that was delivered."""

_COUNT_MS = 200  # between two reports of statistics
_ASKING = (
    1.0  # seconds for one question about a topic; the answer to the first, that it isn't there yet, must not be missed
)
_LENGTHS = 5 + 5 + 1  # the most that the lengths of key and value and the number of headers take
_OVERHEAD = 61 + 21  # a batch's header and the most that a record's fields take (DefaultRecord.MAX_RECORD_OVERHEAD)


class RecordProducer:
    """Sends records to one topic.

    properties: names and values of the Java producer. Raises ConfigError for refused ones.
    delivered: told of each delivered record, which costs time; None: nobody is. counts: gather `statistics`.
    """

    def __init__(
        self,
        topic: str,
        properties: Mapping[str, str],
        undelivered: Undelivered,
        notice: Notice,
        delivered: Delivered | None = None,
        *,
        counts: bool = False,
    ) -> None:
        config = ClientConfig(Side.PRODUCER, properties)
        warn_of_unknown(config, notice)
        check_bootstrap(config)
        self._topic = topic
        self._undelivered = undelivered
        self._notice: Notice = lambda level, text: notice(
            level, f"[Producer clientId={config.values['client.id']}] {text}"
        )
        self._max_block_ms: int = config.values["max.block.ms"]
        self._max_size: int = config.values["max.request.size"]
        self._small = self._max_size - _OVERHEAD - _LENGTHS
        self._connecting = Connecting(partial(why_no_broker, config), self._notice)
        self._known: set[str] = set()
        self._delivered = delivered
        self._statistics = Statistics()
        settings: dict[str, Any] = {"delivery_report_only_error": delivered is None}
        if counts:
            settings |= {"statistics_interval_ms": _COUNT_MS, "stats_cb": self._statistics.take}
        self._client: Producer = new_producer(config, self._connecting.heard, self._reported, **settings)

    def send(self, records: Sequence[tuple[bytes | None, bytes]]) -> None:
        """Queue records (key, value), waiting as Java does while the queue is full or the topic unknown.

        Those that can't be sent are reported to `undelivered`.
        """
        produce, topic, known = self._client.produce, self._topic, self._known
        for key, value in records:
            if topic not in known and (trouble := self._await_topic(topic)):
                self._undelivered(topic, key, value, trouble)
                continue
            if len(value) + len(key or b"") > self._small and (trouble := self._too_large(key, value)):
                self._undelivered(topic, key, value, trouble)
                continue
            try:
                produce(topic, value, key)
            except BufferError:
                self._send_when_there_is_room(topic, key, value, partial(produce, topic, value, key))
        self.poll()

    def send_one(
        self,
        key: bytes | None,
        value: bytes | None,
        *,
        topic: str = "",
        timestamp_ms: int | None = None,
        headers: Headers = (),
    ) -> None:
        """Queue one record as `send` does, with what most records don't have.

        topic: another one than the producer's. timestamp_ms: since 1970, None or 0: now.
        """
        topic = topic or self._topic
        trouble = "" if topic in self._known else self._await_topic(topic)
        if not trouble:
            extra = 1 + (sum([len(name) + len(data or b"") + 10 for name, data in headers]) if headers else 0)
            if len(value or b"") + len(key or b"") + extra > self._small:
                trouble = self._too_large(key, value, extra)
        if trouble:
            self._undelivered(topic, key, value, trouble)
            return

        def produce() -> None:
            self._client.produce(topic, value, key, timestamp=timestamp_ms or 0, headers=list(headers) or None)

        try:
            produce()
        except BufferError:
            self._send_when_there_is_room(topic, key, value, produce)
        self.poll()

    def poll(self) -> None:
        """Report what was not delivered since the last call."""
        self._client.poll(0)

    def wait(self, seconds: float) -> None:
        """Wait, reporting what is or isn't delivered; ends earlier when there is something to report."""
        self._client.poll(seconds)

    def statistics(self) -> Statistics:
        """Return what was counted, up to now; empty unless the producer was made with `counts`."""
        seen = self._statistics.reports
        deadline = time.monotonic() + 5 * _COUNT_MS / 1000
        while self._statistics.reports == seen and time.monotonic() < deadline:
            self._client.poll(SLICE)
        return self._statistics

    def init_transactions(self) -> None:
        """Take over the transactional id, ending what another producer of it left open. Raises RecordError."""
        self._transactional(self._client.init_transactions)

    def begin_transaction(self) -> None:
        """Let what is sent from now on be one transaction. Raises RecordError."""
        self._transactional(self._client.begin_transaction)

    def commit_transaction(self) -> None:
        """Wait until all of the transaction is delivered, and commit it. Raises RecordError."""
        self._transactional(self._client.commit_transaction)

    def _transactional(self, action: Callable[[], object]) -> None:
        from confluent_kafka import KafkaException

        try:
            action()
        except KafkaException as error:
            raise RecordError(exception_text(error.args[0])) from None

    def waiting(self) -> int:
        """Return how many records are not acknowledged yet."""
        return len(self._client)

    def flush(self, seconds: float | None = None) -> int:
        """Wait until every record is delivered or reported; return how many are left after `seconds` (None: no limit)."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while left := self._client.flush(SLICE):
            if deadline is not None and time.monotonic() > deadline:
                return int(left)
        return 0

    def _await_topic(self, name: str) -> str:
        """Wait for a topic's partitions, at most max.block.ms; return the exception when they don't come."""
        from confluent_kafka import KafkaException

        deadline = time.monotonic() + self._max_block_ms / 1000
        attempt = 0
        while (left := deadline - time.monotonic()) > 0:
            attempt += 1
            try:
                topic = self._client.list_topics(name, min(left, _ASKING)).topics[name]
            except KafkaException:
                self._client.poll(0)
                try:
                    self._connecting.look(lambda: False)
                except RecordError as error:
                    return str(error)
                continue
            self._connecting.connected()
            if topic.error is None and any(partition.leader >= 0 for partition in topic.partitions.values()):
                self._known.add(name)
                return ""
            code = topic.error.code() if topic.error else ErrorCode.LEADER_NOT_AVAILABLE
            said = error_info(code).name
            self._notice("WARN", f"Error while fetching metadata with correlation id {attempt} : {{{name}={said}}}")
            if exception := topic_exception(name, code):
                return exception
            time.sleep(min(0.1, max(deadline - time.monotonic(), 0)))
        self._connecting.say()
        return f"{TIMEOUT}: Topic {name} not present in metadata after {self._max_block_ms} ms."

    def _send_when_there_is_room(
        self, topic: str, key: bytes | None, value: bytes | None, produce: Callable[[], object]
    ) -> None:
        deadline = time.monotonic() + self._max_block_ms / 1000
        while True:
            self._client.poll(0.01)
            try:
                produce()
                return
            except BufferError:
                if time.monotonic() > deadline:
                    break
        self._undelivered(
            topic,
            key,
            value,
            f"{TIMEOUT}: Failed to allocate memory within the configured max blocking time {self._max_block_ms} ms.",
        )

    def _too_large(self, key: bytes | None, value: bytes | None, headers_size: int = 1) -> str:
        size = _OVERHEAD + _sized(key) + _sized(value) + headers_size
        if size <= self._max_size:
            return ""
        return (
            f"{ERRORS}RecordTooLargeException: The message is {size} bytes when serialized which is larger than "
            f"{self._max_size}, which is the value of the max.request.size configuration."
        )

    def _reported(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self._undelivered(message.topic() or "", message.key(), message.value(), exception_text(error))
        elif self._delivered is not None:
            self._delivered(message)


def _sized(data: bytes | None) -> int:
    """Return how many bytes a key or a value takes in a record, the varint of its length included."""
    if data is None:
        return 1
    length = 2 * len(data)
    return len(data) + max(1, (length.bit_length() + 6) // 7)

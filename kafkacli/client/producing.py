"""Sending records to topics as the Java producer of 2.6.2 does: its batches, its waiting, its limits, its errors.

There is no thread behind it: records go out, and answers come in, while one of the methods here runs.
"""

from __future__ import annotations

import os
from time import monotonic, time

from kafkacli.client.accumulator import Accumulator
from kafkacli.client.client_config import ClientConfig
from kafkacli.client.client_properties import Side
from kafkacli.client.client_settings import client_links
from kafkacli.client.cluster_view import ClusterView
from kafkacli.client.cluster_watch import ClusterWatch
from kafkacli.client.filling import Filler, Pairs, Rows, Single, Taken, Values
from kafkacli.client.partitioners import PARTITIONERS
from kafkacli.client.patience import Patience
from kafkacli.client.record_limits import RecordLimits
from kafkacli.client.records import TIMEOUT, warn_of_unknown
from kafkacli.client.sender import Sender
from kafkacli.client.sequences import Sequences
from kafkacli.client.topic_wait import await_topic
from kafkacli.client.traffic import Traffic
from kafkacli.errors import error_info
from kafkacli.java_classes import JavaError
from kafkacli.record.compression import Compression

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Self

    from kafkacli.client.batches import Batch
    from kafkacli.client.filling import Headers
    from kafkacli.client.records import Notice
    from kafkacli.client.topics import TopicPartition
    from kafkacli.client.transactions import Transactions
    from kafkacli.record.bodies import Bodies

    Undelivered = Callable[[str, bytes | None, bytes | None, str], None]
    """Told of a record that was not delivered: topic, key, value, and the exception as Java names it."""
    Finished = Callable[[Batch, str], None]
    """Told of a batch that was acknowledged, or given up with an exception, '' otherwise."""

_SLICE = 0.5  # seconds after which one who waits looks around
_ILLEGAL_ARGUMENT = "java.lang.IllegalArgumentException"


def _go_on() -> None:
    """Nobody wants to end anything."""


class RecordProducer:
    """Sends records to one topic, and on demand to others.

    properties: names and values of the Java producer. Raises ConfigError for refused ones.
    finished: told of each batch; then `undelivered` hears only of records that came into none.
    check: called from time to time while something is waited for; what it raises ends that.
    """

    def __init__(
        self,
        topic: str,
        properties: Mapping[str, str],
        undelivered: Undelivered,
        notice: Notice,
        finished: Finished | None = None,
        *,
        check: Callable[[], None] = _go_on,
    ) -> None:
        config = ClientConfig(Side.PRODUCER, properties)
        warn_of_unknown(config, notice)
        values = config.values
        self._topic = topic
        self._undelivered = undelivered
        self._finished = finished
        self._check = check
        self._notice: Notice = lambda level, text: notice(level, f"[Producer clientId={values['client.id']}] {text}")
        self._max_block_ms: int = values["max.block.ms"]
        self._limits = RecordLimits(values["max.request.size"], values["buffer.memory"])
        self._view = ClusterView(keeps_known=True)
        transactional_id: str | None = values["transactional.id"]
        sequences = Sequences(is_transactional=transactional_id is not None) if values["enable.idempotence"] else None
        self._accumulator = Accumulator(
            batch_size=values["batch.size"],
            memory=values["buffer.memory"],
            linger_s=values["linger.ms"] / 1000,
            backoff_s=values["retry.backoff.ms"] / 1000,
            delivery_s=values["delivery.timeout.ms"] / 1000,
            codec=Compression[values["compression.type"].upper()],
            sequences=sequences,
            keeps_order=values["max.in.flight.requests.per.connection"] == 1,
        )
        self._filler = Filler(
            self._accumulator, self._view, PARTITIONERS[values["partitioner.class"]], _any_of, self._new_batch
        )
        self.traffic = Traffic(values["client.id"])
        self._patience = Patience(self._notice)
        self._links = client_links(config, self._patience, self.traffic)
        self._watch = ClusterWatch(
            self._view,
            self._links,
            self._tell_errors,
            purpose="",
            max_age_s=values["metadata.max.age.ms"] / 1000,
            retry_s=values["retry.backoff.ms"] / 1000,
            timeout_s=values["request.timeout.ms"] / 1000,
            creates=True,
        )
        self._sender = Sender(
            self._accumulator,
            self._watch,
            self._links,
            sequences,
            self._done,
            self._notice,
            acks=-1 if values["acks"] == "all" else int(values["acks"]),
            retries=values["retries"],
            max_in_flight=values["max.in.flight.requests.per.connection"],
            max_request_size=values["max.request.size"],
            request_timeout_ms=values["request.timeout.ms"],
            backoff_s=values["retry.backoff.ms"] / 1000,
            throttled=self.traffic.throttle.add,
            transactional_id=transactional_id,
        )
        self._transactions: Transactions | None = None
        if transactional_id is not None:
            from kafkacli.client.transactions import Transactions

            assert sequences is not None
            self._transactions = Transactions(
                transactional_id,
                values["transaction.timeout.ms"],
                self._links,
                sequences,
                self._round,
                request_timeout_s=values["request.timeout.ms"] / 1000,
                backoff_s=values["retry.backoff.ms"] / 1000,
            )

    # --- records

    def send_values(self, values: Sequence[bytes], sent: float = 0.0) -> None:
        """Queue records without key, waiting as Java does while memory is full or the topic unknown.

        Those that can't be sent are reported to `undelivered`. sent: when they were handed over, for the batches' marks.
        """
        first = 0
        while self._view.count(self._topic) == 0 and first < len(values):
            self.send_one(None, values[first], sent=sent)
            first += 1
        rows = Values(values[first:] if first else values)
        if rows.largest <= self._limits.surely:
            self._fill(rows, self._topic, None, sent)
        else:
            for number in range(first, len(values)):
                if len(values[number]) > self._limits.surely:
                    self._fill(Values(values[first:number]), self._topic, None, sent)
                    self.send_one(None, values[number], sent=sent)
                    first = number + 1
            self._fill(Values(values[first:]), self._topic, None, sent)
        self.poll()

    def send(self, records: Sequence[tuple[bytes | None, bytes | None]], sent: float = 0.0) -> None:
        """Queue records (key, value) as `send_values` does."""
        keys: list[bytes] = []
        values: list[bytes] = []
        for key, value in records:
            if key is not None and value is not None:
                keys.append(key)
                values.append(value)
                continue
            self._send_pairs(keys, values, sent)
            keys, values = [], []
            self.send_one(key, value, sent=sent)
        self.send_pairs(keys, values, sent)

    def send_pairs(self, keys: Sequence[bytes], values: Sequence[bytes], sent: float = 0.0) -> None:
        """Queue records with a key each as `send_values` does."""
        self._send_pairs(keys, values, sent)
        self.poll()

    def _send_pairs(self, keys: Sequence[bytes], values: Sequence[bytes], sent: float) -> None:
        topic = self._topic
        first = 0
        while self._view.count(topic) == 0 and first < len(values):
            self.send_one(keys[first], values[first], sent=sent)
            first += 1
        if first:
            keys, values = keys[first:], values[first:]
        if not keys:
            return
        rows = Pairs(keys, values)
        if rows.largest > self._limits.surely:
            first = 0
            for number in [number for number, size in enumerate(rows.sizes) if size > self._limits.surely]:
                self._send_pairs(keys[first:number], values[first:number], sent)
                self.send_one(keys[number], values[number], sent=sent)
                first = number + 1
            self._send_pairs(keys[first:], values[first:], sent)
            return
        count, chooser = self._view.count(topic), self._filler.partitioner(topic)
        if not chooser.is_keyed or count == 1:
            self._fill(rows, topic, None if not chooser.is_keyed else 0, sent)
            return
        groups: list[list[tuple[bytes, bytes]]] = [[] for _ in range(count)]
        for partition, pair in zip(chooser.of_keys(keys, count), zip(keys, values, strict=True), strict=True):
            groups[partition].append(pair)
        for partition, pairs in enumerate(groups):
            if pairs:
                self._fill(Pairs(*zip(*pairs, strict=True)), topic, partition, sent)

    def send_one(
        self,
        key: bytes | None,
        value: bytes | None,
        *,
        topic: str = "",
        partition: int | None = None,
        timestamp_ms: int | None = None,
        headers: Headers = (),
        sent: float = 0.0,
    ) -> None:
        """Queue one record, with what most records don't have.

        topic: another one than the producer's. partition: None: the partitioner's. timestamp_ms: since 1970, None: now.
        Raises JavaError for headers where a broker is too old to take them.
        """
        topic = topic or self._topic
        rows = Single(key, value, headers)
        trouble = "" if self._view.count(topic) > (partition or 0) else self._await_topic(topic, partition)
        if headers and not trouble and (magic := self._sender.magic()) < 2:
            raise JavaError(_ILLEGAL_ARGUMENT, f"Magic v{magic} does not support record headers")
        if not trouble and rows.largest > self._limits.surely:
            trouble = self._limits.refusal(key, value, headers)
        if trouble:
            self._undelivered(topic, key, value, trouble)
            return
        if partition is None and key is not None and (chooser := self._filler.partitioner(topic)).is_keyed:
            partition = chooser.of_key(key, self._view.count(topic))
        self._fill(rows, topic, partition, sent, timestamp_ms)

    def wants_keys(self, topic: str) -> bool:
        """Whether the keys of records decide which partition they go to; waits until the topic is known, as sending does."""
        if not self._view.count(topic):
            self._await_topic(topic, None)
        return self._view.count(topic) != 1 and self._filler.partitioner(topic).is_keyed

    def send_bodies(self, topic: str, timestamp_ms: int, taken: Bodies) -> bool:
        """Queue records of another batch as they are, timestamps too.

        timestamp_ms: its base timestamp. taken: with keys if these are wanted.
        Returns False, with nothing done, when they have to be sent one by one.
        """
        count = self._view.count(topic)
        bodies, deltas = taken.bodies, taken.timestamp_deltas
        if self._sender.magic() < 2:
            return False
        if not count or max(map(len, bodies)) > self._limits.surely or timestamp_ms + min(deltas) < 0:
            return False
        keys = taken.keys if self.wants_keys(topic) else []
        if keys is None:
            return False
        known = [key for key in keys if key is not None]
        if not known:
            self._fill_taken(topic, None, timestamp_ms, bodies, deltas)
            return True
        chooser = self._filler.partitioner(topic)
        partitions = chooser.of_keys(known, count)
        free = chooser.of_none(count, self._view.available(topic))
        if len(known) < len(keys):
            chosen = iter(partitions)
            partitions = [free if key is None else next(chosen) for key in keys]
        groups: dict[int, tuple[list[bytes], list[int]]] = {partition: ([], []) for partition in set(partitions)}
        for partition, body, delta in zip(partitions, bodies, deltas, strict=True):
            group = groups[partition]
            group[0].append(body)
            group[1].append(delta)
        for partition, (some, times) in groups.items():
            self._fill_taken(topic, partition, timestamp_ms, some, times)
        if len(known) < len(keys) and self._accumulator.open_batch((topic, free)) is None:
            chooser.next_batch(count, self._view.available(topic))
        return True

    def _fill_taken(
        self, topic: str, partition: int | None, timestamp_ms: int, bodies: list[bytes], deltas: list[int]
    ) -> None:
        first = deltas[0]
        rows = Taken(bodies, [delta - first for delta in deltas] if first else deltas)
        self._fill(rows, topic, partition, 0.0, timestamp_ms + first)

    def _fill(
        self,
        rows: Rows,
        topic: str,
        partition: int | None,
        sent: float,
        timestamp_ms: int | None = None,
    ) -> None:
        now_ms = int(time() * 1000) if timestamp_ms is None else timestamp_ms
        for number in self._filler.fill(rows, topic, partition, now_ms, sent):
            text = f"Failed to allocate memory within the configured max blocking time {self._max_block_ms} ms."
            self._undelivered(topic, *rows.record(number), f"{TIMEOUT}: {text}")

    def _new_batch(self, partition: TopicPartition, timestamp_ms: int, least: int) -> Batch | None:
        """Begin a batch as soon as there is memory; None after max.block.ms. Raises JavaError where it can't be compressed."""
        if self._accumulator.codec is Compression.ZSTD and (magic := self._sender.magic()) < 2:
            raise JavaError(_ILLEGAL_ARGUMENT, f"ZStandard compression is not supported for magic {magic}")
        if self._transactions is not None:
            self._transactions.add(partition)
        deadline = 0.0
        while (batch := self._accumulator.new_batch(partition, monotonic(), timestamp_ms, least)) is None:
            now = monotonic()
            deadline = deadline or now + self._max_block_ms / 1000
            if now >= deadline:
                break
            self._accumulator.is_urgent = True
            self._round(min(deadline - now, _SLICE))
            self._accumulator.is_urgent = False
            self._check()
        return batch

    # --- waiting

    def poll(self) -> None:
        """Send what is ready and take the answers that are there."""
        self._round(0)

    def wait(self, seconds: float, descriptors: Iterable[int] = ()) -> bool:
        """Wait for answers, or until one of these descriptors can be read; return whether one can."""
        return self._round(seconds, descriptors)

    def partition_count(self) -> int:
        """Return how many partitions the topic has, 0 while that isn't known."""
        return self._view.count(self._topic)

    def await_topic(self) -> str:
        """Wait until they are known, at most max.block.ms; return the exception when they are not."""
        return "" if self.partition_count() else self._await_topic(self._topic, None)

    def waiting(self) -> int:
        """Return how many records are not acknowledged yet."""
        return self._accumulator.records

    def flush(self, seconds: float | None = None) -> int:
        """Wait until every record is delivered or reported; return how many are left after `seconds`.

        None: no limit, but `check`.
        """
        deadline = None if seconds is None else monotonic() + seconds
        self._accumulator.is_urgent = True
        try:
            while self._accumulator.records:
                left = _SLICE if deadline is None else deadline - monotonic()
                if left <= 0:
                    break
                self._round(min(left, _SLICE))
                if deadline is None:
                    self._check()
        finally:
            self._accumulator.is_urgent = False
        return self._accumulator.records

    def close(self) -> None:
        """Close the connections; what is not acknowledged stays so."""
        self._links.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _round(self, seconds: float, descriptors: Iterable[int] = ()) -> bool:
        is_there = self._sender.round(seconds, descriptors)
        if self._patience.is_alone:
            self._patience.look()
        return is_there

    def _await_topic(self, name: str, partition: int | None) -> str:
        def go_on(seconds: float) -> None:
            self._round(min(seconds, _SLICE))
            self._check()

        return await_topic(name, partition, self._watch, self._patience, self._max_block_ms, go_on)

    def _tell_errors(self, number: int) -> None:
        if errors := self._view.errors:
            said = ", ".join(f"{name}={error_info(code).name}" for name, code in errors.items())
            self._notice("WARN", f"Error while fetching metadata with correlation id {number} : {{{said}}}")

    # --- transactions; each raises RecordError

    def init_transactions(self) -> None:
        """Take over the transactional id, ending what another producer of it left open."""
        assert self._transactions is not None
        self._transactions.init(self._max_block_ms)

    def begin_transaction(self) -> None:
        """Let what is sent from now on be one transaction."""
        assert self._transactions is not None
        self._transactions.begin()

    def commit_transaction(self) -> None:
        """Wait until all of the transaction is delivered, and commit it."""
        assert self._transactions is not None
        self.flush()
        self._transactions.commit(self._max_block_ms)

    # --- what becomes of batches

    def _done(self, batch: Batch, exception: str) -> None:
        if not exception:
            self.traffic.batch(batch.topic, len(batch.wire), batch.count)
        if exception and self._transactions is not None:
            self._transactions.failed(exception)
        if self._finished is not None:
            self._finished(batch, exception)
        elif exception:
            for record in batch.records():
                self._undelivered(batch.topic, record.key, record.value, exception)


def _any_of(choices: Sequence[int]) -> int:
    return choices[int.from_bytes(os.urandom(4), "big") % len(choices)]

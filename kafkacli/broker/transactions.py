"""The broker's side of transactions: answers, periodic work, the log and the markers that the coordinator asks for.

As with groups a request becomes an event, whose result is applied at once: futures are answered, records appended to
`__transaction_state`, markers written to the partitions that this broker leads. A partition that another broker leads, or
nobody at present, is tried again until it is led here or gone. Source: Apache `TransactionCoordinator.scala` (startup),
`TransactionStateManager.scala` (appending, loading), `TransactionMarkerChannelManager.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import Any, Final

from kafkacli.broker.broker import Broker
from kafkacli.broker.internal_appends import Appended, append_batch, replay
from kafkacli.broker.transaction_markers import write_markers
from kafkacli.coordinator.offsets import TopicPartition
from kafkacli.coordinator.requests import InitProducerId, Producer
from kafkacli.coordinator.result import Append, Markers, Result
from kafkacli.coordinator.transaction_coordinator import (
    InitProducerIdResult,
    TransactionConfig,
    TransactionCoordinator,
)
from kafkacli.coordinator.transaction_loading import TransactionLoader
from kafkacli.coordinator.transaction_records import TRANSACTIONS_TOPIC
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.record.batch import Record, encode_batch
from kafkacli.record.errors import RecordError
from kafkacli.replica.partition import Partition

_log = logging.getLogger("kafka.coordinator.transaction.TransactionCoordinator")

LOAD_BYTES: Final = 128 * 1024  # of log replayed in one turn of the loop, whatever the load buffer's size allows
RETRY_S: Final = 0.5


class Transactions:
    """The transaction coordinator of a broker. To be used on its loop only; the handlers' one door to it.

    partitions: of `__transaction_state`, or how many it will have.
    """

    def __init__(self, broker: Broker, partitions: int) -> None:
        config = broker.config
        self._broker = broker
        self._loop = asyncio.get_running_loop()
        self._request_timeout_ms = config.integer("request.timeout.ms")
        self._coordinator = TransactionCoordinator(
            TransactionConfig(
                max_timeout_ms=config.integer("transaction.max.timeout.ms"),
                id_expiration_ms=config.integer("transactional.id.expiration.ms"),
                request_timeout_ms=self._request_timeout_ms,
            ),
            partitions,
        )
        self._load_bytes = min(config.integer("transaction.state.log.load.buffer.size"), LOAD_BYTES)
        self._loads: dict[int, asyncio.Task[None]] = {}
        self._retries: set[asyncio.TimerHandle] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._repeat("transaction.abort.timed.out.transaction.cleanup.interval.ms", self._coordinator.abort_timed_out)
        self._repeat("transaction.remove.expired.transaction.cleanup.interval.ms", self._coordinator.expire_ids)

    async def stop(self) -> None:
        """Begin nothing any more; what is in the log goes on with the next start."""
        for timer in (*self._timers.values(), *self._retries):
            timer.cancel()
        self._retries.clear()
        loads = list(self._loads.values())
        for load in loads:
            load.cancel()
        await asyncio.gather(*loads, return_exceptions=True)

    def partition_for(self, transactional_id: str) -> int:
        """Return the partition of `__transaction_state` that keeps this id; its leader is the id's coordinator."""
        return self._coordinator.partition_for(transactional_id)

    # requests

    async def init_producer_id(self, request: InitProducerId) -> InitProducerIdResult:
        """InitProducerId with a transactional id. Raises ApiError when ZooKeeper gives no producer id."""
        reply_to: asyncio.Future[InitProducerIdResult] = self._loop.create_future()
        result = self._coordinator.init_producer_id(request, None, reply_to, self._broker.now_ms())
        if result is None:
            new = await self._broker.controller.next_producer_id()
            result = self._coordinator.init_producer_id(request, new, reply_to, self._broker.now_ms())
        if result is not None:
            self._apply(result)
        return await reply_to

    def add_partitions(
        self, transactional_id: str, producer: Producer, partitions: Collection[TopicPartition]
    ) -> asyncio.Future[ErrorCode]:
        """AddPartitionsToTxn and AddOffsetsToTxn."""
        return self._ask(
            lambda reply_to, now_ms: self._coordinator.add_partitions(
                transactional_id, producer, partitions, reply_to, now_ms
            )
        )

    def end(self, transactional_id: str, producer: Producer, *, commit: bool) -> asyncio.Future[ErrorCode]:
        """EndTxn."""
        return self._ask(
            lambda reply_to, now_ms: self._coordinator.end(
                transactional_id, producer, commit=commit, reply_to=reply_to, now_ms=now_ms
            )
        )

    def _ask(self, event: Callable[[asyncio.Future[ErrorCode], int], Result]) -> asyncio.Future[ErrorCode]:
        reply_to: asyncio.Future[ErrorCode] = self._loop.create_future()
        self._apply(event(reply_to, self._broker.now_ms()))
        return reply_to

    # what the controller says

    def became_leader(self, partition: Partition) -> None:
        """Take over the ids of a partition of `__transaction_state`; other topics' partitions are ignored."""
        if partition.topic != TRANSACTIONS_TOPIC:
            return
        number, epoch = partition.partition, partition.leader_epoch
        self._coordinator.begin_loading(number, epoch)
        if partition.log.log_start_offset == partition.log.log_end_offset:
            self._apply(self._coordinator.finish_loading(number, epoch, (), self._broker.now_ms()))
        else:
            self._loads[number] = self._loop.create_task(self._load(partition, epoch))

    def resigned(self, partition: Partition) -> None:
        """Give up the ids of a partition that another broker leads now, or nobody."""
        if partition.topic != TRANSACTIONS_TOPIC:
            return
        load = self._loads.pop(partition.partition, None)
        if load is not None:
            load.cancel()
        self._coordinator.resign(partition.partition)

    async def _load(self, partition: Partition, epoch: int) -> None:
        name = partition.log.name
        started_ms = self._broker.now_ms()
        loader = TransactionLoader()
        try:
            await replay(partition.log, loader.feed, self._load_bytes)
        except (ApiError, RecordError, OSError) as error:
            _log.error("Error loading transactions from transaction log %s: %s", name, error)
        transactions = loader.transactions()
        for line in loader.skipped:
            _log.warning("Loading %s: skipped a %s", name, line)
        now_ms = self._broker.now_ms()
        self._loads.pop(partition.partition, None)
        _log.info(
            "Finished loading %d transaction metadata from %s in %d milliseconds",
            len(transactions),
            name,
            now_ms - started_ms,
        )
        self._apply(self._coordinator.finish_loading(partition.partition, epoch, transactions, now_ms))

    # results

    def _apply(self, result: Result) -> None:
        """Do what a result says, and the results that this leads to, in order."""
        results = [result]
        for each in results:
            for note in each.notes:
                _log.info("[TransactionCoordinator id=%d] %s", self._broker.node_id, note)
            for reply_to, answer in each.responses:
                _answer(reply_to, answer)
            for append in each.appends:
                following = self._append(append)
                if following is not None:
                    results.append(following)
            for markers in each.markers:
                results.append(self._write(markers))
            for retry in each.retries:
                self._retry(retry)

    def _append(self, append: Append) -> Result | None:
        """Append the records; returns the event's result when that is all, None when followers have to be waited for."""
        records = [Record(timestamp=append.timestamp_ms, key=key, value=value) for key, value in append.records]

        def later(appended: Appended) -> None:
            self._apply(append.finished(*appended, self._broker.now_ms()))

        appended = append_batch(
            self._broker,
            TRANSACTIONS_TOPIC,
            append.partition,
            encode_batch(records),
            later,
            timeout_ms=append.timeout_ms or self._request_timeout_ms,
        )
        return None if appended is None else append.finished(*appended, self._broker.now_ms())

    def _write(self, markers: Markers) -> Result:
        """Write the markers where the partitions are led; partitions that are no more need none.

        After a start the transactions may be loaded before their partitions are known: these are tried again then.
        """
        metadata, node_id = self._broker.metadata, self._broker.node_id
        led: list[TopicPartition] = []
        known: dict[TopicPartition, ErrorCode] = {}
        for partition in markers.partitions:
            state = metadata.partition(*partition)
            if state is None and metadata.is_complete:
                _log.info("%s-%d is likely deleted already: it gets no transaction marker", *partition)
                known[partition] = ErrorCode.NONE
            elif state is not None and state.leader == node_id:
                led.append(partition)
            else:
                known[partition] = ErrorCode.NOT_LEADER_OR_FOLLOWER
        known |= write_markers(
            self._broker,
            markers.producer,
            markers.coordinator_epoch,
            led,
            lambda errors: self._apply(markers.finished(errors, self._broker.now_ms())),
            commit=markers.commit,
        )
        return markers.finished(known, self._broker.now_ms())

    def _retry(self, event: Callable[[int], Result]) -> None:
        def again() -> None:
            self._retries.discard(timer)
            self._apply(event(self._broker.now_ms()))

        timer = self._loop.call_later(RETRY_S, again)
        self._retries.add(timer)

    def _repeat(self, interval: str, event: Callable[[int], Result]) -> None:
        """Have `event` happen every so often; interval: the property that says how often."""
        delay_s = self._broker.config.integer(interval) / 1000

        def now() -> None:
            self._repeat(interval, event)
            self._apply(event(self._broker.now_ms()))

        self._timers[interval] = self._loop.call_later(delay_s, now)


def _answer(reply_to: asyncio.Future[Any], answer: object) -> None:
    if not reply_to.done():  # its connection may be gone
        reply_to.set_result(answer)

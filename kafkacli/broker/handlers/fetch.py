"""Fetch (1), versions 0-11: records from offsets on, waiting for `min_bytes` of them if need be.

v1 throttle time; v2 magic 1; v3 a limit for the whole answer, and at least one batch (KIP-74); v4 magic 2, isolation level
(KIP-98); v5 log start offset; v7 sessions (KIP-227); v9 leader epoch (KIP-320); v10 zstd (KIP-110); v11 rack (KIP-392).
Older versions get older message formats: magic 0 below v2, magic 1 in v2 and v3.
Source: Apache `KafkaApis.handleFetchRequest`, `ReplicaManager.fetchMessages`, `DelayedFetch.scala`.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from struct import Struct
from typing import cast

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.converted_records import ConvertedRecords, HeldRecords, has_newer
from kafkacli.broker.dispatch import RequestContext, handles
from kafkacli.broker.fetch_sessions import FetchContext
from kafkacli.broker.quotas import Usage
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.log.reader import FileRecords
from kafkacli.record.batch import BATCH_OVERHEAD
from kafkacli.registry.client_quotas import CONSUMER_BYTE_RATE
from kafkacli.replica.partition import Isolation, Partition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.fetch_fast import decode_request, encode_response
from kafkacli.wire.messages.fetch import (
    AbortedTransaction,
    FetchablePartitionResponse,
    FetchPartition,
    FetchRequest,
    FetchResponse,
)
from kafkacli.wire.primitives import Buffer

log = logging.getLogger(__name__)

CONSUMER = -1  # replica id
READ_COMMITTED = 1
LAST_CONVERTED = 3  # version whose records may have to be in an older format
ALL_READABLE = 10  # version from which clients know every codec
_OFFSET_AND_LENGTH = Struct(">qi")

_NOT_WAITED_FOR = (ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.TOPIC_AUTHORIZATION_FAILED)

Key = tuple[str, int]


@handles(ApiKey.FETCH, versions=(0, 11), decode=decode_request, encode=encode_response)
def handle(request: FetchRequest, context: RequestContext) -> FetchResponse | Awaitable[FetchResponse]:
    broker = context.broker
    fetch = broker.fetch_sessions.context(request, broker.now_ms())
    read = _Read(request, context, fetch)
    read.run()
    if request.max_wait <= 0 or not read.keys or read.failed or read.bytes_read >= read.min_bytes:
        return read.respond()
    return broker.purgatory.park(read.keys, request.max_wait, read.is_ready, read.respond)


class _Read:
    """One request's reading: of all partitions first, then of each that moves while it waits."""

    __slots__ = (
        "_broker",
        "_check",
        "_client",
        "_fetch",
        "_idle",
        "_isolation",
        "_max_bytes",
        "_only_leader",
        "_results",
        "_sizes",
        "_usage",
        "_version",
        "bytes_read",
        "failed",
        "keys",
        "min_bytes",
    )

    def __init__(self, request: FetchRequest, context: RequestContext, fetch: FetchContext) -> None:
        self._broker = context.broker
        self._fetch = fetch
        self._check = self._checked(context, request.replica_id)
        self._version = context.header.api_version
        self._max_bytes = min(request.max_bytes, context.broker.config.integer("fetch.max.bytes"))
        self._usage = context.usage if request.replica_id < 0 else None
        self._client: tuple[str, str] | None = None
        if request.replica_id < 0 and context.broker.quotas.is_limited(CONSUMER_BYTE_RATE):
            self._client = context.principal.partition(":")[2], context.header.client_id or ""
            most = context.broker.quotas.most_in_window(CONSUMER_BYTE_RATE, *self._client)
            self._max_bytes = int(min(self._max_bytes, most))
        self.min_bytes = min(request.min_bytes, self._max_bytes)
        if request.replica_id != CONSUMER:
            self._isolation = Isolation.LOG_END
        elif request.isolation_level == READ_COMMITTED:
            self._isolation = Isolation.READ_COMMITTED
        else:
            self._isolation = Isolation.READ_UNCOMMITTED
        self._idle = (
            context.broker.idle_answers[self._isolation is Isolation.READ_COMMITTED]
            if self._version > LAST_CONVERTED
            else None
        )
        self._only_leader = self._version < 11 or request.replica_id >= 0
        self.keys: list[Key] = []
        self.failed = False
        self.bytes_read = 0
        self._sizes: dict[Key, int] = {}  # bytes of the records of those partitions that have some
        self._results: dict[Key, FetchablePartitionResponse] = {}

    @staticmethod
    def _checked(context: RequestContext, replica_id: int) -> Callable[[str], None] | None:
        """Return what raises ApiError for a topic that the client may not read; None: it may read all."""
        if context.broker.authorizer is None:
            return None
        if replica_id < 0:
            return partial(context.check, Operation.READ, ResourceType.TOPIC)

        def check(topic: str) -> None:
            if not context.allows(Operation.CLUSTER_ACTION, ResourceType.CLUSTER):
                raise ApiError(ErrorCode.TOPIC_AUTHORIZATION_FAILED)

        return check

    def run(self) -> None:
        """Read every partition within the limits; unknown ones are answered, but not waited for."""
        unknown: dict[Key, FetchablePartitionResponse] = {}
        results: dict[Key, FetchablePartitionResponse] = {}
        for key, asked in self._fetch.partitions.items():
            try:
                results[key] = self._read(key, asked)
            except ApiError as error:
                if error.code in _NOT_WAITED_FOR:
                    unknown[key] = _failed(asked, error)
                else:
                    self.failed = True
                    results[key] = _failed(asked, error)
        self.keys = list(results)
        self._results = results | unknown if unknown else results

    def is_ready(self, moved: Sequence[Key]) -> bool:
        """Read again what has moved; say whether all that was read is enough, or there is an error to tell."""
        for key in moved:
            asked = self._fetch.partitions[key]
            self.bytes_read -= self._sizes.pop(key, 0)
            try:
                self._results[key] = self._read(key, asked)
            except ApiError as error:
                self.failed = True
                self._results[key] = _failed(asked, error)
        return self.failed or self.bytes_read >= self.min_bytes

    def _read(self, key: Key, asked: FetchPartition) -> FetchablePartitionResponse:
        if self._check is not None:
            self._check(key[0])
        idle = self._idle
        try:
            partition = self._broker.partition(*key)
        except ApiError:
            if idle is not None:
                idle.forget(key)
            raise
        if idle is not None and key in idle.known and (known := idle.find(key, partition, asked)) is not None:
            return known
        data = partition.fetch(
            asked.fetch_offset,
            min(asked.max_bytes, max(0, self._max_bytes - self.bytes_read)),
            self._isolation,
            current_leader_epoch=asked.current_leader_epoch,
            min_one_message=self._version > 2 and not self._sizes,
            only_leader=self._only_leader,
            put_off=True,
        )
        if size := len(data.records):
            self._sizes[key] = size
            self.bytes_read += size
        aborted = data.aborted_transactions
        told = FetchablePartitionResponse(
            partition_index=asked.partition_index,
            high_watermark=data.high_watermark,
            last_stable_offset=data.last_stable_offset,
            log_start_offset=data.log_start_offset,
            aborted=None
            if aborted is None
            else [AbortedTransaction(producer_id=each.producer_id, first_offset=each.first_offset) for each in aborted],
            preferred_read_replica=-1,
            records=cast("Buffer", data.records),  # or what has yet to be read, of which little asks more than its size
        )
        if idle is not None and not size:
            idle.keep(key, partition, told)
        return told

    def respond(self) -> FetchResponse:
        now_ms = self._broker.now_ms()
        if self._usage is not None and (wait_ms := self._charge(self._usage, now_ms)) > 0:
            return self._fetch.throttled(wait_ms)
        if self._version < ALL_READABLE:
            self._suit_client()
        return self._fetch.respond(self._results, now_ms)

    def _charge(self, usage: Usage, now_ms: int) -> int:
        """Return for how many ms the client has to wait; it gets no records then, and they are not charged."""
        wait_ms = usage.charge_time(now_ms)
        if self._client is not None:
            size = 4 + sum(map(len, encode_response(self._fetch.preview(self._results), self._version)))
            quotas = self._broker.quotas
            wait_ms = max(wait_ms, quotas.record(CONSUMER_BYTE_RATE, *self._client, size, now_ms))
            if wait_ms > 0:
                quotas.take_back(CONSUMER_BYTE_RATE, *self._client, size, now_ms)
        return wait_ms

    def _suit_client(self) -> None:
        """Give a client of an older version what it can read, or the error where it can't."""
        for key, result in self._results.items():
            if result.error_code:
                continue
            asked = self._fetch.partitions[key]
            try:
                self._suit(result, asked, self._broker.partition(*key))
            except ApiError as error:
                self._results[key] = _failed(asked, error)
            except OSError:
                self._results[key] = _failed(asked, ApiError(ErrorCode.KAFKA_STORAGE_ERROR))

    def _suit(self, result: FetchablePartitionResponse, asked: FetchPartition, partition: Partition) -> None:
        config = partition.log.config
        if config.compression_type == "zstd":
            raise ApiError(ErrorCode.UNSUPPORTED_COMPRESSION_TYPE)
        if self._version > LAST_CONVERTED:
            return
        magic = 0 if self._version < 2 else 1
        records = cast("Buffer | FileRecords", result.records)
        if records and config.magic > magic:
            source = records if isinstance(records, FileRecords) else HeldRecords(records)
            if config.message_downconversion_enable:
                converted = ConvertedRecords(source, magic, asked.fetch_offset, self._broker.converted_bytes)
                result.records = cast("Buffer", converted)
            elif has_newer(source, magic):
                raise ApiError(ErrorCode.UNSUPPORTED_VERSION)
        elif not records and self._version < 3 and asked.fetch_offset < partition.high_watermark:
            # The next batch is larger than the client allows. Before KIP-74 a client is shown that by a cut off entry.
            most = max(asked.max_bytes, BATCH_OVERHEAD)
            result.records = _OFFSET_AND_LENGTH.pack(asked.fetch_offset, most)[: asked.max_bytes]


def _failed(asked: FetchPartition, error: ApiError) -> FetchablePartitionResponse:
    log.debug("Fetch from partition %d at %d failed: %s", asked.partition_index, asked.fetch_offset, error)
    return FetchablePartitionResponse(
        partition_index=asked.partition_index,
        error_code=error.code,
        high_watermark=-1,
        aborted=None,
        preferred_read_replica=-1,
        records=b"",
    )

"""Produce (0), versions 0-8: append records, answer when as many replicas have them as `acks` says.

v1 throttle time; v2 append time; v3 exactly one batch of magic 2, transactional id (KIP-98); v5 log start offset;
v7 zstd (KIP-110); v8 which records were rejected and why (KIP-467). A request with records whose first batch can't be
read is no request: it ends the connection, and nothing of it is appended.
Source: Apache `KafkaApis.handleProduceRequest`, `ReplicaManager.appendRecords`, `DelayedProduce.scala`.
"""

import logging
from collections.abc import Awaitable
from typing import NamedTuple

from kafkacli.authorizer.acls import Operation, ResourceType
from kafkacli.broker.broker import Broker
from kafkacli.broker.dispatch import CloseConnection, RequestContext, handles
from kafkacli.broker.metadata import INTERNAL_TOPICS
from kafkacli.errors import ApiError, ErrorCode, error_info
from kafkacli.record.batch import BATCH_OVERHEAD, LOG_OVERHEAD, iter_headers
from kafkacli.record.errors import RecordError, RecordsRejected
from kafkacli.record.validation import check_produce_version
from kafkacli.replica.partition import ALL_ACKS, Partition
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.produce import (
    BatchIndexAndErrorMessage,
    PartitionProduceData,
    PartitionProduceResponse,
    ProduceRequest,
    ProduceResponse,
    TopicProduceResponse,
)
from kafkacli.wire.produce_fast import decode_request, encode_response

log = logging.getLogger(__name__)

ADMIN_CLIENT_ID = "__admin_client"  # may write to internal topics
_WITHOUT_LOG_START = frozenset(
    {
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        ErrorCode.NOT_LEADER_OR_FOLLOWER,
        ErrorCode.MESSAGE_TOO_LARGE,
        ErrorCode.RECORD_LIST_TOO_LARGE,
        ErrorCode.CORRUPT_MESSAGE,
        ErrorCode.KAFKA_STORAGE_ERROR,
    }
)  # errors of the log that are told without its beginning


class _Unreplicated(NamedTuple):
    """A partition whose followers don't have the new records yet."""

    topic: str
    required_offset: int
    result: PartitionProduceResponse


@handles(ApiKey.PRODUCE, versions=(0, 8), decode=decode_request, encode=encode_response)
def handle(request: ProduceRequest, context: RequestContext) -> ProduceResponse | Awaitable[ProduceResponse] | None:
    _check_first_batches(request, context)
    broker = context.broker
    if broker.authorizer is not None and (refused := _refusal(request, context)):
        return _refused(request, refused, context)
    now_ms = broker.now_ms()
    acks = request.acks
    unreplicated: list[_Unreplicated] = []
    topics = []
    for topic in request.topics:
        name = topic.name
        results = []
        for data in topic.partitions:
            partition, result = _append(broker, name, data, acks, now_ms, context)
            results.append(result)
            if acks == ALL_ACKS and partition is not None:
                end_offset = partition.log.log_end_offset
                if partition.high_watermark < end_offset:
                    unreplicated.append(_Unreplicated(name, end_offset, result))
        topics.append(TopicProduceResponse(name=name, partitions=results))
    response = ProduceResponse(responses=topics)
    if acks == 0:
        _close_on_error(response, context)
        return None
    if unreplicated:
        return _wait(broker, unreplicated, response, request.timeout_ms)
    return response


def _check_first_batches(request: ProduceRequest, context: RequestContext) -> None:
    """Raise CloseConnection unless each partition's records begin with a whole batch, as far as its header tells."""
    for topic in request.topics:
        for data in topic.partitions:
            records = b"" if data.records is None else data.records
            if len(records) > BATCH_OVERHEAD and records[16] == 2:
                length = int.from_bytes(records[8:12], "big", signed=True)
                if BATCH_OVERHEAD <= length + LOG_OVERHEAD <= len(records):
                    continue
            try:
                if next(iter_headers(records), None) is not None:
                    continue
                wrong = "no whole batch"
            except RecordError as error:
                wrong = str(error)
            raise CloseConnection(
                f"Error getting request for apiKey: PRODUCE, apiVersion: {context.header.api_version}: the records of "
                f"{topic.name}-{data.partition_index}: {wrong}"
            )


def _refusal(request: ProduceRequest, context: RequestContext) -> ErrorCode | None:
    """Say what is forbidden altogether: records of a transaction, or of an idempotent producer."""
    if context.header.api_version < 3:
        return None
    headers = [
        next(iter_headers(data.records))[1]
        for topic in request.topics
        for data in topic.partitions
        if data.records is not None
    ]
    if any(header.is_transactional for header in headers):
        name = request.transactional_id
        if name is None or not context.allows(Operation.WRITE, ResourceType.TRANSACTIONAL_ID, name):
            return ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
        return None
    is_idempotent = any(header.producer_id >= 0 for header in headers)
    if is_idempotent and not context.allows(Operation.IDEMPOTENT_WRITE, ResourceType.CLUSTER):
        return ErrorCode.CLUSTER_AUTHORIZATION_FAILED
    return None


def _refused(request: ProduceRequest, error: ErrorCode, context: RequestContext) -> ProduceResponse:
    if request.acks == 0:
        raise CloseConnection(f"{error.name} in a produce request with ack=0 of {context.principal}")
    return ProduceResponse(
        responses=[
            TopicProduceResponse(
                name=topic.name,
                partitions=[_failed(topic.name, data.partition_index, ApiError(error)) for data in topic.partitions],
            )
            for topic in request.topics
        ]
    )


def _append(
    broker: Broker, topic: str, data: PartitionProduceData, acks: int, now_ms: int, context: RequestContext
) -> tuple[Partition | None, PartitionProduceResponse]:
    """Append one partition's records; returns the partition, None when it has not got them, and what to tell."""
    index = data.partition_index
    version = context.header.api_version
    try:
        if broker.authorizer is not None:
            context.check(Operation.WRITE, ResourceType.TOPIC, topic)
        partition = broker.partition(topic, index)
        records = memoryview(data.records or b"")
        if version >= 3 and not _is_one_batch(records, version):
            check_produce_version(records, version)
        if not -1 <= acks <= 1:
            raise ApiError(ErrorCode.INVALID_REQUIRED_ACKS)
        if topic in INTERNAL_TOPICS and context.header.client_id != ADMIN_CLIENT_ID:
            raise ApiError(ErrorCode.INVALID_TOPIC_EXCEPTION, f"Cannot append to internal topic {topic}")
    except ApiError as error:
        return None, _failed(topic, index, error)
    try:
        info = partition.append(records, acks=acks, now_ms=now_ms)
    except RecordsRejected as error:
        return None, PartitionProduceResponse(
            partition_index=index,
            error_code=error.code,
            base_offset=-1,
            log_start_offset=partition.log.log_start_offset,
            record_errors=[
                BatchIndexAndErrorMessage(batch_index=number, batch_index_error_message=text)
                for number, text in error.record_errors
            ],
            error_message=str(error),
        )
    except ApiError as error:
        start = -1 if error.code in _WITHOUT_LOG_START else partition.log.log_start_offset
        return None, _failed(topic, index, error, start)
    return partition, PartitionProduceResponse(
        partition_index=index,
        base_offset=info.first_offset,
        log_append_time_ms=info.log_append_time,
        log_start_offset=info.log_start_offset,
    )


def _failed(topic: str, index: int, error: ApiError, log_start_offset: int = -1) -> PartitionProduceResponse:
    log.debug("Append to %s-%d failed: %s", topic, index, error)
    return PartitionProduceResponse(
        partition_index=index, error_code=error.code, base_offset=-1, log_start_offset=log_start_offset
    )


def _is_one_batch(records: memoryview, version: int) -> bool:
    """Tell the usual case by a few bytes: one batch of magic 2 that fills the buffer; no zstd where it isn't allowed."""
    return (
        len(records) > 22
        and records[16] == 2
        and int.from_bytes(records[8:12], "big") == len(records) - 12
        and (version >= 7 or records[22] & 7 != 4)
    )


def _wait(
    broker: Broker, unreplicated: list[_Unreplicated], response: ProduceResponse, timeout_ms: int
) -> Awaitable[ProduceResponse]:
    """Park the request until each partition's followers have the records, or its time is over."""

    def is_done(waiting: _Unreplicated) -> bool:
        try:
            partition = broker.partition(waiting.topic, waiting.result.partition_index)
            return partition.is_replicated(waiting.required_offset)
        except ApiError as error:
            waiting.result.error_code = error.code
            return True

    def ready(_moved: object = None) -> bool:
        unreplicated[:] = [waiting for waiting in unreplicated if not is_done(waiting)]
        return not unreplicated

    def finish() -> ProduceResponse:
        ready()
        for waiting in unreplicated:
            waiting.result.error_code = ErrorCode.REQUEST_TIMED_OUT
        return response

    keys = [(waiting.topic, waiting.result.partition_index) for waiting in unreplicated]
    return broker.purgatory.park(keys, timeout_ms, ready, finish)


def _close_on_error(response: ProduceResponse, context: RequestContext) -> None:
    """With acks=0 a client can hear of an error only by the end of its connection."""
    errors = [
        f"{topic.name}-{result.partition_index} -> {error_info(result.error_code).exception}"
        for topic in response.responses
        for result in topic.partitions
        if result.error_code
    ]
    if errors:
        header = context.header
        raise CloseConnection(
            f"error during produce request with correlation id {header.correlation_id} from client id "
            f"{header.client_id} with ack=0. Topic and partition to exceptions: {', '.join(errors)}"
        )

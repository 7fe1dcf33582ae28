"""PRODUCE (API key 0), versions 0-8."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.primitives import Buffer
from kafkacli.wire.schema import Message, Struct, array, int16, int32, int64, records, string


class PartitionProduceData(Struct):
    partition_index: int = int32("0+")
    records: Buffer | None = records("0+", nullable="0+")


class TopicProduceData(Struct):
    name: str = string("0+")
    partitions: list[PartitionProduceData] = array(PartitionProduceData, "0+")


class ProduceRequest(Message, key=ApiKey.PRODUCE, versions="0-8", flexible="none"):
    transactional_id: str | None = string("3+", nullable="0+")
    acks: int = int16("0+")
    timeout_ms: int = int32("0+")
    topics: list[TopicProduceData] = array(TopicProduceData, "0+")


class BatchIndexAndErrorMessage(Struct):
    batch_index: int = int32("8+")
    batch_index_error_message: str | None = string("8+", default=None, nullable="8+")


class PartitionProduceResponse(Struct):
    partition_index: int = int32("0+")
    error_code: int = int16("0+")
    base_offset: int = int64("0+")
    log_append_time_ms: int = int64("2+", default=-1, ignorable=True)
    log_start_offset: int = int64("5+", default=-1, ignorable=True)
    record_errors: list[BatchIndexAndErrorMessage] = array(BatchIndexAndErrorMessage, "8+", ignorable=True)
    error_message: str | None = string("8+", default=None, nullable="8+", ignorable=True)


class TopicProduceResponse(Struct):
    name: str = string("0+")
    partitions: list[PartitionProduceResponse] = array(PartitionProduceResponse, "0+")


class ProduceResponse(Message, key=ApiKey.PRODUCE, versions="0-8", flexible="none"):
    responses: list[TopicProduceResponse] = array(TopicProduceResponse, "0+")
    throttle_time_ms: int = int32("1+", ignorable=True)

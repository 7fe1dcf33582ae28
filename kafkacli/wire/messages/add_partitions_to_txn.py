"""ADD_PARTITIONS_TO_TXN (API key 24), versions 0-1."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, int16, int32, int64, string


class AddPartitionsToTxnTopic(Struct):
    name: str = string("0+")
    partitions: list[int] = array("int32", "0+")


class AddPartitionsToTxnRequest(Message, key=ApiKey.ADD_PARTITIONS_TO_TXN, versions="0-1", flexible="none"):
    transactional_id: str = string("0+")
    producer_id: int = int64("0+")
    producer_epoch: int = int16("0+")
    topics: list[AddPartitionsToTxnTopic] = array(AddPartitionsToTxnTopic, "0+")


class AddPartitionsToTxnPartitionResult(Struct):
    partition_index: int = int32("0+")
    error_code: int = int16("0+")


class AddPartitionsToTxnTopicResult(Struct):
    name: str = string("0+")
    results: list[AddPartitionsToTxnPartitionResult] = array(AddPartitionsToTxnPartitionResult, "0+")


class AddPartitionsToTxnResponse(Message, key=ApiKey.ADD_PARTITIONS_TO_TXN, versions="0-1", flexible="none"):
    throttle_time_ms: int = int32("0+")
    results: list[AddPartitionsToTxnTopicResult] = array(AddPartitionsToTxnTopicResult, "0+")

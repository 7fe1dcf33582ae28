"""FETCH (API key 1), versions 0-11."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.primitives import Buffer
from kafkacli.wire.schema import Message, Struct, array, int8, int16, int32, int64, records, string


class FetchPartition(Struct):
    partition_index: int = int32("0+")
    current_leader_epoch: int = int32("9+", default=-1, ignorable=True)
    fetch_offset: int = int64("0+")
    log_start_offset: int = int64("5+", default=-1)
    max_bytes: int = int32("0+")


class FetchableTopic(Struct):
    name: str = string("0+")
    fetch_partitions: list[FetchPartition] = array(FetchPartition, "0+")


class ForgottenTopic(Struct):
    name: str = string("7+")
    forgotten_partition_indexes: list[int] = array("int32", "7+")


class FetchRequest(Message, key=ApiKey.FETCH, versions="0-11", flexible="none"):
    replica_id: int = int32("0+")
    max_wait: int = int32("0+")
    min_bytes: int = int32("0+")
    max_bytes: int = int32("3+", default=0x7FFFFFFF, ignorable=True)
    isolation_level: int = int8("4+")
    session_id: int = int32("7+")
    epoch: int = int32("7+", default=-1)
    topics: list[FetchableTopic] = array(FetchableTopic, "0+")
    forgotten: list[ForgottenTopic] = array(ForgottenTopic, "7+")
    rack_id: str = string("11+", ignorable=True)


class AbortedTransaction(Struct):
    producer_id: int = int64("4+")
    first_offset: int = int64("4+")


class FetchablePartitionResponse(Struct):
    partition_index: int = int32("0+")
    error_code: int = int16("0+")
    high_watermark: int = int64("0+")
    last_stable_offset: int = int64("4+", default=-1, ignorable=True)
    log_start_offset: int = int64("5+", default=-1, ignorable=True)
    aborted: list[AbortedTransaction] | None = array(AbortedTransaction, "4+", nullable="4+")
    preferred_read_replica: int = int32("11+", ignorable=True)
    records: Buffer | None = records("0+", nullable="0+")


class FetchableTopicResponse(Struct):
    name: str = string("0+")
    partitions: list[FetchablePartitionResponse] = array(FetchablePartitionResponse, "0+")


class FetchResponse(Message, key=ApiKey.FETCH, versions="0-11", flexible="none"):
    throttle_time_ms: int = int32("1+", ignorable=True)
    error_code: int = int16("7+")
    session_id: int = int32("7+")
    topics: list[FetchableTopicResponse] = array(FetchableTopicResponse, "0+")

"""OFFSET_FETCH (API key 9), versions 0-7."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, boolean, int16, int32, int64, string


class OffsetFetchRequestTopic(Struct):
    name: str = string("0+")
    partition_indexes: list[int] = array("int32", "0+")


class OffsetFetchRequest(Message, key=ApiKey.OFFSET_FETCH, versions="0-7", flexible="6+"):
    group_id: str = string("0+")
    topics: list[OffsetFetchRequestTopic] | None = array(OffsetFetchRequestTopic, "0+", nullable="2+")
    require_stable: bool = boolean("7+")


class OffsetFetchResponsePartition(Struct):
    partition_index: int = int32("0+")
    committed_offset: int = int64("0+")
    committed_leader_epoch: int = int32("5+", default=-1, ignorable=True)
    metadata: str | None = string("0+", nullable="0+")
    error_code: int = int16("0+")


class OffsetFetchResponseTopic(Struct):
    name: str = string("0+")
    partitions: list[OffsetFetchResponsePartition] = array(OffsetFetchResponsePartition, "0+")


class OffsetFetchResponse(Message, key=ApiKey.OFFSET_FETCH, versions="0-7", flexible="6+"):
    throttle_time_ms: int = int32("3+", ignorable=True)
    topics: list[OffsetFetchResponseTopic] = array(OffsetFetchResponseTopic, "0+")
    error_code: int = int16("2+", ignorable=True)

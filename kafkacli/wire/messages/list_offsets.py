"""LIST_OFFSETS (API key 2), versions 0-5."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, int8, int16, int32, int64, string


class ListOffsetPartition(Struct):
    partition_index: int = int32("0+")
    current_leader_epoch: int = int32("4+")
    timestamp: int = int64("0+")
    max_num_offsets: int = int32("0")


class ListOffsetTopic(Struct):
    name: str = string("0+")
    partitions: list[ListOffsetPartition] = array(ListOffsetPartition, "0+")


class ListOffsetRequest(Message, key=ApiKey.LIST_OFFSETS, versions="0-5", flexible="none"):
    replica_id: int = int32("0+")
    isolation_level: int = int8("2+")
    topics: list[ListOffsetTopic] = array(ListOffsetTopic, "0+")


class ListOffsetPartitionResponse(Struct):
    partition_index: int = int32("0+")
    error_code: int = int16("0+")
    old_style_offsets: list[int] = array("int64", "0")
    timestamp: int = int64("1+", default=-1)
    offset: int = int64("1+", default=-1)
    leader_epoch: int = int32("4+")


class ListOffsetTopicResponse(Struct):
    name: str = string("0+")
    partitions: list[ListOffsetPartitionResponse] = array(ListOffsetPartitionResponse, "0+")


class ListOffsetResponse(Message, key=ApiKey.LIST_OFFSETS, versions="0-5", flexible="none"):
    throttle_time_ms: int = int32("2+", ignorable=True)
    topics: list[ListOffsetTopicResponse] = array(ListOffsetTopicResponse, "0+")

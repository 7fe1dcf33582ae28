"""LIST_GROUPS (API key 16), versions 0-4."""

from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.schema import Message, Struct, array, int16, int32, string


class ListGroupsRequest(Message, key=ApiKey.LIST_GROUPS, versions="0-4", flexible="3+"):
    states_filter: list[str] = array("string", "4+")


class ListedGroup(Struct):
    group_id: str = string("0+")
    protocol_type: str = string("0+")
    group_state: str = string("4+", ignorable=True)


class ListGroupsResponse(Message, key=ApiKey.LIST_GROUPS, versions="0-4", flexible="3+"):
    throttle_time_ms: int = int32("1+", ignorable=True)
    error_code: int = int16("0+")
    groups: list[ListedGroup] = array(ListedGroup, "0+")

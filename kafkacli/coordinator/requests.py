"""What clients ask of a group, as values: the parts of the requests that the state machines look at."""

from collections.abc import Mapping
from typing import NamedTuple


class JoinGroup(NamedTuple):
    """A JoinGroup request. protocols: (name, metadata) by preference; require_member_id: from version 4, not static."""

    group_id: str
    member_id: str
    group_instance_id: str | None
    require_member_id: bool
    client_id: str
    client_host: str
    rebalance_timeout_ms: int
    session_timeout_ms: int
    protocol_type: str
    protocols: list[tuple[str, bytes]]


class SyncGroup(NamedTuple):
    """A SyncGroup request. protocol_type, protocol_name: None before version 5; assignments: by member id."""

    group_id: str
    generation_id: int
    member_id: str
    group_instance_id: str | None
    protocol_type: str | None
    protocol_name: str | None
    assignments: Mapping[str, bytes]


class LeavingMember(NamedTuple):
    """Whom a LeaveGroup request names, by either id."""

    member_id: str
    group_instance_id: str | None = None

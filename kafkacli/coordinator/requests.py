"""What clients ask of a group or a transaction, as values: the parts of the requests that the state machines look at."""

from collections.abc import Mapping
from typing import NamedTuple

NO_PRODUCER_ID = -1
NO_PRODUCER_EPOCH = -1
LAST_EPOCH = 2**15 - 1  # never a client's, so that a producer can always be fenced


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


class Producer(NamedTuple):
    """A producer id and its epoch."""

    producer_id: int
    epoch: int

    @property
    def is_exhausted(self) -> bool:
        """Whether no client may get a higher epoch."""
        return self.epoch >= LAST_EPOCH - 1


NO_PRODUCER = Producer(NO_PRODUCER_ID, NO_PRODUCER_EPOCH)


class InitProducerId(NamedTuple):
    """An InitProducerId request with a transactional id. expected: what the producer believes to be (KIP-360), or None."""

    transactional_id: str
    timeout_ms: int
    expected: Producer | None = None

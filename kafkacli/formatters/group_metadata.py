"""kafka.coordinator.group.GroupMetadataManager$GroupMetadataMessageFormatter: the groups in `__consumer_offsets`."""

from __future__ import annotations

from kafkacli.coordinator.group_records import GroupMetadataKey, MemberMetadata, decode_group_value, decode_key
from kafkacli.coordinator.record_order import ordered_members
from kafkacli.formatters import Formatter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.chunks import FetchedRecord


class GroupMetadataFormatter(Formatter):
    """Prints `group::GroupMetadata(…)`, NULL for a tombstone, nothing for committed offsets."""

    def text(self, record: FetchedRecord) -> bytes:
        """Return one line, or nothing. Raises WireError for bytes that are no such record."""
        data = record.key()
        key = None if data is None else decode_key(data)
        if not isinstance(key, GroupMetadataKey):
            return b""
        group = record.value()
        shown = "NULL" if group is None else group_metadata(key.group, group)
        return f"{key.group}::{shown}\n".encode()


def group_metadata(group: str, data: bytes) -> str:
    """Return the value of a group as Kafka's GroupMetadata prints itself. Raises WireError."""
    value = decode_group_value(data)
    has_instance_ids = data[:2] >= b"\0\3"
    members = ", ".join(
        f"{member.member_id} -> {_member(member, value.protocol, has_instance_ids)}"
        for member in ordered_members(value)
    )
    protocol_type = f"Some({value.protocol_type})" if value.protocol_type or value.members else "None"
    state = "Stable" if value.members else "Empty"
    return (
        f"GroupMetadata(groupId={group}, generation={value.generation}, protocolType={protocol_type}, "
        f"currentState={state}, members=Map({members}))"
    )


def _member(member: MemberMetadata, protocol: str | None, has_instance_ids: bool) -> str:
    instance = f"Some({'null' if member.group_instance_id is None else member.group_instance_id})"
    return (
        f"MemberMetadata(memberId={member.member_id}, groupInstanceId={instance if has_instance_ids else 'None'}, "
        f"clientId={member.client_id}, clientHost={member.client_host}, sessionTimeoutMs={member.session_timeout}, "
        f"rebalanceTimeoutMs={member.rebalance_timeout}, "
        f"supportedProtocols=List({'null' if protocol is None else protocol}), )"
    )

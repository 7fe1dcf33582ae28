"""One member of a group, as the coordinator knows it."""


class Member:
    """A member's identity, its timeouts, what it can do and what it was assigned.

    protocols: (name, metadata) in the member's order of preference.
    is_new: hasn't got the answer to its first JoinGroup; such a member can be expired while it waits.
    Source: MemberMetadata.scala.
    """

    __slots__ = (
        "assignment",
        "client_host",
        "client_id",
        "group_instance_id",
        "is_new",
        "member_id",
        "protocol_type",
        "protocols",
        "rebalance_timeout_ms",
        "session_timeout_ms",
    )

    def __init__(
        self,
        *,
        member_id: str,
        group_instance_id: str | None,
        client_id: str,
        client_host: str,
        rebalance_timeout_ms: int,
        session_timeout_ms: int,
        protocol_type: str,
        protocols: list[tuple[str, bytes]],
        assignment: bytes = b"",
    ) -> None:
        self.member_id = member_id
        self.group_instance_id = group_instance_id
        self.client_id = client_id
        self.client_host = client_host
        self.rebalance_timeout_ms = rebalance_timeout_ms
        self.session_timeout_ms = session_timeout_ms
        self.protocol_type = protocol_type
        self.protocols = protocols
        self.assignment = assignment
        self.is_new = False

    @property
    def is_static(self) -> bool:
        """Whether it has an instance id of its own (KIP-345)."""
        return self.group_instance_id is not None

    def metadata(self, protocol: str) -> bytes:
        """Return what the member said about `protocol`. Raises KeyError when it doesn't support it."""
        for name, metadata in self.protocols:
            if name == protocol:
                return metadata
        raise KeyError(protocol)

    def vote(self, candidates: set[str]) -> str:
        """Return the member's first choice among `candidates`. Raises KeyError when it supports none of them."""
        for name, _ in self.protocols:
            if name in candidates:
                return name
        raise KeyError(self.member_id)

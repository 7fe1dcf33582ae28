"""What a client may do with topics and groups, asked of the brokers themselves (KIP-430); what it may not, says which ACL lacks."""

from __future__ import annotations

import time

from kafkacli.authorizer.acls import Operation
from kafkacli.client.cluster import MOVED_COORDINATOR
from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.diagnosis import Finding
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataRequestTopic, MetadataResponse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kafkacli.client.settings import ClientSettings
    from kafkacli.wire.messages.metadata import MetadataResponseBroker

ACLS, TOPIC, GROUP = "ACLs", "topic", "group"
_PAUSE_S = 0.1
_UNTOLD = -(1 << 31)  # in the place of operations
_SINCE_2_3 = 8  # the version of Metadata that tells of operations


class Permissions:
    """Asks one broker. bootstrap: for the commands in the remedies. deadline: gives that of the next request."""

    def __init__(
        self, connection: Connection, settings: ClientSettings, bootstrap: str, deadline: Callable[[], float]
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._bootstrap = bootstrap
        self._deadline = deadline

    def of_topic(self, topic: str, operations: Sequence[str]) -> Finding:
        """Look for a topic, and for operations on it."""
        version = self._connection.version_of(MetadataRequest)
        request = MetadataRequest(topics=[MetadataRequestTopic(name=topic)], allow_auto_topic_creation=version < 4)
        request.include_topic_authorized_operations = version >= _SINCE_2_3
        try:
            (row,) = self._connection.send(request, MetadataResponse, self._deadline()).topics
        except ConnectFailed as failure:
            return Finding(TOPIC, topic, failure.reason, "Look at the log of the broker.")
        if row.error_code == ErrorCode.TOPIC_AUTHORIZATION_FAILED:
            return self._forbidden("--topic", topic, operations)
        if row.error_code == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
            change = f"kafka-topics.sh --bootstrap-server {self._bootstrap} --create --topic {topic}"
            return Finding(TOPIC, topic, "does not exist", f"Make it: {change}")
        leaderless = [part.partition_index for part in row.partitions if part.leader_id < 0]
        if row.error_code or leaderless:
            text = f"has no leader for partitions {leaderless}" if leaderless else str(ApiError(row.error_code))
            return Finding(TOPIC, topic, text, "Start the brokers that have its replicas (kafka-topics.sh --describe).")
        if version < _SINCE_2_3:
            return Finding(ACLS, topic, "may be described; brokers before 2.3 don't say what else")
        missing = [name for name in operations if not row.topic_authorized_operations >> Operation[name] & 1]
        if missing:
            return self._forbidden("--topic", topic, missing)
        return Finding(ACLS, topic, f"allowed: {', '.join(name.capitalize() for name in operations)}")

    def of_group(
        self,
        group: str,
        brokers: Sequence[MetadataResponseBroker],
        connections: Mapping[tuple[str, int], Connection],
    ) -> Finding:
        """Look for a group's coordinator, and for Read on the group. connections: by advertised address."""
        deadline = self._deadline()
        error, operations = 0, _UNTOLD
        try:
            error, operations = self._ask_coordinator(group, connections, deadline)
            while error in MOVED_COORDINATOR and time.monotonic() + _PAUSE_S < deadline:
                time.sleep(_PAUSE_S)  # the first question of all has __consumer_offsets made
                error, operations = self._ask_coordinator(group, connections, deadline)
        except ConnectFailed as failure:
            if not error:  # what it answered before the time was up says more
                return Finding(GROUP, group, failure.reason, "Look at the log of the broker.")
        if error == ErrorCode.GROUP_AUTHORIZATION_FAILED:
            return self._forbidden("--group", group, ["READ"])
        if error:
            text = f"has no coordinator: {ApiError(error)}"
            change = (
                "__consumer_offsets can't be made, led or read: is offsets.topic.replication.factor in server.properties more"
                f" than the {len(brokers)} brokers there are? See the log of the broker."
            )
            return Finding(GROUP, group, text, change)
        if operations == _UNTOLD:
            return Finding(ACLS, group, "may be described; the broker doesn't say what else")
        if not operations >> Operation.READ & 1:
            return self._forbidden("--group", group, ["READ"])
        return Finding(ACLS, group, "allowed: Read")

    def _ask_coordinator(
        self, group: str, connections: Mapping[tuple[str, int], Connection], deadline: float
    ) -> tuple[int, int]:
        """Return the error, if any, and the operations that are allowed, _UNTOLD by brokers before 2.3."""
        from kafkacli.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
        from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse

        found = self._connection.send(FindCoordinatorRequest(key=group), FindCoordinatorResponse, deadline)
        if found.error_code:
            return found.error_code, _UNTOLD
        coordinator = connections.get((found.host, found.port), self._connection)
        request = DescribeGroupsRequest(groups=[group])
        request.include_authorized_operations = coordinator.version_of(DescribeGroupsRequest) >= 3
        (row,) = coordinator.send(request, DescribeGroupsResponse, deadline).groups
        return row.error_code, row.authorized_operations

    def _forbidden(self, option: str, name: str, operations: Sequence[str]) -> Finding:
        words = [each.capitalize() for each in operations]
        principal = who(self._settings)
        change = (
            f"Have somebody allow it who may: kafka-acls.sh --bootstrap-server {self._bootstrap} --add"
            f" --allow-principal {principal} {' '.join(f'--operation {word}' for word in words)} {option} {name}"
        )
        return Finding(ACLS, name, f"{principal} is not allowed: {', '.join(words)}", change)


def who(settings: ClientSettings) -> str:
    """Return the principal that the brokers see, as far as this side knows it."""
    security = settings.security
    if security is not None and security.login is not None and "username" in security.login.options:
        return f"User:{security.login.options['username']}"
    if security is not None and (security.login is not None or "ssl.keystore.location" in settings.properties):
        return "User:NAME"  # of the ticket, the token or the certificate
    return "User:ANONYMOUS"

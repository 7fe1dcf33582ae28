"""Plays: requests about groups in every version, right and wrong, with the answers noted field by field.

The notes of the real Kafka 2.6.2 are in `tests/data/group_answers.txt`; `record` writes them again:

    python -m tests.support.group_plays HOST:PORT      a real broker with the topic `compared-groups` of 3 partitions

Member ids become M1, M2, … in the order in which they are given out.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kafkacli.wire.messages.delete_groups import DeleteGroupsRequest, DeleteGroupsResponse
from kafkacli.wire.messages.describe_groups import DescribeGroupsRequest, DescribeGroupsResponse
from kafkacli.wire.messages.find_coordinator import FindCoordinatorRequest, FindCoordinatorResponse
from kafkacli.wire.messages.heartbeat import HeartbeatRequest, HeartbeatResponse
from kafkacli.wire.messages.join_group import JoinGroupRequest, JoinGroupResponse
from kafkacli.wire.messages.leave_group import LeaveGroupRequest, LeaveGroupResponse
from kafkacli.wire.messages.list_groups import ListGroupsRequest, ListGroupsResponse
from kafkacli.wire.messages.offset_commit import (
    OffsetCommitRequest,
    OffsetCommitResponse,
)
from kafkacli.wire.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteResponse,
)
from kafkacli.wire.messages.offset_fetch import OffsetFetchRequest, OffsetFetchResponse
from kafkacli.wire.messages.sync_group import SyncGroupRequest, SyncGroupResponse
from kafkacli.wire.schema import Message, Struct
from tests.support.group_requests import TOPIC, commit, delete_offsets, fetch, fetch_all, heartbeat, join, leave, sync
from tests.support.raw import RawClient
from tests.support.waiting import until

MEMBER_ID = re.compile("-[0-9a-f]{8}-[0-9a-f-]{27}$")
RESPONSES: dict[type[Message], type[Message]] = {
    DeleteGroupsRequest: DeleteGroupsResponse,
    DescribeGroupsRequest: DescribeGroupsResponse,
    FindCoordinatorRequest: FindCoordinatorResponse,
    HeartbeatRequest: HeartbeatResponse,
    JoinGroupRequest: JoinGroupResponse,
    LeaveGroupRequest: LeaveGroupResponse,
    ListGroupsRequest: ListGroupsResponse,
    OffsetCommitRequest: OffsetCommitResponse,
    OffsetDeleteRequest: OffsetDeleteResponse,
    OffsetFetchRequest: OffsetFetchResponse,
    SyncGroupRequest: SyncGroupResponse,
}


def plain(value: Any, masks: dict[str, str]) -> Any:
    """Structs as dicts; lists sorted, since the real broker's are in the order of its hash tables."""
    if isinstance(value, Struct):
        return {field.name: plain(getattr(value, field.name), masks) for field in value.fields}
    if isinstance(value, list):
        return sorted((plain(each, masks) for each in value), key=repr)
    if isinstance(value, str) and MEMBER_ID.search(value):
        return masks.get(value, "M?")
    return value


class Play:
    """One server's part: clients, notes, the member ids seen."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.notes: list[str] = []
        self._clients: list[RawClient] = []
        self._members: dict[str, str] = {}

    def client(self) -> RawClient:
        """One more connection."""
        client = RawClient(self.port)
        self._clients.append(client)
        return client

    def close(self) -> None:
        for client in self._clients:
            client.socket.close()

    def note(self, request: Message, version: int, answer: Message) -> None:
        member_id = getattr(answer, "member_id", "")
        if MEMBER_ID.search(member_id):
            self._members.setdefault(member_id, f"M{len(self._members) + 1}")
        text = repr(plain(answer, self._members)).replace("'host': 'localhost'", "'host': '127.0.0.1'")
        text = re.sub(r"'port': \d+", "'port': P", text)
        text = re.sub(r"'node_id': \d+", "'node_id': N", text)
        self.notes.append(f"{type(request).__name__} {version}: {text}")

    def ask(self, request: Message, version: int, client: RawClient | None = None) -> Any:
        """Send a request, note and return its answer."""
        answer = (client or self._first()).ask(request, RESPONSES[type(request)], version)
        self.note(request, version, answer)
        return answer

    def hear(self, request: Message, version: int, client: RawClient) -> Any:
        """Receive the answer to a request that was sent before."""
        answer = client.response(RESPONSES[type(request)], version)
        self.note(request, version, answer)
        return answer

    def _first(self) -> RawClient:
        return self._clients[0] if self._clients else self.client()


def stable(play: Play, group: str, **fields: Any) -> str:
    """One member with everything assigned; returns its id."""
    joined = play.ask(join(group, **fields), 3)
    play.ask(sync(group, joined.member_id, joined.generation_id, (joined.member_id, b"all")), 1)
    return str(joined.member_id)


# plays


def every_version(play: Play) -> None:
    """A life of a group in each version of its requests."""
    for version in range(8):
        group = f"version-{version}"
        joined = play.ask(join(group), version)
        if version >= 4:
            joined = play.ask(join(group, joined.member_id), version)
        member, generation = joined.member_id, joined.generation_id
        named = {"protocol_type": "consumer", "protocol_name": "range"} if version >= 5 else {}
        play.ask(sync(group, member, generation, (member, b"all"), **named), min(version, 5))
        play.ask(heartbeat(group, member, generation), min(version, 4))
        play.ask(commit(group, member, generation), max(version, 1))
        play.ask(fetch(group, 0, 1), max(version, 1))
        play.ask(DescribeGroupsRequest(groups=[group, "nobody"]), min(version, 5))
        play.ask(join(group, member), version)
        play.ask(DescribeGroupsRequest(groups=[group], include_authorized_operations=version >= 3), min(version, 5))
        if version < 3:
            play.ask(LeaveGroupRequest(group_id=group, member_id=member), version)
        else:
            play.ask(leave(group, (member, None)), min(version, 4))
        play.ask(DescribeGroupsRequest(groups=[group]), min(version, 5))
    play.ask(commit("version-8"), 8)
    play.ask(fetch("version-8", 0), 7)


def joins_refused(play: Play) -> None:
    for version in (0, 3, 4, 7):
        play.ask(join("", "m"), version)
        play.ask(join("refused", "m", session_timeout_ms=1), version)
        play.ask(join("refused", "m", session_timeout_ms=1_800_001), version)
        play.ask(join("refused", "m"), version)
        play.ask(join("refused", protocols=[]), version)
        play.ask(join("refused", protocol_type=""), version)
    stable(play, "refusing")
    play.ask(join("refusing", protocols=[("other", b"")]), 3)
    play.ask(join("refusing", "m", protocols=[("other", b"")]), 7)
    play.ask(join("refusing", protocol_type="connect"), 7)
    play.ask(join("refusing", "m"), 7)
    play.ask(join("refusing", "m", group_instance_id="host"), 7)


def others_refused(play: Play) -> None:
    member = stable(play, "busy")
    for group, who, generation in (
        ("", "m", 1),
        ("nobody", "m", 1),
        ("busy", "m", 1),
        ("busy", member, 0),
        ("busy", member, 2),
        ("busy", "", -1),
    ):
        play.ask(sync(group, who, generation), 3)
        play.ask(heartbeat(group, who, generation), 3)
        play.ask(LeaveGroupRequest(group_id=group, member_id="m"), 2)
        play.ask(leave(group, ("m", None), ("", "host"), ("", None)), 3)
        play.ask(commit(group, who, generation), 7)
    play.ask(leave("busy"), 3)
    play.ask(sync("busy", member, 1), 5)
    play.ask(sync("busy", member, 1, protocol_type="consumer"), 5)
    play.ask(sync("busy", member, 1, protocol_type="connect", protocol_name="range"), 5)
    play.ask(sync("busy", member, 1, protocol_type="consumer", protocol_name="sticky"), 5)
    play.ask(sync("busy", member, 1, protocol_type="consumer", protocol_name="range"), 5)


def rebalance(play: Play) -> None:
    """A second member comes, both join; the second leaves."""
    first, second = play.client(), play.client()
    one = stable(play, "pair")
    asked = join("pair")
    second.request(asked, 3)
    until(lambda: first.ask(heartbeat("pair", one, 1), HeartbeatResponse, 3).error_code == 27)
    play.ask(sync("pair", one, 1), 3, first)
    play.ask(commit("pair", one, 1), 3, first)
    play.ask(DescribeGroupsRequest(groups=["pair"]), 0, first)
    play.ask(join("pair", one), 3, first)
    two = play.hear(asked, 3, second).member_id
    play.ask(heartbeat("pair", one, 2), 3, first)
    play.ask(commit("pair", one, 2), 3, first)
    play.ask(join("pair", one), 3, first)
    play.ask(join("pair", two), 3, second)
    syncing = sync("pair", two, 2)
    second.request(syncing, 3)
    play.ask(sync("pair", one, 2, (one, b"a"), (two, b"b")), 3, first)
    play.hear(syncing, 3, second)
    play.ask(DescribeGroupsRequest(groups=["pair"]), 4, first)
    play.ask(join("pair", two), 3, second)
    play.ask(leave("pair", (two, None)), 3, second)
    play.ask(heartbeat("pair", one, 2), 3, first)
    play.ask(join("pair", one), 3, first)
    play.ask(sync("pair", one, 3), 3, first)


def static_members(play: Play) -> None:
    joined = play.ask(join("static", group_instance_id="host"), 5)
    old = joined.member_id
    play.ask(sync("static", old, 1, (old, b"all"), group_instance_id="host"), 3)
    new = play.ask(join("static", group_instance_id="host"), 5).member_id
    for member in (old, new, "m"):
        play.ask(heartbeat("static", member, 1, "host"), 3)
        play.ask(sync("static", member, 1, group_instance_id="host"), 3)
        play.ask(commit("static", member, 1, group_instance_id="host"), 7)
    play.ask(join("static", old, group_instance_id="host"), 5)
    play.ask(join("static", new, group_instance_id="other"), 5)
    play.ask(DescribeGroupsRequest(groups=["static"]), 4)
    play.ask(leave("static", (old, "host"), ("", "nobody")), 3)
    play.ask(leave("static", ("", "host")), 3)
    play.ask(DescribeGroupsRequest(groups=["static"]), 4)


def offsets(play: Play) -> None:
    """Committed without membership."""
    for version in range(1, 8):
        group = f"offsets-{version}"
        play.ask(commit(group, offsets=((0, version, None), (1, 5, ""), (2, 9, "here"))), version)
        play.ask(fetch(group, 0, 1, 2, 3), version)
        play.ask(fetch(group, 0, topic="no-such-topic"), version)
        play.ask(commit(group, topic="no-such-topic"), version)
        if version >= 2:
            play.ask(fetch_all(group), version)
            play.ask(fetch_all("nobody"), version)
        play.ask(fetch("nobody", 0), version)
    play.ask(commit("offsets-8", offsets=((0, 1, "x" * 4096), (1, 1, "x" * 4097), (9, 1, ""))), 7)
    play.ask(fetch("offsets-8", 0, 1, require_stable=False), 7)
    play.ask(commit("offsets-8", offsets=((0, 2, "x" * 4097),)), 7)
    play.ask(fetch_all("offsets-8"), 7)
    play.ask(commit("", offsets=((0, 3, ""),)), 7)
    play.ask(fetch_all(""), 7)
    play.ask(OffsetCommitRequest(group_id="offsets-8"), 7)
    play.ask(OffsetFetchRequest(group_id="offsets-8", topics=[]), 7)
    play.ask(commit("offsets-8", offsets=((0, -5, ""),)), 7)
    play.ask(fetch("offsets-8", 0), 7)
    play.ask(commit("offsets-9", generation=3), 7)
    play.ask(commit("offsets-9", "m"), 7)
    play.ask(DeleteGroupsRequest(groups_names=[""]), 2)


def offsets_in_zookeeper(play: Play) -> None:
    play.ask(fetch("old", 0), 0)
    play.ask(commit("old", offsets=((0, 11, "note"), (1, 12, "x" * 4097), (9, 1, ""))), 0)
    play.ask(commit("old", offsets=((0, 13, ""),)), 0)
    play.ask(fetch("old", 0, 1, 9), 0)
    play.ask(fetch("old", 0, topic="no-such-topic"), 0)
    play.ask(fetch_all("old"), 2)


def administration(play: Play) -> None:
    member = stable(play, "admin-busy")
    play.ask(commit("admin-busy", member, 1), 3)
    play.ask(commit("admin-store"), 3)
    for version in range(3):
        play.ask(DeleteGroupsRequest(groups_names=["admin-busy", "nobody", "admin-busy"]), version)
    play.ask(delete_offsets("admin-busy", TOPIC, 0, 9), 0)
    play.ask(delete_offsets("admin-busy", "no-such-topic", 0), 0)
    play.ask(delete_offsets("nobody", TOPIC, 0), 0)
    play.ask(delete_offsets("", TOPIC, 0), 0)
    play.ask(delete_offsets("admin-store", TOPIC, 0, 1, 9), 0)
    play.ask(DescribeGroupsRequest(groups=["admin-store"]), 5)
    play.ask(commit("admin-store"), 3)
    play.ask(DeleteGroupsRequest(groups_names=["admin-store"]), 2)
    play.ask(fetch_all("admin-store"), 3)
    connect = stable(play, "admin-connect", protocol_type="connect")
    play.ask(delete_offsets("admin-connect", TOPIC, 0), 0)
    play.ask(LeaveGroupRequest(group_id="admin-connect", member_id=connect), 0)
    play.ask(DeleteGroupsRequest(groups_names=["admin-connect"]), 1)
    unread = stable(play, "admin-unread", protocols=[("range", b"not a subscription")])
    play.ask(commit("admin-unread", unread, 1), 3)
    play.ask(delete_offsets("admin-unread", TOPIC, 0), 0)
    play.ask(DescribeGroupsRequest(groups=[]), 5)
    play.ask(DeleteGroupsRequest(groups_names=[]), 2)


def coordinators(play: Play) -> None:
    for version in range(4):
        play.ask(FindCoordinatorRequest(key="any"), version)
        play.ask(FindCoordinatorRequest(key=""), version)
    for version in range(1, 4):
        play.ask(FindCoordinatorRequest(key="any", key_type=7), version)


def lists(play: Play) -> None:
    stable(play, "list-busy")
    play.ask(commit("list-store"), 3)
    client = play.client()
    for version in range(5):
        filters: list[list[str]] = [[], ["Stable"], ["stable", "Dead"]] if version == 4 else [[]]
        for states in filters:
            answer = client.ask(ListGroupsRequest(states_filter=states), ListGroupsResponse, version)
            answer.groups = [group for group in answer.groups if group.group_id.startswith("list-")]
            play.note(ListGroupsRequest(), version, answer)


PLAYS = [
    every_version,
    joins_refused,
    others_refused,
    rebalance,
    static_members,
    offsets,
    offsets_in_zookeeper,
    administration,
    coordinators,
    lists,
]
RECORDED = Path(__file__).parents[1] / "data" / "group_answers.txt"


def perform(play: Callable[[Play], None], port: int) -> list[str]:
    """Return the notes of one play on the server at `port`."""
    stage = Play(port)
    try:
        play(stage)
    finally:
        stage.close()
    return stage.notes


def recorded(play: Callable[[Play], None]) -> list[str]:
    """Return the notes of the real broker."""
    _, _, rest = RECORDED.read_text().partition(f"== {play.__name__}\n")
    return rest.partition("== ")[0].splitlines()


def has_coordinator(port: int) -> bool:
    """Ask for a coordinator, which makes the internal topic; says whether it is there."""
    with RawClient(port) as client:
        return not client.ask(FindCoordinatorRequest(key="any"), FindCoordinatorResponse, 0).error_code


def record(port: int) -> None:
    """Write the answers of the server at `port` down."""
    parts = [f"== {play.__name__}\n" + "".join(f"{note}\n" for note in perform(play, port)) for play in PLAYS]
    RECORDED.write_text("".join(parts))


if __name__ == "__main__":
    record(int(sys.argv[1].rpartition(":")[2]))

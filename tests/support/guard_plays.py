"""Plays about who may do what: brokers that allow nothing without an ACL, or everything to a super user, and ACLs that come and go.

The ACLs are written to ZooKeeper, as `kafka-acls.sh --authorizer-properties` does, and count as soon as the broker knows of
them. The strict broker starts only after `allow_what_is_needed`. The notes of real brokers are in `tests/data/guard_answers.txt`; they are written again by

    python -m tests.support.guard_plays NAME HOST:PORT ZOOKEEPER     a real broker with PROPERTIES[NAME] and broker.id 0
"""

import re
import sys
from pathlib import Path

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.client.registry_acls import RegistryAcls
from kafkacli.wire.messages import create_topics, describe_acls, find_coordinator, metadata
from kafkacli.wire.messages.offset_commit import OffsetCommitRequest
from tests.support.acl_plays import ANONYMOUS, CLUSTER, GROUP, TOPIC
from tests.support.broker_play import Play
from tests.support.group_requests import commit
from tests.support.produced import batch, fetch_request, produce_request
from tests.support.waiting import until

ANSWERS = Path(__file__).parents[1] / "data" / "guard_answers.txt"
_AUTHORIZER = {"authorizer.class.name": "kafka.security.authorizer.AclAuthorizer"}
PROPERTIES = {
    "strict": {**_AUTHORIZER, "allow.everyone.if.no.acl.found": "false", "super.users": "User:root"},
    "super": {**_AUTHORIZER, "super.users": f"User:root;{ANONYMOUS}"},
    "open": {**_AUTHORIZER, "allow.everyone.if.no.acl.found": "true", "super.users": "User:root"},
}
EVERYTHING = AclFilter(ResourceType.ANY, None, PatternType.ANY, None, None, Operation.ANY, Permission.ANY)
NEEDED = (Operation.CLUSTER_ACTION, Operation.CREATE, Operation.DESCRIBE)  # by the broker itself, and by the play
HERE, ELSEWHERE = "127.0.0.1", "10.9.9.9"
ALLOW, DENY = Permission.ALLOW, Permission.DENY
READ, WRITE, ALL, PREFIXED = Operation.READ, Operation.WRITE, Operation.ALL, PatternType.PREFIXED
Acl = tuple[ResourcePattern, AclEntry]


def acl(
    name: str,
    operation: Operation,
    permission: Permission = ALLOW,
    *,
    kind: ResourceType = TOPIC,
    pattern: PatternType = PatternType.LITERAL,
    principal: str = ANONYMOUS,
    host: str = "*",
) -> Acl:
    return ResourcePattern(kind, name, pattern), AclEntry(principal, host, operation, permission)


# What is added one after the other, or taken back (minus).
STEPS: dict[str, tuple[str, Acl]] = {
    "all topics may be read": ("+", acl("*", READ)),
    "a prefix may be written": ("+", acl("gua", WRITE, pattern=PREFIXED)),
    "writing is denied from elsewhere": ("+", acl("guarded", WRITE, DENY, host=ELSEWHERE)),
    "writing is denied from here": ("+", acl("guarded", WRITE, DENY, host=HERE)),
    "to allow everything changes nothing": ("+", acl("guarded", ALL)),
    "from here again": ("-", acl("guarded", WRITE, DENY, host=HERE)),
    "somebody else may write": ("+", acl("other", WRITE, principal="User:alice")),
    "from elsewhere one may write": ("+", acl("other", WRITE, host=ELSEWHERE)),
    "from here too": ("+", acl("other", WRITE, host=HERE)),
    "everybody is denied": ("+", acl("other", ALL, DENY, principal="User:*")),
    "a prefix is denied": ("+", acl("g", READ, DENY, pattern=PREFIXED)),
    "nobody is denied a prefix any more": ("-", acl("g", READ, DENY, pattern=PREFIXED)),
    "the wildcard is gone": ("-", acl("*", READ)),
    "a name like a wildcard is none": ("+", acl("*", READ, pattern=PREFIXED)),
    "all groups may be used": ("+", acl("*", READ, kind=GROUP)),
    "all groups but one": ("+", acl("guarded", READ, DENY, kind=GROUP)),
    "committing needs the topic as well": ("+", acl("guarded", READ)),
}


def allow_what_is_needed(acls: RegistryAcls) -> None:
    """Let the broker work among brokers; the strict one doesn't start without."""
    acls.make_paths()
    for operation in NEEDED:
        pattern, entry = acl("kafka-cluster", operation, kind=CLUSTER)
        acls.create(pattern, [entry])


def guarded(play: Play, acls: RegistryAcls) -> None:
    allow_what_is_needed(acls)
    until(lambda: play.has_leaders("guarded", 1) or _made(play))
    _look(play, "at first")
    for what, (how, (pattern, entry)) in STEPS.items():
        if how == "+":
            acls.create(pattern, [entry])
        else:
            acls.delete([AclFilter(pattern.type, pattern.name, pattern.pattern, *entry)])
        _until_known(play, acls)
        _look(play, what)


def _made(play: Play) -> bool:
    topics = [
        create_topics.CreatableTopic(name=name, num_partitions=1, replication_factor=1) for name in ("guarded", "other")
    ]
    made = play.ask(create_topics.CreateTopicsRequest(topics=topics, timeout_ms=10_000), 5, noted=False)
    return all(not topic.error_code for topic in made.topics)


def _until_known(play: Play, acls: RegistryAcls) -> None:
    """Wait until the broker knows of every ACL in ZooKeeper, and of no other."""
    wanted = {(*pattern, *entry) for pattern, entry in acls.find(EVERYTHING)}

    def known() -> set[tuple[object, ...]]:
        asked = describe_acls.DescribeAclsRequest(
            resource_type_filter=ResourceType.ANY,
            resource_name_filter=None,
            pattern_type_filter=PatternType.ANY,
            principal_filter=None,
            host_filter=None,
            operation=Operation.ANY,
            permission_type=Permission.ANY,
        )
        answer = play.ask(asked, 2, noted=False)
        assert not answer.error_code, answer
        return {
            (
                resource.resource_type,
                resource.resource_name,
                resource.pattern_type,
                each.principal,
                each.host,
                each.operation,
                each.permission_type,
            )
            for resource in answer.resources
            for each in resource.acls
        }

    until(lambda: known() == wanted)


def _look(play: Play, what: str) -> None:
    """Note what can be done with two topics and a group."""
    seen: dict[str, object] = {}
    for topic in ("guarded", "other"):
        written = play.ask(produce_request(batch(b"a"), topic), 8, noted=False).responses[0].partitions[0]
        read = play.ask(fetch_request({(topic, 0): 0}), 11, noted=False).topics[0].partitions[0]
        seen[topic] = (written.error_code, read.error_code)
    answer = play.ask(metadata.MetadataRequest(topics=None, include_topic_authorized_operations=True), 9, noted=False)
    seen["metadata"] = sorted(
        (topic.name, topic.topic_authorized_operations) for topic in answer.topics if not topic.is_internal
    )
    for group in ("guarded", "free"):
        request = commit(group, topic="guarded")
        until(lambda: _committed(play, request) not in (14, 15, 16))  # noqa: B023
        seen[f"commit {group}"] = _committed(play, request)
    play.note(what, seen)


def _committed(play: Play, request: OffsetCommitRequest) -> int:
    play.ask(find_coordinator.FindCoordinatorRequest(key="guarded"), 2, noted=False)
    answer = play.ask(request, 7, noted=False)
    return int(answer.topics[0].partitions[0].error_code)


def perform(port: int, zookeeper: str) -> list[str]:
    """Return the notes of the broker at `port`."""
    part = Play(port)
    try:
        with RegistryAcls(zookeeper) as acls:
            guarded(part, acls)
    finally:
        part.client.socket.close()
    return part.notes


def recorded(name: str) -> list[str]:
    """Return what the real broker with these properties said."""
    return _all_recorded()[name]


def _all_recorded() -> dict[str, list[str]]:
    text = ANSWERS.read_text() if ANSWERS.exists() else ""
    return {name: notes.splitlines() for name, notes in re.findall(r"^# (\S+)\n(.*?)(?=^# |\Z)", text, re.M | re.S)}


def record(name: str, port: int, zookeeper: str) -> None:
    """Write the notes of the real broker, beside those of the others."""
    every = _all_recorded() | {name: perform(port, zookeeper)}
    ANSWERS.write_text(
        "".join(f"# {each}\n" + "".join(f"{note}\n" for note in every[each]) for each in PROPERTIES if each in every)
    )


if __name__ == "__main__":
    record(sys.argv[1], int(sys.argv[2].rpartition(":")[2]), sys.argv[3])

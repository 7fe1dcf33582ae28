"""ACLs in ZooKeeper: texts that a real broker wrote, and texts that nobody should write."""

import pytest

from kafkacli.authorizer.acls import AclEntry, Operation, PatternType, Permission, ResourcePattern, ResourceType
from kafkacli.authorizer.znodes import (
    PERSISTENT_PATHS,
    acls_path,
    decode_acls,
    decode_change,
    encode_acls,
    encode_change,
    type_of,
)

ENTRY = AclEntry("User:alice", "*", Operation.READ, Permission.ALLOW)
TEXT = b'{"version":1,"acls":[{"principal":"User:alice","permissionType":"Allow","operation":"Read","host":"*"}]}'
LITERAL = ResourcePattern(ResourceType.TRANSACTIONAL_ID, "a:b")
PREFIXED = ResourcePattern(ResourceType.TOPIC, "t", PatternType.PREFIXED)


def test_acls_are_written_as_kafka_does() -> None:
    assert encode_acls([ENTRY]) == TEXT
    assert decode_acls(TEXT) == {ENTRY}
    assert decode_acls(b"") == decode_acls(None) == frozenset()


def test_paths() -> None:
    assert acls_path(LITERAL) == "/kafka-acl/TransactionalId/a:b"
    assert acls_path(PREFIXED) == "/kafka-acl-extended/prefixed/Topic/t"
    assert "/kafka-acl-extended/prefixed/DelegationToken" in PERSISTENT_PATHS
    assert (type_of("Group"), type_of("GROUP")) == (ResourceType.GROUP, None)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (LITERAL, b"TRANSACTIONAL_ID:a:b"),
        (PREFIXED, b'{"version":1,"resourceType":"TOPIC","name":"t","patternType":"PREFIXED"}'),
    ],
)
def test_notes_of_changes(pattern: ResourcePattern, text: bytes) -> None:
    assert encode_change(pattern) == text
    assert decode_change(text, pattern.pattern) == pattern


@pytest.mark.parametrize(
    "text", [b"x", b"{}", b"[]", b'{"version":2,"acls":[]}', b'{"version":1,"acls":[{"principal":"User:a"}]}', b"\xff"]
)
def test_what_is_no_acl(text: bytes) -> None:
    with pytest.raises(ValueError):
        decode_acls(text)
    for kind in (PatternType.LITERAL, PatternType.PREFIXED):
        with pytest.raises(ValueError):
            decode_change(text, kind)

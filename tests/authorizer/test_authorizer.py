"""Decisions: who may do what."""

from kafkacli.authorizer.acls import (
    OPERATIONS,
    AclEntry,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.authorizer.authorizer import Authorizer

TOPIC = ResourceType.TOPIC
ALLOW, DENY = Permission.ALLOW, Permission.DENY
HERE = "127.0.0.1"


def may(authorizer: Authorizer, operation: Operation, name: str = "t", user: str = "User:a", host: str = HERE) -> bool:
    return authorizer.allows(user, host, operation, TOPIC, name)


def with_acls(*entries: AclEntry, pattern: PatternType = PatternType.LITERAL, name: str = "t") -> Authorizer:
    authorizer = Authorizer()
    authorizer.set_acls(ResourcePattern(TOPIC, name, pattern), entries)
    return authorizer


def test_without_acls_a_property_decides() -> None:
    assert not may(Authorizer(), Operation.READ)
    assert may(Authorizer(allow_unprotected=True), Operation.READ)
    assert may(Authorizer(["User:a"]), Operation.READ)


def test_an_acl_ends_the_freedom_of_all_others() -> None:
    authorizer = Authorizer(allow_unprotected=True)
    assert may(authorizer, Operation.WRITE)
    pattern = ResourcePattern(TOPIC, "t")
    authorizer.set_acls(pattern, [AclEntry("User:b", "*", Operation.READ, ALLOW)])
    assert not may(authorizer, Operation.WRITE)
    authorizer.set_acls(pattern, [])
    assert may(authorizer, Operation.WRITE)


def test_deny_beats_allow() -> None:
    authorizer = with_acls(
        AclEntry("User:a", "*", Operation.ALL, ALLOW), AclEntry("User:*", HERE, Operation.READ, DENY)
    )
    assert not may(authorizer, Operation.READ)
    assert may(authorizer, Operation.READ, host="10.0.0.1")
    assert may(authorizer, Operation.WRITE)
    assert not may(with_acls(AclEntry("User:a", "*", Operation.ALL, DENY)), Operation.READ)


def test_what_is_allowed_allows_to_look() -> None:
    for operation in (Operation.READ, Operation.WRITE, Operation.DELETE, Operation.ALTER):
        assert may(with_acls(AclEntry("User:a", "*", operation, ALLOW)), Operation.DESCRIBE)
    assert not may(with_acls(AclEntry("User:a", "*", Operation.CREATE, ALLOW)), Operation.DESCRIBE)
    assert may(with_acls(AclEntry("User:a", "*", Operation.ALTER_CONFIGS, ALLOW)), Operation.DESCRIBE_CONFIGS)
    described = with_acls(AclEntry("User:a", "*", Operation.READ, ALLOW), AclEntry("User:a", "*", Operation.READ, DENY))
    assert may(described, Operation.DESCRIBE)  # what is denied is READ only


def test_prefixes_and_wildcards() -> None:
    allowed = AclEntry("User:a", "*", Operation.READ, ALLOW)
    prefixed = with_acls(allowed, pattern=PatternType.PREFIXED, name="lo")
    assert may(prefixed, Operation.READ, "logs")
    assert not may(prefixed, Operation.READ, "l")
    assert may(with_acls(allowed, name="*"), Operation.READ, "anything")
    assert not may(with_acls(allowed, pattern=PatternType.PREFIXED, name="*"), Operation.READ, "anything")


def test_all_that_is_allowed() -> None:
    authorizer = with_acls(AclEntry("User:a", "*", Operation.READ, ALLOW))
    assert authorizer.allowed_operations("User:a", HERE, TOPIC, "t") == [Operation.READ, Operation.DESCRIBE]
    assert Authorizer(["User:a"]).allowed_operations("User:a", HERE, TOPIC, "t") == list(OPERATIONS[TOPIC])


def test_many_questions_are_not_all_remembered() -> None:
    authorizer = Authorizer()
    for number in range(10_001):
        assert not may(authorizer, Operation.READ, str(number))
    assert len(authorizer._decisions) == 1

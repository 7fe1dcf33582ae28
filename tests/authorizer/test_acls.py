"""Patterns, entries, filters; the names in which Kafka spells them."""

import pytest

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
    is_principal,
)

READ = AclEntry("User:a", "*", Operation.READ, Permission.ALLOW)


def wanted(name: str | None, pattern: PatternType, kind: ResourceType = ResourceType.TOPIC) -> AclFilter:
    return AclFilter(kind, name, pattern, None, None, Operation.ANY, Permission.ANY)


def test_names_are_kafkas() -> None:
    assert ResourceType.TRANSACTIONAL_ID.title == "TransactionalId"
    assert Operation.DESCRIBE_CONFIGS.title == "DescribeConfigs"
    assert Permission.DENY.title == "Deny"


@pytest.mark.parametrize(
    ("pattern", "matching"),
    [
        (PatternType.LITERAL, {"literal ab"}),
        (PatternType.PREFIXED, {"prefixed ab"}),
        (PatternType.ANY, {"literal ab", "prefixed ab"}),
        (PatternType.MATCH, {"literal ab", "literal *", "prefixed ab", "prefixed a"}),
    ],
)
def test_which_patterns_a_filter_is_about(pattern: PatternType, matching: set[str]) -> None:
    known = {
        f"{kind.name.lower()} {name}": ResourcePattern(ResourceType.TOPIC, name, kind)
        for kind in (PatternType.LITERAL, PatternType.PREFIXED)
        for name in ("ab", "a", "abc", "*")
    }
    about = wanted("ab", pattern)
    assert {text for text, each in known.items() if about.matches_pattern(each)} == matching
    assert not about.matches_pattern(ResourcePattern(ResourceType.GROUP, "ab"))


def test_an_open_filter_is_about_all() -> None:
    anything = wanted(None, PatternType.ANY, ResourceType.ANY)
    assert anything.matches_pattern(ResourcePattern(ResourceType.GROUP, "g", PatternType.PREFIXED))
    assert anything.matches_entry(READ)
    assert anything.named_patterns() == []
    assert len(wanted("t", PatternType.ANY).named_patterns()) == 2
    assert wanted("t", PatternType.MATCH).named_patterns() == []


def test_entries_match_in_all_that_is_said() -> None:
    for change in (
        {"principal": "User:b"},
        {"host": "h"},
        {"operation": Operation.WRITE},
        {"permission": Permission.DENY},
    ):
        assert not wanted(None, PatternType.ANY)._replace(**change).matches_entry(READ)


@pytest.mark.parametrize(("text", "is_one"), [("User:a", True), ("User:CN=a:b", True), ("User:", False), ("a", False)])
def test_principals(text: str, is_one: bool) -> None:
    assert is_principal(text) is is_one

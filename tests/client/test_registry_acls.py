"""ACLs in ZooKeeper."""

from collections.abc import Iterator

import pytest

from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.client.registry import RegistryError
from kafkacli.client.registry_acls import RegistryAcls
from tests.support.kafka import Kafka

ONE = AclEntry("User:a", "*", Operation.READ, Permission.ALLOW)
TWO = AclEntry("User:b", "h", Operation.ALL, Permission.DENY)


def about(pattern: ResourcePattern, principal: str | None = None) -> AclFilter:
    return AclFilter(pattern.type, pattern.name, pattern.pattern, principal, None, Operation.ANY, Permission.ANY)


@pytest.fixture
def acls(kafka: Kafka) -> Iterator[RegistryAcls]:
    with RegistryAcls(kafka.zookeeper) as opened:
        opened.make_paths()
        yield opened


@pytest.mark.parametrize("kind", [PatternType.LITERAL, PatternType.PREFIXED])
def test_entries_come_and_go(acls: RegistryAcls, kafka: Kafka, kind: PatternType) -> None:
    pattern = ResourcePattern(ResourceType.TRANSACTIONAL_ID, kafka.new_name(), kind)
    acls.create(pattern, [ONE])
    acls.create(pattern, [TWO, ONE])
    assert sorted(acls.find(about(pattern))) == [(pattern, ONE), (pattern, TWO)]
    assert acls.find(about(pattern, "User:b")) == [(pattern, TWO)]
    acls.delete([about(pattern, "User:a")])
    assert acls.find(about(pattern)) == [(pattern, TWO)]
    acls.delete([about(pattern)])
    assert acls.find(about(pattern)) == []
    acls.delete([about(pattern)])


def test_what_somebody_else_writes_meanwhile_stays(
    acls: RegistryAcls, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    pattern = ResourcePattern(ResourceType.TOPIC, kafka.new_name())
    acls.create(pattern, [ONE])
    read = acls._read
    stale = [read(pattern)]
    acls.create(pattern, [TWO])
    monkeypatch.setattr(acls, "_read", lambda name: stale.pop() if stale else read(name))
    third = ONE._replace(host="third")
    acls.create(pattern, [third])
    assert {entry for _, entry in acls.find(about(pattern))} == {ONE, TWO, third}
    outdated = (frozenset({ONE}), 0)
    monkeypatch.setattr(acls, "_read", lambda _: outdated)
    with pytest.raises(RegistryError, match="after trying a maximum of 10 times"):
        acls.create(pattern, [ONE._replace(host="fourth")])
    monkeypatch.setattr(acls, "_read", read)
    acls.delete([about(pattern)])

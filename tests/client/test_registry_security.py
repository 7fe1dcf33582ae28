"""ACLs of Kafka's znodes. Each test has a ZooKeeper path of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from kafkacli.client.registry_security import ROOTS, RegistrySecurity
from tests.support.kafka import Kafka


@pytest.fixture
def registry(kafka: Kafka) -> Iterator[RegistrySecurity]:
    chroot = f"/{kafka.new_name()}"
    with RegistrySecurity(kafka.zookeeper) as whole:
        whole._client.ensure_path(chroot)
    with RegistrySecurity(kafka.zookeeper + chroot) as opened:
        opened._client.session.add_auth("digest", "kafka:secret")
        yield opened


def permissions(registry: RegistrySecurity, path: str) -> list[tuple[str, int]]:
    """(scheme, permissions) of a znode's ACL."""
    entries: list[Any] = registry._client.get_acls(path)[0]
    return [(entry.id.scheme, entry.perms) for entry in entries]


def test_every_path_below_a_root_is_found(registry: RegistrySecurity) -> None:
    assert registry.absent_roots() == list(ROOTS)
    registry._client.create("/brokers/topics/a", makepath=True)
    assert sorted(registry.below("/brokers")) == ["/brokers", "/brokers/topics", "/brokers/topics/a"]
    assert list(registry.below("/admin")) == ["/admin"]
    assert list(registry.below("/controller")) == []
    assert registry.absent_roots() == [path for path in ROOTS if path not in ("/brokers", "/admin")]


def test_znodes_are_protected_and_opened(registry: RegistrySecurity) -> None:
    for path in ("/brokers/topics", "/config/users", "/consumers"):
        registry._client.ensure_path(path)
        assert registry.protect(path, secure=True)
    assert permissions(registry, "/brokers/topics") == [("digest", 31), ("world", 1)]
    assert permissions(registry, "/config/users") == [("digest", 31)]
    assert permissions(registry, "/consumers") == [("world", 31)]
    assert registry.protect("/config/users", secure=False)
    assert registry.protect("/brokers/topics", secure=False)
    assert permissions(registry, "/config/users") == permissions(registry, "/brokers/topics") == [("world", 31)]


def test_a_znode_that_is_gone_is_no_error(registry: RegistrySecurity) -> None:
    assert not registry.protect("/none", secure=True)

"""Who may do what, and which ACLs may be set."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE, AclTable, check, digest_of, expand, without_digests
from kafkacli.zookeeper.protocol import Acl, Error, Id, KeeperError, Perms

HERE = Id("ip", "127.0.0.1")
ME = Id("digest", digest_of(b"me:secret"))
ANYBODY = Id("world", "anyone")


@pytest.mark.parametrize(
    ("acl", "permission", "ids", "allowed"),
    [
        ([], Perms.WRITE, [], True),
        ([Acl(1, ANYBODY)], Perms.READ, [], True),
        ([Acl(1, ANYBODY)], Perms.WRITE, [HERE], False),
        ([Acl(1, ANYBODY)], Perms.WRITE, [Id("super", "")], True),
        ([Acl(1, ANYBODY)], Perms.READ | Perms.ADMIN, [], True),
        ([Acl(31, ME)], Perms.DELETE, [HERE, ME], True),
        ([Acl(31, ME)], Perms.DELETE, [Id("digest", "me:other")], False),
        ([Acl(31, HERE)], Perms.READ, [HERE], True),
        ([Acl(31, Id("ip", "127.0.0.0/8"))], Perms.READ, [HERE], True),
        ([Acl(31, Id("ip", "127.0.0.0/30"))], Perms.READ, [HERE], True),
        ([Acl(31, Id("ip", "127.0.0.4/30"))], Perms.READ, [HERE], False),
        ([Acl(31, Id("ip", "0.0.0.0/0"))], Perms.READ, [HERE], True),
        ([Acl(31, Id("ip", "127.0.0.1"))], Perms.READ, [Id("ip", "::1")], False),
        ([Acl(31, Id("nope", "x"))], Perms.READ, [Id("nope", "x")], False),
    ],
)
def test_permissions(acl: list[Acl], permission: int, ids: list[Id], allowed: bool) -> None:
    with nullcontext() if allowed else pytest.raises(KeeperError, match="NO_AUTH"):
        check(acl, permission, ids)


def test_auth_stands_for_every_proved_id() -> None:
    assert expand([Acl(3, Id("auth", "whatever"))], [HERE, ME]) == [Acl(3, ME)]


def test_repetitions_are_left_out() -> None:
    assert expand([*OPEN_ACL_UNSAFE, *OPEN_ACL_UNSAFE], []) == list(OPEN_ACL_UNSAFE)


@pytest.mark.parametrize(
    "identity",
    [
        Id("auth", ""),
        Id("digest", "me"),
        Id("digest", "me:"),
        Id("digest", "a:b:c"),
        Id("ip", "1.2.3"),
        Id("ip", "1.2.3.256"),
        Id("ip", "1.2.3.4/33"),
        Id("ip", "1.2.3.4/"),
        Id("world", "x"),
        Id("nope", "x"),
        Id("", ""),
    ],
)
def test_an_acl_that_may_not_be_set(identity: Id) -> None:
    for acl in ([], [Acl(31, identity)]):
        with pytest.raises(KeeperError) as refused:
            expand(acl, [HERE])
        assert refused.value.code == Error.INVALID_ACL


def test_the_digest_is_the_originals() -> None:
    assert digest_of(b"user:pass") == "user:smGaoVKd/cQkjm7b88GyorAUz20="


def test_digests_are_hidden() -> None:
    assert without_digests([Acl(31, ME), Acl(1, HERE)]) == [Acl(31, Id("digest", "me:x")), Acl(1, HERE)]


def test_equal_acls_are_kept_once_and_only_while_they_are_used() -> None:
    table = AclTable()
    first, second = table.use([Acl(1, ME)]), table.use([Acl(1, ME)])
    assert first is second
    assert set(table) == {OPEN_ACL_UNSAFE, first}
    table.release(first)
    assert len(table) == 2
    table.release(first)
    assert set(table) == {OPEN_ACL_UNSAFE}

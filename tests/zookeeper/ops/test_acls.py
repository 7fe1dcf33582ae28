"""getACL, setACL and auth."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.acl import digest_of
from kafkacli.zookeeper.pipeline import Rules
from kafkacli.zookeeper.protocol import (
    Acl,
    AuthPacket,
    Error,
    GetAclResponse,
    Id,
    OpCode,
    PathRequest,
    PathWatchRequest,
    SetAclRequest,
    StatResponse,
)
from tests.support.zookeeper_pipeline import OPEN, Driver

MINE = [Acl(31, Id("digest", digest_of(b"me:secret")))]


def test_a_new_acl_counts_its_version() -> None:
    client = Driver().client()
    client.create("/a")
    response = client.get(StatResponse, OpCode.SET_ACL, SetAclRequest("/a", OPEN + MINE, 0))
    assert response.stat.aversion == 1
    shown = client.get(GetAclResponse, OpCode.GET_ACL, PathRequest("/a"))
    assert (shown.acl, shown.stat.aversion) == (OPEN + MINE, 1)


@pytest.mark.parametrize(
    ("path", "acl", "version", "error"),
    [
        ("/a", OPEN, 7, Error.BAD_VERSION),
        ("/none", OPEN, -1, Error.NO_NODE),
        ("/a", [], -1, Error.INVALID_ACL),
        ("/a/", OPEN, -1, Error.BAD_ARGUMENTS),
        ("/mine", OPEN, -1, Error.NO_AUTH),
    ],
)
def test_what_is_refused(path: str, acl: list[Acl], version: int, error: Error) -> None:
    client = Driver().client()
    client.create("/a")
    client.create("/mine", acl=MINE)
    assert client.call(OpCode.SET_ACL, SetAclRequest(path, acl, version)) == (error, b"")


def test_a_digest_opens_what_it_owns() -> None:
    client = Driver().client()
    client.create("/mine", acl=MINE)
    assert client.call(OpCode.GET_DATA, PathWatchRequest("/mine", False))[0] == Error.NO_AUTH
    assert client.call(OpCode.AUTH, AuthPacket(0, "digest", b"me:secret")) == (Error.OK, b"")
    assert client.call(OpCode.AUTH, AuthPacket(0, "digest", b"me:secret")) == (Error.OK, b"")
    assert len(client.ids) == 2
    assert client.call(OpCode.GET_DATA, PathWatchRequest("/mine", False))[0] == Error.OK


def test_without_admin_digests_are_hidden() -> None:
    client = Driver().client()
    client.create("/a", acl=[Acl(1, Id("world", "anyone")), *MINE])
    client.create("/closed", acl=MINE)
    shown = client.get(GetAclResponse, OpCode.GET_ACL, PathRequest("/a"))
    assert shown.acl[1].id == Id("digest", "me:x")
    assert client.call(OpCode.GET_ACL, PathRequest("/closed")) == (Error.NO_AUTH, b"")
    assert client.call(OpCode.GET_ACL, PathRequest("/none")) == (Error.NO_NODE, b"")


@pytest.mark.parametrize(("scheme", "credentials"), [("nope", b""), ("digest", None)])
def test_what_proves_nothing_is_refused_and_the_connection_closed(scheme: str, credentials: bytes | None) -> None:
    client = Driver().client()
    assert client.call(OpCode.AUTH, AuthPacket(0, scheme, credentials)) == (Error.AUTH_FAILED, b"")
    assert client.closed


def test_the_address_is_known_already() -> None:
    client = Driver().client()
    assert client.call(OpCode.AUTH, AuthPacket(0, "ip", b"")) == (Error.OK, b"")
    assert client.ids == [Id("ip", "127.0.0.1")]


def test_the_super_digest_opens_everything() -> None:
    client = Driver(Rules(super_digest=digest_of(b"super:secret"))).client()
    client.create("/mine", acl=MINE)
    client.call(OpCode.AUTH, AuthPacket(0, "digest", b"super:secret"))
    assert client.call(OpCode.GET_DATA, PathWatchRequest("/mine", False))[0] == Error.OK


def test_checks_can_be_skipped() -> None:
    client = Driver(Rules(skip_acl=True)).client()
    client.create("/mine", acl=MINE)
    assert client.call(OpCode.GET_DATA, PathWatchRequest("/mine", False))[0] == Error.OK

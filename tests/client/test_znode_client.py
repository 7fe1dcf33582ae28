"""ZooKeeper's operations below a chroot, on a server of ours."""

from collections.abc import Iterator

import pytest

from kafkacli.client.znode_client import CREATOR_ALL_ACL, OPEN_ACL_UNSAFE, READ_ACL_UNSAFE, ZnodeClient
from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.client.zookeeper_session import BadVersion, NoNode, ZooKeeperSession
from tests.support.zookeeper import RunningZooKeeper


@pytest.fixture
def whole(zookeeper_server: RunningZooKeeper) -> Iterator[ZnodeClient]:
    client = ZnodeClient(ZooKeeperSession(zookeeper_server.address, 6, ZooKeeperLogin()))
    yield client
    client.session.close()


@pytest.fixture
def client(zookeeper_server: RunningZooKeeper, whole: ZnodeClient) -> Iterator[ZnodeClient]:
    """Below a chroot."""
    whole.ensure_path("/a/root")
    client = ZnodeClient(ZooKeeperSession(f"{zookeeper_server.address}/a/root", 6, ZooKeeperLogin()))
    yield client
    client.session.close()


def test_a_znode_lives(client: ZnodeClient, whole: ZnodeClient) -> None:
    assert client.exists("/x") is None
    assert client.create("/x", b"1") == "/x"
    assert whole.get("/a/root/x")[0] == b"1"
    data, stat = client.get("/x")
    assert (data, stat.version) == (b"1", 0)
    client.set("/x", b"2", 0)
    with pytest.raises(BadVersion):
        client.set("/x", b"3", 0)
    assert client.get_children("/") == ["x"]
    client.delete("/x")
    with pytest.raises(NoNode):
        client.delete("/x")


def test_what_is_above_is_made_on_demand(client: ZnodeClient) -> None:
    with pytest.raises(NoNode):
        client.create("/p/q/r")
    assert client.create("/p/q/r", None, makepath=True) == "/p/q/r"
    assert client.get("/p/q/r")[0] is None
    client.ensure_path("/p/q/r")
    assert client.create("/p/n-", sequence=True) == "/p/n-0000000001"


def test_access(client: ZnodeClient) -> None:
    client.create("/open")
    client.create("/read", acl=READ_ACL_UNSAFE)
    assert tuple(client.get_acls("/open")[0]) == OPEN_ACL_UNSAFE
    client.session.add_auth("digest", "me:secret")
    client.set_acls("/open", CREATOR_ALL_ACL)
    (entry,), _ = client.get_acls("/open")
    assert (entry.perms, entry.id.scheme, entry.id.id.partition(":")[0]) == (31, "digest", "me")
    assert tuple(client.get_acls("/read")[0]) == READ_ACL_UNSAFE

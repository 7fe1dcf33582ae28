"""Data directories move between Apache ZooKeeper 3.5.9 and ours, both ways, after a clean end and after kill -9."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient
from kazoo.exceptions import NoNodeError
from kazoo.security import make_acl, make_digest_acl

from tests.support.apache import Apache
from tests.support.server import free_port
from tests.support.waiting import until
from tests.support.zookeeper import ZooKeeperProcess, picture

pytestmark = pytest.mark.apache
_SECONDS = 60  # a client that came too early is heard again after its own timeout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ZooKeeperProcess]:
    process = ZooKeeperProcess(tmp_path / "data", free_port(), snapCount=40, extendedTypesEnabled="true")
    yield process
    process.close()


@pytest.fixture
def connect(server: ZooKeeperProcess) -> Iterator[Callable[[], Any]]:
    clients = []

    def make() -> Any:
        client = KazooClient(server.address, timeout=30, auth_data=[("digest", "me:secret")])
        clients.append(client)
        client.start(_SECONDS)
        return client

    yield make
    for client in clients:
        client.stop()
        client.close()


def _fill(client: Any) -> None:
    """Leave a trace of every kind of change: more transactions than a snapshot lets pass."""
    client.create("/persistent", b"1")
    client.create("/empty", b"")
    client.create("/none", None)
    client.create("/deep/er/still", "äöü€".encode(), makepath=True)
    client.create("/ephemeral", b"e", ephemeral=True)
    for number in range(50):
        client.create("/deep/s-", str(number).encode(), sequence=True)
    for name in client.get_children("/deep")[:20]:
        if name.startswith("s-"):
            client.delete(f"/deep/{name}")
    client.create("/mine", b"", acl=[make_digest_acl("me", "secret", all=True), make_acl("ip", "127.0.0.1", read=True)])
    client.set_acls("/empty", [make_acl("world", "anyone", all=True), make_acl("ip", "10.0.0.0/8", read=True)])
    for number in range(5):
        client.set("/persistent", bytes([number]) * 100)
    good = client.transaction()
    good.create("/multi", b"m")
    good.create("/multi/child")
    good.set_data("/multi", b"n")
    good.check("/multi", 1)
    good.delete("/multi/child")
    good.commit()
    bad = client.transaction()
    bad.create("/never")
    bad.check("/persistent", 99)
    bad.commit()
    with pytest.raises(NoNodeError):
        client.delete("/nowhere")


@pytest.mark.parametrize("clean", [True, False], ids=["clean", "killed"])
@pytest.mark.parametrize("ours_first", [True, False], ids=["ours-to-apache", "apache-to-ours"])
def test_the_other_one_goes_on_with_the_data(
    apache: Apache, server: ZooKeeperProcess, connect: Callable[[], Any], ours_first: bool, clean: bool
) -> None:
    theirs = apache.command("zookeeper-server-start.sh")
    order = (ZooKeeperProcess.OURS, theirs) if ours_first else (theirs, ZooKeeperProcess.OURS)
    server.start(order[0])
    client = connect()
    _fill(client)
    session = client.client_id
    before = picture(client)
    if clean:
        server.stop()
    else:
        server.kill()
    server.start(order[1])
    until(lambda: client.connected, _SECONDS)
    assert client.client_id == session  # the session went on, ephemeral and all
    assert picture(client) == before
    client.create("/deep/s-", b"after", sequence=True)
    client.set("/persistent", b"after")
    client.delete("/multi")
    after = picture(client)
    server.stop()
    server.start(order[0])  # and back
    until(lambda: client.connected, _SECONDS)
    assert picture(client) == after

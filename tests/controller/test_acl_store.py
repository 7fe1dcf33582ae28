"""ACLs in ZooKeeper: read, followed, written beside other writers."""

import asyncio
from pathlib import Path

from kafkacli.authorizer import znodes
from kafkacli.authorizer.acls import (
    AclEntry,
    AclFilter,
    Operation,
    PatternType,
    Permission,
    ResourcePattern,
    ResourceType,
)
from kafkacli.authorizer.authorizer import Authorizer
from kafkacli.controller.acl_store import AclStore
from kafkacli.controller.config_changes import EXPIRATION_MS
from kafkacli.controller.zookeeper_client import ZooKeeperClient
from tests.support.controller import zookeeper_client
from tests.support.loop import on_loop

T = ResourcePattern(ResourceType.TOPIC, "t")
PREFIXED = ResourcePattern(ResourceType.GROUP, "g", PatternType.PREFIXED)
READ = AclEntry("User:a", "*", Operation.READ, Permission.ALLOW)
WRITE = READ._replace(operation=Operation.WRITE)
EVERYTHING = AclFilter(ResourceType.ANY, None, PatternType.ANY, None, None, Operation.ANY, Permission.ANY)


class Broker:
    """One broker's view."""

    def __init__(self, zookeeper: ZooKeeperClient) -> None:
        self.authorizer = Authorizer()
        self.changed = asyncio.Event()
        self.store = AclStore(zookeeper, self.authorizer, self.changed.set)

    def acls(self) -> dict[ResourcePattern, set[AclEntry]]:
        return {pattern: set(entries) for pattern, entries in self.authorizer.find(EVERYTHING).items()}


@on_loop
async def test_one_broker_hears_what_another_writes(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        one, other = Broker(client), Broker(client)
        await one.store.load()
        await other.store.load()
        await other.store.process(0)
        await one.store.add(T, [READ])
        await one.store.add(PREFIXED, [READ, WRITE])
        async with asyncio.timeout(10):
            await other.changed.wait()
        await other.store.process(0)
        assert other.acls() == one.acls() == {T: {READ}, PREFIXED: {READ, WRITE}}
        third = Broker(client)
        await third.store.load()
        assert third.acls() == one.acls()


@on_loop
async def test_what_is_removed_is_told(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        ours = Broker(client)
        await ours.store.load()
        await ours.store.add(T, [READ, WRITE])
        await ours.store.add(T, [READ])
        only_reads = EVERYTHING._replace(operation=Operation.READ)
        assert await ours.store.remove([only_reads, EVERYTHING]) == [[(T, READ)], [(T, WRITE)]]
        assert ours.acls() == {}
        assert await client.exists(znodes.acls_path(T)) is None
        notes = await client.children("/kafka-acl-changes")
        assert len(notes) == 2  # to add what is there already is no change


@on_loop
async def test_what_others_have_written_counts_too(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        one, other = Broker(client), Broker(client)
        await one.store.load()
        await asyncio.gather(*(each.store.add(T, [entry]) for each, entry in ((one, READ), (other, WRITE))))
        data, _ = await client.get(znodes.acls_path(T))
        assert znodes.decode_acls(data) == {READ, WRITE}


@on_loop
async def test_old_notes_go_and_strange_ones_are_passed_by(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        ours = Broker(client)
        await client.ensure("/kafka-acl/Nonsense/x", b"")
        await ours.store.load()
        await client.create("/kafka-acl-changes/acl_changes_", b"Nonsense", sequence=True)
        await ours.store.add(T, [READ])
        stat = await client.exists("/kafka-acl-changes/acl_changes_0000000001")
        assert stat is not None
        await ours.store.process(stat.created_ms + EXPIRATION_MS)
        assert len(await client.children("/kafka-acl-changes")) >= 1
        await ours.store.process(stat.created_ms + EXPIRATION_MS + 1)
        assert await client.children("/kafka-acl-changes") == []
        assert ours.acls() == {T: {READ}}

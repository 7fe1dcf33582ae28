"""Announced configs are read and applied once each, in order; old announcements are removed."""

import asyncio
from pathlib import Path

from kafkacli.controller.config_changes import (
    EXPIRATION_MS,
    ConfigChanges,
    read_all_configs,
    read_configs,
    write_configs,
)
from kafkacli.controller.registration import make_persistent_paths
from kafkacli.registry.znodes import CONFIG_CHANGES
from tests.support.controller import zookeeper_client
from tests.support.loop import on_loop


@on_loop
async def test_changes_are_applied_once_and_in_order(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        applied: list[tuple[str, dict[str, str]]] = []
        changed = asyncio.Event()
        changes = ConfigChanges(client, lambda *change: applied.append(change), changed.set)
        await write_configs(client, "topics/a", {"retention.ms": "1"}, announce=True)
        await write_configs(client, "topics/quiet", {"retention.ms": "2"}, announce=False)
        await changes.process(0)
        assert applied == [("topics/a", {"retention.ms": "1"})]
        await write_configs(client, "topics/b", {}, announce=True)
        await write_configs(client, "topics/a", {"retention.ms": "3"}, announce=True)
        await asyncio.wait_for(changed.wait(), 5)
        await changes.process(0)
        assert applied[1:] == [("topics/b", {}), ("topics/a", {"retention.ms": "3"})]
        assert await read_all_configs(client, "topics") == {
            "a": {"retention.ms": "3"},
            "b": {},
            "quiet": {"retention.ms": "2"},
        }


@on_loop
async def test_old_announcements_are_removed(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        changes = ConfigChanges(client, lambda *change: None, lambda: None)
        await write_configs(client, "topics/a", {}, announce=True)
        names = await client.children(CONFIG_CHANGES)
        _, stat = await client.get(f"{CONFIG_CHANGES}/{names[0]}")
        await changes.process(stat.created_ms + EXPIRATION_MS)
        assert await client.children(CONFIG_CHANGES) == names
        await changes.process(stat.created_ms + EXPIRATION_MS + 1)
        assert await client.children(CONFIG_CHANGES) == []


@on_loop
async def test_an_announcement_that_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    async with zookeeper_client(tmp_path) as (_, client):
        await make_persistent_paths(client)
        applied: list[str] = []
        changes = ConfigChanges(client, lambda entity, configs: applied.append(entity), lambda: None)
        for data in (b"garbage", b'{"version":1}', b'{"version":3}'):
            await client.create(f"{CONFIG_CHANGES}/config_change_", data, sequence=True)
        await write_configs(client, "users/u/clients/c", {}, announce=True)
        await changes.process(0)
        assert applied == ["users/u/clients/c"]
        assert await read_configs(client, "topics/none") == {}

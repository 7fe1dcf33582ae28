"""Dynamic configs: every broker follows `/config/changes` and reads the configs that changed.

A change is written to `/config/TYPE/NAME` first and then announced by a sequential znode; a broker handles what it has not
seen yet, and removes announcements older than 15 minutes. Source: Apache `DynamicConfigManager.scala`,
`ZkNodeChangeNotificationListener.scala` (KIP-21).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from kafkacli.controller.zookeeper_client import NoNode, ZooKeeperClient
from kafkacli.registry import znodes
from kafkacli.registry.client_quotas import QuotaEntity

EXPIRATION_MS: Final = 15 * 60 * 1000

_log = logging.getLogger("kafka.server.DynamicConfigManager")

Apply = Callable[[str, dict[str, str]], None]


async def read_configs(zookeeper: ZooKeeperClient, entity: str) -> dict[str, str]:
    """Return an entity's own configs (entity: `topics/T`, `brokers/<default>`), empty where it has none."""
    try:
        data, _ = await zookeeper.get(znodes.config_path(entity))
    except NoNode:
        return {}
    return znodes.decode_config(data)


async def read_all_configs(zookeeper: ZooKeeperClient, entity_type: str) -> dict[str, dict[str, str]]:
    """Return the own configs of every entity of a type (`topics`), by name."""
    names = await zookeeper.children(znodes.config_path(entity_type))
    read = await asyncio.gather(*(read_configs(zookeeper, f"{entity_type}/{name}") for name in names))
    return dict(zip(names, read, strict=True))


async def read_client_quotas(zookeeper: ZooKeeperClient) -> dict[QuotaEntity, dict[str, str]]:
    """Return the configs of every user, client, and client of a user."""
    users, clients = await asyncio.gather(read_all_configs(zookeeper, "users"), read_all_configs(zookeeper, "clients"))
    found = {QuotaEntity(name, None): configs for name, configs in users.items()}
    found |= {QuotaEntity(None, name): configs for name, configs in clients.items()}
    for user in users:
        try:
            below = await read_all_configs(zookeeper, f"users/{user}/clients")
        except NoNode:
            continue
        found |= {QuotaEntity(user, client): configs for client, configs in below.items()}
    return found


async def write_configs(zookeeper: ZooKeeperClient, entity: str, configs: dict[str, str], *, announce: bool) -> None:
    """Replace an entity's own configs; announce: tell the brokers."""
    data = znodes.encode_config(configs)
    try:
        await zookeeper.set(znodes.config_path(entity), data)
    except NoNode:
        await zookeeper.ensure(znodes.config_path(entity), data)
    if announce:
        await zookeeper.create(znodes.CONFIG_CHANGE_PREFIX, znodes.encode_config_change(entity), sequence=True)


class ConfigChanges:
    """Follows the announcements.

    apply: called with the entity and its configs, in the order of the changes.
    changed: called on the loop when there is something to do; it has `process` awaited, one at a time.
    """

    def __init__(self, zookeeper: ZooKeeperClient, apply: Apply, changed: Callable[[], None]) -> None:
        self._zookeeper = zookeeper
        self._apply = apply
        self._changed = changed
        self._last = -1

    async def process(self, now_ms: int) -> None:
        """Handle the announcements that are new, watch for more, and remove the old ones."""
        names = await self._zookeeper.children(znodes.CONFIG_CHANGES, watch=self._changed)
        for name in sorted(names, key=_number):
            path = f"{znodes.CONFIG_CHANGES}/{name}"
            try:
                data, stat = await self._zookeeper.get(path)
                if _number(name) > self._last:
                    self._last = _number(name)
                    await self._handle(data or b"")
                if now_ms - stat.created_ms > EXPIRATION_MS:
                    _log.debug("Purging change notification %s", name)
                    await self._zookeeper.delete(path)
            except NoNode:
                continue

    async def _handle(self, data: bytes) -> None:
        try:
            entity = znodes.decode_config_change(data)
        except (ValueError, KeyError) as error:
            _log.error("Ignoring the config change %r: %s", data, error)
            return
        configs = await read_configs(self._zookeeper, entity)
        shown = ", ".join(f"{key} -> {value}" for key, value in configs.items())
        _log.info("Processing override for entityPath: %s with config: Map(%s)", entity, shown)
        self._apply(entity, configs)


def _number(name: str) -> int:
    digits = name[-10:]
    return int(digits) if digits.isdigit() else -1

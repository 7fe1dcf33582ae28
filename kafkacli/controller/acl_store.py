"""ACLs in ZooKeeper: read at the start, followed by their change notes, and written with the znode's version.

Source: Apache `AclAuthorizer.scala` (loadCache, updateResourceAcls), `ZkNodeChangeNotificationListener.scala`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from kafkacli.authorizer import znodes
from kafkacli.authorizer.acls import AclEntry, AclFilter, PatternType, ResourcePattern
from kafkacli.authorizer.authorizer import Authorizer
from kafkacli.controller.config_changes import EXPIRATION_MS
from kafkacli.controller.zookeeper_client import BadVersion, NodeExists, NoNode, ZooKeeperClient

ATTEMPTS: Final = 11

_log = logging.getLogger("kafka.security.authorizer.AclAuthorizer")

Entries = frozenset[AclEntry]


class AclStore:
    """The ACLs of a cluster; what is read and written here, `authorizer` hears of.

    changed: called on the loop when there are new notes; it has `process` awaited, one at a time.
    """

    def __init__(self, zookeeper: ZooKeeperClient, authorizer: Authorizer, changed: Callable[[], None]) -> None:
        self._zookeeper = zookeeper
        self._authorizer = authorizer
        self._changed = changed
        self._last = dict.fromkeys(znodes.CHANGES, -1)

    async def load(self) -> None:
        """Make the paths and read what there is."""
        await asyncio.gather(*map(self._zookeeper.ensure, znodes.PERSISTENT_PATHS))
        for kind, root in znodes.ROOTS.items():
            for type_name in await self._zookeeper.children(root):
                resource_type = znodes.type_of(type_name)
                if resource_type is None:
                    _log.warning("Ignoring unknown ResourceType: %s", type_name)
                    continue
                names = await self._zookeeper.children(f"{root}/{type_name}")
                await asyncio.gather(*(self._read(ResourcePattern(resource_type, name, kind)) for name in names))

    async def process(self, now_ms: int) -> None:
        """Read what new notes tell of, watch for more, and remove the old ones."""
        for kind, path in znodes.CHANGES.items():
            names = await self._zookeeper.children(path, self._changed)
            for name in sorted(names):
                await self._process_note(f"{path}/{name}", int(name[-10:]), kind, now_ms)

    async def _process_note(self, path: str, number: int, kind: PatternType, now_ms: int) -> None:
        try:
            data, stat = await self._zookeeper.get(path)
            if number > self._last[kind]:
                self._last[kind] = number
                try:
                    await self._read(znodes.decode_change(data or b"", kind))
                except ValueError as error:
                    _log.error("Ignoring the note %s: %s", path, error)
            if now_ms - stat.created_ms > EXPIRATION_MS:
                await self._zookeeper.delete(path)
        except NoNode:
            return

    async def add(self, pattern: ResourcePattern, entries: Iterable[AclEntry]) -> None:
        """Add entries to a pattern's. Raises ZooKeeperError."""
        added = frozenset(entries)
        await self._update(pattern, lambda existing: existing | added)

    async def remove(self, filters: Sequence[AclFilter]) -> list[list[tuple[ResourcePattern, AclEntry]]]:
        """Remove the ACLs that any filter is about; return what was removed for each. Raises ZooKeeperError."""
        removed: list[list[tuple[ResourcePattern, AclEntry]]] = [[] for _ in filters]
        named = [pattern for each in filters for pattern in each.named_patterns()]
        for pattern in dict.fromkeys([*self._authorizer.patterns(), *named]):
            about = [number for number, each in enumerate(filters) if each.matches_pattern(pattern)]
            if not about:
                continue

            gone: dict[AclEntry, int] = {}

            def without(existing: Entries, about: list[int] = about, gone: dict[AclEntry, int] = gone) -> Entries:
                gone.clear()
                for entry in existing:
                    for number in about:
                        if filters[number].matches_entry(entry):
                            gone.setdefault(entry, number)
                return existing - gone.keys()

            await self._update(pattern, without)
            for entry, number in gone.items():
                removed[number].append((pattern, entry))
        return removed

    async def _read(self, pattern: ResourcePattern) -> tuple[Entries, int]:
        """Return a pattern's entries and the znode's version, -1 where there is none."""
        try:
            data, stat = await self._zookeeper.get(znodes.acls_path(pattern))
            entries, version = znodes.decode_acls(data), stat.version
        except NoNode:
            entries, version = frozenset(), -1
        self._authorizer.set_acls(pattern, entries)
        return entries, version

    async def _update(self, pattern: ResourcePattern, change: Callable[[Entries], Entries]) -> None:
        path = znodes.acls_path(pattern)
        for attempt in range(ATTEMPTS):
            existing, version = await self._read(pattern)
            entries = change(existing)
            if entries == existing:
                return
            try:
                if not entries:
                    await self._zookeeper.delete(path, version)
                elif version < 0:
                    await self._zookeeper.create(path, znodes.encode_acls(entries))
                else:
                    await self._zookeeper.set(path, znodes.encode_acls(entries), version)
            except (BadVersion, NodeExists, NoNode):
                if attempt == ATTEMPTS - 1:
                    raise
                continue  # somebody else has written; what they said counts too
            self._authorizer.set_acls(pattern, entries)
            note = f"{znodes.CHANGES[pattern.pattern]}/{znodes.CHANGE_PREFIX}"
            await self._zookeeper.create(note, znodes.encode_change(pattern), sequence=True)
            return

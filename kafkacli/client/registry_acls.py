"""ACLs in ZooKeeper, for the tool that takes an authorizer's properties: what AclAuthorizer of 2.6.2 does with the znodes."""

from __future__ import annotations

from functools import partial

from kafkacli.authorizer import znodes
from kafkacli.authorizer.acls import AclEntry, AclFilter, ResourcePattern
from kafkacli.client.registry import Registry, RegistryError
from kafkacli.client.zookeeper_session import BadVersion, NodeExists, NoNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_ATTEMPTS = 11

Entries = frozenset[AclEntry]


class RegistryAcls(Registry):
    """A session with ZooKeeper for ACLs; the brokers are told of every change. Every method raises RegistryError."""

    def make_paths(self) -> None:
        """Make the znodes under which ACLs lie."""
        for path in znodes.PERSISTENT_PATHS:
            self._client.ensure_path(path)

    def create(self, pattern: ResourcePattern, entries: Iterable[AclEntry]) -> None:
        """Add entries to those of a pattern."""
        added = frozenset(entries)
        self._update(pattern, lambda existing: existing | added)

    def delete(self, filters: Sequence[AclFilter]) -> None:
        """Delete the ACLs that any of these filters is about."""
        for pattern in self._patterns():
            about = [wanted for wanted in filters if wanted.matches_pattern(pattern)]
            if about:
                self._update(pattern, partial(_without, about))

    def find(self, wanted: AclFilter) -> list[tuple[ResourcePattern, AclEntry]]:
        """Return the ACLs that a filter is about."""
        return [
            (pattern, entry)
            for pattern in self._patterns()
            if wanted.matches_pattern(pattern)
            for entry in self._read(pattern)[0]
            if wanted.matches_entry(entry)
        ]

    def _patterns(self) -> list[ResourcePattern]:
        found = []
        for kind, root in znodes.ROOTS.items():
            for type_name in self.children(root):
                resource_type = znodes.type_of(type_name)
                if resource_type is not None:
                    names = self.children(f"{root}/{type_name}")
                    found += [ResourcePattern(resource_type, name, kind) for name in names]
        return found

    def _read(self, pattern: ResourcePattern) -> tuple[Entries, int]:
        """Return a pattern's entries and the znode's version, -1 where there is none."""
        try:
            data, stat = self._client.get(znodes.acls_path(pattern))
        except NoNode:
            return frozenset(), -1
        return znodes.decode_acls(data), stat.version

    def _update(self, pattern: ResourcePattern, change: Callable[[Entries], Entries]) -> None:
        path = znodes.acls_path(pattern)
        for _ in range(_ATTEMPTS):
            existing, version = self._read(pattern)
            entries = change(existing)
            if entries == existing:
                return
            try:
                if not entries:
                    self._client.delete(path, version)
                elif version < 0:
                    self._client.create(path, znodes.encode_acls(entries))
                else:
                    self._client.set(path, znodes.encode_acls(entries), version)
            except (BadVersion, NodeExists, NoNode):
                continue  # somebody else has written; what they said counts too
            note = f"{znodes.CHANGES[pattern.pattern]}/{znodes.CHANGE_PREFIX}"
            self._client.create(note, znodes.encode_change(pattern), sequence=True)
            return
        raise RegistryError(f"Failed to update ACLs for {pattern} after trying a maximum of {_ATTEMPTS - 1} times")


def _without(filters: Sequence[AclFilter], existing: Entries) -> Entries:
    return frozenset(entry for entry in existing if not any(wanted.matches_entry(entry) for wanted in filters))

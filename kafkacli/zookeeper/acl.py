"""Permissions: who a client is, what an ACL grants it, and which ACLs may be set.

Schemes: `world` (its one id is anyone), `ip` (address or address/bits, IPv4), `digest` (user:base64 of the SHA-1 of
user:password), `auth` (stands for every id the caller has proved), `super` (passes every check).
Source: PrepRequestProcessor.checkACL and fixupACL, auth/DigestAuthenticationProvider, auth/IPAuthenticationProvider.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from kafkacli.zookeeper.jute import KNOWN_VECTORS, EncodedVector
from kafkacli.zookeeper.protocol import Acl, Error, Id, KeeperError, Perms

AclList: TypeAlias = tuple[Acl, ...]

ANYONE = Id("world", "anyone")
# Nearly every znode has this one: it is told by identity, and never encoded twice.
OPEN_ACL_UNSAFE = KNOWN_VECTORS["Acl"] = EncodedVector.of((Acl(Perms.ALL, ANYONE),), Acl.encode)
READ_ACL_UNSAFE: AclList = (Acl(Perms.READ, ANYONE),)


class AclTable:
    """Keeps one copy of each ACL that znodes share."""

    def __init__(self) -> None:
        self._shared: dict[AclList, AclList] = {OPEN_ACL_UNSAFE: OPEN_ACL_UNSAFE}
        self._uses: dict[AclList, list[int]] = {OPEN_ACL_UNSAFE: [1]}  # which never goes

    def use(self, acl: Iterable[Acl], users: int = 1) -> AclList:
        """Return the shared copy and count one more user, or several."""
        if acl is OPEN_ACL_UNSAFE:
            return OPEN_ACL_UNSAFE
        key = tuple(acl)
        uses = self._uses.get(key)
        if uses is None:
            self._shared[key], self._uses[key] = key, [users]
            return key
        uses[0] += users
        return self._shared[key]

    def release(self, acl: AclList) -> None:
        """Count one user less; the last one takes the copy along."""
        if acl is OPEN_ACL_UNSAFE:
            return
        uses = self._uses[acl]
        uses[0] -= 1
        if not uses[0]:
            del self._uses[acl], self._shared[acl]

    def __iter__(self) -> Iterator[AclList]:
        return iter(self._shared)

    def __len__(self) -> int:
        return len(self._shared)


def check(acl: Sequence[Acl], permission: int, ids: Sequence[Id]) -> None:
    """Raise KeeperError NO_AUTH unless one of `ids` has one of the permissions; an empty ACL grants everything."""
    if acl is OPEN_ACL_UNSAFE or not acl or any(own.scheme == "super" for own in ids):
        return
    for entry in acl:
        if entry.perms & permission:
            if entry.id == ANYONE:
                return
            matches = _MATCHES.get(entry.id.scheme)
            if matches and any(own.scheme == entry.id.scheme and matches(own.id, entry.id.id) for own in ids):
                return
    raise KeeperError(Error.NO_AUTH)


def expand(acl: Sequence[Acl], ids: Sequence[Id]) -> list[Acl]:
    """Return an ACL as it is stored: without repetitions, `auth` replaced by the caller's own ids.

    Raises KeeperError INVALID_ACL for an empty one, an unknown scheme or a malformed id.
    """
    if acl is OPEN_ACL_UNSAFE:
        return acl  # type: ignore[return-value]  # records take it where they take a list
    result: list[Acl] = []
    for entry in dict.fromkeys(acl):
        if entry.id == ANYONE:
            result.append(entry)
        elif entry.id.scheme == "auth":
            proved = [Acl(entry.perms, own) for own in ids if own.scheme == "digest"]
            if not proved:
                raise KeeperError(Error.INVALID_ACL)
            result += proved
        elif (valid := _VALID.get(entry.id.scheme)) and valid(entry.id.id):
            result.append(entry)
        else:
            raise KeeperError(Error.INVALID_ACL)
    if not result:
        raise KeeperError(Error.INVALID_ACL)
    return result


def without_digests(acl: Sequence[Acl]) -> list[Acl]:
    """Return an ACL as somebody without ADMIN may see it: passwords' digests become `x`."""
    return [
        Acl(entry.perms, Id("digest", entry.id.id.partition(":")[0] + ":x"))
        if entry.id.scheme == "digest" and ":" in entry.id.id
        else entry
        for entry in acl
    ]


def digest_of(credentials: bytes) -> str:
    """Return the digest id of `user:password`."""
    text = credentials.decode("utf-8", "replace")
    user = text.partition(":")[0]
    return f"{user}:{base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()}"


def _digest_is_valid(expression: str) -> bool:
    parts = expression.split(":")
    while parts and not parts[-1]:  # Java's split leaves empty ends out
        parts.pop()
    return len(parts) == 2


def _address(text: str) -> int | None:
    parts = text.split(".")
    if len(parts) != 4 or not all(part.isdecimal() and int(part) <= 255 for part in parts):
        return None
    return int.from_bytes(bytes(int(part) for part in parts), "big")


def _network(expression: str) -> tuple[int, int] | None:
    """Return address and mask of `a.b.c.d` or `a.b.c.d/bits`, None where it is neither."""
    text, slash, bits = expression.partition("/")
    address = _address(text)
    if address is None or (slash and not (bits.isdecimal() and int(bits) <= 32)):
        return None
    mask = ~0 << (32 - int(bits)) if slash else ~0
    return address & mask, mask


def _ip_matches(own: str, expression: str) -> bool:
    network, address = _network(expression), _address(own)
    return network is not None and address is not None and address & network[1] == network[0]


_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "digest": lambda own, expression: own == expression,
    "ip": _ip_matches,
}
_VALID: dict[str, Callable[[str], bool]] = {
    "digest": _digest_is_valid,
    "ip": lambda expression: _network(expression) is not None,
}

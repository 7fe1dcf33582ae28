"""A ZooKeeper client that reads, and only looks whether what it is asked to write would work."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DryClient:
    """A kazoo client whose writes change nothing; what isn't a write is the client's own."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def create(self, path: str, _data: bytes | None = None, *, sequence: bool = False, **_: object) -> str:
        """Raise NodeExistsError where the znode is there."""
        from kazoo.exceptions import NodeExistsError

        if not sequence and self._client.exists(path) is not None:
            raise NodeExistsError
        return path

    def set(self, path: str, _data: bytes, _version: int = -1) -> None:
        """Raise NoNodeError where the znode isn't there."""
        from kazoo.exceptions import NoNodeError

        if self._client.exists(path) is None:
            raise NoNodeError

    def delete(self, _path: str, _version: int = -1) -> None:
        """Leave the znode there."""

    def set_acls(self, _path: str, _acl: object) -> None:
        """Leave the znode's access control list as it is."""

    def ensure_path(self, _path: str) -> None:
        """Leave the znodes away that aren't there."""

"""A ZooKeeper client that reads, and only looks whether what it is asked to write would work."""

from __future__ import annotations

from kafkacli.client.znode_client import ZnodeClient
from kafkacli.client.zookeeper_session import NodeExists, NoNode
from kafkacli.zookeeper.protocol import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.zookeeper.protocol import Acl


class DryClient(ZnodeClient):
    """Reads as every client; its writes change nothing."""

    def create(
        self,
        path: str,
        _data: bytes | None = None,
        *,
        acl: Sequence[Acl] | None = None,
        sequence: bool = False,
        makepath: bool = False,
    ) -> str:
        """Raise NodeExists where the znode is there."""
        if not sequence and self.exists(path) is not None:
            raise NodeExists(Error.NODE_EXISTS, path)
        return path

    def set(self, path: str, _data: bytes, _version: int = -1) -> None:
        """Raise NoNode where the znode isn't there."""
        if self.exists(path) is None:
            raise NoNode(Error.NO_NODE, path)

    def delete(self, _path: str, _version: int = -1) -> None:
        """Leave the znode there."""

    def set_acls(self, _path: str, _acl: Sequence[Acl]) -> None:
        """Leave the znode's access control list as it is."""

    def ensure_path(self, _path: str) -> None:
        """Leave the znodes away that aren't there."""

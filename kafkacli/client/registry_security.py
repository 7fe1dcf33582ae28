"""Who may change Kafka's znodes: the ACLs that brokers with zookeeper.set.acl give them, set on what is there already.

Source: Apache `ZkSecurityMigrator.scala` and `ZkData.scala` (SecureRootPaths, defaultAcls) of 2.6.2.
"""

from __future__ import annotations

from kafkacli.client.registry import Registry, protected_acl
from kafkacli.client.znode_client import OPEN_ACL_UNSAFE
from kafkacli.client.zookeeper_session import NoNode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

CONTROLLER = "/controller"
ROOTS = (
    "/admin",
    "/brokers",
    "/cluster",
    "/config",
    CONTROLLER,
    "/controller_epoch",
    "/isr_change_notification",
    "/latest_producer_id_block",
    "/log_dir_event_notification",
    "/delegation_token",
    "/kafka-acl-extended",
    "/kafka-acl",
    "/kafka-acl-changes",
    "/kafka-acl-extended/prefixed",
    "/kafka-acl-extended-changes",
)
"""The paths below which everything is Kafka's own."""


class RegistrySecurity(Registry):
    """A session with ZooKeeper, perhaps of a user who is logged in."""

    def absent_roots(self) -> list[str]:
        """Return which of the paths aren't there."""
        return [path for path in ROOTS if self._client.exists(path) is None]

    def protect(self, path: str, *, secure: bool) -> bool:
        """Give a znode its ACL. secure: for its creator alone, others may read what isn't sensitive; otherwise for all.

        False when the znode is gone.
        """
        try:
            self._client.set_acls(path, protected_acl(path) if secure else OPEN_ACL_UNSAFE)
        except NoNode:
            return False
        return True

    def below(self, root: str) -> Iterator[str]:
        """Give a root, made where it isn't there (but for the controller's), and every path below it."""
        if root == CONTROLLER and self._client.exists(root) is None:
            return
        self._client.ensure_path(root)
        left = [root]
        while left:
            path = left.pop()
            yield path
            left += [f"{path}/{name}" for name in self.children(path)]

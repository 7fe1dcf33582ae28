"""A session of the ZooKeeper shell for a test, with what it told and warned of."""

from collections.abc import Callable
from typing import Generic, TypeVar

from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.zkshell.brief_session import BriefSession
from kafkacli.zkshell.session import Session
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import CreateFlag

S = TypeVar("S", Session, BriefSession)


class ShellClient(Generic[S]):
    """A session, made by `make`; events and warnings are kept."""

    def __init__(self, make: Callable[..., S], servers: str, chroot: str = "", timeout_ms: int = 6000) -> None:
        self.events: list[tuple[str, str, str | None]] = []
        self.warnings: list[str] = []
        self.session: S = make(
            servers,
            chroot,
            timeout_ms=timeout_ms,
            tell=lambda *event: self.events.append(event),
            warn=self.warnings.append,
            login=ZooKeeperLogin(),
        )
        self.znodes = Znodes(self.session)

    def create(self, path: str, kind: CreateFlag = CreateFlag.PERSISTENT) -> str:
        """Create a znode with data."""
        return self.znodes.create(path, b"x", list(OPEN_ACL_UNSAFE), kind)

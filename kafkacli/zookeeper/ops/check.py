"""check: a part of a multi that demands a version of a znode and changes nothing; never a request of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.ops import View
from kafkacli.zookeeper.paths import validate_path
from kafkacli.zookeeper.protocol import CheckVersionTxn, Error, KeeperError, PathVersionRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client


def check(request: PathVersionRequest, view: View, caller: Client) -> Record:
    """Prepare the part; the version must match unless it is -1."""
    validate_path(request.path)
    node = view.lookup(request.path)
    caller.demand(node.acl, Perms.READ)
    if request.version not in (-1, node.version):
        raise KeeperError(Error.BAD_VERSION)
    return CheckVersionTxn(request.path, node.version + 1)

"""getACL: a znode's ACL and Stat; without ADMIN the digests of passwords are hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kafkacli.zookeeper.acl import without_digests
from kafkacli.zookeeper.jute import pack_vector
from kafkacli.zookeeper.ops import reads
from kafkacli.zookeeper.protocol import Acl, KeeperError, OpCode, PathRequest, Perms

if TYPE_CHECKING:
    from kafkacli.zookeeper.pipeline import Client
    from kafkacli.zookeeper.tree import DataTree


@reads(OpCode.GET_ACL, "GETA", PathRequest)
def get_acl(request: PathRequest, tree: DataTree, client: Client) -> bytes:
    """Answer with ACL and Stat."""
    node = tree.lookup(request.path)
    client.demand(node.acl, Perms.READ | Perms.ADMIN)
    acl = list(node.acl)
    try:
        client.demand(node.acl, Perms.ADMIN)
    except KeeperError:
        acl = without_digests(acl)
    return pack_vector(acl, Acl.encode) + tree.stat(node)  # a GetAclResponse

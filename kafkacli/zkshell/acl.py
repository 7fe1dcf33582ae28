"""ACLs as one writes them: scheme:id:perms,...

Source: cli/AclParser.java (ZooKeeper 3.5.9).
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.printing import PERMISSIONS
from kafkacli.zookeeper.protocol import Acl, Id


def parse_acl(text: str) -> list[Acl]:
    """Return the entries of an ACL; what is wrong is said on stderr and left out."""
    acl = []
    parts = text.split(",")
    while len(parts) > 1 and not parts[-1]:  # Java's split drops what is empty at the end
        parts.pop()
    for part in parts:
        scheme, first, rest = part.partition(":")
        identity, last, letters = rest.rpartition(":")
        if not first or not last:
            console.err(f"{part} does not have the form scheme:id:perm")
            continue
        acl.append(Acl(_perms(letters), Id(scheme, identity)))
    return acl


def _perms(letters: str) -> int:
    perms = 0
    for letter in letters:
        if letter in PERMISSIONS:
            perms |= PERMISSIONS[letter]
        else:
            console.err(f"Unknown perm type: {letter}")
    return perms

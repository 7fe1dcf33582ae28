"""Copies of subtrees: data, ACLs, what is there already, ephemeral znodes, chroots."""

import pytest

from kafkacli.zkshell.copies import Planted, Znode, plant, take_up
from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.scan import scan
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import ANYONE, OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, CreateFlag, Id, Perms
from tests.support.zookeeper import RunningZooKeeper
from tests.zkshell.conftest import Type

OPEN = list(OPEN_ACL_UNSAFE)
READ_ONLY = [Acl(Perms.READ, ANYONE)]


@pytest.fixture
def znodes(shell: Shell) -> Znodes:
    assert shell.session is not None
    return Znodes(shell.session)


def test_acls_come_along_also_those_that_forbid_children(znodes: Znodes) -> None:
    tree = [
        Znode("/", b"", READ_ONLY),
        Znode("/a", b"", READ_ONLY),
        Znode("/a/b", b"", [Acl(Perms.READ, ANYONE), Acl(Perms.ALL, Id("digest", "me:x"))]),
        Znode("/c", b"", OPEN),
    ]
    assert plant(znodes, "/top", tree) == Planted(4, 0, 0)
    assert list(take_up(znodes, "/top")) == tree
    with pytest.raises(OperationError, match="NoAuth"):
        plant(znodes, "/top", tree)


def test_an_acl_of_a_znode_that_is_there_is_set(znodes: Znodes) -> None:
    plant(znodes, "/top", [Znode("/", b"old", OPEN), Znode("/a", b"", OPEN)])
    tree = [Znode("/", b"new", READ_ONLY), Znode("/a", None, READ_ONLY)]
    assert plant(znodes, "/top", tree) == Planted(0, 2, 0)
    assert list(take_up(znodes, "/top")) == tree


def test_the_root_is_set(znodes: Znodes) -> None:
    assert plant(znodes, "/", [Znode("/", b"root", OPEN), Znode("/a", b"", OPEN)]) == Planted(1, 1, 0)
    assert znodes.get("/")[0] == b"root"


def test_ephemeral_znodes_are_named_and_left_out(znodes: Znodes, capsys: pytest.CaptureFixture[str]) -> None:
    plant(znodes, "/top", [Znode("/", None, OPEN)])
    znodes.create("/top/mine", b"x", OPEN, CreateFlag.EPHEMERAL)
    tree = list(take_up(znodes, "/top"))
    assert tree == [Znode("/", None, OPEN), Znode("/mine", b"x", OPEN, is_ephemeral=True)]
    assert plant(znodes, "/copy", tree) == Planted(1, 0, 1)
    assert capsys.readouterr().err == "ephemeral, skipped: /copy/mine\n"


def test_paths_below_a_chroot(zookeeper_server: RunningZooKeeper, shell: Shell, type_line: Type) -> None:
    type_line("create /app")
    type_line("create /app/zookeeper")
    shell.connect(f"{zookeeper_server.address}/app")
    assert shell.session is not None
    znodes = Znodes(shell.session)
    assert [znode.path for znode in take_up(znodes, "/")] == ["/", "/zookeeper"]
    assert plant(znodes, "/copy", [Znode("/", b"", READ_ONLY), Znode("/a", b"", OPEN)]) == Planted(2, 0, 0)
    assert [entry.path for entry in scan(znodes, "/copy")] == ["/copy", "/copy/a"]

"""Walks with many requests under way: order, bounds, what can't be read, what goes meanwhile."""

import random

import pytest

from kafkacli import console
from kafkacli.zkshell import pipeline
from kafkacli.zkshell import scan as walking
from kafkacli.zkshell.copies import Planted, Znode, plant, take_up
from kafkacli.zkshell.errors import CommandError, OperationError
from kafkacli.zkshell.scan import readable, scan
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import ANYONE, OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, Error, Perms
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

OPEN = list(OPEN_ACL_UNSAFE)
READ_ONLY = [Acl(Perms.READ, ANYONE)]


@pytest.fixture
def znodes(shell: Shell) -> Znodes:
    assert shell.session is not None
    return Znodes(shell.session)


def random_tree(seed: int) -> list[Znode]:
    """A tree with names that sort in unexpected ways, in the order of a walk."""
    chance = random.Random(seed)
    names: set[tuple[str, ...]] = {()}
    for _ in range(150):
        names.add((*chance.choice(sorted(names)), chance.choice(["a", "a-", "a.b", "b", "ä", "Z", "0", "10", "2"])))
    return [Znode("/" + "/".join(parts), bytes(chance.randrange(50)), OPEN) for parts in sorted(names)]


@pytest.mark.parametrize(("window", "ahead"), [(256, 1 << 24), (1, 1 << 24), (3, 2000)])
def test_what_was_planted_is_walked_in_order(
    znodes: Znodes, monkeypatch: pytest.MonkeyPatch, window: int, ahead: int
) -> None:
    monkeypatch.setattr(pipeline, "_WINDOW", window)
    monkeypatch.setattr(walking, "_AHEAD_BYTES", ahead)
    tree = random_tree(window)
    assert plant(znodes, "/top", tree) == Planted(len(tree), 0, 0)
    assert list(take_up(znodes, "/top")) == tree
    assert plant(znodes, "/top", tree) == Planted(0, len(tree), 0)
    walked = list(scan(znodes, "/top"))
    paths = [entry.path for entry in walked]
    assert paths == ["/top" + znode.path.rstrip("/") for znode in tree]
    parents = [path.rpartition("/")[0] for path in paths]
    for index, entry in enumerate(walked):
        assert entry.is_last == (entry.depth == 0 or parents[index] not in parents[index + 1 :])


def test_a_walk_asks_ahead_and_no_further(znodes: Znodes, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = [Znode("/", None, OPEN)]
    for index in range(100):
        tree += [Znode(f"/{index:03}", bytes(2000), OPEN), Znode(f"/{index:03}/child", bytes(2000), OPEN)]
    plant(znodes, "/top", tree)
    monkeypatch.setattr(pipeline, "_WINDOW", 8)
    monkeypatch.setattr(walking, "_AHEAD_BYTES", 30_000)  # of ten znodes
    asked = 0
    original = pipeline.Pipeline.data

    def data(*arguments: object) -> None:
        nonlocal asked
        asked += 1
        original(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline.Pipeline, "data", data)
    ahead = [asked - index for index, _ in enumerate(scan(znodes, "/top", data=True), 1)]
    assert 8 <= max(ahead) <= 18
    assert asked == 201


def test_depth_and_what_is_left_out(znodes: Znodes) -> None:
    plant(znodes, "/top", [Znode(path, b"x", OPEN) for path in ("/", "/a", "/a/b", "/a/b/c", "/d", "/d/e")])
    assert [entry.path for entry in scan(znodes, "/top", max_depth=1)] == ["/top", "/top/a", "/top/d"]
    assert [entry.path for entry in scan(znodes, "/top", data=True, max_depth=0)] == ["/top"]
    left = scan(znodes, "/top", leave_out=frozenset(["/top/a"]))
    assert [entry.path for entry in left] == ["/top", "/top/d", "/top/d/e"]
    assert "/zookeeper" not in [znode.path for znode in take_up(znodes, "/")]


def test_what_may_not_be_read_is_named_and_the_rest_shown(znodes: Znodes, capsys: pytest.CaptureFixture[str]) -> None:
    hidden = [Acl(Perms.ALL & ~Perms.READ, ANYONE)]
    plant(znodes, "/top", [Znode("/", b"", OPEN), Znode("/a", b"", hidden), Znode("/b", b"", OPEN)])
    found: list[str] = []
    with pytest.raises(CommandError, match="znodes that could not be read: 1"):
        found.extend(entry.path for entry in readable(scan(znodes, "/top", data=True)))
    assert found == ["/top", "/top/b"]
    assert capsys.readouterr().err == "Authentication is not valid : /top/a\n"
    with pytest.raises(OperationError, match="NoAuth for /top/a"):
        list(take_up(znodes, "/top"))
    with pytest.raises(OperationError, match="NoAuth for /top/a"):
        list(scan(znodes, "/top/a"))


def test_a_walk_that_is_broken_off_by_the_server_says_so(znodes: Znodes, zookeeper_server: RunningZooKeeper) -> None:
    plant(znodes, "/top", random_tree(1))
    walk = scan(znodes, "/top")
    next(walk)
    zookeeper_server.stop()
    try:
        until(lambda: not znodes.session.is_connected)
        with pytest.raises(OperationError) as error:
            list(walk)
        assert error.value.code == Error.CONNECTION_LOSS
    finally:
        zookeeper_server.start()


def test_a_top_that_is_not_there_and_a_path_that_can_not_be(znodes: Znodes) -> None:
    with pytest.raises(OperationError, match="NoNode for /none"):
        list(scan(znodes, "/none"))
    with pytest.raises(CommandError, match="Path must start with /"):
        list(scan(znodes, "none"))
    with pytest.raises(OperationError, match="NoNode for /none"):
        plant(znodes, "/none/x", [Znode("/", b"", OPEN)])


def test_a_znode_that_goes_meanwhile_is_left_out(znodes: Znodes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_WINDOW", 1)
    monkeypatch.setattr(walking, "_AHEAD_BYTES", 1)
    plant(znodes, "/top", [Znode(path, b"", OPEN) for path in ("/", "/a", "/b", "/c")])
    found = []
    for entry in scan(znodes, "/top"):
        found.append(entry.path)
        if entry.path == "/top/a":
            znodes.delete("/top/b")
    assert found == ["/top", "/top/a", "/top/c"]


def test_a_walk_ends_when_nobody_reads_it_any_more(znodes: Znodes, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(znodes, "/top", random_tree(2))
    entries = readable(scan(znodes, "/top"))
    next(entries)
    monkeypatch.setattr(console, "broken", lambda: True)
    assert list(entries) == []

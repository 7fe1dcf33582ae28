"""The tree against a dict, and what playing a log back over a later snapshot must not spoil."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.jute import Record
from kafkacli.zookeeper.protocol import (
    CloseSessionTxn,
    CreateContainerTxn,
    CreateTtlTxn,
    CreateTxn,
    DeleteTxn,
    Error,
    ErrorTxn,
    MultiTxn,
    OpCode,
    SetDataTxn,
    Stat,
    Txn,
    TxnHeader,
)
from kafkacli.zookeeper.tree import CONTAINER_OWNER, DataTree, TxnResult, ttl_of, ttl_owner

ACL = list(OPEN_ACL_UNSAFE)
OWN = {"", "/", "/zookeeper", "/zookeeper/quota", "/zookeeper/config"}


def apply(tree: DataTree, code: OpCode, txn: Record, *, zxid: int = 0, session: int = 1) -> TxnResult:
    return tree.apply(TxnHeader(session, 1, zxid or tree.last_zxid + 1, 1000 + zxid, code), txn)


def create(tree: DataTree, path: str, *, session: int = 0, zxid: int = 0, cversion: int = -1) -> TxnResult:
    txn = CreateTxn(path, b"", ACL, bool(session), cversion)
    return apply(tree, OpCode.CREATE, txn, session=session, zxid=zxid)


def test_stats_count_as_clients_see_it() -> None:
    tree = DataTree()
    create(tree, "/a", zxid=5)
    create(tree, "/a/b", zxid=6)
    apply(tree, OpCode.DELETE, DeleteTxn("/a/b"), zxid=7)
    apply(tree, OpCode.SET_DATA, SetDataTxn("/a", b"xyz", 1), zxid=8)
    stat = Stat.decode_whole(tree.stat(tree.lookup("/a")))
    assert (stat.czxid, stat.mzxid, stat.pzxid, stat.cversion, stat.version) == (5, 8, 7, 2, 1)
    assert (stat.data_length, stat.num_children, stat.ctime, stat.mtime) == (3, 0, 1005, 1008)


def test_owners_that_are_no_sessions_are_not_shown() -> None:
    tree = DataTree(extended_types=True)
    container = apply(tree, OpCode.CREATE_CONTAINER, CreateContainerTxn("/c", b"", ACL, -1))
    timed = apply(tree, OpCode.CREATE_TTL, CreateTtlTxn("/t", b"", ACL, -1, 5000))
    for result in (container, timed):
        assert result.stat is not None
        assert Stat.decode_whole(result.stat).ephemeral_owner == 0
    assert (tree.containers, tree.ttls, tree.ephemerals) == ({"/c"}, {"/t"}, {})
    assert tree.nodes["/c"].ephemeral_owner == CONTAINER_OWNER
    assert ttl_of(tree.nodes["/t"].ephemeral_owner) == 5000
    apply(tree, OpCode.DELETE, DeleteTxn("/c"))
    apply(tree, OpCode.DELETE, DeleteTxn("/t"))
    assert (tree.containers, tree.ttls) == (set(), set())


def test_owners_of_times_to_live_are_negative_longs() -> None:
    assert ttl_owner(1) == -(1 << 56) + 1
    assert ttl_of(ttl_owner(1)) == 1
    assert ttl_of(0x100000000000001) is None


def test_a_closed_session_takes_its_znodes_along() -> None:
    tree = DataTree()
    create(tree, "/a", session=7)
    create(tree, "/b", session=8)
    apply(tree, OpCode.CLOSE_SESSION, CloseSessionTxn(), session=7)
    assert tree.nodes.keys() == OWN | {"/b"}
    assert tree.ephemerals == {8: {"/b"}}


def test_a_failed_multi_changes_nothing() -> None:
    tree = DataTree()
    parts = [
        Txn(OpCode.CREATE, CreateTxn("/a", b"", ACL, False, 1).encode()),
        Txn(OpCode.ERROR, ErrorTxn(Error.BAD_VERSION).encode()),
        Txn(OpCode.DELETE, DeleteTxn("/a").encode()),
    ]
    result = apply(tree, OpCode.MULTI, MultiTxn(parts), zxid=9)
    assert [part.err for part in result.results] == [0, Error.BAD_VERSION, Error.RUNTIME_INCONSISTENCY]
    assert tree.nodes.keys() == OWN
    assert tree.last_zxid == 9


def test_played_back_over_a_later_snapshot_a_creation_only_counts() -> None:
    tree = DataTree()
    create(tree, "/a", zxid=5)
    create(tree, "/a/b", zxid=6, cversion=1)
    parent = tree.lookup("/a")
    parent.cversion, parent.pzxid = 0, 5  # written before its child was there
    assert create(tree, "/a/b", zxid=6, cversion=1).err == Error.NODE_EXISTS
    assert (parent.cversion, parent.pzxid) == (1, 6)
    assert apply(tree, OpCode.DELETE, DeleteTxn("/a/gone"), zxid=7).err == Error.NO_NODE
    assert parent.pzxid == 7


NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(lambda names: "/" + "/".join(names))


class TreeMachine(RuleBasedStateMachine):
    """Holds the tree against a dict of path → (data, version, owner)."""

    def __init__(self) -> None:
        super().__init__()
        self.tree = DataTree()
        self.model: dict[str, tuple[bytes | None, int, int]] = {}

    @rule(path=PATHS, data=st.none() | st.binary(max_size=3), session=st.sampled_from([0, 0, 1, 2]))
    def create(self, path: str, data: bytes | None, session: int) -> None:
        parent = path.rpartition("/")[0]
        result = apply(self.tree, OpCode.CREATE2, CreateTxn(path, data, ACL, bool(session), -1), session=session or 9)
        if parent and parent not in self.model:
            assert result.err == Error.NO_NODE
        elif path in self.model:
            assert result.err == Error.NODE_EXISTS
        else:
            assert result.err == 0
            self.model[path] = (data, 0, session)

    @rule(path=PATHS)
    def delete(self, path: str) -> None:
        if any(other.startswith(path + "/") for other in self.model):
            return  # the pipeline refuses it
        result = apply(self.tree, OpCode.DELETE, DeleteTxn(path))
        assert (result.err == 0) == (self.model.pop(path, None) is not None)

    @rule(path=PATHS, data=st.binary(max_size=3))
    def set_data(self, path: str, data: bytes) -> None:
        version = self.model[path][1] + 1 if path in self.model else 1
        result = apply(self.tree, OpCode.SET_DATA, SetDataTxn(path, data, version))
        if path in self.model:
            assert result.stat is not None
            assert Stat.decode_whole(result.stat).version == version
            self.model[path] = (data, version, self.model[path][2])
        else:
            assert result.err == Error.NO_NODE

    @rule(session=st.sampled_from([1, 2]))
    def close_session(self, session: int) -> None:
        doomed = [path for path, (_, _, owner) in self.model.items() if owner == session]
        if any(other.startswith(path + "/") for path in doomed for other in self.model):
            return  # ephemeral znodes get no children from the pipeline
        apply(self.tree, OpCode.CLOSE_SESSION, CloseSessionTxn(), session=session)
        for path in doomed:
            del self.model[path]

    @invariant()
    def both_hold_the_same(self) -> None:
        assert self.tree.nodes.keys() - OWN == self.model.keys()
        ephemerals: dict[int, set[str]] = {}
        for path, (data, version, owner) in self.model.items():
            node = self.tree.nodes[path]
            assert (node.data, node.version, node.ephemeral_owner) == (data, version, owner)
            children = {other.rpartition("/")[2] for other in self.model if other.rpartition("/")[0] == path}
            assert (node.children or set()) == children
            if owner:
                ephemerals.setdefault(owner, set()).add(path)
        assert self.tree.ephemerals == ephemerals


TestTree = TreeMachine.TestCase
TestTree.settings = settings(stateful_step_count=30)

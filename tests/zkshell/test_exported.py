"""The format of `export`: round trips, any layout of the JSON, what is refused and how."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.zkshell import exported
from kafkacli.zkshell.copies import Znode
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.exported import decode_znode, encode_znode, read_znodes
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, Id

ACLS = st.lists(
    st.builds(Acl, st.integers(0, 31), st.builds(Id, st.sampled_from(["world", "digest", "ip"]), st.text())), min_size=1
)
ZNODES = st.builds(
    Znode,
    st.sampled_from(["/", "/a", "/ä/b c"]),
    st.none() | st.binary() | st.text().map(str.encode),
    ACLS,
    st.booleans(),
)
PLAIN = {"path": "/", "data": "x", "acl": [{"scheme": "world", "id": "anyone", "perms": "cdrwa"}]}


@given(st.lists(ZNODES), st.sampled_from([None, 0, 3]), st.integers(1, 40))
def test_round_trip_whatever_the_layout_and_wherever_a_chunk_ends(
    znodes: list[Znode], indent: int | None, chunk: int
) -> None:
    text = json.dumps([encode_znode(znode) for znode in znodes], indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exported, "_CHUNK", chunk)
        assert list(read_znodes(io.StringIO(f" \n{text}\n"), "x")) == znodes


def test_text_stays_text() -> None:
    assert encode_znode(Znode("/", "grün\n".encode(), list(OPEN_ACL_UNSAFE))) == {**PLAIN, "data": "grün\n"}
    assert encode_znode(Znode("/", b"\xff", list(OPEN_ACL_UNSAFE)))["base64"] == "/w=="


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"path": "a"}, "path: Path must start with / character"),
        ({"path": 1}, "path: not a text"),
        ({"data": 1}, "data: not a text"),
        ({"base64": "x"}, "neither data nor base64, or both"),
        ({"acl": []}, "acl: not a list of scheme, id and perms"),
        ({"acl": None}, "acl: not a list of scheme, id and perms"),
        ({"acl": [{"scheme": "world", "id": "anyone", "perms": "x"}]}, "acl: not a list of scheme, id and perms"),
        ({"acl": [{"scheme": "world", "id": None, "perms": "r"}]}, "acl: not a list of scheme, id and perms"),
    ],
)
def test_what_is_no_znode(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError) as error:
        decode_znode({**PLAIN, **changes})
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: it ends before the array does"),
        ("{}", "f: not an array"),
        ("[", "f: it ends before the array does"),
        ('[{"path"', "f: not JSON: Expecting ':' delimiter"),
        (f"[{json.dumps(PLAIN)}", "f: znode 1: it ends before the array does"),
        (f"[{json.dumps(PLAIN)} x", "f: znode 1: not JSON: neither , nor ] after a znode"),
        (f"[{json.dumps(PLAIN)}, 7]", "f: znode 2: not an object"),
        ('[{"path": "/", "base64": "x"}]', "f: znode 1: Invalid base64-encoded string"),
    ],
)
def test_what_is_no_document(text: str, message: str) -> None:
    with pytest.raises(CommandError) as error:
        list(read_znodes(io.StringIO(text), "f"))
    assert str(error.value).startswith(message)


def test_a_document_is_not_kept_in_memory() -> None:
    stream = io.StringIO(f"[{', '.join([json.dumps(PLAIN)] * 5000)}]")
    znodes = read_znodes(stream, "x")
    next(znodes)
    assert stream.tell() <= 1 << 16

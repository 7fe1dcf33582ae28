"""Paths: why one can't be a znode's, and the walk below one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.zkshell.paths import walk, why_invalid
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.paths import validate_path
from kafkacli.zookeeper.protocol import KeeperError
from tests.zkshell.conftest import Type


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/", ""),
        ("/a/b", ""),
        ("/.a/b./c..d/...", ""),
        ("", "Path length must be > 0"),
        ("a", "Path must start with / character"),
        ("/a/", "Path must not end with / character"),
        ("/a//b", 'Invalid path string "/a//b" caused by empty node name specified @3'),
        ("/a\0", 'Invalid path string "/a\0" caused by null character not allowed @2'),
        ("/a/./b", 'Invalid path string "/a/./b" caused by relative paths not allowed @3'),
        ("/..", 'Invalid path string "/.." caused by relative paths not allowed @2'),
        ("/a\x7f", 'Invalid path string "/a\x7f" caused by invalid character @2'),
        ("/é\U0001f600", 'Invalid path string "/é\U0001f600" caused by invalid character @2'),
    ],
)
def test_reasons(path: str, reason: str) -> None:
    assert why_invalid(path) == reason


@given(st.text(alphabet="/.ab\0\x1f\x80é\ud800\uf900\ufff0\U0001f600", max_size=8).map("/".__add__))
def test_the_shell_refuses_what_the_server_refuses(path: str) -> None:
    try:
        validate_path(path)
    except KeeperError:
        assert why_invalid(path)
    else:
        assert not why_invalid(path)


def test_the_walk_names_children_before_what_is_below_them(shell: Shell, type_line: Type) -> None:
    for path in ("/b", "/a", "/a/2", "/a/1", "/b/3"):
        type_line(f"create {path}")
    assert shell.session is not None
    found = [path for path in walk(Znodes(shell.session), "/") if not path.startswith("/zookeeper")]
    assert found == ["/", "/a", "/b", "/a/1", "/a/2", "/b/3"]

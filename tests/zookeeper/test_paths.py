"""Which paths are allowed."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.paths import parent_of, validate_path
from kafkacli.zookeeper.protocol import Error, KeeperError


@pytest.mark.parametrize("path", ["/", "/a", "/a/b", "/...", "/.a", "/a.", "/..a/b..", "/é€", "/a b", "/\ufeff"])
def test_an_allowed_path(path: str) -> None:
    validate_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "a",
        "//",
        "/a/",
        "/a//b",
        "/.",
        "/..",
        "/./a",
        "/a/..",
        "/a\0",
        "/\x1f",
        "/\x7f",
        "/\ue000",
        "/\uffff",
        "/😀",
    ],
)
def test_a_path_that_is_not_allowed(path: str) -> None:
    with pytest.raises(KeeperError) as refused:
        validate_path(path)
    assert refused.value.code == Error.BAD_ARGUMENTS


def test_parents() -> None:
    assert parent_of("/a") == "/"
    assert parent_of("/a/b") == "/a"
    for path in ("a", "", "/a\0"):
        with pytest.raises(KeeperError):
            parent_of(path)

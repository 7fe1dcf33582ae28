"""setData."""

from __future__ import annotations

import pytest

from kafkacli.zookeeper.protocol import Acl, Error, Id, OpCode, SetDataRequest, StatResponse
from tests.support.zookeeper_pipeline import Driver


def test_data_and_version_change() -> None:
    driver = Driver()
    client = driver.client()
    client.create("/a")
    driver.now_ms += 50
    stat = client.get(StatResponse, OpCode.SET_DATA, SetDataRequest("/a", b"xyz", 0)).stat
    assert (stat.version, stat.data_length, stat.mzxid, stat.mtime - stat.ctime) == (1, 3, 3, 50)
    assert client.get(StatResponse, OpCode.SET_DATA, SetDataRequest("/a", None, -1)).stat.version == 2
    assert driver.tree.nodes["/a"].data is None


@pytest.mark.parametrize(
    ("path", "version", "error"),
    [
        ("/a", 1, Error.BAD_VERSION),
        ("/none", -1, Error.NO_NODE),
        ("/a/", -1, Error.BAD_ARGUMENTS),
        ("/r", -1, Error.NO_AUTH),
    ],
)
def test_what_is_refused(path: str, version: int, error: Error) -> None:
    client = Driver().client()
    client.create("/a")
    client.create("/r", acl=[Acl(1, Id("world", "anyone"))])
    assert client.call(OpCode.SET_DATA, SetDataRequest(path, b"", version)) == (error, b"")

"""The server from start to stop, as kazoo sees it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kazoo.client import KazooClient

from kafkacli.zookeeper.protocol import (
    CreateFlag,
    CreateRequest,
    CreateTtlRequest,
    GetChildrenResponse,
    OpCode,
    PathVersionRequest,
    PathWatchRequest,
)
from kafkacli.zookeeper.recovery import DataDirectoryError
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper, four_letter
from tests.support.zookeeper_pipeline import OPEN
from tests.support.zookeeper_raw import RawClient

_SECONDS = 10


@pytest.fixture
def connect(zookeeper_server: RunningZooKeeper) -> Iterator[Callable[..., Any]]:
    """Make kazoo clients; they end with the test."""
    clients = []

    def make(**arguments: Any) -> Any:
        client = KazooClient(zookeeper_server.address, **{"timeout": 10, **arguments})
        clients.append(client)
        client.start(_SECONDS)
        return client

    yield make
    for client in clients:
        client.stop()
        client.close()


def test_what_was_written_is_there_after_a_restart(
    zookeeper_server: RunningZooKeeper, connect: Callable[..., Any]
) -> None:
    client = connect()
    client.create("/a", b"1")
    client.create("/a/b", b"2", ephemeral=True)
    client.set("/a", b"3")
    before = client.get("/a")
    client.stop()
    zookeeper_server.stop()
    zookeeper_server.start()
    client = connect()
    after = client.get("/a")
    assert after[0] == before[0] == b"3"
    assert (after[1].mzxid, after[1].version, after[1].ctime) == (before[1].mzxid, 1, before[1].ctime)
    assert client.get_children("/a") == []


def test_a_session_can_be_ended_before_the_server_listens(
    zookeeper_server: RunningZooKeeper, connect: Callable[..., Any]
) -> None:
    client = connect()
    client.create("/dead", b"", ephemeral=True)
    session_id = client.client_id[0]
    zookeeper_server.stop()
    zookeeper_server.start(close_sessions=[session_id, 12345])
    assert connect().exists("/dead") is None


def test_a_port_in_use_is_named(zookeeper_server: RunningZooKeeper, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=f"can't listen on 127.0.0.1:{zookeeper_server.port}"):
        RunningZooKeeper(tmp_path / "other", client_port=zookeeper_server.port)


@pytest.mark.parametrize("address", ["", "localhost", "127.0.0.1"])
def test_every_way_to_name_where_to_listen(tmp_path: Path, address: str) -> None:
    server = RunningZooKeeper(tmp_path / "zookeeper", client_port_address=address)
    try:
        assert "Mode: standalone" in four_letter(server.port, "srvr")
    finally:
        server.close()


def test_two_servers_never_share_a_data_directory(zookeeper_server: RunningZooKeeper) -> None:
    with pytest.raises(DataDirectoryError, match="another ZooKeeper server uses this data directory"):
        RunningZooKeeper(zookeeper_server.data_dir)


def test_logs_may_have_a_directory_of_their_own(tmp_path: Path) -> None:
    settings: dict[str, Any] = {"data_log_dir": tmp_path / "logs"}
    server = RunningZooKeeper(tmp_path / "zookeeper", **settings)
    client = RawClient(server.port)
    client.connect()
    client.close()
    server.close()
    assert [path.name for path in (tmp_path / "logs" / "version-2").iterdir()] == ["log.1"]
    assert [path.name for path in (tmp_path / "zookeeper" / "version-2").iterdir()] == ["snapshot.0"]
    with pytest.raises(DataDirectoryError, match="Log directory has snapshot files"):
        RunningZooKeeper(tmp_path / "logs", data_log_dir=tmp_path / "zookeeper")


def test_snapshots_are_taken_while_serving_and_the_log_goes_on_in_a_new_file(tmp_path: Path) -> None:
    server = RunningZooKeeper(tmp_path / "zookeeper", snapshot_count=100)
    try:
        client = RawClient(server.port)
        client.connect()
        for number in range(450):
            client.call(OpCode.CREATE, CreateRequest(f"/n{number}", b"x", OPEN, 0))
        until(lambda: len(list((server.data_dir / "version-2").glob("snapshot.*"))) > 3)
        names = {path.name.partition(".")[0] for path in (server.data_dir / "version-2").iterdir()}
        assert names - {"unfinished"} == {"log", "snapshot"}  # one more snapshot may be on its way
        assert len(list((server.data_dir / "version-2").glob("log.*"))) > 3
        client.close()
        server.stop()
        for path in sorted((server.data_dir / "version-2").glob("log.*"), key=lambda path: path.stat().st_mtime)[:-1]:
            path.unlink()  # the newest snapshot and what came after it are enough
        server.start()
        client = RawClient(server.port)
        client.connect()
        response = client.get(GetChildrenResponse, OpCode.GET_CHILDREN, PathWatchRequest("/", False))
        assert len(response.children) == 451
        client.close()
    finally:
        server.close()


def test_containers_and_timed_znodes_are_removed_when_they_stand_empty(tmp_path: Path) -> None:
    server = RunningZooKeeper(tmp_path / "zookeeper", container_check_ms=10, extended_types=True)
    client = RawClient(server.port)
    try:
        client.connect()
        for path in ("/used", "/fresh"):
            client.call(OpCode.CREATE_CONTAINER, CreateRequest(path, b"", OPEN, CreateFlag.CONTAINER))
        client.call(OpCode.CREATE, CreateRequest("/used/child", b"", OPEN, 0))
        client.call(OpCode.CREATE_TTL, CreateTtlRequest("/short", b"", OPEN, CreateFlag.PERSISTENT_WITH_TTL, 1))
        client.call(OpCode.CREATE_TTL, CreateTtlRequest("/long", b"", OPEN, CreateFlag.PERSISTENT_WITH_TTL, 60_000))
        client.call(OpCode.DELETE, PathVersionRequest("/used/child", -1))

        def names() -> set[str]:
            response = client.get(GetChildrenResponse, OpCode.GET_CHILDREN, PathWatchRequest("/", False))
            return set(response.children)

        until(lambda: names() == {"fresh", "long", "zookeeper"})
    finally:
        client.close()
        server.close()


def test_old_snapshots_are_purged(tmp_path: Path) -> None:
    directory = tmp_path / "zookeeper" / "version-2"
    server = RunningZooKeeper(tmp_path / "zookeeper")
    server.stop()
    for zxid in range(1, 9):
        (directory / f"snapshot.{zxid:x}").write_bytes((directory / "snapshot.0").read_bytes())
    server.settings["purge_interval_hours"] = 1
    server.start()
    try:
        until(lambda: len(list(directory.glob("snapshot.*"))) == 3)
    finally:
        server.close()


def test_a_server_that_cannot_write_its_log_promises_nothing_and_stops(zookeeper_server: RunningZooKeeper) -> None:
    client = RawClient(zookeeper_server.port)
    client.connect()
    file = zookeeper_server.server._log._file
    assert file is not None
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), file)  # a file that can't be written any more
    client.send(OpCode.CREATE, CreateRequest("/a", b"", OPEN, 0))
    assert client.is_closed()
    with pytest.raises(OSError, match="Bad file descriptor"):
        zookeeper_server.call(zookeeper_server.server.wait_stopped())
    client.close()


def test_directories_are_not_made_where_that_is_forbidden(tmp_path: Path) -> None:
    with pytest.raises(DataDirectoryError, match=r"Missing data directory .*none/version-2, automatic data directory"):
        RunningZooKeeper(tmp_path / "none", make_directories=False)
    assert not (tmp_path / "none").exists()


def test_a_slow_disk_is_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    running = RunningZooKeeper(tmp_path / "z", fsync_warning_ms=-1)
    client = RawClient(running.port)
    client.connect()
    client.close()
    running.close()
    assert running.server.slow_syncs == 1
    assert "fsync-ing the write ahead log took" in caplog.text

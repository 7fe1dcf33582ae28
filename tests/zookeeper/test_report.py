"""What a server says of itself."""

from __future__ import annotations

import re
from pathlib import Path

from kafkacli.zookeeper.report import connection_expiries, directory_bytes, environment, monitor, session_expiries
from tests.support.zookeeper import RunningZooKeeper
from tests.support.zookeeper_raw import RawClient


def test_files_below_a_directory_count(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(b"12345")
    (tmp_path / "c").write_bytes(b"1")
    assert directory_bytes(tmp_path) == 6


def test_the_environment_has_the_originals_rows() -> None:
    rows = dict(environment())
    assert list(rows)[:2] == ["zookeeper.version", "host.name"]
    assert rows["java.version"] == "<NA>"
    assert all(re.fullmatch(r"\d+MB", rows[f"os.memory.{name}"]) for name in ("free", "max", "total"))


def test_sessions_and_connections_are_told_by_when_they_end(zookeeper_server: RunningZooKeeper) -> None:
    client = RawClient(zookeeper_server.port)
    client.connect(timeout_ms=20_000)
    client.ping()
    server = zookeeper_server.server
    (ends_ms,) = session_expiries(server)
    assert session_expiries(server)[ends_ms] == [client.session_id]
    assert 20_000 - 1000 < ends_ms - server.now_ms() <= 20_000 + server.config.tick_time_ms
    ((silent_ms, connections),) = connection_expiries(server).items()
    assert silent_ms % 10_000 == 0
    assert [each.session_id for each in connections] == [client.session_id]
    assert dict(monitor(server))["num_alive_connections"] == 1
    client.close()

"""A ZooKeeper server of ours on a loop in its own thread, for whatever talks to one over a socket."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest

from kafkacli.zookeeper.config import ZooKeeperConfig
from kafkacli.zookeeper.server import ZooKeeperServer
from tests.support.loop import LoopThread

_T = TypeVar("_T")


class RunningZooKeeper:
    """A server of ours that runs: `port`, `address`; can be stopped and started again on its data."""

    def __init__(self, data_dir: Path, **settings: Any) -> None:
        """Start it; `settings` are attributes of ZooKeeperConfig."""
        self.data_dir = data_dir
        self.settings = {
            "client_port": 0,
            "client_port_address": "127.0.0.1",
            "max_client_connections": 0,
            "admin_enabled": False,
            "preallocated_kib": 64,
            **settings,
        }
        self._thread = LoopThread()
        self.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self.server.port

    @property
    def address(self) -> str:
        """HOST:PORT, as clients want it."""
        return f"127.0.0.1:{self.port}"

    def start(self, **arguments: Any) -> None:
        """Start a server on the data directory."""
        self.server = ZooKeeperServer(ZooKeeperConfig(self.data_dir, **self.settings))
        self._thread.run(self.server.start(**arguments))

    def stop(self) -> None:
        """Stop the server; the data stays."""
        self._thread.run(self.server.stop())

    def call(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine on the server's loop."""
        return self._thread.run(coroutine)

    def close(self) -> None:
        """Stop the server and its thread."""
        self.stop()
        self._thread.stop()


@pytest.fixture
def zookeeper_server(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    """A server of ours on an empty data directory."""
    running = RunningZooKeeper(tmp_path / "zookeeper")
    yield running
    running.close()

"""A pytest plugin for kazoo's own suite: in the place of the Java servers that it would start stands ours."""

from __future__ import annotations

import shutil
import sys
import tempfile
import types
from collections.abc import Iterator
from pathlib import Path

from tests.support.server import free_port
from tests.support.zookeeper import ZooKeeperProcess

# super:test, as the suite's own configuration has it
SETTINGS = {
    "4lw__commands__whitelist": "*",
    "tickTime": 2000,
    "reconfigEnabled": "true",
    "DigestAuthenticationProvider__superDigest": "super:D/InIHSb7yEEbrWz8b9l71RjZJU=",
}


class OurServer:
    """What the suite asks of one server."""

    def __init__(self, directory: Path) -> None:
        self._process = ZooKeeperProcess(directory / "data", free_port(), **SETTINGS)
        self.running = False

    @property
    def address(self) -> str:
        """HOST:PORT."""
        return self._process.address

    @property
    def client_port(self) -> int:
        """The port alone."""
        return self._process.port

    def run(self) -> None:
        """Start it."""
        if not self.running:
            self._process.start()
            self.running = True

    def stop(self) -> None:
        """Stop it; the data stays."""
        if self.running:
            self._process.stop()
            self.running = False


class OurCluster:
    """What the suite asks of a cluster: ours has one server, however many are wanted."""

    def __init__(self, **_: object) -> None:
        self._make()

    def _make(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="kazoo-suite-"))
        self._servers = [OurServer(self._directory)]

    def __getitem__(self, index: int) -> OurServer:
        return self._servers[index]

    def __iter__(self) -> Iterator[OurServer]:
        return iter(self._servers)

    def start(self) -> None:
        """Start it."""
        for server in self:
            server.run()

    def stop(self) -> None:
        """Stop it; the data stays."""
        for server in self:
            server.stop()

    def terminate(self) -> None:
        """Stop it and remove the data; the next start is of another."""
        self.stop()
        shutil.rmtree(self._directory, ignore_errors=True)
        self._make()

    def get_logs(self) -> list[str]:
        """Nothing: ours stands in a file that the suite doesn't know."""
        return []


_common = types.ModuleType("kazoo.testing.common")
_common.ZookeeperCluster = OurCluster  # type: ignore[attr-defined]
sys.modules["kazoo.testing.common"] = _common

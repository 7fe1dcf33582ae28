"""When the broker brings its own ZooKeeper, and how: `zookeeper.connect` names this machine and nothing answers there.

It listens on loopback only. The broker reaches it as it would reach any other, through its port. After a crash the dead
broker's ephemeral znode would be in the way of the next start for its session timeout; so the broker keeps the id of its
session in the first log directory, and the embedded server ends that one session, logged, before it listens.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from kafkacli.zookeeper.server import ZooKeeperServer

DEFAULT_PORT: Final = 2181
SESSION_FILE: Final = ".zookeeper-session"  # Kafka passes over files in its log directories
_PROBE_SECONDS: Final = 2.0

_log = logging.getLogger("kafkacli.EmbeddedZooKeeper")


class Place(NamedTuple):
    """Where `zookeeper.connect` points to; `address`: where to listen when that is this machine, None when it isn't."""

    host: str
    port: int
    chroot: str
    address: str | None


def place_of(connect: str) -> Place | None:
    """Return the place that a `zookeeper.connect` with one server names, None for an ensemble or a text that is none."""
    hosts, slash, chroot = connect.partition("/")
    if "," in hosts:
        return None
    host, _, port = hosts.rpartition(":") if not hosts.endswith("]") and ":" in hosts else (hosts, "", "")
    if not (port or str(DEFAULT_PORT)).isdigit():
        return None
    host = host.strip("[] ")
    return Place(host, int(port or DEFAULT_PORT), slash + chroot, _local_address(host))


def _local_address(host: str) -> str | None:
    """Return the loopback address to listen on for a name of this machine, None for another machine's."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return None
    addresses = [str(info[4][0]) for info in found]
    loopback = [address for address in addresses if address.startswith("127.")]
    if loopback:
        return loopback[0]
    if "::1" in addresses:
        return "::1"
    return "127.0.0.1" if any(map(_is_own, addresses)) else None


def _is_own(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


async def answers(place: Place) -> bool:
    """Whether something accepts connections there."""
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            _, writer = await asyncio.open_connection(place.host, place.port)
    except TimeoutError:
        return False
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            raise
        return False
    writer.close()
    return True


class EmbeddedZooKeeper:
    """The server, and what of it was not there before."""

    def __init__(self, place: Place, data_dir: Path) -> None:
        self._place = place
        self._data_dir = data_dir
        self._is_new = not data_dir.exists()
        self._server: ZooKeeperServer | None = None

    @property
    def connect(self) -> str:
        """What `zookeeper.connect` has to be to reach it."""
        assert self._server is not None
        address = self._place.address or ""
        shown = f"[{address}]" if ":" in address else address
        return f"{shown}:{self._server.port}{self._place.chroot}"

    async def start(self, dead_session: int | None) -> None:
        """Recover the data and listen; dead_session: the broker's session before, which is ended first.

        Raises OSError, DataDirectoryError, CorruptFile.
        """
        from kafkacli.zookeeper.config import ZooKeeperConfig
        from kafkacli.zookeeper.server import ZooKeeperServer

        config = ZooKeeperConfig(
            self._data_dir,
            client_port=self._place.port,
            client_port_address=self._place.address,
            max_client_connections=0,  # every client is on this machine, and so has the same address
            admin_enabled=False,
        )
        self._server = ZooKeeperServer(config)
        await self._server.start(close_sessions=() if dead_session is None else (dead_session,))
        _log.info(
            "Nothing answered at %s:%d: the embedded ZooKeeper serves there, on %s:%d, data in %s",
            self._place.host,
            self._place.port,
            self._place.address,
            self._server.port,
            self._data_dir,
        )
        _log.info(
            "To go on with Apache ZooKeeper, its zoo.cfg: tickTime=%d, dataDir=%s, clientPort=%d",
            config.tick_time_ms,
            self._data_dir,
            self._server.port,
        )

    async def stop(self) -> None:
        """Stop serving; the data stays."""
        if self._server is not None:
            await self._server.stop()

    async def failed(self) -> None:
        """Wait until the server stops, and raise what made it stop by itself."""
        assert self._server is not None
        await self._server.wait_stopped()

    def remove_new(self) -> None:
        """Remove the data when this start has made it, and failed."""
        if self._is_new:
            shutil.rmtree(self._data_dir, ignore_errors=True)


def read_session(log_dir: str) -> int | None:
    """Return the id of the session that the broker on this log directory had last, None when it ended well."""
    try:
        return int(Path(log_dir, SESSION_FILE).read_text("ascii"))
    except (OSError, ValueError):
        return None


def write_session(log_dir: str, session_id: int) -> None:
    """Keep a session's id for the start after a crash. Raises OSError."""
    path = Path(log_dir, SESSION_FILE)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(f"{session_id}\n", "ascii")
    os.replace(temporary, path)


def forget_session(log_dir: str) -> None:
    """Remove what `write_session` kept: the session has been closed."""
    Path(log_dir, SESSION_FILE).unlink(missing_ok=True)

"""What a server says of itself, as values: the four-letter words and the admin server tell the same in two forms.

Source: MonitorCommand.java, Environment.java, ExpiryQueue.java, NIOServerCnxnFactory.java (3.5.9).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kafkacli.zookeeper.connection import Connection
    from kafkacli.zookeeper.server import ZooKeeperServer

# What a client of the original is told: tools take the version from it and depend on it.
VERSION = "3.5.9-83df9301aa5c2a5d284a9940177808c01bc35cef, built on 01/06/2021 20:03 GMT"
CONNECTION_BUCKET_MS = 10_000  # the original looks after silent connections in steps of this width

_JAVA_ARCHITECTURES = {"x86_64": "amd64"}


def directory_bytes(directory: Path) -> int:
    """Return how many bytes the files below a directory hold."""
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def environment() -> list[tuple[str, str]]:
    """Return the original's rows; what only a Java machine has is `<NA>`."""
    import getpass
    import os
    import platform
    import socket
    import tempfile

    machine = platform.machine()
    return [
        ("zookeeper.version", VERSION),
        ("host.name", socket.gethostname()),
        *((f"java.{name}", "<NA>") for name in ("version", "vendor", "home", "class.path", "library.path")),
        ("java.io.tmpdir", tempfile.gettempdir()),
        ("java.compiler", "<NA>"),
        ("os.name", platform.system()),
        ("os.arch", _JAVA_ARCHITECTURES.get(machine, machine)),
        ("os.version", platform.release()),
        ("user.name", getpass.getuser()),
        ("user.home", os.path.expanduser("~")),
        ("user.dir", os.getcwd()),
        *((f"os.memory.{name}", f"{megabytes}MB") for name, megabytes in _memory()),
    ]


def monitor(server: ZooKeeperServer) -> list[tuple[str, object]]:
    """Return the rows of `mntr`."""
    minimum, average, maximum = server.stats.latencies
    tree = server.pipeline.tree
    return [
        ("version", VERSION),
        ("avg_latency", average),
        ("max_latency", maximum),
        ("min_latency", minimum),
        ("packets_received", server.stats.received),
        ("packets_sent", server.stats.sent),
        ("num_alive_connections", len(server.connections)),
        ("outstanding_requests", server.commit.waiting),
        ("server_state", "standalone"),
        ("znode_count", len(tree.nodes)),
        ("watch_count", len(tree.watches)),
        ("ephemerals_count", sum(map(len, tree.ephemerals.values()))),
        ("approximate_data_size", sum(len(path) + len(node.data or b"") for path, node in tree.nodes.items())),
        *_descriptors(),
    ]


def session_expiries(server: ZooKeeperServer) -> dict[int, list[int]]:
    """Return the ids of sessions by when they expire, in ms of the server's steady clock, the soonest first."""
    buckets: dict[int, list[int]] = {}
    for session in server.sessions:
        buckets.setdefault(session.expires_ms, []).append(session.session_id)
    return dict(sorted(buckets.items()))


def connection_expiries(server: ZooKeeperServer) -> dict[int, list[Connection]]:
    """Return the connections by when a silent one would be given up, as `session_expiries` does."""
    buckets: dict[int, list[Connection]] = {}
    for connection in server.connections:
        at_ms = connection.heard_ms + (connection.timeout_ms or CONNECTION_BUCKET_MS)
        buckets.setdefault((at_ms // CONNECTION_BUCKET_MS + 1) * CONNECTION_BUCKET_MS, []).append(connection)
    return dict(sorted(buckets.items()))


def _descriptors() -> list[tuple[str, object]]:
    import os
    import resource

    try:
        count = len(os.listdir("/dev/fd"))
    except OSError:
        return []
    return [
        ("open_file_descriptor_count", count),
        ("max_file_descriptor_count", resource.getrlimit(resource.RLIMIT_NOFILE)[0]),
    ]


def _memory() -> list[tuple[str, int]]:
    """Return megabytes in the original's order: of this machine, where it speaks of the Java machine's."""
    import os

    page = os.sysconf("SC_PAGE_SIZE")
    total = os.sysconf("SC_PHYS_PAGES") * page >> 20
    free = os.sysconf("SC_AVPHYS_PAGES") * page >> 20 if "SC_AVPHYS_PAGES" in os.sysconf_names else total
    return [("free", free), ("max", total), ("total", total)]

"""Four-letter words: what a server says of itself to a bare socket.

Only the words of the whitelist (4lw.commands.whitelist, `*` for all) are answered, `srvr` always.
Source: server/command (3.5.9), zookeeperAdmin.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from kafkacli.zookeeper.connection import Connection
    from kafkacli.zookeeper.server import ZooKeeperServer

# What a client of the original is told: tools take the version from it and depend on it.
VERSION = "3.5.9-83df9301aa5c2a5d284a9940177808c01bc35cef, built on 01/06/2021 20:03 GMT"


def answer(server: ZooKeeperServer, word: str, rest: bytes = b"") -> str:
    """Return the answer to a word; `rest` is what was sent after it."""
    if word != "srvr" and not {word, "*"} & {
        allowed.strip() for allowed in server.config.four_letter_whitelist.split(",")
    }:
        return f"{word} is not executed because it is not in the whitelist.\n"
    server.logger.getChild("NIOServerCnxn").info("Processing %s command", word)
    if word == "stmk":
        return str(int.from_bytes(rest[:8], "big", signed=True))
    return _WORDS[word](server)


def _hex(number: int) -> str:
    return f"0x{number & 0xFFFFFFFFFFFFFFFF:x}"


def _conf(server: ZooKeeperServer) -> str:
    config = server.config
    rows: list[tuple[str, object]] = [
        ("clientPort", server.port),
        ("secureClientPort", -1),
        ("dataDir", config.snapshot_path.absolute()),
        ("dataDirSize", _directory_bytes(config.log_path)),
        ("dataLogDir", config.log_path.absolute()),
        ("dataLogSize", _directory_bytes(config.snapshot_path)),
        ("tickTime", config.tick_time_ms),
        ("maxClientCnxns", config.max_client_connections),
        ("minSessionTimeout", config.min_session_timeout_ms),
        ("maxSessionTimeout", config.max_session_timeout_ms),
        ("serverId", 0),
    ]
    return "".join(f"{key}={value}\n" for key, value in rows)


def _directory_bytes(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _connection(connection: Connection, now_ms: int, *, brief: bool) -> str:
    stats = connection.stats
    line = (
        f" /{connection.address}:{connection.port}[1](queued={connection.outstanding},"
        f"recved={stats.received},sent={stats.sent}"
    )
    if connection.session_id and not brief:
        minimum, average, maximum = stats.latencies
        line += (
            f",sid={_hex(connection.session_id)},lop={connection.last_op},est={connection.established_ms},"
            f"to={connection.timeout_ms},lresp={now_ms},llat={int(stats.latency_last_ms)},"
            f"minlat={minimum},avglat={average},maxlat={maximum}"
        )
    return line + ")\n"


def _cons(server: ZooKeeperServer) -> str:
    return "".join(_connection(each, server.now_ms(), brief=False) for each in server.connections) + "\n"


def _crst(server: ZooKeeperServer) -> str:
    for connection in server.connections:
        connection.stats.reset()
    return "Connection stats reset.\n"


def _dirs(server: ZooKeeperServer) -> str:
    return (
        f"datadir_size: {_directory_bytes(server.config.log_path)}\n"
        f"logdir_size: {_directory_bytes(server.config.snapshot_path)}\n"
    )


def _dump(server: ZooKeeperServer) -> str:
    buckets: dict[int, list[int]] = {}
    for session in server.sessions:
        buckets.setdefault(session.expires_ms, []).append(session.session_id)
    lines = ["SessionTracker dump:", f"Session Sets ({len(buckets)})/({len(server.sessions)}):"]
    for expires_ms, ids in sorted(buckets.items()):
        lines.append(f"{len(ids)} expire in {max(expires_ms - server.now_ms(), 0)} ms:")
        lines += [f"\t{_hex(session_id)}" for session_id in ids]
    ephemerals = server.pipeline.tree.ephemerals
    lines += ["ephemeral nodes dump:", f"Sessions with Ephemerals ({len(ephemerals)}):"]
    for session_id, paths in ephemerals.items():
        lines.append(f"{_hex(session_id)}:")
        lines += [f"\t{path}" for path in sorted(paths)]
    lines += ["Connections dump:", f"Connections ({len(server.connections)}):"]
    lines += [f"\tip: /{each.address}:{each.port} sessionId: {_hex(each.session_id)}" for each in server.connections]
    return "\n".join(lines) + "\n"


def _envi(_: ZooKeeperServer) -> str:
    import getpass
    import os
    import platform
    import socket
    import tempfile

    rows = [
        ("zookeeper.version", VERSION),
        ("host.name", socket.gethostname()),
        ("java.version", "<NA>"),
        ("java.vendor", "<NA>"),
        ("java.home", "<NA>"),
        ("java.class.path", "<NA>"),
        ("java.library.path", "<NA>"),
        ("java.io.tmpdir", tempfile.gettempdir()),
        ("java.compiler", "<NA>"),
        ("os.name", platform.system()),
        ("os.arch", platform.machine()),
        ("os.version", platform.release()),
        ("user.name", getpass.getuser()),
        ("user.home", os.path.expanduser("~")),
        ("user.dir", os.getcwd()),
    ]
    return "Environment:\n" + "".join(f"{key}={value}\n" for key, value in rows)


def _mntr(server: ZooKeeperServer) -> str:
    minimum, average, maximum = server.stats.latencies
    tree = server.pipeline.tree
    rows: list[tuple[str, object]] = [
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
    ]
    rows += _descriptors()
    return "".join(f"zk_{key}\t{value}\n" for key, value in rows)


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


def _srst(server: ZooKeeperServer) -> str:
    server.stats.reset()
    return "Server stats reset.\n"


def _summary(server: ZooKeeperServer) -> str:
    minimum, average, maximum = server.stats.latencies
    return (
        f"Latency min/avg/max: {minimum}/{average}/{maximum}\n"
        f"Received: {server.stats.received}\n"
        f"Sent: {server.stats.sent}\n"
        f"Connections: {len(server.connections)}\n"
        f"Outstanding: {server.commit.waiting}\n"
        f"Zxid: {_hex(server.pipeline.tree.last_zxid)}\n"
        "Mode: standalone\n"
        f"Node count: {len(server.pipeline.tree.nodes)}\n"
    )


def _srvr(server: ZooKeeperServer) -> str:
    return f"Zookeeper version: {VERSION}\n" + _summary(server)


def _stat(server: ZooKeeperServer) -> str:
    clients = "".join(_connection(each, server.now_ms(), brief=True) for each in server.connections)
    return f"Zookeeper version: {VERSION}\nClients:\n{clients}\n" + _summary(server)


def _wchs(server: ZooKeeperServer) -> str:
    table = server.pipeline.tree.watches.data
    return f"{len(table.by_watcher)} connections watching {len(table.by_path)} paths\nTotal watches:{len(table)}\n"


def _wchp(server: ZooKeeperServer) -> str:
    table = server.pipeline.tree.watches.data.by_path
    rows = [f"{path}\n" + "".join(f"\t{_hex(each.session_id)}\n" for each in who) for path, who in table.items()]
    return "".join(rows) + "\n"


def _wchc(server: ZooKeeperServer) -> str:
    table = server.pipeline.tree.watches.data.by_watcher
    rows = [f"{_hex(each.session_id)}\n" + "".join(f"\t{path}\n" for path in paths) for each, paths in table.items()]
    return "".join(rows) + "\n"


_WORDS: dict[str, Callable[[ZooKeeperServer], str]] = {
    "conf": _conf,
    "cons": _cons,
    "crst": _crst,
    "dirs": _dirs,
    "dump": _dump,
    "envi": _envi,
    "gtmk": lambda _: "256",
    "isro": lambda _: "rw",
    "mntr": _mntr,
    "ruok": lambda _: "imok",
    "srst": _srst,
    "srvr": _srvr,
    "stat": _stat,
    "wchc": _wchc,
    "wchp": _wchp,
    "wchs": _wchs,
}
WORDS = frozenset(word.encode() for word in (*_WORDS, "stmk"))

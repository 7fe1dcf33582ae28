"""Four-letter words: what a server says of itself to a bare socket.

Only the words of the whitelist (4lw.commands.whitelist, `*` for all) are answered, `srvr` always.
Source: server/command (3.5.9), zookeeperAdmin.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kafkacli.zookeeper.report import (
    VERSION,
    connection_expiries,
    directory_bytes,
    environment,
    monitor,
    session_expiries,
)

if TYPE_CHECKING:
    from kafkacli.zookeeper.connection import Connection
    from kafkacli.zookeeper.server import ZooKeeperServer


def answer(server: ZooKeeperServer, word: str, rest: bytes = b"") -> str:
    """Return the answer to a word; `rest` is what was sent after it."""
    allowed = {each.strip() for each in server.config.four_letter_whitelist.split(",")} | {"srvr"}
    if server.config.read_only_mode:
        allowed.add("isro")
    if not allowed & {word, "*"}:
        return f"{word} is not executed because it is not in the whitelist.\n"
    if word == "stmk":
        server.trace_mask = int.from_bytes(rest[:8], "big", signed=True)
        return str(server.trace_mask)
    return _WORDS[word](server)


def _hex(number: int) -> str:
    return f"0x{number & 0xFFFFFFFFFFFFFFFF:x}"


def _conf(server: ZooKeeperServer) -> str:
    config = server.config
    rows: list[tuple[str, object]] = [
        ("clientPort", server.port),
        ("secureClientPort", -1),
        ("dataDir", config.snapshot_path.absolute()),
        ("dataDirSize", directory_bytes(config.log_path)),
        ("dataLogDir", config.log_path.absolute()),
        ("dataLogSize", directory_bytes(config.snapshot_path)),
        ("tickTime", config.tick_time_ms),
        ("maxClientCnxns", config.max_client_connections),
        ("minSessionTimeout", config.min_session_timeout_ms),
        ("maxSessionTimeout", config.max_session_timeout_ms),
        ("serverId", 0),
    ]
    return "".join(f"{key}={value}\n" for key, value in rows)


def _connection(connection: Connection, *, brief: bool) -> str:
    stats = connection.stats
    line = (
        f" /{connection.address}:{connection.port}[{connection.interest:x}](queued={connection.outstanding},"
        f"recved={stats.received},sent={stats.sent}"
    )
    if connection.session_id and not brief:
        minimum, average, maximum = stats.latencies
        line += (
            f",sid={_hex(connection.session_id)},lop={connection.last_op or 'null'},est={connection.established_ms},"
            f"to={connection.timeout_ms}{f',lcxid={_hex(connection.last_xid)}' if connection.last_xid >= 0 else ''}"
            f",lzxid={_hex(connection.last_zxid)},lresp={connection.last_response_ms},"
            f"llat={int(stats.latency_last_ms)},minlat={minimum},avglat={average},maxlat={maximum}"
        )
    return line + ")\n"


def _cons(server: ZooKeeperServer) -> str:
    return "".join(_connection(each, brief=False) for each in server.connections) + "\n"


def _crst(server: ZooKeeperServer) -> str:
    server.reset_connections()
    return "Connection stats reset.\n"


def _dirs(server: ZooKeeperServer) -> str:
    return (
        f"datadir_size: {directory_bytes(server.config.log_path)}\n"
        f"logdir_size: {directory_bytes(server.config.snapshot_path)}\n"
    )


def _dump(server: ZooKeeperServer) -> str:
    ends = session_expiries(server)
    lines = ["SessionTracker dump:", f"Session Sets ({len(ends)})/({len(server.sessions)}):"]
    for at_ms, ids in ends.items():
        lines.append(f"{len(ids)} expire at {_date(server, at_ms)}:")
        lines += [f"\t{_hex(session_id)}" for session_id in ids]
    ephemerals = server.pipeline.tree.ephemerals
    lines += ["ephemeral nodes dump:", f"Sessions with Ephemerals ({len(ephemerals)}):"]
    for session_id, paths in ephemerals.items():
        lines.append(f"{_hex(session_id)}:")
        lines += [f"\t{path}" for path in sorted(paths)]
    silent = connection_expiries(server)
    lines += ["Connections dump:", f"Connections Sets ({len(silent)})/({len(server.connections)}):"]
    for at_ms, connections in silent.items():
        lines.append(f"{len(connections)} expire at {_date(server, at_ms)}:")
        lines += [f"\tip: /{each.address}:{each.port} sessionId: {_hex(each.session_id)}" for each in connections]
    return "\n".join(lines) + "\n"


def _date(server: ZooKeeperServer, at_ms: int) -> str:
    """Return a time of the server's steady clock as Java's Date shows it."""
    import time

    return time.strftime("%a %b %d %H:%M:%S %Z %Y", time.localtime((server.wall_ms() + at_ms - server.now_ms()) / 1000))


def _envi(_: ZooKeeperServer) -> str:
    return "Environment:\n" + "".join(f"{key}={value}\n" for key, value in environment())


def _mntr(server: ZooKeeperServer) -> str:
    return "".join(f"zk_{key}\t{value}\n" for key, value in monitor(server))


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
    clients = "".join(_connection(each, brief=True) for each in server.connections)
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
    "gtmk": lambda server: str(server.trace_mask),
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

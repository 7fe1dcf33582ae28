"""The admin server's commands: each a function from server and arguments to the fields of its JSON answer.

The answer ends with `command` (the first of the command's names) and `error` (null, or why there is none).
Source: admin/Commands.java, admin/CommandResponse.java, and the field names that Jackson makes of ServerStats (3.5.9).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kafkacli.zookeeper.report import VERSION, directory_bytes, environment, monitor, session_expiries

if TYPE_CHECKING:
    from kafkacli.zookeeper.connection import Connection
    from kafkacli.zookeeper.server import ZooKeeperServer

Fields = dict[str, Any]
_LONG = range(-(1 << 63), 1 << 63)


def run(server: ZooKeeperServer, name: str, arguments: Mapping[str, str]) -> Fields:
    """Return the answer to a command by any of its names."""
    command = _BY_NAME.get(name)
    if command is None:
        return {"command": name, "error": f"Unknown command: {name}"}
    fields = command(server, arguments)
    answer = {**fields, "command": COMMANDS[command][0]}
    return answer if "error" in answer else {**answer, "error": None}


def _signed(session_id: int) -> int:
    return session_id - (1 << 64) if session_id >> 63 else session_id


def _configuration(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    config = server.config
    return {
        "client_port": server.port,
        "data_dir": str(config.snapshot_path.absolute()),
        "data_log_dir": str(config.log_path.absolute()),
        "tick_time": config.tick_time_ms,
        "max_client_cnxns": config.max_client_connections,
        "min_session_timeout": config.min_session_timeout_ms,
        "max_session_timeout": config.max_session_timeout_ms,
        "server_id": 0,
    }


def _connections(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    return {"connections": [_connection(each) for each in server.connections], "secure_connections": []}


def _brief(connection: Connection) -> Fields:
    return {
        "remote_socket_address": f"{connection.address}:{connection.port}",
        "interest_ops": connection.interest,
        "outstanding_requests": connection.outstanding,
        "packets_received": connection.stats.received,
        "packets_sent": connection.stats.sent,
    }


def _connection(connection: Connection) -> Fields:
    minimum, average, maximum = connection.stats.latencies
    return _brief(connection) | {
        "session_id": _signed(connection.session_id),
        "last_operation": connection.last_op,
        "established": connection.established_ms,
        "session_timeout": connection.timeout_ms or 10_000,
        "last_cxid": connection.last_xid,
        "last_zxid": connection.last_zxid,
        "last_response_time": connection.last_response_ms,
        "last_latency": int(connection.stats.latency_last_ms),
        "min_latency": minimum,
        "avg_latency": average,
        "max_latency": maximum,
    }


def _reset_connections(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    server.reset_connections()
    return {}


def _dirs(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    logs, snapshots = directory_bytes(server.config.log_path), directory_bytes(server.config.snapshot_path)
    return {"datadir_size": logs, "logdir_size": snapshots}  # the original's names are crossed, too


def _dump(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    ephemerals = server.pipeline.tree.ephemerals
    return {
        "expiry_time_to_session_ids": {
            at_ms: [_signed(session_id) for session_id in ids] for at_ms, ids in session_expiries(server).items()
        },
        "session_id_to_ephemeral_paths": {_signed(owner): sorted(paths) for owner, paths in ephemerals.items()},
    }


def _environment(_: ZooKeeperServer, __: Mapping[str, str]) -> Fields:
    return dict(environment())


def _trace_mask(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    return {"tracemask": server.trace_mask}


def _set_trace_mask(server: ZooKeeperServer, arguments: Mapping[str, str]) -> Fields:
    wanted = "setTraceMask requires long traceMask argument"
    text = arguments.get("traceMask")
    if text is None:
        return {"error": wanted}
    if not text.removeprefix("-").removeprefix("+").isdecimal() or int(text) not in _LONG:
        return {"error": f"{wanted}, got {text}"}
    server.trace_mask = int(text)
    return {"tracemask": server.trace_mask}


def _is_read_only(_: ZooKeeperServer, __: Mapping[str, str]) -> Fields:
    return {"read_only": False}


def _monitor(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    sizes = _reply_sizes(server)
    return dict(monitor(server)) | {
        f"{which}_client_response_size": sizes[f"{which}_buffer_size"] for which in ("last", "max", "min")
    }


def _reply_sizes(server: ZooKeeperServer) -> Fields:
    stats = server.stats
    return {
        "last_buffer_size": stats.reply_last_bytes,
        "min_buffer_size": stats.reply_min_bytes,
        "max_buffer_size": stats.reply_max_bytes,
    }


def _ruok(_: ZooKeeperServer, __: Mapping[str, str]) -> Fields:
    return {}


def _server_stats(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    minimum, average, maximum = server.stats.latencies
    sizes = _reply_sizes(server)
    return {
        "version": VERSION,
        "read_only": False,
        "server_stats": {
            "packets_sent": server.stats.sent,
            "packets_received": server.stats.received,
            "max_latency": maximum,
            "min_latency": minimum,
            "fsync_threshold_exceed_count": server.slow_syncs,
            "client_response_stats": sizes,
            "avg_latency": average,
            "server_state": "standalone",
            "num_alive_client_connections": len(server.connections),
            "provider_null": False,
            "data_dir_size": directory_bytes(server.config.log_path),
            "log_dir_size": directory_bytes(server.config.snapshot_path),
            "last_processed_zxid": server.pipeline.tree.last_zxid,
            "outstanding_requests": server.commit.waiting,
        },
        "client_response": sizes,
        "node_count": len(server.pipeline.tree.nodes),
    }


def _stats(server: ZooKeeperServer, arguments: Mapping[str, str]) -> Fields:
    connections = [_brief(each) for each in server.connections]
    return _server_stats(server, arguments) | {"connections": connections, "secure_connections": []}


def _reset_stats(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    server.stats.reset()
    return {}


def _watches(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    table = server.pipeline.tree.watches.data.by_watcher
    return {"session_id_to_watched_paths": {_signed(each.session_id): list(paths) for each, paths in table.items()}}


def _watches_by_path(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    table = server.pipeline.tree.watches.data.by_path
    return {"path_to_session_ids": {path: [_signed(each.session_id) for each in who] for path, who in table.items()}}


def _watch_summary(server: ZooKeeperServer, _: Mapping[str, str]) -> Fields:
    table = server.pipeline.tree.watches.data
    return {
        "num_connections": len(table.by_watcher),
        "num_paths": len(table.by_path),
        "num_total_watches": len(table),
    }


# command → its names, the one that answers show first
COMMANDS: dict[Callable[[ZooKeeperServer, Mapping[str, str]], Fields], tuple[str, ...]] = {
    _configuration: ("configuration", "conf", "config"),
    _reset_connections: ("connection_stat_reset", "crst"),
    _connections: ("connections", "cons"),
    _dirs: ("dirs",),
    _dump: ("dump",),
    _environment: ("environment", "env", "envi"),
    _trace_mask: ("get_trace_mask", "gtmk"),
    _is_read_only: ("is_read_only", "isro"),
    _monitor: ("monitor", "mntr"),
    _ruok: ("ruok",),
    _server_stats: ("server_stats", "srvr"),
    _set_trace_mask: ("set_trace_mask", "stmk"),
    _reset_stats: ("stat_reset", "srst"),
    _stats: ("stats", "stat"),
    _watch_summary: ("watch_summary", "wchs"),
    _watches: ("watches", "wchc"),
    _watches_by_path: ("watches_by_path", "wchp"),
}
_BY_NAME = {name: command for command, names in COMMANDS.items() for name in names}

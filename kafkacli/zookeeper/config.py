"""zoo.cfg: the keys of a ZooKeeper server, one table, and the checks on their values.

Keys that the original turns into Java system properties (`zookeeper.KEY`) stand here like the others, with and without
that prefix; so do those that it takes on its command line only (`jute.maxbuffer`, `znode.container.…`), and would pass
over in this file. A single server is all there is: one `server.N` is passed over as in the original, several are refused.
Source: QuorumPeerConfig.java, ServerConfig.java, zookeeperAdmin.md (3.5.9).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class ConfigError(ValueError):
    """A configuration that no server can be started with; the text is one line."""


def _integer(text: str) -> int:
    return int(text)


def _boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("it must be true or false")
    return text.lower() == "true"


def _yes_or_no(text: str) -> bool:
    return text.lower() != "no"


def _is_true(text: str) -> bool:
    return text.lower() == "true"  # as Java reads a system property: anything else is false


_NO_EFFECT = "no effect"

# key → (attribute of ZooKeeperConfig or why there is none, how its value is read)
KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "dataDir": ("data_dir", str),
    "dataLogDir": ("data_log_dir", str),
    "clientPort": ("client_port", _integer),
    "clientPortAddress": ("client_port_address", str),
    "tickTime": ("tick_time_ms", _integer),
    "initLimit": (_NO_EFFECT, _integer),
    "syncLimit": (_NO_EFFECT, _integer),
    "electionAlg": (_NO_EFFECT, _integer),
    "maxClientCnxns": ("max_client_connections", _integer),
    "minSessionTimeout": ("min_session_timeout_ms", _integer),
    "maxSessionTimeout": ("max_session_timeout_ms", _integer),
    "autopurge.snapRetainCount": ("purge_retain_count", _integer),
    "autopurge.purgeInterval": ("purge_interval_hours", _integer),
    "admin.enableServer": ("admin_enabled", lambda text: text != "false"),
    "admin.serverPort": ("admin_port", _integer),
    "admin.serverAddress": ("admin_address", str),
    "admin.commandURL": ("admin_command_url", str),
    "admin.idleTimeout": ("admin_idle_ms", _integer),
    "4lw.commands.whitelist": ("four_letter_whitelist", str),
    "snapCount": ("snapshot_count", _integer),
    "preAllocSize": ("preallocated_kib", _integer),
    "forceSync": ("force_sync", _yes_or_no),
    "jute.maxbuffer": ("max_buffer_bytes", lambda text: int(text, 0)),
    "globalOutstandingLimit": ("outstanding_limit", _integer),
    "fsync.warningthresholdms": ("fsync_warning_ms", _integer),
    "skipACL": ("skip_acl", lambda text: text.lower() == "yes"),
    "extendedTypesEnabled": ("extended_types", _is_true),
    "reconfigEnabled": ("reconfig_enabled", _boolean),
    "standaloneEnabled": (_NO_EFFECT, _boolean),
    "DigestAuthenticationProvider.superDigest": ("super_digest", str),
    "snapshot.trust.empty": ("trust_empty_snapshot", _is_true),
    "datadir.autocreate": ("make_directories", _is_true),
    "readonlymode.enabled": ("read_only_mode", _is_true),
    "tcpKeepAlive": ("keep_alive", _is_true),
    "nio.sessionlessCnxnTimeout": ("sessionless_timeout_ms", _integer),
    "znode.container.checkIntervalMs": ("container_check_ms", _integer),
    "znode.container.maxPerMinute": ("container_max_per_minute", _integer),
    "clientPortListenBacklog": ("listen_backlog", _integer),
    "localSessionsEnabled": (_NO_EFFECT, _is_true),
    "localSessionsUpgradingEnabled": (_NO_EFFECT, _is_true),
    "quorumListenOnAllIPs": (_NO_EFFECT, _is_true),
    "syncEnabled": (_NO_EFFECT, _is_true),
    "peerType": (_NO_EFFECT, str),
    "version": (_NO_EFFECT, str),
}
# Keys of ensembles, of Java threads and buffers, and of logins that this server lacks: nothing follows from them.
_WITHOUT_EFFECT = frozenset(
    {
        "allowSaslFailedClients", "cnxTimeout", "commitProcessor.numWorkerThreads", "commitProcessor.shutdownTimeout",
        "electionPortBindRetry", "forceSnapshotSync", "jmx.log4j.disable", "jute.maxbuffer.extrasize", "leaderServes",
        "leader.maxConcurrentSnapshots", "leader.maxConcurrentSnapshotTimeout", "nio.directBufferBytes",
        "nio.numSelectorThreads", "nio.numWorkerThreads", "nio.shutdownTimeout", "observer.syncEnabled",
        "portUnification", "serverCnxnFactory", "snapshotSizeFactor", "sslQuorum", "sslQuorumReloadCertFiles",
    }
)  # fmt: skip
_WITHOUT_EFFECT_BELOW = ("kerberos.", "quorum.", "sasl.", "ssl.", "client.")
# Keys that promise protection or a format that isn't there: a server that passed over them would do harm.
_REFUSED = {
    "secureClientPort": "TLS for clients isn't served; use clientPort",
    "secureClientPortAddress": "TLS for clients isn't served; use clientPortAddress",
    "sessionRequireClientSASLAuth": "clients can't log in by SASL here, and would all be turned away",
    "emulate353TTLNodes": "TTL znodes are kept as 3.5.4 and later do",
}
_PREFIX = "zookeeper."


class ZooKeeperConfig:
    """How a server runs; attributes with the original's defaults."""

    def __init__(self, data_dir: str | Path, **values: Any) -> None:
        """Take defaults and replace some of them by attribute name.

        data_dir: snapshots, and logs unless `data_log_dir` is given; made where it is missing.
        Raises ConfigError for values that contradict each other or are out of range.
        """
        self.data_dir = Path(data_dir)
        self.data_log_dir: Path | str | None = None
        self.client_port = 2181  # 0: chosen by the system
        self.client_port_address = ""  # every address of this machine
        self.tick_time_ms = 3000
        self.max_client_connections = 60  # per address; 0: no limit
        self.min_session_timeout_ms = -1  # 2 ticks
        self.max_session_timeout_ms = -1  # 20 ticks
        self.purge_retain_count = 3
        self.purge_interval_hours = 0  # never
        self.admin_enabled = True
        self.admin_port = 8080
        self.admin_address = "0.0.0.0"
        self.admin_command_url = "/commands"
        self.admin_idle_ms = 30_000
        self.four_letter_whitelist = "srvr"
        self.snapshot_count = 100_000
        self.preallocated_kib = 65_536
        self.force_sync = True
        self.max_buffer_bytes = 0xFFFFF
        self.outstanding_limit = 1000
        self.fsync_warning_ms = 1000
        self.skip_acl = False
        self.extended_types = False
        self.reconfig_enabled = False
        self.super_digest: str | None = None
        self.trust_empty_snapshot = False
        self.container_check_ms = 60_000
        self.container_max_per_minute = 10_000
        self.listen_backlog = -1  # the system's
        self.make_directories = True
        self.read_only_mode = False  # of a server cut off from its ensemble; here it lets `isro` be asked
        self.keep_alive = False
        self.sessionless_timeout_ms = 10_000
        self.warnings: list[str] = []
        known = set(vars(self))
        for name, value in values.items():
            if name not in known:
                raise TypeError(f"no such setting: {name}")
            setattr(self, name, value)
        self._check()

    @classmethod
    def from_properties(cls, properties: Mapping[str, str]) -> ZooKeeperConfig:
        """Return the configuration that a zoo.cfg gives; unknown keys end up in `warnings`.

        Raises ConfigError with one line.
        """
        values: dict[str, Any] = {}
        warnings = []
        servers = [name for name in properties if name.startswith("server.")]
        for name, text in properties.items():
            text = text.strip()
            key = name.removeprefix(_PREFIX)
            if len(servers) > 1 or key.startswith(("group.", "weight.", "dynamicConfigFile")):
                raise ConfigError(
                    f"{servers[0] if servers else name}: this server runs alone; for an ensemble of several use "
                    "Apache ZooKeeper, which can go on with this data directory"
                )
            if key in servers:
                warnings.append(f"Invalid configuration, only one server specified (ignoring {key})")
                port = text.partition(";")[2].rpartition(":")[2].strip()  # server.N=…;[address:]port
                if port.isdecimal():
                    values["client_port"] = int(port)
            elif key in _REFUSED:
                if text.lower() != "false":
                    raise ConfigError(f"{name}: {_REFUSED[key]}")
            elif key in KEYS:
                attribute, read = KEYS[key]
                try:
                    value = read(text)
                except ValueError:
                    raise ConfigError(f"{name}={text}: not a valid value") from None
                if attribute != _NO_EFFECT:
                    values[attribute] = value
            elif key.startswith("authProvider."):
                warnings.append(f"{name}: passed over; clients prove themselves by digest and ip only")
            elif key not in _WITHOUT_EFFECT and not key.startswith(_WITHOUT_EFFECT_BELOW):
                warnings.append(f"{name}: unknown, ignored{_suggestion(key)}")
        if not values.get("data_dir"):
            raise ConfigError("dataDir is not set")
        if "client_port" not in values:
            raise ConfigError("clientPort is not set")
        config = cls(values.pop("data_dir"), **values)
        config.warnings = warnings
        return config

    @property
    def snapshot_path(self) -> Path:
        """The directory of snapshots."""
        return self.data_dir / "version-2"

    @property
    def log_path(self) -> Path:
        """The directory of logs."""
        return Path(self.data_log_dir or self.data_dir) / "version-2"

    def _check(self) -> None:
        if self.tick_time_ms < 1:
            raise ConfigError(f"tickTime={self.tick_time_ms}: it must be at least 1")
        if not 0 <= self.client_port <= 65535:
            raise ConfigError(f"clientPort={self.client_port}: not a port")
        if self.min_session_timeout_ms == -1:
            self.min_session_timeout_ms = 2 * self.tick_time_ms
        if self.max_session_timeout_ms == -1:
            self.max_session_timeout_ms = 20 * self.tick_time_ms
        if self.min_session_timeout_ms > self.max_session_timeout_ms:
            raise ConfigError("minSessionTimeout must not be larger than maxSessionTimeout")
        if self.data_log_dir == "":
            self.data_log_dir = None
        self.purge_retain_count = max(self.purge_retain_count, 3)
        self.snapshot_count = max(self.snapshot_count, 2)


def _suggestion(key: str) -> str:
    near = difflib.get_close_matches(key, KEYS, 1)
    return f"; did you mean {near[0]}?" if near else ""

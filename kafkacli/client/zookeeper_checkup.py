"""ZooKeeper looked at from a client's side: does it answer, and is it the one that the brokers use?"""

from __future__ import annotations

import socket

from kafkacli.client.connection import resolve
from kafkacli.client.diagnosis import Finding
from kafkacli.client.probing import HTTP, KAFKA, TLS, what_listens
from kafkacli.client.zookeeper_session import host_and_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafkacli.wire.messages.metadata import MetadataResponse

ZOOKEEPER = "ZooKeeper"
_GIVEN = "--zookeeper"
_ELSE = {
    KAFKA: f"a Kafka broker listens there: give ZooKeeper's port in {_GIVEN} (clientPort in its configuration, 2181 by default).",
    HTTP: f"an HTTP server listens there: give ZooKeeper's port in {_GIVEN} (clientPort in its configuration).",
    TLS: "it speaks TLS: set zookeeper.ssl.client.enable and zookeeper.ssl.truststore.location for it.",
}


def zookeeper_findings(connect: str, cluster: MetadataResponse | None, patience_s: float) -> Iterator[Finding]:
    """Yield what is found. connect: host:port,.../chroot. cluster: what the brokers said, None when they weren't asked."""
    from kafkacli.client.registry import Registry, RegistryError
    from kafkacli.registry.znodes import BROKER_IDS, CONTROLLER

    servers, slash, chroot = connect.partition("/")
    reached = [_reached(server.strip(), patience_s) for server in servers.split(",")]
    yield from reached
    if not any(finding.is_ok for finding in reached):
        return
    try:
        registry = Registry(connect, patience_s)
    except RegistryError as error:
        host, port = host_and_port(servers.split(",")[0].strip())
        there = _ELSE.get(
            what_listens(host, port, min(patience_s, 1.0)), "see the log of ZooKeeper; does it have a quorum?"
        )
        yield Finding(ZOOKEEPER, connect, str(error).removeprefix(f"{connect}: "), there[:1].upper() + there[1:])
        return
    with registry:
        ids = sorted(map(int, registry.children(BROKER_IDS)))
        if not registry.exists(BROKER_IDS):
            change = f"Give the path that zookeeper.connect in server.properties has behind its servers, in {_GIVEN}."
            yield Finding(ZOOKEEPER, connect, f"no Kafka cluster is registered below {slash}{chroot or '/'}", change)
            return
        theirs = registry.cluster_id()
        if cluster is not None and cluster.cluster_id not in (None, theirs):
            text = f"holds the cluster {theirs}; the brokers are of {cluster.cluster_id}"
            change = f"Name the ZooKeeper in {_GIVEN} that zookeeper.connect in the brokers' server.properties names."
            yield Finding(ZOOKEEPER, connect, text, change)
            return
        if not ids:
            change = "Start the brokers; if they are up, see in their logs why they can't register (zookeeper.connect)."
            yield Finding(ZOOKEEPER, connect, "no broker is registered", change)
        elif not registry.exists(CONTROLLER):
            yield Finding(ZOOKEEPER, connect, "no broker is the controller", "Start the brokers again; see their logs.")
        else:
            yield Finding(ZOOKEEPER, connect, f"cluster {theirs}, brokers {', '.join(map(str, ids))}")


def _reached(server: str, patience_s: float) -> Finding:
    host, port = host_and_port(server)
    address = f"{host}:{port}"
    try:
        resolve(host, port)
    except (OSError, UnicodeError) as error:
        change = f"Mend the name in {_GIVEN}, or make it known to DNS or /etc/hosts on this machine."
        return Finding("DNS", address, f"the name can't be resolved: {getattr(error, 'strerror', error)}", change)
    try:
        socket.create_connection((host, port), patience_s).close()
    except OSError as error:
        change = f"Is ZooKeeper up, and is this its clientPort? If not, mend {_GIVEN}."
        return Finding("TCP", address, (error.strerror or str(error)).lower(), change)
    return Finding("TCP", address, "connected")

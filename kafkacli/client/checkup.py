"""A cluster looked at from a client's side, stage by stage; what fails says what to change."""

from __future__ import annotations

import time

from kafkacli.client.cluster import parse_bootstrap
from kafkacli.client.connection import ConnectFailed, Connection, resolve
from kafkacli.client.diagnosis import Finding, Way
from kafkacli.client.settings import ClientSettings, SettingsError
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse
from kafkacli.wire.primitives import WireError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from kafkacli.wire.messages.metadata import MetadataResponseBroker

    Resolve = Callable[[str, int], list[tuple[int, int, int, str, tuple[Any, ...]]]]

GIVEN = "--bootstrap-server"
CONTROLLER, CLUSTER, ADVERTISED = "controller", "cluster", "advertised address"


class Checkup:
    """bootstrap: None to look at ZooKeeper alone. properties: of the client. patience_s: for the way to each server.

    topics, groups: whose permissions are looked at. operations: what the topics are for, names of operations.
    resolve: tells what the addresses of a host are, for the question whether they are this machine's own.
    """

    def __init__(
        self,
        bootstrap: str | None,
        properties: Mapping[str, str],
        *,
        topics: Sequence[str] = (),
        groups: Sequence[str] = (),
        operations: Sequence[str] = ("READ", "WRITE"),
        zookeeper: str | None = None,
        patience_s: float = 5.0,
        resolve: Resolve = resolve,
    ) -> None:
        self._bootstrap = bootstrap
        self._properties = properties
        self._topics = topics
        self._groups = groups
        self._operations = operations
        self._zookeeper = zookeeper
        self._patience_s = patience_s
        self._resolve = resolve
        self._connections: dict[tuple[str, int], Connection] = {}
        self._cluster: MetadataResponse | None = None

    def run(self) -> Iterator[Finding]:
        """Yield what is found, as it is found."""
        try:
            if self._bootstrap is not None:
                yield from self._brokers(self._bootstrap)
            if self._zookeeper is not None:
                from kafkacli.client.zookeeper_checkup import zookeeper_findings

                yield from zookeeper_findings(self._zookeeper, self._cluster, self._patience_s)
        finally:
            for connection in self._connections.values():
                connection.close()

    def _brokers(self, bootstrap: str) -> Iterator[Finding]:
        yield from misspelt(self._properties)
        try:
            settings = ClientSettings(self._properties)
            servers = parse_bootstrap(bootstrap)
        except SettingsError as error:
            yield Finding("properties", bootstrap, str(error), _properties_remedy(str(error), self._properties))
            return
        clusters: dict[str, MetadataResponse] = {}
        for host, port in servers:
            way = Way(host, port, settings, GIVEN, self._patience_s)
            yield from way.findings
            if way.connection is not None:
                answer = self._metadata(way.connection, settings)
                if isinstance(answer, Finding):
                    yield answer
                    way.connection.close()
                    continue
                clusters[f"{host}:{port}"] = answer
                self._connections[host, port] = way.connection
        if not clusters:
            return
        self._cluster = next(iter(clusters.values()))
        yield cluster_finding(clusters)
        yield controller_finding(self._cluster)
        for broker in sorted(self._cluster.brokers, key=lambda row: row.node_id):
            yield self._advertised(broker, self._cluster, settings, [host for host, _ in servers])
        if self._topics or self._groups:
            from kafkacli.client.permissions import Permissions

            permissions = Permissions(next(iter(self._connections.values())), settings, bootstrap, self._deadline)
            for topic in self._topics:
                yield permissions.of_topic(topic, self._operations)
            for group in self._groups:
                yield permissions.of_group(group, self._cluster.brokers, self._connections)

    def _deadline(self) -> float:
        return time.monotonic() + self._patience_s

    def _metadata(self, connection: Connection, settings: ClientSettings) -> MetadataResponse | Finding:
        """Ask for brokers and controller: the first request that wants a login where there has to be one."""
        from kafkacli.client.remedies import remedy

        try:
            return connection.send(MetadataRequest(topics=[]), MetadataResponse, self._deadline())
        except ConnectFailed as failure:
            stage = "SASL" if "want a login" in failure.reason else "protocol version"
            return Finding(stage, failure.address, failure.reason, remedy(stage, failure.reason, GIVEN, "", settings))
        except WireError as error:
            change = "This may be the port of a controller: give that of a broker's listener (listeners in server.properties)."
            return Finding("protocol version", connection.address, str(error), change)

    def _advertised(
        self, broker: MetadataResponseBroker, cluster: MetadataResponse, settings: ClientSettings, hosts: list[str]
    ) -> Finding:
        given = f"advertised.listeners in the server.properties of broker {broker.node_id}"
        address = f"{broker.host}:{broker.port}"
        subject = f"broker {broker.node_id}"
        twins = [row.node_id for row in cluster.brokers if (row.host, row.port) == (broker.host, broker.port)]
        if len(twins) > 1:
            text = f"advertises {address}, as other brokers do: {', '.join(map(str, sorted(twins)))}"
            return Finding(ADVERTISED, subject, text, f"Give each broker an address of its own: {given}.")
        if (broker.host, broker.port) not in self._connections:
            trouble, change = self._on_the_way(broker, cluster, settings, given)
            if change and self._leads_home(broker, hosts):
                trouble = f"every client's own machine, not the one that was asked: {trouble}"
                change = f"Name an address that clients can reach in {given}."
            if change:
                return Finding(ADVERTISED, subject, f"advertises {address}, {trouble}", change)
        return Finding(ADVERTISED, subject, f"advertises {address}, and answers there")

    def _on_the_way(
        self, broker: MetadataResponseBroker, cluster: MetadataResponse, settings: ClientSettings, given: str
    ) -> tuple[str, str]:
        """Go to an advertised address; return what is wrong and what to change, ('', '') when nothing is."""
        way = Way(broker.host, broker.port, settings, given, self._patience_s)
        if way.connection is None:
            last = next(each for each in way.findings if not each.is_ok)
            return f"where {last.stage} fails: {last.text}", last.remedy
        self._connections[broker.host, broker.port] = way.connection
        there = self._metadata(way.connection, settings)
        if isinstance(there, Finding):
            return f"where {there.stage} fails: {there.text}", there.remedy
        if there.cluster_id != cluster.cluster_id:
            return f"where another cluster answers: {there.cluster_id}", f"Name this broker's own address in {given}."
        return "", ""

    def _leads_home(self, broker: MetadataResponseBroker, hosts: list[str]) -> bool:
        """Whether the address is a loopback one though the bootstrap servers' are not: right on the broker's machine only."""
        return self._is_loopback(broker.host) and not any(self._is_loopback(host) for host in hosts)

    def _is_loopback(self, host: str) -> bool:
        try:
            addresses = [str(row[4][0]) for row in self._resolve(host, 0)]
        except (OSError, UnicodeError):
            return False
        return all(address.startswith("127.") or address == "::1" for address in addresses)


def cluster_finding(clusters: Mapping[str, MetadataResponse]) -> Finding:
    """Say which cluster answers, by the addresses of the servers that were asked."""
    ids = {address: answer.cluster_id for address, answer in clusters.items()}
    if len(set(ids.values())) > 1:
        shown = ", ".join(f"{address} is of {cluster_id}" for address, cluster_id in ids.items())
        return Finding(
            CLUSTER, "", f"the servers belong to several clusters: {shown}", f"Name servers of one cluster in {GIVEN}."
        )
    answer = next(iter(clusters.values()))
    if not answer.brokers:
        text = "the server knows no brokers, not even itself"
        change = (
            "Wait until the broker has started; if it stays so, see whether its zookeeper.connect reaches ZooKeeper."
        )
        return Finding(CLUSTER, answer.cluster_id or "", text, change)
    count = len(answer.brokers)
    return Finding(CLUSTER, answer.cluster_id or "", f"{count} broker{'s' if count > 1 else ''}")


def controller_finding(cluster: MetadataResponse) -> Finding:
    """Say which broker is the controller."""
    if any(broker.node_id == cluster.controller_id for broker in cluster.brokers):
        return Finding(CONTROLLER, f"broker {cluster.controller_id}", "is the controller")
    gone = "" if cluster.controller_id < 0 else f"; broker {cluster.controller_id}, which was it last, is not up"
    return Finding(
        CONTROLLER,
        "",
        f"the cluster has no controller{gone}",
        "Topics can't be made or changed: see whether zookeeper.connect in server.properties reaches a ZooKeeper that has a"
        " quorum (kafkacli doctor --zookeeper), and start the brokers again.",
    )


def misspelt(properties: Mapping[str, str]) -> Iterator[Finding]:
    """Yield the properties that no client has and that are nearly one about security."""
    from difflib import get_close_matches

    from kafkacli.client.client_properties import PROPERTIES as RECORDS
    from kafkacli.client.connect import ADMIN_PROPERTIES
    from kafkacli.client.security import PROPERTIES

    known = {*ADMIN_PROPERTIES, *PROPERTIES, *(each.name for each in RECORDS)}
    for name in properties:
        if name not in known and (near := get_close_matches(name, PROPERTIES, n=1, cutoff=0.85)):
            change = f"Call it {near[0]} in the client properties, if that is what is meant."
            yield Finding("properties", name, "no client has this property", change)


def _properties_remedy(text: str, properties: Mapping[str, str]) -> str:
    """Return what to change for an error in the properties: the file it names, or what its words are about."""
    named = [name for name, value in properties.items() if name.endswith("location") and value and value in text]
    if named:
        return f"Correct {named[0]} in the client properties."
    for part, change in (
        ("keystore", "ssl.keystore.location, ssl.keystore.password and ssl.key.password in the client properties"),
        ("truststore", "ssl.truststore.location and ssl.truststore.password in the client properties"),
        ("JAAS", "sasl.jaas.config in the client properties"),
        ("sasl.jaas.config", "sasl.jaas.config in the client properties"),
        ("bootstrap", GIVEN),
    ):
        if part in text:
            return f"Correct {change}."
    return "Correct that property of the client."

"""kafka-broker-api-versions.sh: which APIs, in which versions, each broker speaks.

Source: Apache `BrokerApiVersionsCommand.scala` and `NodeApiVersions.java` of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from kafkacli.client.cluster import Cluster
    from kafkacli.wire.api_keys import ApiKey
    from kafkacli.wire.messages.metadata import MetadataResponseBroker
    from kafkacli.wire.schema import Versions

_REQUEST_TIMEOUT_MS = "5000"

OPTIONS = OptionTable(
    "kafka-broker-api-versions.sh",
    "Show which APIs, in which versions, the brokers of a cluster speak.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        HELP,
        OUTPUT,
        VERSION,
    ),
    synopsis="--bootstrap-server HOST:PORT [OPTION]...",
    examples=(("kafka-broker-api-versions.sh --bootstrap-server localhost:9092", "what the brokers can do"),),
)


def main(arguments: list[str]) -> int:
    """Run kafka-broker-api-versions.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "This tool helps to retrieve broker version information.")) is not None:
        return status
    options.require("bootstrap-server")
    from time import monotonic

    from kafkacli.client.connect import connect

    defaults = {"request.timeout.ms": _REQUEST_TIMEOUT_MS, "client.id": "admin-1"}
    with connect(options.value("bootstrap-server"), options.value("command-config"), defaults=defaults) as cluster:
        deadline = monotonic() + cluster.settings.request_timeout_ms / 1000
        brokers = sorted(cluster.metadata(deadline).brokers, key=lambda row: row.node_id)
        if not console.is_plain():
            from kafkacli.output.show import show

            show("api-versions", [_record(cluster, broker) for broker in brokers])
            return Exit.OK
        for broker in brokers:
            rack = "null" if broker.rack is None else broker.rack
            console.out(f"{broker.host}:{broker.port} (id: {broker.node_id} rack: {rack}) -> {_said(cluster, broker)}")
    return Exit.OK


def _record(cluster: Cluster, broker: MetadataResponseBroker) -> dict[str, object]:
    from kafkacli.client.connection import ConnectFailed

    error: str | None = None
    versions: Mapping[int, Versions] = {}
    try:
        versions = _versions(cluster, broker)
    except ConnectFailed as failed:
        error = str(failed)
    return {
        "broker": broker.node_id,
        "host": broker.host,
        "port": broker.port,
        "rack": broker.rack,
        "error": error,
        "apis": api_records(versions),
    }


def _versions(cluster: Cluster, broker: MetadataResponseBroker) -> Mapping[int, Versions]:
    from time import monotonic

    deadline = monotonic() + cluster.settings.request_timeout_ms / 1000
    return cluster.broker(broker.node_id, deadline).versions


def api_records(theirs: Mapping[int, Versions]) -> list[dict[str, object]]:
    """Return the APIs of a broker: the versions it has, and the newest that 2.6.2's clients would use, None without one.

    theirs: the versions by API key.
    """
    from kafkacli.wire.api_keys import ApiKey

    known = {int(key) for key in ApiKey}
    records: list[dict[str, object]] = []
    for key, (low, high) in sorted(theirs.items()):
        usable = _usable(ApiKey(key), theirs[key]).rpartition("usable: ")[2] if key in known else ""
        records.append(
            {
                "key": key,
                "name": _name(ApiKey(key)) if key in known else None,
                "min_version": low,
                "max_version": high,
                "usable_version": int(usable) if usable.isdigit() else None,
            }
        )
    return records


def _said(cluster: Cluster, broker: MetadataResponseBroker) -> str:
    from kafkacli.client.connection import ConnectFailed

    try:
        return versions_text(_versions(cluster, broker))
    except ConnectFailed as error:
        console.err(str(error))
        return "ERROR: org.apache.kafka.common.errors.DisconnectException"


def versions_text(theirs: Mapping[int, Versions]) -> str:
    """Return the APIs of a broker, one a line: the versions it has, and the newest that 2.6.2's clients would use.

    theirs: the versions by API key.
    """
    from kafkacli.wire.api_keys import ApiKey

    known = {int(key) for key in ApiKey}
    rows = []
    for key in sorted(known | set(theirs)):
        if key not in known:
            rows.append(f"UNKNOWN({key}): {_range(theirs[key])}")
        elif key in theirs:
            rows.append(f"{_name(ApiKey(key))}({key}): {_range(theirs[key])} [{_usable(ApiKey(key), theirs[key])}]")
        else:
            rows.append(f"{_name(ApiKey(key))}({key}): UNSUPPORTED")
    return "(\n\t" + ",\n\t".join(rows) + "\n)"


def _name(key: ApiKey) -> str:
    return "".join(word.capitalize() for word in key.name.split("_"))


def _range(versions: Versions) -> str:
    low, high = versions
    return str(low) if low == high else f"{low} to {high}"


def _usable(key: ApiKey, theirs: Versions) -> str:
    from importlib import import_module

    from kafkacli.wire.schema import Message

    module = import_module(f"kafkacli.wire.messages.{key.name.lower()}")
    ours = next(
        kind.valid_versions
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Message) and kind is not Message
    )
    if ours.high < theirs.low:
        return "unusable: node too new"
    if theirs.high < ours.low:
        return "unusable: node too old"
    return f"usable: {min(ours.high, theirs.high)}"

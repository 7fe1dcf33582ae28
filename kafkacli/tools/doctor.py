"""kafkacli doctor: find out, stage by stage, why a connection to a cluster fails, and say what to change.

Exit status: 0 when every stage is ok, 1 otherwise.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, OUTPUT, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.diagnosis import Finding
    from kafkacli.output.table import Record

_OPERATIONS = ("read", "write", "describe", "create", "delete", "alter", "describeconfigs", "alterconfigs")

OPTIONS = OptionTable(
    "kafkacli doctor",
    "Find out, stage by stage, why a connection to a cluster fails, and say what to change.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers; each of them is looked at."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="The properties file of the client that can't connect: security, logins. Secrets in it are never shown.",
        ),
        Option("topic", argument="topic", completes="topic", help="Is it there, and usable? May be repeated."),
        Option(
            "group",
            argument="group",
            completes="group",
            help="Does the consumer group have a coordinator, and may it be used? May be repeated.",
        ),
        Option(
            "operation",
            argument="operation",
            choices=_OPERATIONS,
            help=f"What has to be allowed on each --topic: {', '.join(_OPERATIONS)}. May be repeated. read with --group, read"
            " and write without.",
        ),
        Option(
            "zookeeper",
            argument="host:port,.../path",
            help="The ZooKeeper servers: do they answer, are they the brokers' own? Looked at last.",
        ),
        Option(
            "timeout", argument="duration", default="5s", help="How long to wait for each server: 5, 500ms, 10s, 1m."
        ),
        OUTPUT,
        HELP,
    ),
    synopsis="[--bootstrap-server HOST:PORT,...] [--command-config FILE] [OPTION]...",
    arguments="The stages: properties, DNS, TCP, TLS, protocol version and SASL for each server; then the cluster, its"
    " controller, the address that each broker advertises, the permissions on topics and groups, and ZooKeeper. Exit status:"
    " 0 when all are ok, 1 otherwise.",
    examples=(
        (
            "kafkacli doctor --bootstrap-server kafka:9093 --command-config client.properties",
            "why can't this client connect?",
        ),
        ("kafkacli doctor --context prod --topic orders --group billing", "may this consumer read?"),
        (
            "kafkacli doctor --bootstrap-server localhost:9092 --zookeeper localhost:2181",
            "the brokers and their ZooKeeper",
        ),
    ),
)


def main(arguments: list[str]) -> int:
    """Run `kafkacli doctor`. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "kafkacli doctor finds out why a connection fails.")) is not None:
        return status
    from kafkacli.client.checkup import Checkup

    if options.arguments:
        raise options.fail(f"kafkacli doctor takes options only, not '{options.arguments[0]}'")
    servers, zookeeper = options.value("bootstrap-server"), options.value("zookeeper")
    if servers is None and zookeeper is None:
        raise options.fail("kafkacli doctor needs --bootstrap-server, --zookeeper or a context")
    if servers is None and (options.has("topic") or options.has("group")):
        raise options.fail("--topic and --group need --bootstrap-server")
    checkup = Checkup(
        servers,
        _properties(options),
        topics=options.values("topic"),
        groups=options.values("group"),
        operations=_operations(options),
        zookeeper=zookeeper,
        patience_s=_patience_s(options),
    )
    findings = []
    for finding in checkup.run():
        findings.append(finding)
        if console.is_plain():
            _show(finding)
    if not console.is_plain():
        from kafkacli.output.show import show

        show("doctor", [_record(finding) for finding in findings])
    return Exit.OK if all(finding.is_ok for finding in findings) else Exit.FAILURE


def _show(finding: Finding) -> None:
    subject = f"{finding.subject}: " if finding.subject else ""
    console.out(f"{'ok' if finding.is_ok else 'failed':7}{finding.stage}: {subject}{finding.text}")
    if finding.remedy:
        console.out(f"       -> {finding.remedy}")


def _record(finding: Finding) -> Record:
    return {
        "stage": finding.stage,
        "subject": finding.subject,
        "ok": finding.is_ok,
        "text": finding.text,
        "remedy": finding.remedy or None,
    }


def _properties(options: Parsed) -> dict[str, str]:
    from kafkacli.client.properties import load_properties

    path = options.value("command-config")
    return {} if path is None else load_properties(path)


def _operations(options: Parsed) -> list[str]:
    wanted = [word.lower() for word in options.values("operation")]
    for word in wanted:
        if word not in _OPERATIONS:
            raise options.fail(f"--operation is one of {', '.join(_OPERATIONS)}, not '{word}'")
    names = wanted or (["read"] if options.has("group") else ["read", "write"])
    return [name.upper().replace("CONFIGS", "_CONFIGS") for name in names]


def _patience_s(options: Parsed) -> float:
    from kafkacli.durations import DurationError, seconds

    try:
        return seconds(options.value("timeout") or "")
    except DurationError as error:
        raise options.fail(f"--timeout: {error}") from None

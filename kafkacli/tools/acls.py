"""kafka-acls.sh: list, add and remove ACLs, through a broker or, as an authorizer does, in ZooKeeper.

Source: Apache `AclCommand.scala` of 2.6.2 for the order of checks and every text; ACLs are sorted here.
"""

from __future__ import annotations

from contextlib import contextmanager

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, UsageError, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Protocol

    from kafkacli.authorizer.acls import AclEntry, AclFilter, ResourcePattern

    class Acls(Protocol):
        """Where ACLs are kept."""

        def create(self, pattern: ResourcePattern, entries: Sequence[AclEntry]) -> None:
            """Add entries to those of a pattern."""

        def delete(self, filters: Sequence[AclFilter]) -> None:
            """Delete the ACLs that any of these filters is about."""

        def find(self, wanted: AclFilter) -> list[tuple[ResourcePattern, AclEntry]]:
            """Return the ACLs that a filter is about."""


_AUTHORIZERS = ("kafka.security.authorizer.AclAuthorizer", "kafka.security.auth.SimpleAclAuthorizer")

OPTIONS = OptionTable(
    "kafka-acls.sh",
    "List, add and remove access control lists.",
    (
        Option("add", help="Add ACLs."),
        Option(
            "allow-host",
            argument="host",
            help="An address from where the --allow-principal may do it; may be repeated. Any when absent.",
        ),
        Option(
            "allow-principal",
            argument="type:name",
            help="Who is allowed to do it, such as User:alice, or User:* for everybody; may be repeated.",
        ),
        Option(
            "authorizer",
            argument="class",
            completes=_AUTHORIZERS,
            help="The authorizer that keeps the ACLs; AclAuthorizer, which keeps them in ZooKeeper, when absent.",
        ),
        Option(
            "authorizer-properties",
            argument="name=value",
            help="A property of the authorizer; may be repeated. zookeeper.connect=HOST:PORT says where the ACLs are."
            " Needed without --bootstrap-server.",
        ),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first."),
        Option("cluster", help="ACLs of the cluster itself."),
        Option(
            "command-config",
            argument="file",
            optional=True,
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("consumer", help="What a consumer needs: to read and describe the --topic, to read the --group."),
        Option("delegation-token", argument="id", help="ACLs of a delegation token, * for all; may be repeated."),
        Option(
            "deny-host",
            argument="host",
            help="An address from where the --deny-principal may not do it; may be repeated. Any when absent.",
        ),
        Option(
            "deny-principal",
            argument="type:name",
            help="Who is not allowed to do it, even where another ACL allows it; may be repeated.",
        ),
        Option("force", help="Ask nothing before ACLs are removed."),
        Option(
            "group", argument="group", completes="group", help="ACLs of a consumer group, * for all; may be repeated."
        ),
        DRY_RUN,
        HELP,
        OUTPUT,
        Option("idempotent", help="With --producer: also what an idempotent producer needs."),
        Option("list", help="List the ACLs of the resources, or all ACLs."),
        Option(
            "operation",
            argument="operation",
            default="All",
            completes=(
                "Describe",
                "DescribeConfigs",
                "Alter",
                "IdempotentWrite",
                "Read",
                "Delete",
                "Create",
                "ClusterAction",
                "All",
                "Write",
                "AlterConfigs",
            ),
            help="What is allowed or denied; may be repeated.",
        ),
        Option(
            "principal",
            argument="type:name",
            optional=True,
            help="With --list: only the ACLs of this principal; may be repeated.",
        ),
        Option("producer", help="What a producer needs: to write, describe and create the --topic."),
        Option("remove", help="Remove ACLs; all of a resource without a principal."),
        Option(
            "resource-pattern-type",
            argument="type",
            default="LITERAL",
            completes=("any", "match", "literal", "prefixed"),
            help="How names are meant: literal, or prefixed for all that begin so. With --list and --remove also any,"
            " for both kinds of that name, and match, for all that concern a resource of that name.",
        ),
        Option("topic", argument="topic", completes="topic", help="ACLs of a topic, * for all; may be repeated."),
        Option("transactional-id", argument="id", help="ACLs of a transactional id, * for all; may be repeated."),
        VERSION,
        Option(
            "zk-tls-config-file",
            argument="file",
            completes="file",
            help="Properties for the authorizer's TLS to ZooKeeper.",
        ),
    ),
    synopsis="(--list | --add | --remove) (--bootstrap-server HOST:PORT | --authorizer-properties NAME=VALUE) [OPTION]...",
    examples=(
        (
            "kafka-acls.sh --bootstrap-server localhost:9092 --add --allow-principal User:alice --operation Read --topic orders",
            "let alice read a topic",
        ),
        ("kafka-acls.sh --bootstrap-server localhost:9092 --list", "all ACLs"),
    ),
)

_PRINCIPALS_AND_HOSTS = ("allow-host", "allow-principal", "deny-host", "deny-principal")


def main(arguments: list[str]) -> int:
    """Run kafka-acls.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "This tool helps to manage acls on kafka.")) is not None:
        return status
    check_arguments(options)
    action = next(name for name in ("add", "remove", "list") if options.has(name))
    try:
        {"add": _add, "remove": _remove, "list": _list_only}[action](options)
    except UsageError:
        raise
    except Exception as error:
        from kafkacli.client.java_errors import message_text, trace_text

        console.error_out(f"Error while executing ACL command: {message_text(error)}\n{trace_text(error)}\n")
        if console.traceback_wanted():
            raise
        return Exit.FAILURE
    return Exit.OK


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises UsageError."""
    by_broker = options.has("bootstrap-server")
    if by_broker and options.has("authorizer"):
        raise options.fail("Only one of --bootstrap-server or --authorizer must be specified")
    if not by_broker:
        options.require("authorizer-properties")
    if options.has("command-config") and not by_broker:
        raise options.fail("The --command-config option can only be used with --bootstrap-server option")
    if options.has("authorizer-properties") and by_broker:
        raise options.fail("The --authorizer-properties option can only be used with --authorizer option")
    if sum(options.has(action) for action in ("add", "remove", "list")) != 1:
        raise options.fail("Command must include exactly one action: --list, --add, --remove. ")
    options.exclude("list", "dry-run", "producer", "consumer", *_PRINCIPALS_AND_HOSTS)
    options.exclude("producer", "operation", "deny-principal", "deny-host")
    options.exclude("consumer", "operation", "deny-principal", "deny-host")
    if options.has("principal") and not options.has("list"):
        raise options.fail("The --principal option is only available if --list is set")
    if options.has("producer") and not options.has("topic"):
        raise options.fail("With --producer you must specify a --topic")
    if options.has("idempotent") and not options.has("producer"):
        raise options.fail("The --idempotent option is only available if --producer is set")
    elsewhere = not options.has("producer") and (options.has("cluster") or options.has("transactional-id"))
    if options.has("consumer") and (not options.has("topic") or not options.has("group") or elsewhere):
        raise options.fail(
            "With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id option"
            " should be specified."
        )


def _add(options: Parsed) -> None:
    from kafkacli.steps import Steps
    from kafkacli.tools.acls_wanted import acls_to_add, entries_text, resource_text

    wanted = acls_to_add(options)
    if options.has("dry-run") or not console.is_plain():
        with _opened(options) as acls:
            _change(
                options, "add", [(resource, entry) for resource, entries in wanted.items() for entry in entries], acls
            )
        return
    with _opened(options) as acls:
        with Steps("ACLs", "added", map(_name, wanted), lines=True) as steps:
            for resource, entries in wanted.items():
                console.out(f"Adding ACLs for resource `{resource_text(resource)}`: \n {entries_text(entries)} \n")
                steps.begin(_name(resource))
                acls.create(resource, entries)
                steps.end(_name(resource))
        _list(options, acls)


def _remove(options: Parsed) -> None:
    from kafkacli.steps import Steps
    from kafkacli.tools.acls_wanted import acls_to_remove, entries_text, every_acl, one_acl, resource_text

    with _opened(options) as acls:
        if options.has("dry-run") or (not console.is_plain() and options.has("force")):
            found = [
                row
                for resource, entries in acls_to_remove(options).items()
                for each in [one_acl(resource, entry) for entry in entries] or [every_acl(resource)]
                for row in acls.find(each)
            ]
            _change(options, "remove", list(dict.fromkeys(found)), acls)
            return
        if not console.is_plain():
            raise options.fail("--remove with --output asks nothing, and needs --force or --dry-run")
        wanted = acls_to_remove(options)
        with Steps("ACLs", "removed", map(_name, wanted), lines=True) as steps:
            for resource, entries in wanted.items():
                which = f"resource filter `{resource_text(resource)}`? (y/n)"
                if entries:
                    question = f"Are you sure you want to remove ACLs: \n {entries_text(entries)} \n from {which}"
                else:
                    question = f"Are you sure you want to delete all ACLs for {which}"
                if options.has("force") or _confirmed(question):
                    steps.begin(_name(resource))
                    acls.delete([one_acl(resource, entry) for entry in entries] or [every_acl(resource)])
                    steps.end(_name(resource))
        _list(options, acls)


def _name(resource: ResourcePattern) -> str:
    return f"{resource.type.name}:{resource.name}"


def _change(options: Parsed, action: str, found: Sequence[tuple[ResourcePattern, AclEntry]], acls: Acls) -> None:
    """Add ACLs or remove them, unless that is only to be said, and say which."""
    from kafkacli.output.changes import Changes
    from kafkacli.steps import Steps
    from kafkacli.tools.acls_wanted import ANYTHING, one_acl

    changes = Changes(dry_run=options.has("dry-run"))
    if changes.dry_run:
        acls.find(ANYTHING)  # whether it may be asked at all
    rows = sorted(found)
    with Steps("ACLs", "changed", () if changes.dry_run else map(_row_name, rows)) as steps:
        for row in rows:
            resource, entry = row
            steps.begin(_row_name(row))
            if not changes.dry_run and action == "add":
                acls.create(resource, [entry])
            elif not changes.dry_run:
                acls.delete([one_acl(resource, entry)])
            steps.end(_row_name(row))
            details = _record(resource, entry)
            changes.add(action, "acl", f"{details.pop('resource_type')}:{details.pop('resource_name')}", **details)
    changes.show()


def _row_name(row: tuple[ResourcePattern, AclEntry]) -> str:
    resource, entry = row
    return f"{_name(resource)} {entry.permission.name} {entry.operation.name} {entry.principal}"


def _record(resource: ResourcePattern, entry: AclEntry) -> dict[str, object]:
    return {
        "resource_type": resource.type.name,
        "resource_name": resource.name,
        "pattern_type": resource.pattern.name,
        "principal": entry.principal,
        "host": entry.host,
        "operation": entry.operation.name,
        "permission": entry.permission.name,
    }


def _list_only(options: Parsed) -> None:
    with _opened(options) as acls:
        _list(options, acls)


def _list(options: Parsed, acls: Acls) -> None:
    from kafkacli.tools.acls_wanted import ANYTHING, every_acl, principals, resources

    filters = [every_acl(resource) for resource in resources(options, needed=False)] or [ANYTHING]
    wanted = principals(options, "principal")
    found: dict[ResourcePattern, set[AclEntry]] = {}
    for each in filters:
        for resource, entry in acls.find(each):
            found.setdefault(resource, set()).add(entry)
    if not console.is_plain():
        from kafkacli.output.show import show

        rows = ((resource, entry) for resource, entries in sorted(found.items()) for entry in sorted(entries))
        show("acls", (_record(*row) for row in rows if not wanted or row[1].principal in wanted))
        return
    if not wanted:
        _show(found)
    for principal in wanted:
        console.out(f"ACLs for principal `{principal}`")
        theirs = {
            resource: {entry for entry in entries if entry.principal == principal}
            for resource, entries in found.items()
        }
        _show({resource: entries for resource, entries in theirs.items() if entries})


def _show(found: dict[ResourcePattern, set[AclEntry]]) -> None:
    from kafkacli.tools.acls_wanted import entries_text, resource_text

    for resource, entries in sorted(found.items()):
        console.out(f"Current ACLs for resource `{resource_text(resource)}`: \n {entries_text(entries)} \n")


def _confirmed(question: str) -> bool:
    import sys

    console.out(question)
    console.flush()
    answer = sys.stdin.readline()
    if not answer:
        from kafkacli.client.java_errors import Thrown

        raise Thrown("java.lang.NullPointerException", "null")
    return answer.rstrip("\r\n").lower() == "y"


@contextmanager
def _opened(options: Parsed) -> Iterator[Acls]:
    """Give the place where the ACLs are."""
    if options.has("bootstrap-server"):
        from kafkacli.client.acls import BrokerAcls
        from kafkacli.client.connect import connect

        config = options.value("command-config")
        if options.has("command-config") and config is None:
            console.out("Did not load any properties since the property file is not specified")
        with connect(options.value("bootstrap-server"), config) as cluster:
            yield BrokerAcls(cluster)
        return
    from kafkacli.client.registry_acls import RegistryAcls
    from kafkacli.client.zookeeper_security import zookeeper_login

    properties = authorizer_properties(options)
    servers = properties.get("authorizer.zookeeper.url", properties["zookeeper.connect"])
    login = zookeeper_login(options.value("zk-tls-config-file"))
    with RegistryAcls(servers, report=console.err, login=login) as registry:
        if not options.has("dry-run"):
            registry.make_paths()
        yield registry


def authorizer_properties(options: Parsed) -> dict[str, str]:
    """Return what the options say of the authorizer. Raises ValueError, ConfigError and Thrown."""
    from kafkacli.client.java_errors import Thrown
    from kafkacli.config_types import ConfigError

    name = options.value("authorizer") or _AUTHORIZERS[0]
    if name not in _AUTHORIZERS:
        console.err(f"{name} is not known here; known are {', '.join(_AUTHORIZERS)}")
        raise Thrown("java.lang.ClassNotFoundException", name)
    properties: dict[str, str] = {}
    for word in options.values("authorizer-properties"):
        key, _, value = word.partition("=")
        if not value:
            raise ValueError(f"Missing value for key {key}")
        properties[key] = value
    if "zookeeper.connect" not in properties:
        raise ConfigError('Missing required configuration "zookeeper.connect" which has no default value.')
    return properties

"""kafka-configs.sh: show and change the configuration of topics, brokers, loggers, and the quotas of users and clients.

Source: Apache `ConfigCommand.scala` of 2.6.2 for the order of checks and every text; its errors go to stderr.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import OptionError, Parsed, UsageError, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TOPICS, CLIENTS, USERS, BROKERS, BROKER_LOGGERS = "topics", "clients", "users", "brokers", "broker-loggers"
_TYPES = (TOPICS, CLIENTS, USERS, BROKERS)
_ENTITY_FLAGS = {
    "topic": TOPICS,
    "client": CLIENTS,
    "user": USERS,
    "broker": BROKERS,
    "broker-logger": BROKER_LOGGERS,
}
_DEFAULT_FLAGS = {"client-defaults": CLIENTS, "user-defaults": USERS, "broker-defaults": BROKERS}

OPTIONS = OptionTable(
    "kafka-configs.sh",
    "Show and change the configuration of topics, brokers and loggers, and the quotas of users and clients.",
    (
        Option(
            "add-config",
            argument="name=value,...",
            help="Values to set with --alter. A value with commas stands in brackets: a=1,b=[x,y].",
        ),
        Option(
            "add-config-file",
            argument="file",
            completes="file",
            help="A properties file with values to set with --alter.",
        ),
        Option("all", help="With --describe: every value, not only those that were set. Needs a broker."),
        Option("alter", help="Change the configuration of an entity."),
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. This or --zookeeper."),
        Option("broker", argument="id", help="The broker with this id."),
        Option("broker-defaults", help="The defaults of all brokers."),
        Option("broker-logger", argument="id", help="The loggers of the broker with this id."),
        Option("client", argument="client-id", help="The clients with this id."),
        Option("client-defaults", help="The defaults of all clients."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option(
            "delete-config",
            argument="name,...",
            separator=",",
            help="Values to give up with --alter.",
        ),
        Option("describe", help="Show the configuration of an entity, or of all of its type."),
        Option("entity-default", help="The defaults of the type that --entity-type names."),
        Option("entity-name", argument="name", help="The entity: a topic, a client id, a user principal, a broker id."),
        Option(
            "entity-type",
            argument="type",
            completes=(*_TYPES, BROKER_LOGGERS),
            help="What kind of entity; users and clients may be given together.",
        ),
        Option("force", help="Ask nothing. Kept for old scripts: nothing is asked anyway."),
        DRY_RUN,
        HELP,
        OUTPUT,
        Option("topic", argument="topic", completes="topic", help="The topic with this name."),
        Option("user", argument="principal", help="The user with this principal name."),
        Option("user-defaults", help="The defaults of all users."),
        VERSION,
        Option(
            "zk-tls-config-file",
            argument="file",
            completes="file",
            help="Properties for TLS to ZooKeeper.",
        ),
        Option("zookeeper", argument="host:port,.../path", help="The ZooKeeper servers of the cluster; deprecated."),
    ),
    synopsis="(--describe | --alter) (--bootstrap-server | --zookeeper) [OPTION]...",
    examples=(
        (
            "kafka-configs.sh --bootstrap-server localhost:9092 --alter --topic orders --add-config retention.ms=60000",
            "keep records for a minute",
        ),
        ("kafka-configs.sh --bootstrap-server localhost:9092 --describe --topic orders --all", "what counts there"),
    ),
)


class Failed(Exception):
    """What the original prints as it is, without naming the command line."""


def main(arguments: list[str]) -> int:
    """Run kafka-configs.sh. Returns its exit status."""
    from kafkacli.config_types import ConfigError

    try:
        options = parse(OPTIONS, arguments)
        usage = "This tool helps to manipulate and describe entity config for a topic, client, user or broker"
        if (status := answer_help(options, usage)) is not None:
            return status
        check_arguments(options)
        _run(options)
    except UsageError:
        raise
    except OptionError as error:
        console.err(f"{error}\n{error.hint}".rstrip())
    except (Failed, ValueError) as error:
        console.err(str(error))
    except ConfigError as error:
        _explain(arguments, f"{error.exception}: {error}")
    except Exception as error:
        from kafkacli.client.java_errors import cause_text

        _explain(arguments, cause_text(error))
        if console.traceback_wanted():
            raise
    else:
        return Exit.OK
    return Exit.FAILURE


def entity_types(options: Parsed) -> list[str]:
    """Return the types of the entities that are meant, in the original's order."""
    flags = (_ENTITY_FLAGS | _DEFAULT_FLAGS).items()
    return [*options.values("entity-type"), *(kind for name, kind in flags if options.has(name))]


def entity_names(options: Parsed) -> list[str]:
    """Return the names of the entities that are meant, '' for a default, in the original's order."""
    given = iter(options.values("entity-name"))
    names = [
        next(given) if name == "entity-name" else ""
        for name in options.order
        if name in ("entity-name", "entity-default")
    ]
    names += [options.value(name) or "" for name in _ENTITY_FLAGS if options.has(name)]
    return names + ["" for name in _DEFAULT_FLAGS if options.has(name)]


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises UsageError, OptionError and ValueError."""
    if options.has("alter") == options.has("describe"):
        raise options.fail("Command must include exactly one action: --describe, --alter")
    options.exclude("describe", "add-config", "delete-config", "dry-run")
    types, names = entity_types(options), entity_names(options)
    _check_types(options, types)
    flags = _ENTITY_FLAGS | _DEFAULT_FLAGS
    if any(options.has(name) for name in ("entity-name", "entity-type", "entity-default")) and any(
        options.has(name) for name in flags
    ):
        raise ValueError("--entity-{type,name,default} should not be used in conjunction with specific entity flags")
    if not options.has("bootstrap-server") and not options.has("zookeeper"):
        raise ValueError("One of the required --bootstrap-server or --zookeeper arguments must be specified")
    if options.has("bootstrap-server") and options.has("zookeeper"):
        raise ValueError("Only one of --bootstrap-server or --zookeeper must be specified")
    if options.has("all") and options.has("zookeeper"):
        raise ValueError("--bootstrap-server must be specified for --all")
    if any(names) and (BROKERS in types or BROKER_LOGGERS in types):
        for name in ("entity-name", "broker", "broker-logger"):
            broker_id = options.value(name)
            if broker_id is not None and not broker_id.lstrip("+-").isdecimal():
                raise ValueError(
                    f"The entity name for {types[0]} must be a valid integer broker id, but it is: {broker_id}"
                )
    if options.has("describe") and BROKER_LOGGERS in types and not any(names):
        raise ValueError(f"an entity name must be specified with --describe of {','.join(types)}")
    if options.has("alter"):
        _check_alter(options, types, names)


def _check_types(options: Parsed, types: list[str]) -> None:
    twice = [kind for index, kind in enumerate(types) if kind in types[:index]]
    if twice:
        raise ValueError(f"Duplicate entity type(s) specified: {','.join(twice)}")
    by_broker = options.has("bootstrap-server")
    allowed = (*_TYPES, BROKER_LOGGERS) if by_broker else _TYPES
    for kind in types:
        if kind not in allowed:
            raise ValueError(
                f"Invalid entity type {kind}, the entity type must be one of {','.join(allowed)} "
                f"with the {'--bootstrap-server' if by_broker else '--zookeeper'} argument"
            )
    if not types:
        raise ValueError("At least one entity type must be specified")
    if len(types) > 1 and set(types) != {USERS, CLIENTS}:
        raise ValueError(f"Only '{USERS}' and '{CLIENTS}' entity types may be specified together")


def _check_alter(options: Parsed, types: list[str], names: list[str]) -> None:
    if {USERS, CLIENTS, BROKERS} & set(types):
        if not names:
            raise ValueError(
                "an entity-name or default entity must be specified with --alter of users, clients or brokers"
            )
    elif not any(names):
        raise ValueError(f"an entity name must be specified with --alter of {','.join(types)}")
    if options.has("add-config") and options.has("add-config-file"):
        raise ValueError("Only one of --add-config or --add-config-file must be specified")
    if not any(options.has(name) for name in ("add-config", "add-config-file", "delete-config")):
        raise ValueError(
            "At least one of --add-config, --add-config-file, or --delete-config must be specified with --alter"
        )


def _run(options: Parsed) -> None:
    if (connect := options.value("zookeeper")) is not None:
        console.out(
            "Warning: --zookeeper is deprecated and will be removed in a future version of Kafka.\n"
            "Use --bootstrap-server instead to specify a broker to connect to."
        )
        from kafkacli.tools import configs_zookeeper

        configs_zookeeper.run(options, connect)
        return
    from kafkacli.tools import configs_broker

    configs_broker.run(options)


def _explain(arguments: list[str], message: str) -> None:
    console.err(f"Error while executing config command with args '{' '.join(arguments)}'\n{message}")

"""kafkacli wait: wait until a cluster is as it has to be, for scripts and CI.

Exit status: 0 when everything is so, 124 when the time is over (stderr says in one line what is missing), 1 for a command
line that makes no sense and for what waiting doesn't mend, such as a login that is refused.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import HELP, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.waiting import BrokerWatch, ZnodeWatch

OPTIONS = OptionTable(
    "kafkacli wait",
    "Wait until brokers, topics, groups or znodes are as they have to be.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask: one has to answer."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers: security, timeouts.",
        ),
        Option("brokers", argument="number", kind="integer", default="1", help="So many brokers are up, or more."),
        Option(
            "topic",
            argument="topic",
            completes="topic",
            help="The topic is there, and each of its partitions has a leader. May be repeated.",
        ),
        Option(
            "partitions",
            argument="number",
            kind="integer",
            default="1",
            available_if=("topic",),
            help="Each --topic has so many partitions, or more.",
        ),
        Option("in-sync", help="All replicas of each --topic, or of every topic, are in sync."),
        Option(
            "group",
            argument="group",
            completes="group",
            help="A consumer group, for --empty and --lag. May be repeated.",
        ),
        Option("empty", available_if=("group",), help="The groups have no members; one that isn't there has none."),
        Option(
            "lag",
            argument="number",
            optional=True,
            kind="long",
            available_if=("group",),
            help="The groups are behind by so many records at most, by none without a number: on each --topic, or on all"
            " that they have committed.",
        ),
        Option("zookeeper", argument="host:port,.../path", help="The ZooKeeper servers: one has to answer."),
        Option(
            "zk-tls-config-file",
            argument="file",
            completes="file",
            help="A properties file for TLS to ZooKeeper.",
        ),
        Option("znode", argument="path", completes="znode", help="The znode is there. May be repeated."),
        Option(
            "timeout",
            argument="duration",
            default="60s",
            help="How long to wait at most: 90, 30s, 1m30s, 500ms, 2h.",
        ),
        HELP,
    ),
    synopsis="[--bootstrap-server HOST:PORT] [--timeout DURATION] [OPTION]...",
    arguments="Everything that is asked for has to be so at once. Exit status: 0 when it is; 124 when the time is over, and"
    " one line on stderr says what is missing; 1 for a command line that makes no sense and for what waiting doesn't mend,"
    " such as a login that is refused.",
    examples=(
        ("kafkacli wait --bootstrap-server localhost:9092 --timeout 30s", "a broker is up"),
        (
            "kafkacli wait --bootstrap-server localhost:9092 --brokers 3 --topic orders --partitions 6 --in-sync",
            "a topic is ready on three brokers",
        ),
        ("kafkacli wait --bootstrap-server localhost:9092 --group billing --lag", "a group has read everything"),
        ("kafkacli wait --context dev --group billing --empty", "a group's consumers are gone"),
        ("kafkacli wait --zookeeper localhost:2181 --znode /controller", "the brokers have a controller"),
    ),
)
_OF_BROKERS = ("brokers", "topic", "in-sync", "group")


def main(arguments: list[str]) -> int:
    """Run `kafkacli wait`. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "kafkacli wait waits until a cluster is as it has to be.")) is not None:
        return status
    from time import sleep

    from kafkacli.client.waiting import wait
    from kafkacli.durations import DurationError, seconds

    if options.arguments:
        raise options.fail(f"kafkacli wait takes options only, not '{options.arguments[0]}'")
    text = options.value("timeout") or ""
    try:
        timeout_s = seconds(text)
    except DurationError as error:
        raise options.fail(f"--timeout: {error}") from None
    watches = _watches(options)
    pauses = [watch.pause for watch in watches if hasattr(watch, "pause")]
    try:
        missing = wait(
            lambda deadline: [each for watch in watches for each in watch.missing(deadline)],
            timeout_s,
            sleep=pauses[0] if pauses else sleep,
        )
    finally:
        for watch in watches:
            watch.close()
    if missing:
        console.err(f"kafkacli wait: after {text}: {'; '.join(missing)}")
        return Exit.TIMED_OUT
    return Exit.OK


def _watches(options: Parsed) -> list[BrokerWatch | ZnodeWatch]:
    watches: list[BrokerWatch | ZnodeWatch] = []
    if (connect := _zookeeper(options)) is not None:
        from kafkacli.client.waiting import ZnodeWatch
        from kafkacli.client.zookeeper_security import zookeeper_login

        paths = options.values("znode")
        if bad := [path for path in paths if not path.startswith("/")]:
            raise options.fail(f"--znode takes a path from the root, not '{bad[0]}'")
        watches.append(ZnodeWatch(connect, zookeeper_login(options.value("zk-tls-config-file")), paths or ["/"]))
    if "bootstrap-server" in options.order or not watches or any(options.has(name) for name in _OF_BROKERS):
        watches.append(_broker_watch(options))
    return watches


def _zookeeper(options: Parsed) -> str | None:
    """Return the ZooKeeper servers to ask, the context's where no cluster is named; None when nothing is asked of them."""
    connect = options.value("zookeeper")
    if connect is None and options.has("znode"):
        if "bootstrap-server" not in options.order:
            from kafkacli.options.context import zookeeper_server

            connect = zookeeper_server()
        if connect is None:
            raise options.fail("--znode needs --zookeeper")
    return connect


def _broker_watch(options: Parsed) -> BrokerWatch:
    from kafkacli.client.properties import load_properties
    from kafkacli.client.settings import ClientSettings
    from kafkacli.client.waiting import BrokerWatch, Wanted
    from kafkacli.options.addresses import check_addresses

    servers = options.value("bootstrap-server")
    if servers is None:
        raise options.fail("kafkacli wait needs --bootstrap-server, or a context that has one")
    check_addresses(options, servers)
    if options.has("group") and not (options.has("empty") or options.has("lag")):
        raise options.fail("--group needs --empty or --lag")
    path = options.value("command-config")
    wanted = Wanted(
        brokers=options.integer("brokers") or 1,
        topics=options.values("topic"),
        partitions=options.integer("partitions") or 1,
        in_sync=options.has("in-sync"),
        groups=options.values("group"),
        is_empty=options.has("empty"),
        max_lag=(options.integer("lag") or 0) if options.has("lag") else None,
    )
    return BrokerWatch(servers, ClientSettings(load_properties(path) if path is not None else None), wanted)

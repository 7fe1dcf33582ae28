"""zookeeper-security-migration.sh: protect Kafka's znodes, or open them again.

The login is what the JVM's would be: the file that -Djava.security.auth.login.config in KAFKA_OPTS names, or the client
certificate of --zk-tls-config-file. Source: Apache `ZkSecurityMigrator.scala` of 2.6.2.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.registry_security import RegistrySecurity
    from kafkacli.client.zookeeper_security import ZooKeeperLogin

OPTIONS = OptionTable(
    "zookeeper-security-migration.sh",
    "Protect Kafka's znodes against everybody but the brokers, or open them again.",
    (
        DRY_RUN,
        Option("enable.path.check", help="End with an error when one of Kafka's root paths isn't there."),
        HELP,
        OUTPUT,
        VERSION,
        Option(
            "zk-tls-config-file",
            argument="file",
            completes="file",
            help="Properties for TLS to ZooKeeper, such as zookeeper.ssl.keystore.location.",
        ),
        Option(
            "zookeeper.acl",
            argument="secure|unsecure",
            completes=("secure", "unsecure"),
            help="secure: only who is logged in as the brokers may change the znodes. unsecure: everybody may.",
        ),
        Option(
            "zookeeper.connect",
            argument="host:port,.../path",
            default="localhost:2181",
            help="The ZooKeeper servers of the cluster.",
        ),
        Option(
            "zookeeper.connection.timeout",
            argument="ms",
            kind="integer",
            default="30000",
            help="Milliseconds to wait for a connection.",
        ),
        Option(
            "zookeeper.session.timeout",
            argument="ms",
            kind="integer",
            default="30000",
            help="Milliseconds that ZooKeeper keeps the session without a sign of life.",
        ),
    ),
    synopsis="--zookeeper.acl=(secure | unsecure) [OPTION]...",
    examples=(
        (
            "zookeeper-security-migration.sh --zookeeper.acl=secure --zookeeper.connect=localhost:2181",
            "protect the znodes, with KAFKA_OPTS=-Djava.security.auth.login.config=FILE",
        ),
    ),
)

_LOGGER = "kafka.admin.ZkSecurityMigrator$"
_USAGE = (
    "ZooKeeper Migration Tool Help. This tool updates the ACLs of znodes as part of the process of setting up"
    " ZooKeeper authentication."
)


def main(arguments: list[str]) -> int:
    """Run zookeeper-security-migration.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, _USAGE)) is not None:
        return status
    login = _login(options)
    wanted = options.value("zookeeper.acl")
    if wanted not in ("secure", "unsecure"):
        raise options.fail(_USAGE)
    options.integer("zookeeper.session.timeout")
    timeout_ms = options.integer("zookeeper.connection.timeout") or 0
    from kafkacli.client.registry import LoginRefused
    from kafkacli.client.registry_security import RegistrySecurity

    servers = options.value("zookeeper.connect") or ""
    try:
        registry = RegistrySecurity(servers, timeout_ms / 1000, console.err, login, dry_run=options.has("dry-run"))
    except LoginRefused as error:
        console.out(f"Unexpected return code: {error.CODE}")  # the original hears of it when it sets the first ACL
        raise
    with registry:
        return migrate(
            registry,
            secure=wanted == "secure",
            check_paths=options.has("enable.path.check"),
            is_dry_run=options.has("dry-run"),
        )


def migrate(registry: RegistrySecurity, *, secure: bool, check_paths: bool, is_dry_run: bool = False) -> int:
    """Set the ACL of every znode of Kafka's. check_paths: only when all roots are there. Returns the exit status.

    is_dry_run: name the znodes; the registry is one that writes nothing.
    """
    from kafkacli.client.registry_security import ROOTS
    from kafkacli.output.changes import Changes

    changes = Changes(dry_run=is_dry_run)
    registry.protect("/", secure=secure)
    if absent := registry.absent_roots():
        console.out(
            f"Warning: The following secure root paths do not exist in ZooKeeper: {','.join(absent)}\n"
            "That might be due to an incorrect chroot is specified when executing the command."
        )
        if check_paths:
            console.out("Exit the command.")
            return Exit.FAILURE
    count = 0
    try:
        for root in ROOTS:
            for path in registry.below(root):
                if not registry.protect(path, secure=secure):
                    console.log("WARN", f"Znode is gone, it could be have been legitimately deleted: {path}", _LOGGER)
                else:
                    changes.add("secure" if secure else "open", "znode", path)
                count += 1
    except BaseException:
        if not is_dry_run:
            console.err(f"ended early: {count:,} znodes were gone through, not all; another run does the rest")
        raise
    changes.show()
    return Exit.OK


def _login(options: Parsed) -> ZooKeeperLogin:
    """Return the login. Raises ValueError where there is none."""
    from kafkacli.client.jaas import FILE_PROPERTY
    from kafkacli.client.system_properties import system_properties
    from kafkacli.client.zookeeper_security import has_certificate, tls_properties, zookeeper_login

    config = options.value("zk-tls-config-file")
    system = system_properties()
    jaas_file = system.get(FILE_PROPERTY)
    shows_certificate = has_certificate(tls_properties(system, config))
    if not shows_certificate and jaas_file is None:
        console.err(
            "ERROR: No JAAS configuration file has been specified and no TLS client certificate has been specified."
            f" Please make sure that you set the system property {FILE_PROPERTY} or provide a ZooKeeper client TLS"
            " configuration via --zk-tls-config-file <filename> identifying at least zookeeper.ssl.client.enable,"
            " zookeeper.clientCnxnSocket, and zookeeper.ssl.keystore.location"
        )
        raise ValueError("Incorrect configuration")
    login = zookeeper_login(config)
    if not shows_certificate and login.sasl is None:
        if system.get("zookeeper.sasl.client", "true").lower() != "true":
            raise ValueError("Exception while determining if ZooKeeper is secure: zookeeper.sasl.client is not true")
        console.out(f"ERROR: Security isn't enabled, most likely the file isn't set properly: {jaas_file}")
        raise ValueError("Incorrect configuration")
    return login

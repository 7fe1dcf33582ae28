"""The schemas of what the ZooKeeper shells' commands print: znodes, and what Kafka keeps in them.

Names are those of the shell's own `stat`. Zxids and session ids are text in hexadecimal, as there: they have more bits than a
number of JavaScript's.
"""

from __future__ import annotations

from kafkacli.output.schema import OBJECT, TEXTS, Field, Schema

_PATH = Field("path", "string", "The znode's path, as it was typed.")
_STAT = Field(
    "stat",
    "record",
    "Its Stat.",
    (
        Field("cZxid", "string", "The transaction that created it."),
        Field("ctime", "integer", "When: epoch milliseconds."),
        Field("mZxid", "string", "The transaction that last set its data."),
        Field("mtime", "integer", "When: epoch milliseconds."),
        Field("pZxid", "string", "The transaction that last created or deleted a child."),
        Field("cversion", "integer", "How often that happened."),
        Field("dataVersion", "integer", "How often its data was set."),
        Field("aclVersion", "integer", "How often its ACL was set."),
        Field("ephemeralOwner", "string", "The session that it ends with, 0x0 for none."),
        Field("dataLength", "integer", "Bytes of its data."),
        Field("numChildren", "integer", "How many children it has."),
    ),
)
_REPLICAS = "Broker ids"


def _commands(*verbs: str) -> tuple[str, ...]:
    return tuple([f"{script} {verb}" for verb in verbs for script in ("zookeeper-shell.sh", "zkCli.sh")])


ZOOKEEPER = (
    Schema(
        "znode-data",
        _commands("get", "config"),
        "A znode's data; that of config is the ensemble's configuration.",
        (
            _PATH,
            Field("data", "string?", "The data where it is UTF-8; null where none was ever set.", is_optional=True),
            Field("base64", "string", "The data where it is no UTF-8, in base64.", is_optional=True),
            _STAT,
        ),
        OBJECT,
    ),
    Schema(
        "znode-acl",
        _commands("getAcl"),
        "A znode's access control list.",
        (
            _PATH,
            Field(
                "acl",
                "[record]",
                "Who may do what.",
                (
                    Field("scheme", "string", "How they are known: world, ip, digest, sasl, x509, ..."),
                    Field("id", "string", "Who, by that scheme."),
                    Field("perms", "string", "Letters: create, delete, read, write, admin."),
                ),
            ),
            _STAT,
        ),
        OBJECT,
    ),
    Schema(
        "znode-children",
        _commands("ls", "ls2"),
        "A znode's children.",
        (_PATH, Field("children", "[string]", "Their names, sorted."), _STAT),
        OBJECT,
    ),
    Schema("znode-paths", _commands("ls -R", "find"), "Paths of znodes.", (), TEXTS),
    Schema("znode-stat", _commands("stat", "set", "setAcl"), "A znode's Stat.", (_PATH, _STAT), OBJECT),
    Schema(
        "znode-created",
        _commands("create"),
        "The znode that was created.",
        (Field("path", "string", "Its path, with the number that a sequential one was given."),),
        OBJECT,
    ),
    Schema(
        "znode-quota",
        _commands("listquota"),
        "A path's quota, and what is used of it; all null where it has none.",
        (
            _PATH,
            Field("countLimit", "integer?", "How many znodes there may be; null without a limit."),
            Field("bytesLimit", "integer?", "How many bytes of data; null without a limit."),
            Field("count", "integer?", "How many znodes there are."),
            Field("bytes", "integer?", "How many bytes of data."),
        ),
        OBJECT,
    ),
    Schema(
        "znode-tree",
        _commands("tree"),
        "A znode and all below it.",
        (
            Field("name", "string", "Its name; the path that was typed for the first."),
            Field("ephemeral", "boolean", "Whether it ends with a session."),
            Field("children", "[self]", "Its children, by name."),
        ),
        OBJECT,
    ),
    Schema(
        "znode-matches",
        _commands("grep"),
        "Lines of data that fit a pattern.",
        (
            Field("path", "string", "The znode's path."),
            Field("line", "string", "The line; not with -l.", is_optional=True),
        ),
    ),
    Schema(
        "znode-sizes",
        _commands("du"),
        "How large subtrees are.",
        (
            Field("path", "string", "The path of the top."),
            Field("znodes", "integer", "How many znodes there are, it included."),
            Field("bytes", "integer", "Bytes of their data."),
        ),
    ),
    Schema(
        "znode-copies",
        _commands("cp", "import"),
        "How many znodes were copied.",
        (
            Field("created", "integer", "Those that were created."),
            Field("replaced", "integer", "Those that were there and got data and ACL."),
            Field("ephemeral", "integer", "Those that were left out, as they end with a session."),
        ),
        OBJECT,
    ),
    Schema(
        "kafka-registrations",
        _commands("dump kafka"),
        "What a Kafka cluster has registered.",
        (
            Field(
                "cluster",
                "record",
                "The cluster.",
                (
                    Field("id", "string?", "Its id."),
                    Field("controller", "integer?", "The broker id of its controller; null without one."),
                    Field("controllerEpoch", "integer?", "How often that changed."),
                ),
            ),
            Field(
                "brokers",
                "[record]",
                "Brokers that live.",
                (
                    Field("id", "integer", "The broker id."),
                    Field("endpoints", "[string]", "PROTOCOL://HOST:PORT of each listener."),
                    Field("rack", "string?", "Its rack; null without one."),
                ),
            ),
            Field(
                "partitions",
                "[record]",
                "Partitions.",
                (
                    Field("topic", "string", "The topic."),
                    Field("partition", "integer", "The partition."),
                    Field("leader", "integer?", "Broker id, -1 for none; null until the controller has seen it."),
                    Field("leaderEpoch", "integer?", "How often the leader changed."),
                    Field("isr", "[integer]?", f"{_REPLICAS} of replicas in sync."),
                    Field("replicas", "[integer]", f"{_REPLICAS}, the preferred leader first."),
                    Field("adding", "[integer]", f"{_REPLICAS} that a reassignment adds."),
                    Field("removing", "[integer]", f"{_REPLICAS} that a reassignment takes away."),
                ),
            ),
            Field(
                "configs",
                "[record]",
                "Configurations.",
                (
                    Field("entity", "string", "As topics/T or users/U/clients/C."),
                    Field("name", "string", "The config."),
                    Field("value", "string", "Its value; secrets are hidden."),
                ),
            ),
            Field(
                "acls",
                "[record]",
                "Access control entries.",
                (
                    Field("resourceType", "string", "Topic, Group, Cluster, TransactionalId or DelegationToken."),
                    Field("resource", "string", "Its name."),
                    Field("pattern", "string", "literal or prefixed."),
                    Field("principal", "string", "Who, as User:NAME."),
                    Field("permission", "string", "Allow or Deny."),
                    Field("operation", "string", "What."),
                    Field("host", "string", "From where; * for anywhere."),
                ),
            ),
            Field(
                "pending",
                "[record]",
                "What the controller has still to do.",
                (
                    Field("action", "string", "reassignment, preferred replica election or deletion."),
                    Field("subject", "string", "The topic or partition."),
                    Field("replicas", "[integer]", f"{_REPLICAS} that a reassignment wants."),
                ),
            ),
        ),
        OBJECT,
    ),
)

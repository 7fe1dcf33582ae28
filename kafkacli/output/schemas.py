"""The schemas of every command that takes --output: what `docs/schemas` is made from, and what columns tables have."""

from __future__ import annotations

from kafkacli.output.schema import OBJECT, Field, Schema
from kafkacli.output.schemas_clients import CLIENTS
from kafkacli.output.schemas_files import FILES
from kafkacli.output.schemas_zookeeper import ZOOKEEPER

_CONTEXT = (
    Field("context", "string", "Its name."),
    Field("active", "boolean", "Whether it is in use."),
    Field("bootstrap_server", "string?", "The brokers to ask first."),
    Field("zookeeper", "string?", "The ZooKeeper servers."),
    Field("command_config", "string?", "The path of a properties file."),
    Field("properties", "{string}", "Properties of the clients; what may be a secret is hidden."),
    Field("secrets", "{string}", "Where secrets come from, by name; never what they are."),
)
_ALL = (
    Schema(
        "topics-list",
        ("kafka-topics.sh --list",),
        "The topics, by name.",
        (
            Field("topic", "string", "Its name."),
            Field("internal", "boolean", "Whether it is one of Kafka's own."),
            Field(
                "marked_for_deletion", "boolean?", "Whether its deletion is asked for; null where brokers were asked."
            ),
        ),
    ),
    Schema(
        "topics-describe",
        ("kafka-topics.sh --describe",),
        "The topics, with those of their partitions that the command line asks for.",
        (
            Field("topic", "string", "Its name."),
            Field("partition_count", "integer", "How many partitions it has."),
            Field("replication_factor", "integer", "How many replicas each partition is meant to have."),
            Field("configs", "{string?}", "Its configuration where it isn't the default."),
            Field(
                "marked_for_deletion", "boolean", "Whether its deletion is asked for, as far as ZooKeeper was asked."
            ),
            Field(
                "partitions",
                "[record]",
                "Its partitions.",
                (
                    Field("partition", "integer", "Its number."),
                    Field("leader", "integer?", "The broker id of the leader; null without one."),
                    Field("replicas", "[integer]", "Broker ids, the preferred leader first."),
                    Field("isr", "[integer]", "Broker ids of the replicas that are in sync."),
                    Field("adding_replicas", "[integer]", "Broker ids that a reassignment adds."),
                    Field("removing_replicas", "[integer]", "Broker ids that a reassignment takes away."),
                ),
            ),
        ),
    ),
    Schema(
        "groups-list",
        ("kafka-consumer-groups.sh --list",),
        "The consumer groups.",
        (
            Field("group", "string", "Its id."),
            Field("state", "string?", "Its state by Kafka's name; null from brokers before 2.6."),
        ),
    ),
    Schema(
        "groups-offsets",
        ("kafka-consumer-groups.sh --describe", "kafka-consumer-groups.sh --describe --offsets"),
        "How far groups are, by partition.",
        (
            Field("group", "string", "The group's id."),
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("current_offset", "integer?", "The offset that is committed; null without one."),
            Field("log_end_offset", "integer", "The end of the partition."),
            Field("lag", "integer?", "The end less what is committed, in records; null when nothing is."),
            Field("member_id", "string?", "The member that has the partition; null when none has."),
            Field("host", "string?", "That member's host."),
            Field("client_id", "string?", "That member's client id."),
        ),
    ),
    Schema(
        "groups-members",
        ("kafka-consumer-groups.sh --describe --members",),
        "The members of groups.",
        (
            Field("group", "string", "The group's id."),
            Field("member_id", "string", "The member's id."),
            Field("instance_id", "string?", "The group.instance.id of a static member."),
            Field("host", "string", "Its host."),
            Field("client_id", "string", "Its client id."),
            Field("partition_count", "integer", "How many partitions it has."),
            Field("assignment", "{[integer]}", "The partitions it has, by topic."),
        ),
    ),
    Schema(
        "groups-state",
        ("kafka-consumer-groups.sh --describe --state",),
        "The state of groups.",
        (
            Field("group", "string", "The group's id."),
            Field("coordinator_id", "integer", "The broker id of its coordinator."),
            Field("coordinator_host", "string", "That broker's host."),
            Field("coordinator_port", "integer", "That broker's port."),
            Field("assignment_strategy", "string", "How partitions are assigned; empty while nobody is in the group."),
            Field("state", "string", "Kafka's name of its state."),
            Field("member_count", "integer", "How many members it has."),
        ),
    ),
    Schema(
        "groups-reset",
        ("kafka-consumer-groups.sh --reset-offsets",),
        "The offsets that groups are reset to.",
        (
            Field("group", "string", "The group's id."),
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("new_offset", "integer", "The offset that is committed, or would be."),
            Field("done", "boolean", "Whether it is committed (--execute)."),
        ),
    ),
    Schema(
        "doctor",
        ("kafkacli doctor",),
        "What was looked at, in order; the exit status is 0 when all of it is ok.",
        (
            Field("stage", "string", "The stage: DNS, TCP, TLS, ..."),
            Field("subject", "string", "What it is about: an address, a broker, a name; may be empty."),
            Field("ok", "boolean", "Whether nothing has to change."),
            Field("text", "string", "What was seen."),
            Field("remedy", "string?", "What to change; null when it is ok."),
        ),
    ),
    Schema(
        "offsets",
        ("kafka-get-offsets.sh",),
        "The offsets of partitions.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("offset", "integer?", "The offset that was asked for; null where no record is that late."),
        ),
    ),
    Schema(
        "log-dirs",
        ("kafka-log-dirs.sh --describe",),
        "The log directories of brokers, with the replicas in them.",
        (
            Field("broker", "integer", "The broker id."),
            Field("log_dir", "string", "The path of the directory."),
            Field("error", "string?", "Kafka's name of what is wrong with it."),
            Field(
                "replicas",
                "[record]",
                "The replicas in it.",
                (
                    Field("topic", "string", "The topic."),
                    Field("partition", "integer", "The partition."),
                    Field("size", "integer", "Bytes of its segments."),
                    Field("offset_lag", "integer", "Records that it is behind."),
                    Field("is_future", "boolean", "Whether it is the copy of a move between directories."),
                ),
            ),
        ),
    ),
    Schema(
        "api-versions",
        ("kafka-broker-api-versions.sh",),
        "The APIs that brokers speak.",
        (
            Field("broker", "integer", "The broker id."),
            Field("host", "string", "Where it is."),
            Field("port", "integer", "And its port."),
            Field("rack", "string?", "Its rack."),
            Field("error", "string?", "Why it could not be asked."),
            Field(
                "apis",
                "[record]",
                "Its APIs.",
                (
                    Field("key", "integer", "The API's number."),
                    Field("name", "string?", "Its name; null when it isn't known here."),
                    Field("min_version", "integer", "The oldest version that the broker speaks."),
                    Field("max_version", "integer", "The newest."),
                    Field(
                        "usable_version", "integer?", "The newest that clients of 2.6.2 would use; null without one."
                    ),
                ),
            ),
        ),
    ),
    Schema(
        "delegation-tokens",
        ("kafka-delegation-tokens.sh --describe", "kafka-delegation-tokens.sh --create"),
        "Delegation tokens.",
        (
            Field("token_id", "string", "Its id."),
            Field("hmac", "string", "Its secret, in Base64."),
            Field("owner", "string", "Type:name of the principal that it stands for."),
            Field("renewers", "[string]", "The principals that may renew it."),
            Field("issue_ms", "integer", "When it was made: epoch milliseconds."),
            Field("expiry_ms", "integer", "When it ends unless it is renewed."),
            Field("maximum_ms", "integer", "When it ends at the latest."),
        ),
    ),
    Schema(
        "delete-records",
        ("kafka-delete-records.sh",),
        "What came of deleting records, by partition.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("low_watermark", "integer?", "Its first offset now; null when nothing was deleted."),
            Field("error", "string?", "Why not."),
        ),
    ),
    Schema(
        "elections",
        ("kafka-leader-election.sh", "kafka-preferred-replica-election.sh --bootstrap-server"),
        "What came of leader elections, by partition.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("elected", "boolean", "Whether another replica leads now."),
            Field("error", "string?", "Why none could be elected; null where none was needed."),
        ),
    ),
    Schema("contexts", ("kafkacli context list",), "The contexts.", _CONTEXT),
    Schema("context", ("kafkacli context show",), "One context.", _CONTEXT, OBJECT),
    Schema(
        "configs",
        ("kafka-configs.sh --describe --bootstrap-server: topics, brokers, broker-loggers",),
        "Configurations, one an object.",
        (
            Field("entity_type", "string", "topics, brokers or broker-loggers."),
            Field("entity_name", "string?", "The topic or the broker id; null for the defaults of all brokers."),
            Field("name", "string", "The configuration's name."),
            Field("value", "string?", "Its value; null when it is sensitive or unset."),
            Field("sensitive", "boolean", "Whether its value is kept secret."),
            Field("source", "string", "Where the value comes from, by Kafka's name."),
            Field("synonyms", "[{string?}]", "The values that count in turn: source, name and value of each."),
        ),
    ),
    Schema(
        "config-entities",
        ("kafka-configs.sh --describe: users and clients", "kafka-configs.sh --describe --zookeeper"),
        "Entities with their configurations.",
        (
            Field("entity", "{string?}", "Kind to name; null stands for the default of the kind."),
            Field("configs", "{string}", "The configurations."),
        ),
    ),
    Schema(
        "acls",
        ("kafka-acls.sh --list",),
        "Access control entries.",
        (
            Field("resource_type", "string", "TOPIC, GROUP, CLUSTER, ..."),
            Field("resource_name", "string", "The resource's name, or its beginning."),
            Field("pattern_type", "string", "LITERAL or PREFIXED."),
            Field("principal", "string", "Type:name of whom it is about."),
            Field("host", "string", "The address, * for any."),
            Field("operation", "string", "What it is about: READ, WRITE, ..."),
            Field("permission", "string", "ALLOW or DENY."),
        ),
    ),
    Schema(
        "reassignments",
        ("kafka-reassign-partitions.sh --list",),
        "The moves of partitions that are under way.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("replicas", "[integer]", "All its replicas at the moment."),
            Field("adding_replicas", "[integer]", "Those that come."),
            Field("removing_replicas", "[integer]", "Those that go."),
        ),
    ),
    Schema(
        "reassignment-plan",
        ("kafka-reassign-partitions.sh --generate",),
        "How topics might be spread over brokers.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("current_replicas", "[integer]", "Where its replicas are."),
            Field("proposed_replicas", "[integer]", "Where they might be."),
        ),
    ),
    Schema(
        "reassignment-states",
        ("kafka-reassign-partitions.sh --verify",),
        "How far moves of partitions are; what is said of log directories goes to stderr.",
        (
            Field("topic", "string", "The topic."),
            Field("partition", "integer", "The partition."),
            Field("state", "string", "moving, complete, or other replicas."),
            Field("replicas", "[integer]", "Where its replicas are."),
            Field("wanted_replicas", "[integer]", "Where they shall be."),
        ),
    ),
    Schema(
        "moves",
        ("kafkacli copy", "kafkacli export", "kafkacli import"),
        "The partitions that were moved; with --dry-run those that would be.",
        (
            Field("topic", "string", "The topic that they are taken from."),
            Field("target_topic", "string", "The topic that they go to."),
            Field("partition", "integer", "The partition."),
            Field("start_offset", "integer", "The first offset."),
            Field("end_offset", "integer", "The offset after the last."),
            Field("records", "integer?", "How many records; null with --dry-run."),
            Field("missing", "integer?", "Offsets between them without a record; null with --dry-run."),
            Field("done", "boolean", "Whether they were moved: not with --dry-run."),
        ),
    ),
    Schema(
        "changes",
        (
            "kafka-topics.sh --create|--alter|--delete",
            "kafka-consumer-groups.sh --delete|--delete-offsets",
            "kafka-delegation-tokens.sh --renew|--expire",
            "kafka-delegation-tokens.sh --create --dry-run",
            "kafka-delete-records.sh --dry-run",
            "kafka-leader-election.sh --dry-run",
            "kafka-configs.sh --alter",
            "kafka-acls.sh --add|--remove",
            "kafka-reassign-partitions.sh --execute|--cancel --dry-run",
            "kafka-preferred-replica-election.sh --zookeeper",
            "kafka-streams-application-reset.sh",
            "zookeeper-security-migration.sh",
        ),
        "What was changed; with --dry-run what would be.",
        (
            Field("action", "string", "What is done: create, alter, delete, ..."),
            Field("resource", "string", "What kind of thing it is done to."),
            Field("name", "string", "Which one."),
            Field("details", "{string?}", "More about it; null stands for a default."),
            Field("done", "boolean", "Whether it was done: not with --dry-run, and not where there is an error."),
            Field("error", "string?", "Why it was not done; null when nothing went wrong."),
        ),
    ),
)
SCHEMAS = {schema.name: schema for schema in (*_ALL, *FILES, *CLIENTS, *ZOOKEEPER)}

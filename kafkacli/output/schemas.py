"""The schemas of every command that takes --output: what `docs/schemas` is made from, and what columns tables have."""

from __future__ import annotations

from kafkacli.output.schema import Field, Schema

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
        "changes",
        (
            "kafka-topics.sh --create|--alter|--delete",
            "kafka-consumer-groups.sh --delete|--delete-offsets",
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
SCHEMAS = {schema.name: schema for schema in _ALL}

"""What completes an argument: tables by name, files, names from the cluster, and words of other rooms."""

from kafkacli.client.names import KINDS
from kafkacli.options.commands import Command, commands
from kafkacli.options.kinds import ASKED, FILES, kind_of, operands_of

BY_NAME = {command.subcommand: command for command in commands()}


def kind(subcommand: str, option: str) -> object:
    command: Command = BY_NAME[subcommand]
    return kind_of(command, command.table.by_name[option])


def test_every_kind_is_known() -> None:
    for command in BY_NAME.values():
        kinds = [kind_of(command, option) for option in command.table.options if option.argument is not None]
        for each in [*kinds, *operands_of(command)]:
            assert isinstance(each, tuple) or each in ("", *FILES, *ASKED)
    assert set(KINDS) | {"servers", "zookeeper", "context"} == set(ASKED)


def test_names_decide() -> None:
    assert kind("topics", "topic") == "topic"
    assert kind("topics", "partitions") == ""
    assert kind("get-offsets", "partitions") == "partition"
    assert kind("log-dirs", "broker-list") == "broker"
    assert kind("console-producer", "broker-list") == "servers"
    assert kind("configs", "delete-config") == "config"
    assert kind("context", "property") == ""


def test_config_names_carry_their_few_values() -> None:
    words = kind("topics", "config")
    assert isinstance(words, tuple)
    assert {"cleanup.policy=compact", "preallocate=true", "retention.ms="} < set(words)
    assert "cleanup.policy=" not in words
    added = kind("configs", "add-config")
    assert isinstance(added, tuple)
    assert {"retention.ms=", "log.cleaner.threads=", "producer_byte_rate=", "SCRAM-SHA-256="} < set(added)
    assert "broker.id=" not in added


def test_clients_have_properties_of_their_own() -> None:
    producer, consumer = kind("console-producer", "producer-property"), kind("console-consumer", "consumer-property")
    assert isinstance(producer, tuple)
    assert isinstance(consumer, tuple)
    assert "linger.ms=" in producer
    assert "linger.ms=" not in consumer
    assert kind("console-producer", "command-property") == producer
    assert kind("console-consumer", "command-property") == consumer


def test_operands() -> None:
    server, verbs, path = operands_of(BY_NAME["zk-shell"])
    assert (server, path) == ("zookeeper", "znode")
    assert {"ls", "getAcl", "tree", "quit"} < set(verbs)
    assert operands_of(BY_NAME["zk-cli"]) == [verbs, path]
    assert operands_of(BY_NAME["server-start"]) == ["file"]
    assert operands_of(BY_NAME["topics"]) == []

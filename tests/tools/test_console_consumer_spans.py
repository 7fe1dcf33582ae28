"""What is ours in kafka-console-consumer.sh: spans, filters, formats, JSON; on our server and the real one."""

import json
from pathlib import Path

import pytest
import yaml

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import committed_offsets
from kafkacli.exits import Exit
from kafkacli.interchange.json_lines import SCHEMA
from tests.support.console import consume, produce
from tests.support.kafka import Kafka
from tests.support.tools import Tools

KEYED = ("--property", "parse.key=true", "--property", "key.separator=:")


@pytest.fixture(scope="module")
def topic(kafka: Kafka) -> str:
    """A topic with the values v0 to v5, three in each of two partitions by turns of the key."""
    name = kafka.create_topic(2)
    assert produce(kafka.bootstrap, name, b"".join(b"k%d:v%d\n" % (one, one) for one in range(6)), *KEYED).status == 0
    return name


def out(kafka: Kafka, *options: str) -> bytes:
    done = consume(kafka.bootstrap, *options)
    assert done.status == Exit.OK, done.err
    return done.out


def values(kafka: Kafka, *options: str) -> list[str]:
    return sorted(out(kafka, *options).decode().split())


ALL = [f"v{number}" for number in range(6)]


def test_all_there_is(kafka: Kafka, topic: str) -> None:
    assert values(kafka, "--topic", topic, "--exit-at-end") == ALL
    assert values(kafka, "--whitelist", topic, "--exit-at-end", "--max-messages", "99") == ALL
    assert values(kafka, "--topic", topic, "--exit-at-end", "--from", "latest") == []
    assert values(kafka, "--topic", topic, "--from", "-1h", "--until", "latest") == ALL
    assert values(kafka, "--topic", topic, "--until", "-1h") == []
    assert len(values(kafka, "--topic", topic, "--from", "1", "--until", "2")) == 2
    assert len(values(kafka, "--topic", topic, "--last", "1", "--exit-at-end")) == 2


def test_some_partitions(kafka: Kafka, topic: str) -> None:
    halves = [values(kafka, "--topic", topic, "--exit-at-end", "--partitions", each) for each in ("0", "1")]
    assert sorted(halves[0] + halves[1]) == ALL
    assert halves[0] == values(kafka, "--topic", topic, "--exit-at-end", "--partition", "0")
    assert halves[0][:1] == values(
        kafka, "--topic", topic, "--exit-at-end", "--partition", "0", "--offset", "0", "--max-messages", "1"
    )
    assert values(kafka, "--topic", topic, "--exit-at-end", "--partitions", "0-1") == ALL
    missing = consume(kafka.bootstrap, "--topic", topic, "--partitions", "7", "--exit-at-end")
    assert missing.status == Exit.FAILURE
    assert f"topic {topic} has no partition 7" in missing.err


def test_a_topic_that_is_not_there_is_named(kafka: Kafka) -> None:
    done = consume(kafka.bootstrap, "--topic", "no-topic", "--exit-at-end")
    assert done.status == Exit.FAILURE
    assert "UnknownTopicOrPartitionException: topic no-topic does not exist" in done.err


def test_what_is_shown(kafka: Kafka, topic: str) -> None:
    assert out(
        kafka, "--topic", topic, "--exit-at-end", "--filter", "key~[24]$", "--filter", "value!=v2", "-f", "%k=%s;"
    ) == (b"k4=v4;")
    (line,) = out(kafka, "--topic", topic, "--exit-at-end", "--filter", "key=k3", "--output", "json").splitlines()
    record = json.loads(line)
    assert set(record) == set(SCHEMA["properties"])
    assert (record["topic"], record["key"], record["value"], record["headers"]) == (topic, "k3", "v3", [])


def test_a_filter_in_a_group_lets_go_on_behind_what_it_left_out(kafka: Kafka, topic: str) -> None:
    group = kafka.new_name()
    options = ("--topic", topic, "--group", group, "--from-beginning", "--timeout-ms", "4000")
    assert values(kafka, *options, "--filter", "key=k3") == ["v3"]
    assert values(kafka, *options) == []


@pytest.mark.parametrize("option", ["--from 1", "--until 1", "--last 1", "--partitions 0", "--exit-at-end"])
@pytest.mark.parametrize(
    ("group", "asked"),
    [
        ("--group g", "--group"),
        ("--consumer-property group.id=g", "group.id"),
        ("--command-property group.id=g", "group.id"),
    ],
)
def test_a_part_of_a_topic_is_for_no_group(tools: Tools, option: str, group: str, asked: str) -> None:
    words = (*option.split(), *group.split())
    done = tools.run("consume", "--bootstrap-server", "h:1", "--topic", "t", *words)
    name = option.partition(" ")[0]
    message = f"consume: {name} can't be used with {asked}: it reads outside of any group, and commits nothing\n"
    assert (done.status, done.out, done.err) == (Exit.FAILURE, "", message)


def test_the_group_of_a_properties_file_is_left_alone(kafka: Kafka, topic: str, tmp_path: Path) -> None:
    group, path = kafka.new_name(), tmp_path / "consumer.properties"
    path.write_text(f"group.id={group}\n")
    assert values(kafka, "--topic", topic, "--exit-at-end", "--consumer.config", str(path)) == ALL
    with Cluster(kafka.bootstrap) as cluster:
        assert committed_offsets(cluster, group) == {}


def test_records_as_documents_of_yaml_and_rows(kafka: Kafka, topic: str) -> None:
    words = ("--topic", topic, "--exit-at-end", "--partitions", "0", "--output")
    records = [json.loads(line) for line in out(kafka, *words, "json").splitlines()]
    assert records
    assert list(yaml.safe_load_all(out(kafka, *words, "yaml"))) == records
    heading, *rows = out(kafka, *words, "table").decode().splitlines()
    assert heading.split() == [name.upper() for name in SCHEMA["properties"]]
    assert [row.split()[5:7] for row in rows] == [[record["key"], record["value"]] for record in records]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--from x", "'x' is no offset, date"),
        ("--until x", "'x' is no offset, date"),
        ("--last 0", "--last 0: at least 1 record"),
        ("--partitions x", "'x' is no list of partitions"),
        ("--filter x", "--filter: 'x' is no condition"),
        ("--format %x", "--format: %x is no field of a format"),
        ("--output xml", "--output xml: there are plain, json, yaml, table"),
        ("--from 1 --from-beginning", 'Option "[from]" can\'t be used with option "[from-beginning]"'),
        ("--last 1 --from 1", 'Option "[from]" can\'t be used with option "[last]"'),
        ("--partitions 1 --partition 1", 'Option "[partitions]" can\'t be used with option "[partition]"'),
        ("--format %s --output json", 'Option "[format, f]" can\'t be used with option "[output]"'),
    ],
)
def test_what_makes_no_sense(tools: Tools, words: str, message: str) -> None:
    done = tools.run("consume", "--bootstrap-server", "h:1", "--topic", "t", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert message in done.err.splitlines()[0]

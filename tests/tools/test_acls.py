"""kafka-acls.sh, in the znodes of our server and of the real one; through brokers with an authorizer in the transcripts."""

import io

import pytest

from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.acls import OPTIONS, check_arguments
from tests.support.apache import Apache, ApacheCluster
from tests.support.documents import document
from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools

BROKER = "--bootstrap-server b:1"
ZOOKEEPER = "--authorizer-properties zookeeper.connect=z:1"
ELSEWHERE = (
    "With --consumer you must specify a --topic and a --group and no --cluster or --transactional-id option"
    " should be specified."
)


def cannot(used: str, other: str) -> str:
    return f'Option "[{used}]" can\'t be used with option "[{other}]"'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (f"{BROKER} --authorizer a", "Only one of --bootstrap-server or --authorizer must be specified"),
        ("--list", 'Missing required argument "[authorizer-properties]"'),
        (
            f"{ZOOKEEPER} --command-config c",
            "The --command-config option can only be used with --bootstrap-server option",
        ),
        (f"{BROKER} {ZOOKEEPER}", "The --authorizer-properties option can only be used with --authorizer option"),
        (BROKER, "Command must include exactly one action: --list, --add, --remove. "),
        (f"{BROKER} --list --add", "Command must include exactly one action: --list, --add, --remove. "),
        (f"{BROKER} --list --producer", cannot("list", "producer")),
        (f"{BROKER} --add --producer --operation Read", cannot("producer", "operation")),
        (f"{BROKER} --add --consumer --deny-host h", cannot("consumer", "deny-host")),
        (f"{BROKER} --add --principal p", "The --principal option is only available if --list is set"),
        (f"{BROKER} --add --producer", "With --producer you must specify a --topic"),
        (f"{BROKER} --add --idempotent", "The --idempotent option is only available if --producer is set"),
        (
            f"{BROKER} --add --consumer --topic t --group g --cluster",
            ELSEWHERE,
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_arguments(parse(OPTIONS, words.split()))
    assert str(caught.value) == message


def failed(message: str, thrown: str) -> Outcome:
    return Outcome(1, f"Error while executing ACL command: {message}\n{thrown}\n\n", "")


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (
            f"{BROKER} --list --resource-pattern-type odd",
            failed(
                "Cannot parse argument 'odd' of option resource-pattern-type",
                "joptsimple.OptionArgumentConversionException: "
                "Cannot parse argument 'odd' of option resource-pattern-type",
            ),
        ),
        (
            f"{BROKER} --add --topic t --allow-principal alice",
            failed(
                "expected a string in format principalType:principalName but got alice",
                "java.lang.IllegalArgumentException: "
                "expected a string in format principalType:principalName but got alice",
            ),
        ),
        (
            "--authorizer-properties x= --list",
            failed("Missing value for key x", "java.lang.IllegalArgumentException: Missing value for key x"),
        ),
        (
            "--authorizer-properties x=y --list",
            failed(
                'Missing required configuration "zookeeper.connect" which has no default value.',
                "org.apache.kafka.common.config.ConfigException: "
                'Missing required configuration "zookeeper.connect" which has no default value.',
            ),
        ),
    ],
)
def test_what_the_original_throws(words: str, outcome: Outcome, tools: Tools) -> None:
    words = words.replace("b:1", "127.0.0.1:1")
    assert tools.run("kafka-acls.sh", *words.split()) == outcome


def test_an_unknown_authorizer_is_told_from_the_known_ones(tools: Tools) -> None:
    done = tools.run("kafka-acls.sh", "--authorizer", "my.Own", *ZOOKEEPER.split(), "--list")
    assert done.status == 1
    assert done.out == "Error while executing ACL command: my.Own\njava.lang.ClassNotFoundException: my.Own\n\n"
    assert "known are kafka.security.authorizer.AclAuthorizer" in done.err


class Acls:
    """Runs kafka-acls.sh against the znodes."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._where = ["--authorizer-properties", f"zookeeper.connect={kafka.zookeeper}"]

    def __call__(self, words: str) -> Outcome:
        return self._tools.run("kafka-acls.sh", *self._where, *words.split())


@pytest.fixture
def acls(tools: Tools, kafka: Kafka) -> Acls:
    return Acls(tools, kafka)


def shown(kind: str, name: str, pattern: str, *entries: str) -> str:
    text = "\n".join(f"\t({entry})" for entry in entries)
    return (
        f"ACLs for resource `ResourcePattern(resourceType={kind}, name={name}, patternType={pattern})`: \n {text} \n\n"
    )


READ = "principal=User:alice, host=*, operation=READ, permissionType=ALLOW"
WRITE = "principal=User:alice, host=*, operation=WRITE, permissionType=ALLOW"
DENIED = "principal=User:eve, host=10.0.0.1, operation=ALL, permissionType=DENY"


def test_acls_come_and_go(acls: Acls, kafka: Kafka) -> None:
    name = kafka.new_name()
    topic = shown("TOPIC", name, "LITERAL", READ)
    added = acls(f"--add --allow-principal User:alice --operation Read --topic {name}")
    assert added == (0, f"Adding {topic}Current {topic}", "")
    assert acls(f"--add --allow-principal User:alice --operation Read --topic {name}") == added
    acls(f"--add --deny-principal User:eve --deny-host 10.0.0.1 --topic {name}")
    prefix = name[:-1]
    acls(f"--add --allow-principal User:alice --operation Write --resource-pattern-type prefixed --topic {prefix}")
    both = shown("TOPIC", name, "LITERAL", READ, DENIED)
    prefixed = shown("TOPIC", prefix, "PREFIXED", WRITE)
    assert acls(f"--list --topic {name}") == (0, f"Current {both}", "")
    matching = acls(f"--list --topic {name} --resource-pattern-type match").out
    assert f"Current {both}" in matching
    assert f"Current {prefixed}" in matching
    mine = acls(f"--list --topic {name} --principal User:alice --principal User:bob")
    assert mine.out == f"ACLs for principal `User:alice`\nCurrent {topic}ACLs for principal `User:bob`\n"
    removed = acls(f"--remove --force --deny-principal User:eve --deny-host 10.0.0.1 --topic {name}")
    assert removed == (0, f"Current {topic}", "")
    assert acls(f"--remove --force --topic {name}") == (0, "", "")
    assert acls(f"--remove --force --topic {name}") == (0, "", "")
    acls(f"--remove --force --resource-pattern-type prefixed --topic {prefix}")


@pytest.mark.parametrize(("answer", "stays"), [("n\n", True), ("Y\n", False), ("yes\n", True)])
def test_it_asks_before_it_removes(
    acls: Acls, kafka: Kafka, monkeypatch: pytest.MonkeyPatch, answer: str, stays: bool
) -> None:
    name = kafka.new_name()
    current = "Current " + shown("GROUP", name, "LITERAL", READ)
    acls(f"--add --allow-principal User:alice --operation Read --group {name}")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    resource = f"`ResourcePattern(resourceType=GROUP, name={name}, patternType=LITERAL)`"
    question = f"Are you sure you want to remove ACLs: \n \t({READ}) \n from resource filter {resource}? (y/n)\n"
    done = acls(f"--remove --allow-principal User:alice --operation Read --group {name}")
    assert done == (0, question + (current if stays else ""), "")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    question = f"Are you sure you want to delete all ACLs for resource filter {resource}? (y/n)\n"
    done = acls(f"--remove --group {name}")
    assert (done.status, done.out.splitlines()[0]) == (1, question.rstrip("\n"))
    assert done.out.endswith("Error while executing ACL command: null\njava.lang.NullPointerException: null\n\n")
    acls(f"--remove --force --group {name}")


@pytest.mark.apache
def test_the_znodes_are_the_originals(apache: Apache, apache_cluster: ApacheCluster, tools: Tools) -> None:
    where = ["--authorizer-properties", f"zookeeper.connect={apache_cluster.zookeeper}"]
    name = "acls-znodes"
    tools.run("kafka-acls.sh", *where, *f"--add --allow-principal User:alice --operation Read --topic {name}".split())
    listed = [*where, "--list", "--topic", name]
    assert tools.run("kafka-acls.sh", *listed).out == apache.run("kafka-acls.sh", *listed).stdout
    apache.run("kafka-acls.sh", *where, *f"--add --deny-principal User:eve --operation Write --topic {name}".split())
    assert "User:eve" in tools.run("kafka-acls.sh", *listed).out
    assert tools.run("kafka-acls.sh", *where, "--remove", "--force", "--topic", name) == (0, "", "")
    assert apache.run("kafka-acls.sh", *listed).stdout == ""


def test_a_broker_without_an_authorizer_says_so(kafka: Kafka, tools: Tools) -> None:
    done = tools.run("kafka-acls.sh", "--bootstrap-server", kafka.bootstrap, "--list")
    error = "org.apache.kafka.common.errors.SecurityDisabledException: No Authorizer is configured on the broker"
    assert done == failed(error, f"java.util.concurrent.ExecutionException: {error}")


def test_the_document_of_acls(tools: Tools, kafka: Kafka) -> None:
    where = ("--authorizer-properties", f"zookeeper.connect={kafka.zookeeper}")
    what = ("--topic", kafka.new_name(), "--resource-pattern-type", "prefixed")
    who = ("--allow-principal", "User:me", "--operation", "Read")
    (added,) = document(tools, "changes", "kafka-acls", "--add", *what, *who, *where)
    assert (added["action"], added["name"], added["done"]) == ("add", f"TOPIC:{what[1]}", True)
    expected = {
        "resource_type": "TOPIC",
        "resource_name": what[1],
        "pattern_type": "PREFIXED",
        "principal": "User:me",
        "host": "*",
        "operation": "READ",
        "permission": "ALLOW",
    }
    assert document(tools, "acls", "kafka-acls", "--list", *what, *where) == [expected]
    assert document(tools, "acls", "kafka-acls", "--list", "--principal", "User:you", *what, *where) == []
    dry = tools.run("kafka-acls", "--remove", *what, "--dry-run", *where)
    assert (dry.status, dry.out.partition(":")[0]) == (0, "Would remove acl TOPIC")
    assert document(tools, "acls", "kafka-acls", "--list", *what, *where) == [expected]
    assert "needs --force or --dry-run" in tools.run("kafka-acls", "--remove", *what, "--output", "json", *where).err
    assert len(document(tools, "changes", "kafka-acls", "--remove", "--force", *what, *where)) == 1
    assert document(tools, "acls", "kafka-acls", "--list", *what, *where) == []

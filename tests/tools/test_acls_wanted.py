"""What the options of kafka-acls.sh say."""

import pytest

from kafkacli.authorizer.acls import AclEntry, Operation, PatternType, Permission, ResourcePattern, ResourceType
from kafkacli.options.jopt import OptionError, UsageError, parse
from kafkacli.tools.acls import OPTIONS
from kafkacli.tools.acls_wanted import acls_to_add, acls_to_remove, entries_text, principals, resource_text, resources

TOPIC = ResourcePattern(ResourceType.TOPIC, "t")
GROUP = ResourcePattern(ResourceType.GROUP, "g")
CLUSTER = ResourcePattern(ResourceType.CLUSTER, "kafka-cluster")
TRANSACTION = ResourcePattern(ResourceType.TRANSACTIONAL_ID, "x")
ALICE = "--add --allow-principal User:alice"


def allowed(*operations: Operation, host: str = "*") -> tuple[AclEntry, ...]:
    return tuple(AclEntry("User:alice", host, operation, Permission.ALLOW) for operation in operations)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (f"{ALICE} --topic t --operation Read", {TOPIC: allowed(Operation.READ)}),
        (f"{ALICE} --topic t", {TOPIC: allowed(Operation.ALL)}),
        (f"{ALICE} --topic t --operation describeconfigs", {TOPIC: allowed(Operation.DESCRIBE_CONFIGS)}),
        (
            f"{ALICE} --cluster --group g --allow-host h",
            {CLUSTER: allowed(Operation.ALL, host="h"), GROUP: allowed(Operation.ALL, host="h")},
        ),
        (
            f"{ALICE} --producer --topic t --transactional-id x --idempotent",
            {
                TOPIC: allowed(Operation.WRITE, Operation.DESCRIBE, Operation.CREATE),
                TRANSACTION: allowed(Operation.WRITE, Operation.DESCRIBE),
                CLUSTER: allowed(Operation.IDEMPOTENT_WRITE),
            },
        ),
        (
            f"{ALICE} --consumer --topic t --group g",
            {TOPIC: allowed(Operation.READ, Operation.DESCRIBE), GROUP: allowed(Operation.READ)},
        ),
        (
            f"{ALICE} --producer --consumer --topic t --group g",
            {
                TOPIC: allowed(Operation.READ, Operation.DESCRIBE, Operation.WRITE, Operation.CREATE),
                GROUP: allowed(Operation.READ),
            },
        ),
    ],
)
def test_acls_are_made_of_options(words: str, wanted: dict[ResourcePattern, tuple[AclEntry, ...]]) -> None:
    assert acls_to_add(parse(OPTIONS, words.split())) == wanted


def test_both_may_be_said_of_many() -> None:
    words = "--add --allow-principal A:a --deny-principal B:b --deny-host 1 --deny-host 2 --topic t --topic u"
    (entries, same) = acls_to_add(parse(OPTIONS, words.split())).values()
    assert entries == same
    assert [(entry.principal, entry.host, entry.permission.name) for entry in entries] == [
        ("A:a", "*", "ALLOW"),
        ("B:b", "1", "DENY"),
        ("B:b", "2", "DENY"),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            f"{ALICE} --topic t --resource-pattern-type match",
            "A '--resource-pattern-type' value of 'MATCH' is not valid when adding acls.",
        ),
        ("--add --topic t", "You must specify one of: --allow-principal, --deny-principal when trying to add ACLs."),
        (
            ALICE,
            "You must provide at least one resource: --topic <topic> or --cluster or --group <group> or --delegation-token <Delegation Token ID>",
        ),
        (
            f"{ALICE} --delegation-token d --operation Read",
            "ResourceType DELEGATION_TOKEN only supports operations DESCRIBE,ALL",
        ),
        (
            f"{ALICE} --delegation-token d --operation Fly",
            "ResourceType DELEGATION_TOKEN only supports operations DESCRIBE,ALL",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        acls_to_add(parse(OPTIONS, words.split()))
    assert str(caught.value) == message


@pytest.mark.parametrize("word", ["unknown", "some"])
def test_pattern_types_are_known(word: str) -> None:
    with pytest.raises(OptionError) as caught:
        resources(parse(OPTIONS, ["--topic", "t", "--resource-pattern-type", word]))
    assert str(caught.value) == f"Cannot parse argument '{word}' of option resource-pattern-type"


def test_a_principal_has_a_type() -> None:
    with pytest.raises(ValueError, match=r"^expected a string in format principalType:principalName but got alice$"):
        principals(parse(OPTIONS, ["--principal", " alice"]), "principal")


def test_removing_may_mean_all_of_a_resource() -> None:
    options = parse(OPTIONS, ["--remove", "--topic", "t", "--resource-pattern-type", "any", "--cluster"])
    assert acls_to_remove(options) == {TOPIC._replace(pattern=PatternType.ANY): ()}


def test_texts_are_javas() -> None:
    assert resource_text(GROUP) == "ResourcePattern(resourceType=GROUP, name=g, patternType=LITERAL)"
    assert entries_text(allowed(Operation.WRITE, Operation.READ)) == (
        "\t(principal=User:alice, host=*, operation=READ, permissionType=ALLOW)\n"
        "\t(principal=User:alice, host=*, operation=WRITE, permissionType=ALLOW)"
    )

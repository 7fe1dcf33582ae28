"""What command lines of kafka-console-consumer.sh ask for."""

from pathlib import Path

import pytest

from kafkacli.java_classes import JavaError
from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.console_consumer import OPTIONS
from kafkacli.tools.console_consumer_plan import Plan, make_plan

GROUPS_DIFFER = (
    "The group ids provided in different places (directly using '--group', via '--consumer-property', "
    "or via '--consumer.config') do not match. Detected group ids: 'a', 'b'"
)


def plan(words: str) -> Plan:
    made = make_plan(parse(OPTIONS, ["--bootstrap-server", "h:1", *words.split()]))
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "Exactly one of whitelist/topic is required."),
        ("--topic t --whitelist t", "Exactly one of whitelist/topic is required."),
        ("--whitelist t --partition 0", "The topic is required when partition is specified."),
        (
            "--topic t --partition 0 --offset 1 --from-beginning",
            "Options from-beginning and offset cannot be specified together.",
        ),
        ("--topic t --offset 1", "The partition is required when offset is specified."),
        ("--topic t --group g --partition 0", "Options group and partition cannot be specified together."),
        *(
            (
                f"--topic t --partition 0 --offset {text}",
                f"The provided offset value '{text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.",
            )
            for text in ("first", "-1", "9223372036854775808", "1.0", "++1")
        ),
        (
            "--topic t --group a --consumer-property group.id=b",
            GROUPS_DIFFER,
        ),
    ],
)  # fmt: skip
def test_wrong_command_lines(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        plan(words)
    assert str(caught.value) == message


def test_the_server_is_asked_for_last() -> None:
    with pytest.raises(UsageError, match="The partition is required"):
        make_plan(parse(OPTIONS, ["--topic", "t", "--offset", "1"]))
    with pytest.raises(UsageError, match=r'Missing required argument "\[bootstrap-server\]"'):
        make_plan(parse(OPTIONS, ["--topic", "t"]))


@pytest.mark.parametrize(
    ("words", "offset"),
    [
        ("", -1),
        ("--from-beginning", -2),
        ("--partition 0 --offset Earliest", -2),
        ("--partition 0 --offset latest", -1),
        ("--partition 0 --offset 7", 7),
        ("--partition 0 --offset +7", 7),
        ("--partition 0 --offset -0", 0),
    ],
)
def test_where_to_start(words: str, offset: int) -> None:
    assert plan(f"--topic t {words}").offset == offset


def test_a_group_made_up_commits_nothing() -> None:
    properties = plan("--topic t").properties
    name, _, number = properties["group.id"].rpartition("-")
    assert name == "console-consumer"
    assert 0 <= int(number) < 100000
    assert properties["enable.auto.commit"] == "false"
    kept = plan("--topic t --consumer-property enable.auto.commit=true").properties
    assert kept["enable.auto.commit"] == "true"


@pytest.mark.parametrize(
    "words", ["--group g", "--consumer-property group.id=g", "--group g --consumer-property group.id=g"]
)
def test_a_group_with_a_name(words: str) -> None:
    properties = plan(f"--topic t {words}").properties
    assert properties["group.id"] == "g"
    assert "enable.auto.commit" not in properties


def test_properties_and_their_order(tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_text("group.id=g\nclient.id=file\nfetch.min.bytes=7\nisolation.level=read_committed\n")
    properties = plan(f"--topic t --consumer.config {path} --consumer-property client.id=word").properties
    assert properties == {
        "group.id": "g",
        "client.id": "word",
        "fetch.min.bytes": "7",
        "isolation.level": "read_committed",
        "auto.offset.reset": "latest",
        "bootstrap.servers": "h:1",
    }
    stronger = plan(f"--topic t --consumer.config {path} --isolation-level read_uncommitted").properties
    assert stronger["isolation.level"] == "read_uncommitted"


def test_later_names(tmp_path: Path) -> None:
    path = tmp_path / "c"
    path.write_text("group.id=g\nprint.key=true\n")
    made = plan(
        f"--include t.* --command-config {path} --command-property client.id=c "
        f"--formatter-config {path} --formatter-property key.separator=:"
    )
    assert made.pattern == "t.*"
    assert (made.properties["group.id"], made.properties["client.id"]) == ("g", "c")
    assert made.formatter.properties == {"group.id": "g", "print.key": "true", "key.separator": ":"}


def test_deserializers_of_options_win() -> None:
    string = "org.apache.kafka.common.serialization.StringDeserializer"
    made = plan(f"--topic t --property key.deserializer=x --key-deserializer {string} --value-deserializer {string}")
    assert made.formatter.properties == {"key.deserializer": string, "value.deserializer": string}


@pytest.mark.parametrize(
    ("words", "limits"), [("", (-1, -1)), ("--max-messages 5 --timeout-ms 7", (5, 7)), ("--max-messages 0", (0, -1))]
)
def test_limits(words: str, limits: tuple[int, int]) -> None:
    made = plan(f"--topic t {words}")
    assert (made.max_messages, made.timeout_ms) == limits


def test_from_beginning_against_a_property(capsys: pytest.CaptureFixture[str]) -> None:
    words = "--topic t --from-beginning --consumer-property auto.offset.reset="
    assert plan(words + "earliest").properties["auto.offset.reset"] == "earliest"
    assert plan("--topic t --from-beginning").properties["auto.offset.reset"] == "earliest"
    assert make_plan(parse(OPTIONS, ["--bootstrap-server", "h:1", *f"{words}latest".split()])) is None
    assert capsys.readouterr().err == (
        "Can't simultaneously specify --from-beginning and 'auto.offset.reset=latest', please remove one option\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "--formatter no.such.Formatter",
            "java.lang.ClassNotFoundException: no.such.Formatter is none of those known here: kafka.tools.",
        ),
        (
            "--key-deserializer no.such.Deserializer",
            "java.lang.ClassNotFoundException: no.such.Deserializer is none of those known here: org.apache.",
        ),
        ("--consumer.config /no/file", "java.nio.file.NoSuchFileException: /no/file"),
    ],
)
def test_what_the_original_throws(words: str, message: str) -> None:
    with pytest.raises(JavaError) as caught:
        plan(f"--topic t {words}")
    assert str(caught.value).startswith(message)

"""Step 5: the console tools; what one sends the other shows, ours and Apache's alike."""

import pytest

from tests.support.apache import Apache
from tests.support.tutorial import Tutorial

TEXT = "one\ntwo\n\nGröße 港\n" + "x" * 5000 + "\n"


def records(running: Tutorial, topic: str, *options: str) -> str:
    return running.run(
        "kafka-console-consumer.sh", "--bootstrap-server", running.bootstrap, "--topic", topic, *options
    ).stdout


def test_a_misspelt_option_is_refused_with_what_was_meant(running: Tutorial) -> None:
    done = running.run("kafka-console-producer.sh", "--brokerist", running.bootstrap, "--topic", "x", stdin="a\n")
    assert done.returncode == 1
    assert done.stderr.startswith("brokerist is not a recognized option\ndid you mean --broker-list?\n")
    assert records(running, "x", "--from-beginning", "--timeout-ms", "500") == ""


def test_the_topic_comes_with_its_first_record(running: Tutorial) -> None:
    sent = running.run(
        "kafka-console-producer.sh", "--broker-list", running.bootstrap, "--topic", "testopic", stdin=TEXT
    )
    assert (sent.stdout, sent.returncode) == (">" * 6, 0)
    assert records(running, "testopic", "--from-beginning", "--max-messages", "5") == TEXT
    at = ("--partition", "0", "--offset", "3", "--max-messages", "1")
    assert records(running, "testopic", *at, "--property", "print.offset=true") == "Offset:3\tGröße 港\n"
    in_group = ("--group", "readers", "--from-beginning", "--max-messages", "2")
    assert records(running, "testopic", *in_group) == "one\ntwo\n"
    assert records(running, "testopic", *in_group) == "\nGröße 港\n"


def test_keys_and_times_are_shown_on_demand(running: Tutorial) -> None:
    running.run(
        *("kafka-console-producer.sh", "--broker-list", running.bootstrap, "--topic", "keyed"),
        *("--property", "parse.key=true", "--property", "key.separator=:"),
        stdin="a:1\nb:2\n",
    )
    shown = records(
        running,
        "keyed",
        *(
            "--from-beginning",
            "--max-messages",
            "2",
            "--property",
            "print.key=true",
            "--property",
            "print.timestamp=true",
        ),
        *("--property", "key.separator= = "),
    )
    first, second = shown.splitlines()
    assert first.startswith("CreateTime:")
    assert [line.split(" = ", 1)[1] for line in (first, second)] == ["a = 1", "b = 2"]


@pytest.mark.apache
def test_apaches_tools_send_and_show_the_same(running: Tutorial, apache: Apache) -> None:
    sent = apache.run("kafka-console-producer.sh", "--broker-list", running.bootstrap, "--topic", "theirs", stdin=TEXT)
    assert (sent.stdout, sent.returncode) == (">" * 6, 0)
    assert records(running, "theirs", "--from-beginning", "--max-messages", "5") == TEXT
    shown = apache.run(
        *("kafka-console-consumer.sh", "--bootstrap-server", running.bootstrap, "--topic", "theirs"),
        *("--from-beginning", "--max-messages", "5"),
    )
    assert shown.stdout == TEXT

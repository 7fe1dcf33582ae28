"""kafka-run-class.sh: Java class names and the tools that they stand for."""

import pytest

from kafkacli.app import find_subcommand
from kafkacli.tools.run_class import CLASSES
from tests.support.apache import SHARED, VERSION
from tests.support.tools import Tools


def test_every_class_stands_for_a_known_tool() -> None:
    assert not [name for name, subcommand in CLASSES.items() if find_subcommand(subcommand) is None]


def test_the_classes_are_those_of_apaches_scripts() -> None:
    table = SHARED / "apache" / "scripts.tsv"
    if not table.exists():
        pytest.skip("../shared/apache is not here")
    for line in table.read_text().splitlines():
        if line.startswith("#"):
            continue
        script, versions, _, _, class_name, _ = line.split("\t")
        tool = find_subcommand(script)
        if VERSION.partition(".")[0] in versions.split(",") and tool is not None:
            assert find_subcommand(CLASSES[class_name.split()[0]]) is tool


@pytest.mark.parametrize(
    "before", [[], ["-name", "topics"], ["-loggc", "-daemon"]], ids=["plain", "name", "loggc and daemon"]
)
def test_a_class_runs_its_tool(before: list[str], tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", *before, "kafka.admin.TopicCommand", "--version")
    assert done == (0, "2.6.2 (Commit:da65af02e5856e34)\n", "")


def test_an_unknown_class_is_not_found(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", "kafka.admin.TopicsCommand")
    assert done.status == 1
    assert done.err == (
        "Error: Could not find or load main class kafka.admin.TopicsCommand\ndid you mean kafka.admin.TopicCommand?\n"
    )


def test_without_a_class_it_says_how_to_use_it(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh")
    assert done.status == 1
    assert done.out.endswith(" [-daemon] [-name servicename] [-loggc] classname [opts]\n")


def test_help(tools: Tools) -> None:
    done = tools.run("kafka-run-class.sh", "--help")
    assert done.status == 0
    assert done.out.startswith("usage: kafka-run-class.sh [-daemon]")

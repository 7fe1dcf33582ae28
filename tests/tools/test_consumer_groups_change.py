"""kafka-consumer-groups.sh --reset-offsets, --delete-offsets and --delete, on our broker and on the real one."""

from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import committed_offsets
from tests.support.kafka import Kafka, Member
from tests.support.tools import Outcome, Tools


class Groups:
    """Runs kafka-consumer-groups.sh against a broker, for one group with one topic of two partitions, 8 and 0 records."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self.kafka = kafka
        self.group = kafka.new_name()
        self.topic = kafka.create_topic(2, records=8)

    def __call__(self, *arguments: str) -> Outcome:
        return self._tools.run("kafka-consumer-groups.sh", "--bootstrap-server", self.kafka.bootstrap, *arguments)

    def reset(self, *arguments: str) -> Outcome:
        return self("--reset-offsets", "--group", self.group, *arguments)

    def committed(self) -> dict[int, int]:
        """The offsets of the topic's partitions."""
        with Cluster(self.kafka.bootstrap) as cluster:
            offsets = committed_offsets(cluster, self.group)
        return {partition: offset for (topic, partition), offset in offsets.items() if topic == self.topic}

    def plan(self, *offsets: int) -> str:
        """What is printed for new offsets of the first partitions."""
        text = f"\n{'GROUP':<30} {'TOPIC':<30} {'PARTITION':<10} {'NEW-OFFSET':<15}\n"
        for partition, offset in enumerate(offsets):
            text += f"{self.group:<30} {self.topic:<30} {partition:<10} {offset:<15}\n"
        return text


@pytest.fixture
def groups(tools: Tools, kafka: Kafka) -> Groups:
    return Groups(tools, kafka)


@pytest.mark.parametrize(
    ("scenario", "offsets"),
    [
        (["--to-earliest"], (0, 0)),
        (["--to-latest"], (8, 0)),
        (["--to-current"], (5, 0)),
        (["--shift-by", "-2"], (3, 0)),
        (["--to-offset", "4"], (4, 0)),
        (["--to-datetime", "1970-01-01T00:00:00.000"], (0, 0)),
        (["--by-duration", "PT1H"], (8, 0)),
    ],
    ids=lambda value: value[0][2:] if isinstance(value[0], str) else "",
)
def test_every_scenario_has_its_offsets(scenario: list[str], offsets: tuple[int, ...], groups: Groups) -> None:
    groups.kafka.commit(groups.group, groups.topic, 5, 0)
    planned = groups.reset("--topic", groups.topic, *scenario, "--dry-run")
    assert (planned.status, planned.out) == (0, groups.plan(*offsets))
    assert groups.committed() == {0: 5, 1: 0}
    assert groups.reset("--all-topics", *scenario, "--execute").out == groups.plan(*offsets)
    assert groups.committed() == dict(enumerate(offsets))


@pytest.mark.parametrize(
    ("offset", "moved", "word"), [("500", 8, "higher than latest"), ("-1", 0, "lower than earliest")]
)
def test_offsets_out_of_range_are_moved_with_a_warning(offset: str, moved: int, word: str, groups: Groups) -> None:
    done = groups.reset("--topic", f"{groups.topic}:0", "--to-offset", offset, "--dry-run")
    assert done.out == groups.plan(moved)
    assert f"New offset ({offset}) is {word} offset for topic partition {groups.topic}-0." in done.err
    assert f"Value will be set to {moved}" in done.err


def test_what_is_exported_can_be_applied(groups: Groups, tmp_path: Path) -> None:
    done = groups.reset("--topic", groups.topic, "--to-offset", "2", "--export", "--dry-run")
    assert done.out == f"{groups.topic},0,2\n{groups.topic},1,0\n\n"
    path = tmp_path / "offsets.csv"
    path.write_text(done.out)
    assert groups.reset("--from-file", str(path), "--execute").out == groups.plan(2, 0)
    assert groups.committed() == {0: 2, 1: 0}


def failed(message: str) -> Outcome:
    return Outcome(0, f"\nError: Executing consumer group command failed due to {message}\n", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to-datetime", "yesterday"], "Index 1 out of bounds for length 1"),
        (["--by-duration", "hour"], "Text cannot be parsed to a Duration"),
        (["--to-offset", "many"], "Cannot parse argument 'many' of option to-offset"),
        (["--from-file", "/none.csv"], "Unable to read file /none.csv"),
    ],
)
def test_what_cannot_be_read_is_named(words: list[str], message: str, groups: Groups) -> None:
    assert groups.reset("--topic", groups.topic, *words, "--dry-run") == failed(message)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to-earliest"], "One of the reset scopes should be defined: --all-topics, --topic."),
        (["--all-topics"], "Option '[reset-offsets]' requires one of the following scenarios: Set([by-duration], "),
        (["--topic", "t:one", "--to-earliest"], 'For input string: "one"'),
        (["--topic", "TOPIC", "--shift-by", "1"], "Cannot shift offset for partition "),
    ],
)
def test_what_is_missing_is_said_with_the_help(words: list[str], message: str, groups: Groups) -> None:
    done = groups.reset(*(groups.topic if word == "TOPIC" else word for word in words), "--dry-run")
    assert done.status == 1
    assert done.err.startswith(message)


def test_a_topic_that_is_not_there(groups: Groups) -> None:
    unknown = "org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host this topic-partition."
    name = groups.kafka.new_name()
    assert groups.reset("--topic", name, "--to-earliest", "--dry-run") == failed(unknown)
    groups.kafka.commit(groups.group, groups.topic, 1)
    deleted = groups("--delete-offsets", "--group", groups.group, "--topic", name)
    assert f"{name:<30} {'Not Provided':<15} Error: {unknown}" in deleted.out


def test_a_group_without_a_plan_is_named(groups: Groups, tmp_path: Path) -> None:
    path = tmp_path / "offsets.csv"
    path.write_text(f"other,{groups.topic},0,2\n")
    done = groups.reset("--from-file", str(path), "--dry-run")
    assert done.out.startswith(f"\nError: No reset plan for group {groups.group} found\n")


def test_a_group_with_members_stays_as_it_is(groups: Groups) -> None:
    group, topic = groups.group, groups.topic
    member = Member(groups.kafka, group, topic, 0)
    assert groups.reset("--topic", topic, "--to-earliest", "--execute").out == (
        f"\nError: Assignments can only be reset if the group '{group}' is inactive, but the current state is Stable.\n"
        + groups.plan()
    )
    assert groups("--delete", "--group", group).out == (
        "\nError: Deletion of some consumer groups failed:\n"
        f"* Group '{group}' could not be deleted due to: java.util.concurrent.ExecutionException: "
        "org.apache.kafka.common.errors.GroupNotEmptyException: The group is not empty.\n"
    )
    member.leave()


def test_offsets_are_deleted(groups: Groups) -> None:
    group, topic = groups.group, groups.topic
    groups.kafka.commit(group, topic, 1, 0)
    done = groups("--delete-offsets", "--group", group, "--topic", f"{topic}:0")
    assert done.out == (
        f"Request succeed for deleting offsets with topic {topic}:0 group {group}\n"
        f"\n{'TOPIC':<30} {'PARTITION':<15} {'STATUS':<15}\n{topic:<30} {'0':<15} {'Successful':<15}\n"
    )
    assert groups.committed() == {1: 0}


def test_offsets_of_a_group_that_is_not_there(groups: Groups) -> None:
    done = groups("--delete-offsets", "--group", groups.group, "--topic", f"{groups.topic}:0")
    error = "Error: org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist."
    assert done.out.startswith(f"\nError: '{groups.group}' does not exist.\n")
    assert done.out.endswith(f"{groups.topic:<30} {'0':<15} {error}\n")


def test_groups_are_deleted(groups: Groups) -> None:
    group, absent = groups.group, groups.kafka.new_name()
    groups.kafka.commit(group, groups.topic, 1)
    done = groups("--delete", "--group", group, "--group", absent)
    assert done.out == (
        "\nError: Deletion of some consumer groups failed:\n"
        f"* Group '{absent}' could not be deleted due to: java.util.concurrent.ExecutionException: "
        "org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.\n"
        f"\nThese consumer groups were deleted successfully: '{group}'\n"
    )
    groups.kafka.commit(group, groups.topic, 1)
    assert groups("--delete", "--group", group).out == (
        f"Deletion of requested consumer groups ('{group}') was successful.\n"
    )

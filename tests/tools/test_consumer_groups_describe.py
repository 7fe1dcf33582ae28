"""kafka-consumer-groups.sh --list and --describe, on our broker and on the real one; the layout of every table."""

import pytest

from kafkacli.client.groups import Group
from kafkacli.client.groups import Member as DescribedMember
from kafkacli.tools import consumer_groups_describe
from tests.support.kafka import Kafka, Member
from tests.support.tools import Outcome, Tools


class Groups:
    """Runs kafka-consumer-groups.sh against a broker."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self._bootstrap = kafka.bootstrap

    def __call__(self, *arguments: str) -> Outcome:
        return self._tools.run("kafka-consumer-groups.sh", "--bootstrap-server", self._bootstrap, *arguments)


@pytest.fixture
def groups(tools: Tools, kafka: Kafka) -> Groups:
    return Groups(tools, kafka)


def columns(text: str) -> list[list[str]]:
    """The words of each line that has any."""
    return [line.split() for line in text.splitlines() if line]


OFFSETS = ["GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG", "CONSUMER-ID", "HOST", "CLIENT-ID"]


def test_groups_are_listed(groups: Groups, kafka: Kafka) -> None:
    group = kafka.new_name()
    kafka.commit(group, kafka.create_topic(), 0)
    assert group in groups("--list").out.splitlines()
    states = columns(groups("--list", "--state").out)
    assert states[0] == ["GROUP", "STATE"]
    assert [group, "Empty"] in states
    assert [group, "Empty"] in columns(groups("--list", "--state", "Stable, Empty").out)
    assert [group, "Empty"] not in columns(groups("--list", "--state", "Stable").out)


def test_states_that_are_none_are_refused(groups: Groups) -> None:
    done = groups("--list", "--state", "stable")
    assert done.status == 1
    assert done.err.startswith(
        "Invalid state list 'stable'. Valid states are: PreparingRebalance, CompletingRebalance, Stable, Dead, Empty\n"
    )


def test_an_empty_group_has_offsets_and_lag(groups: Groups, kafka: Kafka) -> None:
    group, topic = kafka.new_name(), kafka.create_topic(2, records=5)
    kafka.commit(group, topic, 3, 0)
    done = groups("--describe", "--group", group)
    assert columns(done.out) == [
        OFFSETS,
        [group, topic, "0", "3", "5", "2", "-", "-", "-"],
        [group, topic, "1", "0", "0", "0", "-", "-", "-"],
    ]
    assert done.out.startswith("\nGROUP ")
    assert done.err == f"\nConsumer group '{group}' has no active members.\n"
    assert groups("--describe", "--group", group, "--members").out == ""


def test_members_own_partitions(groups: Groups, kafka: Kafka) -> None:
    group, topic = kafka.new_name(), kafka.create_topic(3, records=4)
    kafka.commit(group, topic, 1, 0, 0)
    member = Member(kafka, group, topic, 1, 0)
    member_id = member.member_id
    identity = [member_id, "/127.0.0.1", "adminclient-1"]
    done = groups("--describe", "--group", group, "--offsets")
    assert columns(done.out) == [
        OFFSETS,
        [group, topic, "0", "1", "4", "3", *identity],
        [group, topic, "1", "0", "0", "0", *identity],
        [group, topic, "2", "0", "0", "0", "-", "-", "-"],
    ]
    assert done.err == ""
    assert columns(groups("--describe", "--group", group, "--members", "--verbose").out) == [
        ["GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS", "ASSIGNMENT"],
        [group, *identity, "2", f"{topic}(0,1)"],
    ]
    state = columns(groups("--describe", "--group", group, "--state").out)
    assert state[1] == [group, state[1][1], f"({kafka.broker_id})", "range", "Stable", "1"]
    member.leave()


def test_a_group_that_is_not_there(groups: Groups, kafka: Kafka) -> None:
    group = kafka.new_name()
    for view in ("--offsets", "--members", "--state"):
        assert groups("--describe", "--group", group, view) == (
            0,
            f"\nError: Consumer group '{group}' does not exist.\n",
            "",
        )


def test_all_groups_are_described(groups: Groups, kafka: Kafka) -> None:
    names, topic = [kafka.new_name(), kafka.new_name()], kafka.create_topic()
    for name in names:
        kafka.commit(name, topic, 0)
    done = groups("--describe", "--all-groups", "--state")
    assert set(names) <= {row[0] for row in columns(done.out)}


def test_static_members_have_a_column_and_long_names_room(capsys: pytest.CaptureFixture[str]) -> None:
    members = [
        DescribedMember("m" * 20, "", "c", "/h", [("t", 1), ("t", 0), ("a", 0)]),
        DescribedMember("n", "static-1", "c", "/h", []),
    ]
    group = Group("g", "PreparingRebalance", "", members, (1, "host", 9092))
    consumer_groups_describe._show_members(group, verbose=True)
    done = capsys.readouterr()
    assert done.err == "\nWarning: Consumer group 'g' is rebalancing.\n"
    assert done.out.splitlines() == [
        "",
        "GROUP           CONSUMER-ID          GROUP-INSTANCE-ID HOST            CLIENT-ID       #PARTITIONS     ASSIGNMENT",
        "g               mmmmmmmmmmmmmmmmmmmm                   /h              c               3               a(0), t(0,1)",
        "g               n                    static-1          /h              c               0               -",
    ]

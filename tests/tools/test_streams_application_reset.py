"""kafka-streams-application-reset.sh, on our broker and on the real one."""

from pathlib import Path

import pytest

from kafkacli.client.cluster import Cluster
from kafkacli.client.groups import committed_offsets, describe_groups
from kafkacli.client.topics import create_topic
from kafkacli.exits import Exit
from tests.support.console import produce
from tests.support.documents import checked
from tests.support.kafka import Kafka, Member, wait_for
from tests.support.tools import Outcome, Tools

DONE = "Done.\n"


class Application:
    """An application with an input topic of two partitions, 8 and 0 records, of which 5 were read."""

    def __init__(self, tools: Tools, kafka: Kafka) -> None:
        self._tools = tools
        self.kafka = kafka
        self.name = kafka.new_name()
        self.topic = kafka.create_topic(2, records=8)
        kafka.commit(self.name, self.topic, 5, 0)

    def __call__(self, *words: str) -> Outcome:
        servers = ("--bootstrap-servers", self.kafka.bootstrap)
        return self._tools.run("kafka-streams-application-reset.sh", *servers, "--application-id", self.name, *words)

    def reset(self, *words: str) -> Outcome:
        return self("--input-topics", self.topic, *words)

    def committed(self, topic: str = "") -> dict[int, int]:
        with Cluster(self.kafka.bootstrap) as cluster:
            offsets = committed_offsets(cluster, self.name)
        return {number: offset for (name, number), offset in offsets.items() if name == (topic or self.topic)}

    def shown(self, *offsets: int, moved: str = "") -> str:
        """What is printed when the input topic is reset."""
        rows = "".join(f"Topic: {self.topic} Partition: {at} Offset: {offset}\n" for at, offset in enumerate(offsets))
        return (
            f"Reset-offsets for input topics [{self.topic}]\n"
            f"Following input topics offsets will be reset to (for consumer group {self.name})\n{moved}{rows}{DONE}"
        ) + self.deleted()

    def deleted(self, *topics: str) -> str:
        """What is printed about topics that are, or would be, deleted."""
        rows = "".join(f"Topic: {topic}\n" for topic in topics)
        return f"Deleting all internal/auto-created topics for application {self.name}\n{rows}{DONE}"


@pytest.fixture
def application(tools: Tools, kafka: Kafka) -> Application:
    return Application(tools, kafka)


def higher(offset: int, limit: int) -> str:
    return f"New offset ({offset}) is higher than latest offset. Value will be set to {limit}\n"


def lower(offset: int) -> str:
    return f"New offset ({offset}) is lower than earliest offset. Value will be set to 0\n"


@pytest.mark.parametrize(
    ("scenario", "offsets", "moved"),
    [
        ((), (0, 0), ""),
        (("--to-earliest", "--execute"), (0, 0), ""),
        (("--to-latest",), (8, 0), ""),
        (("--shift-by", "-2"), (3, 0), lower(-2)),
        (("--to-offset", "4"), (4, 0), higher(4, 0)),
        (("--shift-by", "-9"), (0, 0), lower(-4) + lower(-9)),
    ],
    ids=["default", "earliest", "latest", "shift", "offset", "shift too far"],
)
def test_offsets(application: Application, scenario: tuple[str, ...], offsets: tuple[int, ...], moved: str) -> None:
    status, out, err = application.reset(*scenario)
    assert (status, err) == (Exit.OK, "")
    assert out == application.shown(*offsets, moved=moved)
    assert application.committed() == dict(enumerate(offsets))


def test_a_dry_run_changes_nothing(application: Application) -> None:
    status, out, _ = application.reset("--dry-run", "--zookeeper")
    assert status == Exit.OK
    first = "----Dry run displays the actions which will be performed when running Streams Reset Tool----\n"
    assert out == first + application.shown(0, 0)
    assert application.committed() == {0: 5, 1: 0}


def test_what_is_said_is_what_is_done(application: Application) -> None:
    own = f"{application.name}-store-changelog"
    with Cluster(application.kafka.bootstrap) as cluster:
        create_topic(cluster, own, partitions=1, replication_factor=1)
    member = Member(application.kafka, application.name, application.topic, 0, 1)
    words = ("--input-topics", application.topic, "--force", "--output", "json")
    said = checked("changes", application(*words, "--dry-run").out)
    with Cluster(application.kafka.bootstrap) as cluster:
        (group,) = describe_groups(cluster, [application.name])
    assert (application.committed(), len(group.members)) == ({0: 5, 1: 0}, 1)
    assert application.kafka.has_topic(own)
    assert [(row["action"], row["name"]) for row in said] == [
        ("remove", member.member_id),
        ("reset", f"{application.topic}-0"),
        ("reset", f"{application.topic}-1"),
        ("delete", own),
    ]
    done = checked("changes", application(*words).out)
    assert done == [{**row, "done": True} for row in said]
    assert application.committed() == {0: 0, 1: 0}
    member.leave()


def test_offsets_of_a_file(application: Application, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(f"{application.topic},0,6\n{application.topic},1,0\n")
    assert application.reset("--from-file", str(path)).out == application.shown(6, 0, moved=higher(0, 0))
    path.write_text(f"{application.topic},0,6\n")
    assert application.reset("--from-file", str(path)).err.startswith("ERROR: java.lang.NullPointerException")


def test_offsets_by_time(application: Application) -> None:
    topic = application.kafka.create_topic(1, records=3)  # of the first of January 1970
    assert produce(application.kafka.bootstrap, topic, b"new\n").status == Exit.OK
    for scenario, offset in (("--to-datetime", "1970-01-01T00:00:00.000"), 0), (("--by-duration", "PT1H"), 3):
        assert application("--input-topics", topic, *scenario).status == Exit.OK
        assert application.committed(topic) == {0: offset}
    done = application("--input-topics", topic, "--by-duration=-P1D")
    assert done.status == Exit.FAILURE
    assert done.err.startswith("ERROR: java.lang.NullPointerException: Cannot invoke ")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (
            ("--to-datetime", "1970-01-01"),
            "ERROR: Resetting offsets failed.\nERROR: java.text.ParseException: Error parsing timestamp. It does not contain",
        ),
        (
            ("--to-datetime", "1970-01-01Tx"),
            "ERROR: Resetting offsets failed.\nERROR: java.text.ParseException: Unpars",
        ),
        (
            ("--by-duration", "x"),
            "ERROR: java.time.format.DateTimeParseException: Text cannot be parsed to a Duration\n",
        ),
        (
            ("--from-file", "/none"),
            "ERROR: Resetting offsets failed.\nERROR: java.nio.file.NoSuchFileException: /none\n",
        ),
        (
            ("--from-file", "EMPTY"),
            "ERROR: Resetting offsets failed.\nERROR: java.text.ParseException: Error parsing r",
        ),
        (
            ("--from-file", "SHORT"),
            "ERROR: Resetting offsets failed.\nERROR: java.text.ParseException: Reset plan CSV ",
        ),
        (("--from-file", "WRONG"), 'ERROR: java.lang.NumberFormatException: For input string: "x"\n'),
        (("--config-file", "/none"), "ERROR: java.nio.file.NoSuchFileException: /none\n"),
        (("--to-offset", "x"), "ERROR: Cannot parse argument 'x' of option to-offset\n"),
    ],
)
def test_what_can_not_be_read(application: Application, tmp_path: Path, words: tuple[str, ...], error: str) -> None:
    for name, text in (("EMPTY", ""), ("SHORT", "a,1\n"), ("WRONG", "a,x,1\n")):
        (tmp_path / name).write_text(text)
    status, _, err = application.reset(*(str(tmp_path / word) if word.isupper() else word for word in words))
    assert status == Exit.FAILURE
    assert err.startswith(error)
    assert application.committed() == {0: 5, 1: 0}


def test_intermediate_topics_are_skipped_and_missing_ones_named(application: Application) -> None:
    status, out, _ = application("--intermediate-topics", f"{application.topic},none-2", "--input-topics", "none-1")
    assert status == Exit.FAILURE
    assert (
        out
        == (
            "Reset-offsets for input topics [none-1]\n"
            f"Seek-to-end for intermediate topics [{application.topic}, none-2]\n"
            "Following input topics are not found, skipping them\nTopic: none-1\n"
            "Following intermediate topics are not found, skipping them\nTopic:none-2\n"
            f"Following intermediate topics offsets will be reset to end (for consumer group {application.name})\n"
            f"Topic: {application.topic}\nTopic: {application.topic}\n{DONE}"
        )
        + application.deleted()
    )
    assert application.committed() == {0: 8, 1: 0}


def test_the_applications_own_topics_are_deleted(application: Application) -> None:
    name, kafka = application.name, application.kafka
    own = [
        f"{name}-{end}" for end in ("a-changelog", "b-repartition", "x-KTABLE-FK-JOIN-SUBSCRIPTION-RESPONSE-07-topic")
    ]
    others = [f"{name}-other", f"{name}-in-changelog", f"{name}2-a-changelog"]
    with Cluster(kafka.bootstrap) as cluster:
        for topic in own + others:
            create_topic(cluster, topic, partitions=1, replication_factor=1)
    wait_for(lambda: all(kafka.has_topic(topic) for topic in own + others))
    dry = application("--intermediate-topics", f"{name}-in-changelog", "--dry-run").out
    assert dry.endswith(application.deleted(*sorted(own)))
    assert application("--intermediate-topics", f"{name}-in-changelog").out.endswith(application.deleted())
    wait_for(lambda: not any(kafka.has_topic(topic) for topic in own))
    assert all(kafka.has_topic(topic) for topic in others)


def test_only_chosen_ones_are_deleted(application: Application) -> None:
    own = [f"{application.name}-{letter}-changelog" for letter in "ab"]
    with Cluster(application.kafka.bootstrap) as cluster:
        for topic in own:
            create_topic(cluster, topic, partitions=1, replication_factor=1)
    wait_for(lambda: all(application.kafka.has_topic(topic) for topic in own))
    dry = application("--internal-topics", own[1], "--dry-run").out
    assert dry.endswith(application.deleted(own[1]))


def test_a_group_with_members_is_left_alone_unless_forced(application: Application) -> None:
    member = Member(application.kafka, application.name, application.topic, 0, 1)
    status, out, err = application.reset()
    assert (status, out) == (Exit.FAILURE, "")
    assert err.startswith(
        f"ERROR: java.lang.IllegalStateException: Consumer group '{application.name}' is still active and has following "
        f"members: [(memberId={member.member_id}, groupInstanceId=null, clientId="
    )
    assert f"assignment=(topicPartitions={application.topic}-0,{application.topic}-1))]. Make sure to stop all" in err
    status, out, _ = application.reset("--force")
    assert status == Exit.OK
    assert out == f"Force deleting all active members in the group: {application.name}\n" + application.shown(0, 0)
    with Cluster(application.kafka.bootstrap) as cluster:
        (group,) = describe_groups(cluster, [application.name])
    assert group.members == []
    member.leave()


def test_nothing_to_seek(application: Application) -> None:
    first = "No input or intermediate topics specified. Skipping seek.\n"
    assert application() == (Exit.OK, first + application.deleted(), "")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--dry-run", "Missing required option(s) [application-id]\n"),
        ("--application-id a --nope", "nope is not a recognized option\n"),
        ("--application-id a --execute --dry-run", "Only one of --dry-run and --execute can be specified\n"),
        (
            "--application-id a --to-latest --shift-by 3",
            'Option "[to-latest]" can\'t be used with option "[shift-by]"\n',
        ),
        (
            "--application-id a --bootstrap-servers x",
            "ERROR: org.apache.kafka.common.config.ConfigException: Invalid url",
        ),
    ],
)
def test_refused_command_lines(tools: Tools, words: str, error: str) -> None:
    done = tools.run("kafka-streams-application-reset.sh", *words.split())
    assert (done.status, done.out) == (Exit.FAILURE, "")
    assert done.err.startswith(error)

"""What the tools for leader elections share."""

import pytest

from kafkacli.client import elections
from kafkacli.client.cluster import CallTimedOut, Cluster
from kafkacli.client.java_errors import Thrown
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.tools import election
from kafkacli.tools.election import ElectionWords, elect, read_partitions

WORDS = ElectionWords("leader", " (UNCLEAN)", "replica", "Valid replica")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope", "Data is empty"),
        ("{}", "Data is not there"),
        ('{"partitions": [{"topic": "t"}]}', "No such field exists: `partition`"),
        (
            '{"partitions": [{"topic": "t", "partition": 1}, {"topic": "t", "partition": 1}]}',
            "Data contains duplicate partitions: t-1",
        ),
    ],
)
def test_files_that_make_no_sense(text: str, message: str) -> None:
    with pytest.raises(Thrown) as caught:
        read_partitions(text, "Data", "not there")
    assert str(caught.value) == message


def test_partitions_are_sorted() -> None:
    text = '{"partitions": [{"topic": "t", "partition": 10}, {"topic": "t", "partition": 9}]}'
    assert read_partitions(text, "Data", "not there") == [("t", 9), ("t", 10)]


@pytest.fixture
def cluster() -> Cluster:
    return Cluster("127.0.0.1:1")


def test_outcomes_are_told_apart(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results = {
        ("b", 0): None,
        ("a", 1): None,
        ("c", 0): ApiError(ErrorCode.ELECTION_NOT_NEEDED),
        ("d", 0): ApiError(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE, "none lives"),
    }
    monkeypatch.setattr(election, "elect_leaders", lambda *_: results)
    with pytest.raises(Thrown, match=r"^1 replica\(s\) could not be elected$"):
        elect(cluster, "UNCLEAN", None, WORDS)
    assert capsys.readouterr().out == (
        "Successfully completed leader election (UNCLEAN) for partitions a-1, b-0\n"
        "Valid replica already elected for partitions a-1, b-0\n"
        "Error completing leader election (UNCLEAN) for partition: d-0: "
        "org.apache.kafka.common.errors.EligibleLeadersNotAvailableException: none lives\n"
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CallTimedOut("late"), "Timeout waiting for election results"),
        (ApiError(ErrorCode.CLUSTER_AUTHORIZATION_FAILED), "Not authorized to perform leader election"),
    ],
)
def test_a_request_that_failed_is_said(
    error: Exception,
    message: str,
    cluster: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(election, "elect_leaders", fail)
    with pytest.raises(Thrown, match=f"^{message}$"):
        elect(cluster, "UNCLEAN", None, WORDS)
    assert capsys.readouterr().out == f"{message}\n"


def test_there_are_two_kinds() -> None:
    assert elections.ELECTION_TYPES == {"PREFERRED": 0, "UNCLEAN": 1}

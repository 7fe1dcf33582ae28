"""Clusters: the bootstrap list, the right broker for a call, and what is tried again."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from kafkacli.client.cluster import MOVED_CONTROLLER, CallTimedOut, Cluster, TryAgain, check, parse_bootstrap
from kafkacli.client.connection import ConnectFailed
from kafkacli.client.settings import ClientSettings, SettingsError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.metadata import MetadataRequest, MetadataResponse, MetadataResponseBroker
from tests.support.scripted_broker import framed, read_request, scripted_broker, versions_answer

QUICK = ClientSettings({"default.api.timeout.ms": "200", "request.timeout.ms": "200", "retry.backoff.ms": "1"})


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def two_brokers(**metadata: object) -> Iterator[tuple[int, int, list[MetadataRequest]]]:
    """Brokers 1 and 2, the second is the controller; gives their ports and the metadata requests that came."""
    asked: list[MetadataRequest] = []
    ports: list[int] = []

    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, MetadataRequest)
        body = read_request(request, MetadataRequest)
        assert isinstance(body, MetadataRequest)
        asked.append(body)
        brokers = [
            MetadataResponseBroker(node_id=node, host="127.0.0.1", port=port) for node, port in enumerate(ports, 1)
        ]
        response = MetadataResponse(brokers=brokers, controller_id=2)
        for name, value in metadata.items():
            setattr(response, name, value)
        return framed(response, version, request)

    with ExitStack() as stack:
        ports += [stack.enter_context(scripted_broker(answer)) for _ in range(2)]
        yield ports[0], ports[1], asked


@pytest.mark.parametrize(
    ("text", "servers"),
    [
        ("localhost:9092", [("localhost", 9092)]),
        (" a:1 , b:2,", [("a", 1), ("b", 2)]),
        ("[::1]:9092", [("::1", 9092)]),
        ("PLAINTEXT://a:1", [("a", 1)]),
    ],
)
def test_bootstrap_lists_are_read(text: str, servers: list[tuple[str, int]]) -> None:
    assert parse_bootstrap(text) == servers


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("localhost", "Invalid url in bootstrap.servers: localhost"),
        ("a:1,b:port", "Invalid url in bootstrap.servers: b:port"),
        (":9092", "Invalid url in bootstrap.servers: :9092"),
        ("a:65536", "Invalid port in bootstrap.servers: a:65536"),
        (" , ", "No resolvable bootstrap urls given in bootstrap.servers"),
    ],
)
def test_wrong_bootstrap_lists_get_kafkas_words(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_bootstrap(text)
    assert str(caught.value) == message


def test_names_that_cannot_be_resolved_are_told_and_left_out() -> None:
    told: list[str] = []
    Cluster("no-such-host.invalid:1,127.0.0.1:2", report=told.append)
    assert told == ["no-such-host.invalid:1: the name can't be resolved (DNS)"]
    with pytest.raises(SettingsError, match="No resolvable bootstrap urls"):
        Cluster("no-such-host.invalid:1")


def test_the_next_of_the_list_is_asked_when_one_is_away() -> None:
    with two_brokers() as (port, _, _), Cluster(f"127.0.0.1:{unused_port()},127.0.0.1:{port}", QUICK) as cluster:
        assert cluster.any(time.monotonic() + 5).address == f"127.0.0.1:{port}"


def test_brokers_are_found_by_id_and_the_controller_among_them() -> None:
    with two_brokers() as (first, second, asked), Cluster(f"127.0.0.1:{first}", QUICK) as cluster:
        deadline = time.monotonic() + 5
        assert cluster.controller(deadline).address == f"127.0.0.1:{second}"
        assert cluster.broker(1, deadline) is cluster.any(deadline)
        assert len(asked) == 1
        assert asked[0].topics == []
        with pytest.raises(TryAgain, match="The broker is not available"):
            cluster.broker(3, deadline)


def test_asking_for_topics_creates_none() -> None:
    with two_brokers() as (first, _, asked), Cluster(f"127.0.0.1:{first}", QUICK) as cluster:
        cluster.topic_metadata(None, time.monotonic() + 5)
        cluster.topic_metadata(["a"], time.monotonic() + 5)
    assert [request.allow_auto_topic_creation for request in asked] == [False, False]
    assert asked[0].topics is None
    assert [topic.name for topic in asked[1].topics or ()] == ["a"]


def test_a_broker_that_is_away_is_named_with_its_advertised_address() -> None:
    gone = unused_port()
    brokers = [MetadataResponseBroker(node_id=7, host="127.0.0.1", port=gone)]
    with (
        two_brokers(brokers=brokers) as (first, _, _),
        Cluster(f"127.0.0.1:{first}", QUICK) as cluster,
        pytest.raises(ConnectFailed) as caught,
    ):
        cluster.broker(7, time.monotonic() + 5)
    assert str(caught.value) == (
        f"127.0.0.1:{gone}: broker 7 advertises this address, and TCP fails: connection refused (advertised address)"
    )


def test_a_call_is_tried_again_after_what_may_pass() -> None:
    failures: list[Exception] = [
        ConnectFailed("TCP", "a:1", "connection refused"),
        TryAgain(ApiError(ErrorCode.NOT_CONTROLLER)),
    ]

    def attempt(_: float) -> str:
        if failures:
            raise failures.pop()
        return "done"

    told: list[str] = []
    cluster = Cluster("127.0.0.1:1", ClientSettings({"retry.backoff.ms": "1"}), told.append)
    assert cluster.call("listTopics", attempt) == "done"
    assert told == ["a:1: connection refused (TCP); trying for up to 60 s"]


def test_a_call_that_never_succeeds_ends_in_time_and_says_why() -> None:
    def attempt(_: float) -> None:
        raise TryAgain(ApiError(ErrorCode.NOT_CONTROLLER))

    with pytest.raises(CallTimedOut, match=r"^Call\(callName=createTopics, deadlineMs=\d+, tries=\d+, ") as caught:
        Cluster("127.0.0.1:1", QUICK).call("createTopics", attempt)
    assert isinstance(caught.value.__cause__, ApiError)


def test_an_error_that_stays_is_raised_at_once() -> None:
    tries = 0

    def attempt(_: float) -> None:
        nonlocal tries
        tries += 1
        check(ErrorCode.INVALID_REQUEST)

    with pytest.raises(ApiError):
        Cluster("127.0.0.1:1", QUICK).call("createTopics", attempt)
    assert tries == 1


def test_checks_tell_passing_errors_from_others() -> None:
    check(ErrorCode.NONE)
    with pytest.raises(TryAgain):
        check(ErrorCode.NOT_CONTROLLER, passing=MOVED_CONTROLLER)
    with pytest.raises(ApiError, match=r"^Own words\.$"):
        check(ErrorCode.INVALID_REQUEST, "Own words.", passing=MOVED_CONTROLLER)
    with pytest.raises(ApiError, match="This most likely occurs"):
        check(ErrorCode.INVALID_REQUEST, "")

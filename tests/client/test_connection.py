"""One connection: versions, frames, and the stage that an error names."""

import socket
import time
from contextlib import closing

import pytest

from kafkacli.client.connection import ConnectFailed, Connection
from kafkacli.client.settings import ClientSettings
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.api_versions import ApiVersionsRequest, ApiVersionsResponse, ApiVersionsResponseKey
from kafkacli.wire.messages.list_groups import ListedGroup, ListGroupsRequest, ListGroupsResponse
from kafkacli.wire.primitives import WireError
from tests.support.scripted_broker import Answer, correlation_id, framed, read_request, scripted_broker, versions_answer


def connect(port: int, **properties: str) -> Connection:
    settings = ClientSettings({name.replace("_", "."): value for name, value in properties.items()})
    return Connection("127.0.0.1", port, settings, time.monotonic() + 5)


def ask(connection: Connection) -> ListGroupsResponse:
    return connection.send(ListGroupsRequest(), ListGroupsResponse, time.monotonic() + 5)


def answering(reply: Answer) -> Answer:
    """A broker that says it knows ListGroups, and answers that as `reply` does."""

    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, ListGroupsRequest)
        return reply(key, version, request)

    return answer


def test_a_request_gets_its_answer() -> None:
    groups = ListGroupsResponse(groups=[ListedGroup(group_id="g", protocol_type="consumer")])
    with scripted_broker(answering(lambda _, version, request: framed(groups, version, request))) as port:
        connection = connect(port)
        assert ask(connection).groups[0].group_id == "g"
        assert ask(connection).groups[0].group_id == "g"
        connection.close()
        connection.close()


def test_many_requests_get_their_answers_in_order() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        asked = read_request(request, ListGroupsRequest)
        assert isinstance(asked, ListGroupsRequest)
        return framed(ListGroupsResponse(groups=[ListedGroup(group_id=asked.states_filter[0])]), version, request)

    told: list[int] = []
    with scripted_broker(answering(answer)) as port, closing(connect(port)) as connection:
        requests = [ListGroupsRequest(states_filter=[str(number)]) for number in range(150)]
        answers = connection.send_each(requests, ListGroupsResponse, time.monotonic() + 5, told.append)
        assert [one.groups[0].group_id for one in answers] == [str(number) for number in range(150)]
        assert told == [64, 128, 150]
        assert connection.send_each([], ListGroupsResponse, time.monotonic() + 5) == []


def test_a_client_says_who_it_is() -> None:
    seen = []

    def answer(key: int, version: int, request: bytes) -> bytes:
        seen.append(read_request(request, ApiVersionsRequest))
        return versions_answer(request, version)

    with scripted_broker(answer) as port:
        connect(port).close()
    assert isinstance(seen[0], ApiVersionsRequest)
    assert seen[0].client_software_name == "kafkacli"


def test_a_broker_that_lacks_the_newest_api_versions_is_asked_in_the_oldest() -> None:
    versions = []

    def answer(key: int, version: int, request: bytes) -> bytes:
        versions.append(version)
        if version > 0:
            return framed(ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION), 0, request)
        return versions_answer(request, 0, ListGroupsRequest)

    with scripted_broker(answer) as port, closing(connect(port)) as connection:
        assert connection.version_of(ListGroupsRequest) == ListGroupsRequest.valid_versions.high
    assert versions == [3, 0]


def test_the_newest_common_version_is_spoken() -> None:
    def answer(key: int, version: int, request: bytes) -> bytes:
        row = ApiVersionsResponseKey(api_key=ApiKey.LIST_GROUPS, min_version=0, max_version=2)
        return framed(ApiVersionsResponse(api_keys=[row]), version, request)

    with scripted_broker(answer) as port, closing(connect(port)) as connection:
        assert connection.version_of(ListGroupsRequest) == 2
        with pytest.raises(WireError, match="The broker does not support API_VERSIONS"):
            connection.version_of(ApiVersionsRequest)
        with pytest.raises(WireError, match="has no states_filter"):
            connection.send(ListGroupsRequest(states_filter=["Empty"]), ListGroupsResponse, time.monotonic() + 5)


BAD_ANSWERS: dict[str, tuple[Answer, str]] = {
    "none": (lambda *_: None, "the broker closed the connection"),
    "text": (lambda *_: b"HTTP/1.1 400 Bad Request\r\n\r\n", "this is no Kafka broker: an answer of 1213486160 bytes"),
    "too short": (lambda *_: b"\0\0\0\1x", "this is no Kafka broker: an answer of 1 bytes"),
    "of another request": (
        lambda _key, _version, request: b"\0\0\0\4" + (correlation_id(request) + 1).to_bytes(4, "big"),
        "this is no Kafka broker: an answer to something else",
    ),
    "garbage": (
        lambda _key, _version, request: b"\0\0\0\7" + request[4:8] + b"abc",
        "this is no Kafka broker",
    ),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_bad_answers_to_the_first_request_are_no_kafka(name: str) -> None:
    answer, reason = BAD_ANSWERS[name]
    with scripted_broker(answer) as port, pytest.raises(ConnectFailed) as caught:
        connect(port)
    assert caught.value.stage == "protocol version"
    assert str(caught.value).startswith(f"127.0.0.1:{port}: {reason}")


def test_a_broker_that_refuses_every_version_is_named() -> None:
    refusal = ApiVersionsResponse(error_code=ErrorCode.UNSUPPORTED_VERSION)
    with (
        scripted_broker(lambda _key, _version, request: framed(refusal, 0, request)) as port,
        pytest.raises(ConnectFailed, match="refuses every version of ApiVersions"),
    ):
        connect(port)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (lambda *_: None, "the broker closed the connection"),
        (lambda _key, _version, request: b"\0\0\0\7" + request[4:8] + b"abc", "an answer that is no answer"),
    ],
    ids=["closed", "garbage"],
)
def test_later_failures_name_the_connection(reply: Answer, reason: str) -> None:
    with (
        scripted_broker(answering(reply)) as port,
        closing(connect(port)) as connection,
        pytest.raises(ConnectFailed) as caught,
    ):
        ask(connection)
    assert (caught.value.stage, caught.value.address) == ("TCP", f"127.0.0.1:{port}")
    assert reason in caught.value.reason


def test_no_answer_ends_with_the_request_timeout() -> None:
    begin = time.monotonic()
    with scripted_broker(lambda *_: b"") as port, pytest.raises(ConnectFailed, match="no answer in time"):
        connect(port, request_timeout_ms="50")
    assert time.monotonic() - begin < 3


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(ConnectFailed, match=r"connection refused \(TCP\)"):
        connect(port)


def test_a_name_that_nobody_has() -> None:
    with pytest.raises(ConnectFailed) as caught:
        Connection("no-such-host.invalid", 9092, ClientSettings(), time.monotonic() + 5)
    assert caught.value.stage == "DNS"


def test_a_plain_listener_is_no_tls() -> None:
    settings = ClientSettings({"security.protocol": "SSL"})
    with scripted_broker(lambda *_: None) as port, pytest.raises(ConnectFailed) as caught:
        Connection("127.0.0.1", port, settings, time.monotonic() + 0.2)
    assert caught.value.stage == "TLS"

"""A connection with several requests on the way."""

import socket
import threading
import time
from select import select

import pytest

from kafkacli.client.connection import AuthenticationFailed
from kafkacli.client.link import Link, decoded
from kafkacli.client.settings import ClientSettings
from kafkacli.client.traffic import NodeTraffic
from kafkacli.errors import ErrorCode
from kafkacli.wire.api_keys import ApiKey
from kafkacli.wire.messages.list_groups import ListedGroup, ListGroupsRequest, ListGroupsResponse
from kafkacli.wire.messages.produce import ProduceRequest
from kafkacli.wire.messages.sasl_authenticate import SaslAuthenticateRequest, SaslAuthenticateResponse
from kafkacli.wire.messages.sasl_handshake import SaslHandshakeRequest, SaslHandshakeResponse
from kafkacli.wire.primitives import WireError
from tests.client.test_sasl import JAAS
from tests.support.scripted_broker import Answer, framed, read_request, scripted_broker, versions_answer


def made(port: int, connect_s: float = 5, **buffers: int) -> Link:
    return Link("127.0.0.1", port, ClientSettings(), connect_s, NodeTraffic(), **buffers)


def drive(link: Link, until: str = "idle") -> None:
    """Serve a link until it is up, idle or closed."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not link.is_closed:
        if until == "up" and link.is_up:
            return
        if until == "idle" and link.is_up and not link.on_the_way:
            return
        readable, writable, _ = select([link], [link] if link.outgoing else [], [], 0.2)
        if writable:
            link.writable()
        if readable and not link.is_closed:
            link.readable()
        link.check_time(time.monotonic())


def groups(reply: Answer) -> Answer:
    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, ListGroupsRequest)
        return reply(key, version, request)

    return answer


def echo(_key: int, version: int, request: bytes) -> bytes:
    """A group named after what was asked."""
    asked = read_request(request, ListGroupsRequest)
    assert isinstance(asked, ListGroupsRequest)
    return framed(ListGroupsResponse(groups=[ListedGroup(group_id=asked.states_filter[0])]), version, request)


class Answers:
    """Takes what the requests of a test come to."""

    def __init__(self) -> None:
        self.came: list[str | None] = []

    def take(self, frame: memoryview | None, version: int) -> None:
        self.came.append(None if frame is None else decoded(ListGroupsResponse, frame, version).groups[0].group_id)

    def ask(self, link: Link, text: str, timeout_s: float = 5) -> None:
        link.send(ListGroupsRequest(states_filter=[text]), self.take, timeout_s)


@pytest.fixture
def answers() -> Answers:
    return Answers()


def test_many_requests_large_ones_too_get_their_answers_in_order(answers: Answers) -> None:
    with scripted_broker(groups(echo)) as port:
        link = made(port, send_buffer=40_000, receive_buffer=40_000)
        drive(link, "up")
        texts = [f"{number}" * (1 if number % 3 else 20_000) for number in range(100)]
        for text in texts:
            answers.ask(link, text[:30_000])
        assert link.on_the_way > 5
        drive(link)
        assert answers.came == [text[:30_000] for text in texts]
        assert link.version_of(ListGroupsRequest) == ListGroupsRequest.valid_versions.high
        link.close()
        link.close()


def test_an_answer_that_comes_byte_by_byte(answers: Answers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as stream:
                while len(head := stream.read(4)) == 4:
                    request = stream.read(int.from_bytes(head, "big"))
                    reply = groups(echo)(
                        int.from_bytes(request[:2], "big"), int.from_bytes(request[2:4], "big"), request
                    )
                    for byte in reply or b"":
                        connection.sendall(bytes([byte]))

        thread = threading.Thread(target=serve)
        thread.start()
        link = made(listener.getsockname()[1])
        drive(link, "up")
        answers.ask(link, "a")
        answers.ask(link, "b")
        drive(link)
        link.close()
        thread.join()
    assert answers.came == ["a", "b"]


def test_every_request_hears_of_a_lost_connection(answers: Answers) -> None:
    replies = iter((b"", None))  # it closes when it has read both: what is left unread would reset the connection
    with scripted_broker(groups(lambda *_: next(replies))) as port:
        link = made(port)
        drive(link, "up")
        answers.ask(link, "a")
        answers.ask(link, "b")
        drive(link)
    assert answers.came == [None, None]
    assert link.is_closed
    hint = "does this port want a login (security.protocol=SASL_…)?"
    assert str(link.failure) == f"127.0.0.1:{port}: the broker closed the connection; {hint} (TCP)"
    assert link.fileno() == -1


def test_an_answer_that_takes_too_long(answers: Answers) -> None:
    with scripted_broker(groups(lambda *_: b"")) as port:
        link = made(port)
        drive(link, "up")
        answers.ask(link, "a", timeout_s=0.3)
        assert link.deadline is not None
        drive(link)
    assert answers.came == [None]
    assert "no answer in time" in str(link.failure)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (b"\x00\x00\x00\x04\x00\x00\x00\x63", "this is no Kafka broker: an answer to something else"),
        (b"\x00\x00\x00\x01\x00", "this is no Kafka broker: an answer of 1 bytes"),
        (b"\x00\x00\x00\x05\x00\x00\x00\x02\x07", "an answer that is no answer: "),
    ],
)
def test_what_is_no_answer_ends_the_connection(answers: Answers, reply: bytes, reason: str) -> None:
    with scripted_broker(groups(lambda *_: reply)) as port:
        link = made(port)
        drive(link, "up")
        answers.ask(link, "a")
        drive(link)
    assert link.is_closed
    assert reason in str(link.failure)


def test_nobody_listens() -> None:
    link = made(1)
    drive(link, "up")
    assert str(link.failure) == "127.0.0.1:1: connection refused (TCP)"
    assert link.on_the_way == 0


def test_a_link_may_be_closed_while_it_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        link = made(listener.getsockname()[1])
        link.close()
        connection, _ = listener.accept()
        with connection:
            assert link.fileno() == -1
            connection.settimeout(10)
            connection.recv(100)  # ApiVersions
            connection.sendall(b"\x00\x00\x00\x00")
            assert connection.recv(1) == b""


def test_a_request_that_gets_no_answer_is_done_when_it_is_sent() -> None:
    came: list[int] = []
    with scripted_broker(groups(lambda *_: b"")) as port:
        link = made(port)
        drive(link, "up")
        request = ListGroupsRequest(states_filter=["x"])
        link.send(request, lambda frame, _: came.append(len(frame or b"")), 5, is_answered=False)
        assert came == [0]
        assert link.on_the_way == 0
        with pytest.raises(WireError):
            link.send(ProduceRequest(), lambda *_: None, 5)
        link.close()


def test_a_link_logs_in_again_once_all_is_answered(answers: Answers) -> None:
    """The broker gives each login a second (KIP-368), and wants no request after it but a login."""
    asked: list[int] = []

    def answer(key: int, version: int, request: bytes) -> bytes | None:
        asked.append(key)
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, ListGroupsRequest, SaslHandshakeRequest, SaslAuthenticateRequest)
        if key == ApiKey.SASL_HANDSHAKE:
            return framed(SaslHandshakeResponse(mechanisms=["PLAIN"]), version, request)
        if key == ApiKey.SASL_AUTHENTICATE:
            return framed(SaslAuthenticateResponse(error_message=None, session_lifetime_ms=1000), version, request)
        return echo(key, version, request)

    login = [ApiKey.SASL_HANDSHAKE, ApiKey.SASL_AUTHENTICATE]
    properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS}
    with scripted_broker(answer) as port:
        link = Link("127.0.0.1", port, ClientSettings(properties), 5, NodeTraffic())
        drive(link, "up")
        link.keep_logged_in(time.monotonic())
        assert link.is_up
        answers.ask(link, "a")
        link.keep_logged_in(time.monotonic() + 0.9)
        assert not link.is_settled
        link._log_in_at = 0.0  # as if that time had come
        drive(link)
        assert link.is_up
        answers.ask(link, "b")
        drive(link)
        assert (answers.came, link.traffic.connects) == (["a", "b"], 1)
        assert asked == [ApiKey.API_VERSIONS, *login, ApiKey.LIST_GROUPS, *login, ApiKey.LIST_GROUPS]
        link.close()


def test_another_login_that_is_refused_ends_it(answers: Answers) -> None:
    codes = iter((ErrorCode.NONE, ErrorCode.SASL_AUTHENTICATION_FAILED))

    def answer(key: int, version: int, request: bytes) -> bytes | None:
        if key == ApiKey.API_VERSIONS:
            return versions_answer(request, version, ListGroupsRequest, SaslHandshakeRequest, SaslAuthenticateRequest)
        if key == ApiKey.SASL_HANDSHAKE:
            return framed(SaslHandshakeResponse(mechanisms=["PLAIN"]), version, request)
        judged = SaslAuthenticateResponse(error_code=next(codes), error_message="no more", session_lifetime_ms=1)
        return framed(judged, version, request)

    properties = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS}
    with scripted_broker(answer) as port:
        link = Link("127.0.0.1", port, ClientSettings(properties), 5, NodeTraffic())
        drive(link, "up")
        link.keep_logged_in(time.monotonic() + 1)
        drive(link, "up")
        assert isinstance(link.failure, AuthenticationFailed)
        assert link.is_closed
        assert link.traffic.disconnects == 1

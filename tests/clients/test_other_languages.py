"""kafkajs (JavaScript) and franz-go (Go): produce, a group that goes on, transactions, admin; the same words to both."""

import pytest

from tests.support.foreign import Program
from tests.support.server import Server

pytestmark = pytest.mark.foreign
NAMES = ("kafkajs", "franz_go")


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    given: str = request.param
    return given


@pytest.fixture
def program(name: str) -> Program:
    return Program(name)


def test_a_group_goes_on_where_it_stopped(server: Server, program: Program, name: str) -> None:
    topic = f"{name}-group"
    program.ask("produce", server.bootstrap, f"{topic}=none", "--", "one", "two", "three")
    first = program.ask("group", server.bootstrap, topic, topic, "2")
    second = program.ask("group", server.bootstrap, topic, topic, "1")
    assert first + second == [[0, 0, "k", "one"], [0, 1, "k", "two"], [0, 2, "k", "three"]]


def test_kafkajs_transactions(server: Server) -> None:
    program, topic = Program("kafkajs"), "kafkajs-transactions"
    program.ask("transactions", server.bootstrap, topic, f"{topic}-sent")
    read = program.ask("group", server.bootstrap, topic, f"{topic}-reader", "2")
    assert read == [[0, 0, None, "a"], [0, 4, None, "c"]]


def test_franz_go_copies_exactly_once(server: Server) -> None:
    program, topic = Program("franz_go"), "franz-go-copied"
    program.ask("produce", server.bootstrap, f"{topic}-in=none", "--", "one", "two", "three")
    program.ask("transactions", server.bootstrap, topic, f"{topic}-group")
    read = program.ask("group", server.bootstrap, topic, f"{topic}-reader", "2")
    assert read == [[0, 0, "", "one"], [0, 4, "", "two"]]  # "two" at 2 was aborted, and read again
    assert program.ask("group", server.bootstrap, f"{topic}-in", f"{topic}-group", "1") == [[0, 2, "k", "three"]]


def test_topics_are_made_altered_described_and_deleted(server: Server, program: Program, name: str) -> None:
    told = program.ask("admin", server.bootstrap, f"{name}-admin")
    assert told == {"made": True, "again": False, "value": "1000", "partitions": 4, "left": False}

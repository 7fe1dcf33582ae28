"""The admin server's HTTP and JSON."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.zookeeper.admin_server import AdminServerError, to_json
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    running = RunningZooKeeper(tmp_path / "z", admin_enabled=True, admin_address="127.0.0.1", admin_port=0)
    yield running
    running.close()


def port_of(running: RunningZooKeeper) -> int:
    assert running.server.admin is not None
    return running.server.admin.port


def ask(running: RunningZooKeeper, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes; return status, headers and body of everything that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port_of(running)), 10) as connection:
        connection.sendall(request)
        content = connection.makefile("rb").read()
    head, _, body = content.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    return int(lines[0].split()[1]), dict(line.split(": ", 1) for line in lines[1:]), body


def get(path: str, method: str = "GET", *headers: str) -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""]).encode()


def test_a_command_is_answered_in_json(server: RunningZooKeeper) -> None:
    status, headers, body = ask(server, get("/commands/ruok"))
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert body == b'{\n  "command" : "ruok",\n  "error" : null\n}'
    assert headers["Content-Length"] == str(len(body))


def test_commands_are_linked(server: RunningZooKeeper) -> None:
    for path in ("/commands", "/commands/"):
        body = ask(server, get(path))[2].decode()
        assert body.startswith('<a href="/commands/configuration">configuration</a>\n<br/>\n')
        assert body.count("<br/>") == 17


def test_arguments_come_with_the_query_and_the_first_counts(server: RunningZooKeeper) -> None:
    body = ask(server, get("/commands/stmk?traceMask=5&traceMask=6"))[2]
    assert json.loads(body)["tracemask"] == 5


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/"), 404),
        (get("/commandsx"), 404),
        (get("/commands/ruok", "POST"), 405),
        (get("/commands/ruok", "DELETE"), 405),
        (get("/commands/ruok", "TRACE"), 403),
        (get("/commands/ruok", "BREW"), 501),
        (get("/commands/ruok", "OPTIONS"), 200),
        (b"hello\r\n\r\n", 400),
        (b"GET /commands/ruok FTP/1\r\n\r\n", 400),
        (b"GET /commands/ruok HTTP/3.0\r\n\r\n", 505),
        (b"GET /commands/ruok HTTP/1.0\r\n\r\n", 200),
        (get("/commands/ruok", "POST", "Content-Length: 5") + b"12345", 405),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", 431),
    ],
)
def test_other_requests_are_refused(server: RunningZooKeeper, request_: bytes, status: int) -> None:
    assert ask(server, request_)[0] == status
    assert ask(server, get("/commands/ruok"))[0] == 200


def test_a_head_has_no_body(server: RunningZooKeeper) -> None:
    status, headers, body = ask(server, get("/commands/ruok", "HEAD"))
    assert (status, headers["Content-Length"], body) == (200, "42", b"")


def test_a_connection_stays_open_for_the_next_request(server: RunningZooKeeper) -> None:
    first = get("/commands/ruok").replace(b"Connection: close\r\n", b"")
    body = ask(server, first + first + get("/commands/isro"))[2]
    assert body.count(b'"ruok"') == 2
    assert body.endswith(b'"command" : "is_read_only",\n  "error" : null\n}')


def test_a_silent_connection_is_closed(tmp_path: Path) -> None:
    running = RunningZooKeeper(
        tmp_path / "z", admin_enabled=True, admin_address="127.0.0.1", admin_port=0, admin_idle_ms=50
    )
    try:
        with socket.create_connection(("127.0.0.1", port_of(running)), 10) as connection:
            connection.sendall(b"GET /comm")
            assert connection.recv(1) == b""
    finally:
        running.close()


def test_a_port_in_use_is_named_where_it_was_asked_for(server: RunningZooKeeper, tmp_path: Path) -> None:
    taken = port_of(server)
    with pytest.raises(AdminServerError, match=rf"address 127\.0\.0\.1, port {taken} .*: Address already in use"):
        RunningZooKeeper(tmp_path / "y", admin_enabled=True, admin_address="127.0.0.1", admin_port=taken)


def test_the_default_port_in_use_is_no_reason_not_to_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: RunningZooKeeper
) -> None:
    monkeypatch.setattr("kafkacli.zookeeper.server._DEFAULT_ADMIN_PORT", port_of(server))
    other = RunningZooKeeper(tmp_path / "y", admin_enabled=True, admin_address="127.0.0.1", admin_port=port_of(server))
    assert other.server.admin is None
    other.close()


def test_it_ends_with_the_server(server: RunningZooKeeper) -> None:
    port = port_of(server)
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(get("/commands/ruok").replace(b"Connection: close\r\n", b""))
        assert connection.recv(1) == b"H"
        server.stop()
        while connection.recv(4096):
            pass

    def refused() -> bool:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except ConnectionRefusedError:
            return True
        return False

    until(refused)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, "{ }"),
        ([], "[ ]"),
        ({"a": [1, None], "b": 'é"', "c": {}}, '{\n  "a" : [ 1, null ],\n  "b" : "é\\"",\n  "c" : { }\n}'),
        ({"c": [{"x": True}, {"y": []}]}, '{\n  "c" : [ {\n    "x" : true\n  }, {\n    "y" : [ ]\n  } ]\n}'),
        ({"d": {7: ["/e"]}}, '{\n  "d" : {\n    "7" : [ "/e" ]\n  }\n}'),
    ],
)
def test_json_is_laid_out_as_jackson_does(value: object, text: str) -> None:
    assert to_json(value) == text

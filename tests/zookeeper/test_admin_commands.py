"""The admin server's commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kafkacli.zookeeper.admin_commands import COMMANDS, run
from kafkacli.zookeeper.protocol import Acl, CreateFlag, CreateRequest, Id, OpCode, PathWatchRequest
from tests.support.zookeeper import RunningZooKeeper
from tests.support.zookeeper_raw import RawClient


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningZooKeeper]:
    running = RunningZooKeeper(tmp_path / "zookeeper")
    client = RawClient(running.port)
    client.connect()
    acl = [Acl(31, Id("world", "anyone"))]
    client.call(OpCode.CREATE, CreateRequest("/e", b"x", acl, CreateFlag.EPHEMERAL))
    client.call(OpCode.GET_DATA, PathWatchRequest("/e", True))
    yield running
    client.close()
    running.close()


def ask(running: RunningZooKeeper, name: str, **arguments: str) -> dict[str, Any]:
    return run(running.server, name, arguments)


@pytest.mark.parametrize(("name", "first"), [(name, names[0]) for names in COMMANDS.values() for name in names])
def test_every_name_is_answered_with_the_first(server: RunningZooKeeper, name: str, first: str) -> None:
    answer = ask(server, name, traceMask="1")
    assert (answer["command"], answer["error"]) == (first, None)


def test_an_unknown_name_is_an_error(server: RunningZooKeeper) -> None:
    assert ask(server, "nope") == {"command": "nope", "error": "Unknown command: nope"}


def test_sessions_ephemerals_and_watches_are_told(server: RunningZooKeeper) -> None:
    (session,) = (each.session_id for each in server.server.sessions)
    dump = ask(server, "dump")
    assert list(dump["expiry_time_to_session_ids"].values()) == [[session]]
    assert dump["session_id_to_ephemeral_paths"] == {session: ["/e"]}
    assert ask(server, "wchc")["session_id_to_watched_paths"] == {session: ["/e"]}
    assert ask(server, "wchp")["path_to_session_ids"] == {"/e": [session]}
    summary = ask(server, "wchs")
    assert [summary[key] for key in ("num_connections", "num_paths", "num_total_watches")] == [1, 1, 1]
    (connection,) = ask(server, "cons")["connections"]
    assert (connection["session_id"], connection["last_operation"], connection["last_cxid"]) == (session, "GETD", 2)
    assert ask(server, "stat")["server_stats"]["last_processed_zxid"] == 2


def test_counters_begin_again(server: RunningZooKeeper) -> None:
    assert ask(server, "mntr")["max_client_response_size"] > 0
    ask(server, "srst")
    ask(server, "crst")
    assert ask(server, "mntr")["max_client_response_size"] == -1
    assert ask(server, "cons")["connections"][0]["last_zxid"] == -1


@pytest.mark.parametrize("text", ["x", "", "1.5", str(1 << 63)])
def test_a_trace_mask_is_a_long(server: RunningZooKeeper, text: str) -> None:
    assert ask(server, "stmk", traceMask=text)["error"] == f"setTraceMask requires long traceMask argument, got {text}"
    assert ask(server, "gtmk")["tracemask"] == 306
    assert ask(server, "stmk")["error"] == "setTraceMask requires long traceMask argument"


def test_a_trace_mask_is_kept(server: RunningZooKeeper) -> None:
    ask(server, "stmk", traceMask="-7")
    assert ask(server, "gtmk")["tracemask"] == -7

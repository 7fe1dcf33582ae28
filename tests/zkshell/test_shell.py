"""The shell around the commands: history, exit status, watches on and off, sessions that come and go."""

import pytest

from kafkacli.zkshell.shell import Quit, Shell, parse_connect_string
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper
from tests.zkshell.conftest import Type

CLOSED = "\nWATCHER::\n\nWatchedEvent state:Closed type:None path:null\n"
CONNECTED = "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n"


def test_the_prompt_counts_lines_and_shows_the_state(
    shell: Shell, type_line: Type, zookeeper_server: RunningZooKeeper
) -> None:
    assert shell.prompt == f"[zk: {zookeeper_server.address}(CONNECTED) 0] "
    type_line("ls /")
    type_line("")
    assert shell.prompt == f"[zk: {zookeeper_server.address}(CONNECTED) 1] "
    type_line("close")
    assert shell.prompt == f"[zk: {zookeeper_server.address}(CLOSED) 2] "


@pytest.mark.parametrize(
    ("line", "status"), [("ls /", 0), ("get /none", 1), ("ls -z /", 1), ("foo", 127), ("history", 0), ("redo 9", 1)]
)
def test_a_line_leaves_its_status(shell: Shell, type_line: Type, line: str, status: int) -> None:
    type_line(line)
    assert shell.status == status


def test_history_shows_ten_lines_and_itself(type_line: Type) -> None:
    for number in range(12):
        type_line(f"stat /{number}")
    out, _ = type_line("history")
    assert out.splitlines() == [*(f"{number} - stat /{number}" for number in range(2, 12)), "12 - history"]


def test_redo_runs_a_line_again_and_remembers_it_as_that(type_line: Type) -> None:
    type_line("get /zookeeper")
    assert type_line("redo 0") == ("\n", "")
    assert type_line("history")[0] == "0 - get /zookeeper\n1 - get /zookeeper\n2 - history\n"


@pytest.mark.parametrize(("number", "index"), [("0x1", 1), ("#1", 1), ("01", 1), ("+1", 1), ("-0", 0), ("0", 0)])
def test_redo_reads_numbers_as_java_decodes_them(type_line: Type, number: str, index: int) -> None:
    for line in ("create /0", "create /1"):
        type_line(line)
    assert type_line(f"redo {number}")[1] == f"Node already exists: /{index}\n"


@pytest.mark.parametrize("number", ["x", "0xg", "08", "1.5", ""])
def test_redo_of_no_number_ends_the_original(shell: Shell, type_line: Type, number: str) -> None:
    with pytest.raises(ValueError, match="For input string"):
        type_line(f"redo '{number}'")


def test_a_line_without_words_runs_the_one_before(type_line: Type) -> None:
    type_line("create /a")
    assert type_line('"') == ("", "Node already exists: /a\n")


def test_printwatches_off_keeps_events_back(type_line: Type) -> None:
    type_line("ls -w /")
    type_line("printwatches off")
    assert type_line("create /a") == ("", "Created /a\n")
    assert type_line("printwatches") == ("printwatches is off\n", "")
    type_line("printwatches on")
    type_line("ls -w /")
    assert type_line("create /b")[0] == (
        "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:NodeChildrenChanged path:/\n"
    )


def test_close_and_connect(shell: Shell, type_line: Type, capsys: pytest.CaptureFixture[str]) -> None:
    assert type_line("close") == (CLOSED, "")
    assert type_line("ls /") == ("Not connected\n", "")
    assert type_line("history")[0].endswith("2 - history\nNot connected\n")
    assert shell.status == 0
    type_line("connect")
    until(lambda: shell.session and shell.session.is_connected)
    assert type_line("ls /")[0] == "[zookeeper]\n"


def test_connect_ends_the_session_before(shell: Shell, type_line: Type, zookeeper_server: RunningZooKeeper) -> None:
    type_line("create -e /mine")
    assert CLOSED in type_line(f"connect {zookeeper_server.address}")[0]
    assert type_line("ls /")[0].replace(CONNECTED, "") == "[zookeeper]\n"


def test_quit_tells_of_the_end(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.execute_line("get /none")
    capsys.readouterr()
    with pytest.raises(Quit):
        shell.execute_line("quit")
    assert capsys.readouterr().out == CLOSED
    assert shell.status == 1  # of the command before


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("setquota -n x /", 'For input string: "x"'),
        ("setquota -n 1 /none", "/none does not exist."),
        ("delete -v x /", 'For input string: "x"'),
        ("connect host:port", 'For input string: "port"'),
    ],
)
def test_what_ends_the_original_comes_out_as_value_error(type_line: Type, line: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        type_line(line)
    assert str(error.value) == message


def test_a_quota_above_or_below_is_in_the_way(type_line: Type) -> None:
    for line in ("create /a", "create /a/b", "create /a/b/c", "setquota -n 5 /a/b"):
        type_line(line)
    with pytest.raises(ValueError, match="/a has child b which has a quota"):
        type_line("setquota -n 5 /a")
    with pytest.raises(ValueError, match="/a/b/c has a parent /zookeeper/quota/a/b which has a quota"):
        type_line("setquota -n 5 /a/b/c")


@pytest.mark.parametrize(
    ("text", "servers", "chroot"),
    [
        ("localhost:2181", "localhost:2181", ""),
        ("a, b:2182/", "a,b:2182", ""),
        ("a:1,b:2/kafka/one", "a:1,b:2", "/kafka/one"),
        ("[::1]:2181", "[::1]:2181", ""),
    ],
)
def test_connect_strings(text: str, servers: str, chroot: str) -> None:
    assert parse_connect_string(text) == (servers, chroot)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/", "A HostProvider may not be empty!"),
        ("a:b", 'For input string: "b"'),
        ("a:99999", "port out of range:99999"),
        ("a:1/x/", "Path must not end with / character"),
    ],
)
def test_bad_connect_strings(text: str, message: str) -> None:
    with pytest.raises(ValueError) as error:
        parse_connect_string(text)
    assert str(error.value) == message

"""Where the shell's lines come from: a command's words, a pipe with and without an echo."""

import io

import pytest

from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.zkshell.loop import run
from kafkacli.zkshell.shell import Shell
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

CONNECTED = "\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null\n"
CLOSED = "\nWATCHER::\n\nWatchedEvent state:Closed type:None path:null\n"


class Run:
    """Runs the shell on a server, and keeps what it wrote."""

    def __init__(self, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.server = server
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *words: str, lines: str = "", echoes: bool = False) -> tuple[int, str, str]:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        self._capsys.readouterr()
        shell = Shell("", timeout_ms=6000, read_only=False, login=ZooKeeperLogin())
        status = run(shell, self.server, list(words), echoes=echoes)
        return (status, *self._capsys.readouterr())


@pytest.fixture
def shell_run(
    zookeeper_server: RunningZooKeeper, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    return Run(zookeeper_server.address, capsys, monkeypatch)


def test_one_command(shell_run: Run) -> None:
    head = f"Connecting to {shell_run.server}\n{CONNECTED}"
    assert shell_run("ls", "/") == (0, f"{head}[zookeeper]\n", "")
    status, out, err = shell_run("get", "/none")
    assert (status, out) == (1, head)
    assert err == "org.apache.zookeeper.KeeperException$NoNodeException: KeeperErrorCode = NoNode for /none\n"
    assert shell_run("quit")[0] == 0


@pytest.mark.parametrize(
    "words", ["tree --depth 0 /", "ls / --output json", "find /none", "help du", "get --output text /none"]
)
def test_one_command_of_our_own_has_stdout_for_itself(shell_run: Run, words: str) -> None:
    out = shell_run(*words.split(" "))[1]
    assert "Connecting" not in out
    assert "WATCHER" not in out


def test_lines_of_a_pipe(shell_run: Run) -> None:
    status, out, err = shell_run(lines="create /a x\r\n\nget /a\nget /b")
    assert status == 1  # the last line counts without its end too
    welcome = "Welcome to ZooKeeper!\nJLine support is disabled\n"
    assert out == f"Connecting to {shell_run.server}\n{welcome}{CONNECTED}x\n"
    assert err.startswith("Created /a\norg.apache.zookeeper.KeeperException$NoNodeException")


def test_lines_of_a_pipe_echoed_after_the_prompt(shell_run: Run) -> None:
    status, out, _ = shell_run(lines="ls /\n\nget /b\nls /", echoes=True)
    assert status == 1
    prompt = f"[zk: {shell_run.server}(CONNECTED) %s] "
    shown, _, rest = out.partition("JLine support is enabled\n")
    assert shown.replace(CONNECTED, "") == f"Connecting to {shell_run.server}\nWelcome to ZooKeeper!\n"
    assert rest.replace(CONNECTED, "") == (
        f"{prompt % 0}ls /\n[zookeeper]\n{prompt % 1}\n{prompt % 1}get /b\n{prompt % 2}ls /"
    )


def test_quit_ends_it_with_the_status_so_far(shell_run: Run) -> None:
    status, out, _ = shell_run(lines="get /none\nquit\nls /\n")
    assert status == 1
    assert out.endswith(CLOSED)


def test_what_ends_the_original_ends_the_lines(shell_run: Run) -> None:
    with pytest.raises(ValueError, match="For input string"):
        shell_run(lines="delete -v x /\nls /\n")


def test_ephemeral_znodes_outlive_the_shell(shell_run: Run, zookeeper_server: RunningZooKeeper) -> None:
    shell_run("create", "-e", "/mine")
    assert shell_run("ls", "/")[1].endswith("[mine, zookeeper]\n")
    shell_run("ls", "/")
    until(lambda: len(zookeeper_server.server.sessions) == 1)  # those without ephemeral znodes are closed

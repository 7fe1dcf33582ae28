"""zkCli.sh: its options, and what goes where."""

import io

import pytest

from kafkacli.tools.zk_cli import parse_options
from tests.support.tools import Tools
from tests.support.zookeeper import RunningZooKeeper


@pytest.mark.parametrize(
    ("line", "options", "command"),
    [
        ("", {"timeout": "30000"}, []),
        ("ls /", {"timeout": "30000"}, ["ls", "/"]),
        ("-server a:1 -timeout 5 -r ls -s /", {"server": "a:1", "timeout": "5", "readonly": "true"}, ["ls", "-s", "/"]),
        ("--server a:1 --timeout 5 ls", {"server": "a:1", "timeout": "5"}, ["ls"]),
        ("-unknown -server a get -server b", {"server": "a", "timeout": "30000"}, ["get", "-server", "b"]),
    ],
)
def test_options_come_before_the_command(line: str, options: dict[str, str], command: list[str]) -> None:
    assert parse_options(line.split()) == (options, command)


def test_an_option_without_its_argument(capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_options(["-server"]) == ({"timeout": "30000"}, [])
    assert capsys.readouterr().err == "Error: no argument found for option -server\n"


def test_lines_are_echoed_as_jline_does(
    tools: Tools, zookeeper_server: RunningZooKeeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("ls /\n"))
    status, out, _ = tools.run("zkCli", "-server", zookeeper_server.address)
    assert status == 0
    assert f"[zk: {zookeeper_server.address}(CONNECTED) 0] ls /\n[zookeeper]\n" in out


def test_the_first_line_of_help_names_no_tls_option(tools: Tools, zookeeper_server: RunningZooKeeper) -> None:
    status, _, err = tools.run("zkCli", "-server", zookeeper_server.address, "help")
    assert status == 127
    assert err.startswith("ZooKeeper -server host:port cmd args\n\taddauth scheme auth\n")


@pytest.mark.parametrize("arguments", [["-timeout", "x", "ls", "/"], ["-server", "host:x", "ls", "/"]])
def test_values_that_are_no_numbers(tools: Tools, arguments: list[str]) -> None:
    status, _, err = tools.run("zkCli", *arguments)
    assert (status, err) == (1, 'zkCli: For input string: "x"\n')


def test_help_is_ours(tools: Tools) -> None:
    status, out, _ = tools.run("zkCli", "--help")
    assert status == 0
    assert "-server" in out
    assert "host:port" in out

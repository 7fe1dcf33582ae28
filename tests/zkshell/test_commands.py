"""Every verb with its options and its errors, in one long session; what a session can't show, each for itself."""

from pathlib import Path

import pytest

from kafkacli.zkshell.commands import MODULES, load
from kafkacli.zkshell.commands.config import client_string
from kafkacli.zkshell.commands.reconfig import read_members
from kafkacli.zkshell.errors import CommandError
from tests.support.shell_session import LINES, OURS, perform, recorded
from tests.support.zookeeper import RunningZooKeeper
from tests.zkshell.conftest import Type


def test_a_long_session_says_what_apaches_shell_says(zookeeper_server: RunningZooKeeper) -> None:
    assert perform(OURS, zookeeper_server.address, "session") == recorded()


@pytest.mark.parametrize("verb", MODULES)
def test_every_verb_stands_under_its_name_and_in_the_session(verb: str) -> None:
    assert load(verb).name == verb
    assert [line for line in LINES.read_text().splitlines() if line.split(" ")[0] == verb]


@pytest.mark.parametrize("verb", MODULES)
def test_every_option_stands_in_the_session(verb: str) -> None:
    options = load(verb).options
    given = "".join(
        word
        for words in map(str.split, LINES.read_text().splitlines())
        if words and words[0] == verb
        for word in words[1:]
        if word.startswith("-")
    )
    missing = [name for name in options.flags | options.valued if name not in given]
    assert set(missing) <= {"output", "dry-run"}  # which are ours


@pytest.mark.parametrize(
    ("config", "shown"),
    [
        (b"", " "),
        (
            b"server.1=one:2888:3888:participant;0.0.0.0:2181\nserver.2=two:2888:3888;2182\nversion=100000000\n",
            "100000000 0.0.0.0:2181,0.0.0.0:2182",
        ),
        (b"server.1=one:2888:3888\nversion=0", "0 "),
    ],
)
def test_config_c_shows_what_a_client_would_connect_to(config: bytes, shown: str) -> None:
    assert client_string(config) == shown


def test_reconfig_takes_the_servers_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "zoo.cfg.dynamic"
    file.write_text("clientPort=2181\nserver.1=one:2888:3888;2181\nserver.2=two:2888:3888;2181\n")
    assert read_members(str(file)) == "server.1=one:2888:3888;2181\nserver.2=two:2888:3888;2181"


def test_reconfig_says_which_file_it_could_not_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"Error processing .*no-such-file \(No such file or directory\)"):
        read_members(str(tmp_path / "no-such-file"))


def test_data_goes_in_and_out_byte_by_byte(type_line: Type) -> None:
    type_line("create /café 'grün, weiß'")
    assert type_line("get /café") == ("grün, weiß\n", "")


def test_removewatches_locally_needs_no_server(type_line: Type, zookeeper_server: RunningZooKeeper) -> None:
    type_line("ls -w /")
    zookeeper_server.stop()
    try:
        out, _ = type_line("removewatches / -l")
        assert "WatchedEvent state:Disconnected type:ChildWatchRemoved path:/\n" in out
    finally:
        zookeeper_server.start()

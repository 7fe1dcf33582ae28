"""Step 3: the ZooKeeper shell, one-shot and from stdin, ours and Apache's on our server."""

import re

import pytest

from tests.support.apache import Apache
from tests.support.tutorial import Tutorial

COMMANDS = "ls /brokers/ids\nget /brokers/ids/1\nls /brokers/topics\nls /nosuch\ncreate /tutorial v\nget /tutorial\ndelete /tutorial\n"


def test_the_prompt_counts_commands_and_the_broker_is_there(running: Tutorial) -> None:
    done = running.run("zkCli.sh", "-server", running.zookeeper, stdin=COMMANDS)
    assert done.returncode == 0
    assert f"[zk: {running.zookeeper}(CONNECTED) 0] ls /brokers/ids\n[1]\n" in done.stdout
    endpoints = f'"endpoints":["PLAINTEXT://{running.bootstrap}"]'
    prompt = re.escape(f"[zk: {running.zookeeper}(CONNECTED) 1] get /brokers/ids/1")
    assert re.search(rf"^{prompt}\n.*{re.escape(endpoints)}.*$", done.stdout, re.MULTILINE)
    assert f"[zk: {running.zookeeper}(CONNECTED) 5] get /tutorial\nv\n" in done.stdout
    assert "Node does not exist: /nosuch" in done.stderr


@pytest.mark.parametrize("words", [["ls", "/brokers/ids"], ["get", "/brokers/ids/1"], ["ls", "/nosuch"]], ids=" ".join)
def test_one_command_from_each_name(running: Tutorial, words: list[str]) -> None:
    by_name = [
        running.run("zkCli.sh", "-server", running.zookeeper, *words),
        running.run("zookeeper-shell.sh", running.zookeeper, *words),
        running.run("zookeeper-shell.sh", running.zookeeper, stdin=" ".join(words) + "\n"),
    ]
    last = [(done.stdout + done.stderr).rstrip().splitlines()[-1] for done in by_name]
    assert last[0] == last[1] == last[2]
    assert [done.returncode for done in by_name] == [int("/nosuch" in words)] * 3


@pytest.mark.apache
def test_apaches_shell_sees_the_same(running: Tutorial, apache: Apache) -> None:
    theirs = apache.run("zookeeper-shell.sh", running.zookeeper, stdin=COMMANDS)
    ours = running.run("zookeeper-shell.sh", running.zookeeper, stdin=COMMANDS)
    assert ours.stdout == theirs.stdout
    assert ours.returncode == theirs.returncode

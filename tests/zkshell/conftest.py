"""A shell in this process, on a ZooKeeper server of ours."""

from collections.abc import Callable, Iterator

import pytest

from kafkacli.client.zookeeper_security import ZooKeeperLogin
from kafkacli.zkshell.shell import Shell
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper

Type = Callable[[str], tuple[str, str]]


@pytest.fixture
def shell(zookeeper_server: RunningZooKeeper) -> Iterator[Shell]:
    """A shell that is connected."""
    shell = Shell("", timeout_ms=6000, read_only=False, login=ZooKeeperLogin())
    shell.connect(zookeeper_server.address)
    assert shell.session is not None
    until(lambda: shell.session and shell.session.is_connected)
    yield shell
    shell.close()


@pytest.fixture
def type_line(shell: Shell, capsys: pytest.CaptureFixture[str]) -> Type:
    """Types lines into the shell; returns what each brought to stdout and stderr."""

    def type_line(line: str) -> tuple[str, str]:
        capsys.readouterr()
        shell.execute_line(line)
        out, err = capsys.readouterr()
        return out, err

    return type_line

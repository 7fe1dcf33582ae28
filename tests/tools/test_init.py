"""kafkacli init: what it writes, what it leaves, and that the scripts run."""

import os
import subprocess
from pathlib import Path

import pytest

from kafkacli.app import TOOLS
from kafkacli.client.properties import load_properties
from kafkacli.tools.init import launcher_text
from tests.support.tools import Tools


@pytest.fixture
def folder(tools: Tools, tmp_path: Path) -> Path:
    """A folder that was written."""
    directory = tmp_path / "kafka"
    done = tools.run("init", str(directory))
    assert (done.status, done.err) == (0, "")
    return directory


def test_every_script_and_configuration_file_is_there(folder: Path) -> None:
    names = {f"{script}.sh" for tool in TOOLS for script in tool.scripts}
    assert set(os.listdir(folder / "bin")) == names
    assert all(os.access(folder / "bin" / name, os.X_OK) for name in names)
    assert sorted(os.listdir(folder / "config")) == ["server.properties", "zookeeper.properties"]
    assert os.listdir(folder / "conf") == ["zoo_sample.cfg"]


def test_the_values_are_those_that_apache_ships(folder: Path) -> None:
    assert load_properties(folder / "config" / "server.properties") == {
        "broker.id": "0",
        "num.network.threads": "3",
        "num.io.threads": "8",
        "socket.send.buffer.bytes": "102400",
        "socket.receive.buffer.bytes": "102400",
        "socket.request.max.bytes": "104857600",
        "log.dirs": "/tmp/kafka-logs",
        "num.partitions": "1",
        "num.recovery.threads.per.data.dir": "1",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "log.retention.hours": "168",
        "log.segment.bytes": "1073741824",
        "log.retention.check.interval.ms": "300000",
        "zookeeper.connect": "localhost:2181",
        "zookeeper.connection.timeout.ms": "18000",
        "group.initial.rebalance.delay.ms": "0",
    }
    assert load_properties(folder / "config" / "zookeeper.properties") == {
        "dataDir": "/tmp/zookeeper",
        "clientPort": "2181",
        "maxClientCnxns": "0",
        "admin.enableServer": "false",
    }
    assert load_properties(folder / "conf" / "zoo_sample.cfg") == {
        "tickTime": "2000",
        "initLimit": "10",
        "syncLimit": "5",
        "dataDir": "/tmp/zookeeper",
        "clientPort": "2181",
    }


def test_the_scripts_run_by_their_names_also_after_a_move(folder: Path, tmp_path: Path) -> None:
    moved = folder.rename(tmp_path / "else where")
    done = subprocess.run([moved / "bin" / "kafka-topics.sh", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "2.6.2 (Commit:da65af02e5856e34)\n"


def test_what_was_edited_stays_unless_forced(folder: Path, tools: Tools) -> None:
    edited = folder / "config" / "server.properties"
    shipped = edited.read_text()
    edited.write_text("broker.id=1\n")
    done = tools.run("init", str(folder))
    assert done.status == 1
    assert done.err == f"{edited} is there already and stays as it is (--force writes it again)\n"
    assert edited.read_text() == "broker.id=1\n"
    assert tools.run("init", "--force", str(folder)).status == 0
    assert edited.read_text() == shipped


@pytest.mark.parametrize("arguments", [[], ["a", "b"]], ids=["none", "two"])
def test_it_wants_one_folder(arguments: list[str], tools: Tools) -> None:
    done = tools.run("init", *arguments)
    assert done.status == 1
    assert "usage: kafkacli init [--force] DIR" in done.err


def test_a_python_whose_path_no_first_line_can_hold_is_run_through_sh(tmp_path: Path) -> None:
    python = tmp_path / "a folder's name" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\necho run with "$1" "$2"\n')
    python.chmod(0o755)
    script = tmp_path / "script"
    script.write_text(launcher_text(str(python)))
    script.chmod(0o755)
    done = subprocess.run([script, "--list"], capture_output=True, text=True, check=True)
    assert done.stdout == f"run with {script} --list\n"
    compile(launcher_text(str(python)), "script", "exec")

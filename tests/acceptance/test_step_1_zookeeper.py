"""Step 1: `zkServer.sh` with the tutorial's zoo.cfg, and `zookeeper-server-start.sh` with Kafka's file."""

import os
import signal
import socket

from tests.support.tutorial import Tutorial
from tests.support.waiting import until


def headers(tutorial: Tutorial) -> str:
    """What zkServer.sh says on stderr, each time."""
    return f"ZooKeeper JMX enabled by default\nUsing config: {tutorial.directory}/bin/../conf/zoo.cfg\n"


def test_a_day_of_zkserver(tutorial: Tutorial) -> None:
    where = f"Client port found: {tutorial.zookeeper_port}. Client address: 127.0.0.1. Client SSL: false.\n"
    pid_file = tutorial.directory / "zookeeper" / "zookeeper_server.pid"
    nothing = f"Stopping zookeeper ... no zookeeper to stop (could not find file {pid_file})\n"
    for verb, out, status in (
        ("status", f"{where}Error contacting service. It is probably not running.\n", 1),
        ("stop", nothing, 0),
        ("restart", f"{nothing}Starting zookeeper ... STARTED\n", 0),
        ("status", f"{where}Mode: standalone\n", 0),
        ("start", "Starting zookeeper ... already running as process {pid}.\n", 1),
        ("restart", "Stopping zookeeper ... STOPPED\nStarting zookeeper ... STARTED\n", 0),
        ("stop", "Stopping zookeeper ... STOPPED\n", 0),
        ("status", f"{where}Error contacting service. It is probably not running.\n", 1),
    ):
        done = tutorial.run("zkServer.sh", verb)
        pid = pid_file.read_text() if pid_file.exists() else ""
        assert (done.stdout, done.returncode) == (out.format(pid=pid), status), verb
        assert done.stderr.startswith(headers(tutorial)), verb
    assert not pid_file.exists()


def test_without_a_configuration_it_says_which_file_it_misses(tutorial: Tutorial) -> None:
    (tutorial.directory / "conf" / "zoo.cfg").unlink()
    done = tutorial.run("zkServer.sh", "start")
    assert (done.stdout, done.returncode) == ("Starting zookeeper ... FAILED TO START\n", 1)
    assert done.stderr.endswith("conf/zoo.cfg: No such file or directory\n")
    assert tutorial.run("zkServer.sh", "status").stdout.endswith(
        "Unable to find either secure or unsecure client port in any configs. Terminating.\n"
    )
    assert not tutorial.servers("zookeeper")


def test_a_port_in_use_is_named_and_nothing_runs(tutorial: Tutorial) -> None:
    with socket.create_server(("127.0.0.1", tutorial.zookeeper_port)):
        done = tutorial.run("zkServer.sh", "start")
    assert (done.stdout, done.returncode) == ("Starting zookeeper ... FAILED TO START\n", 1)
    assert done.stderr.endswith(f"can't listen on {tutorial.zookeeper}: Address already in use\n")
    assert not (tutorial.directory / "zookeeper" / "zookeeper_server.pid").exists()
    assert not tutorial.servers("zookeeper")


def test_what_was_written_survives_kill_9(tutorial: Tutorial) -> None:
    tutorial.run("zkServer.sh", "start")
    assert tutorial.run("zkCli.sh", "-server", tutorial.zookeeper, "create", "/kept", "v").returncode == 0
    (pid,) = tutorial.servers("zookeeper")
    os.kill(pid, signal.SIGKILL)
    until(lambda: not tutorial.servers("zookeeper"))
    assert tutorial.run("zkServer.sh", "status").returncode == 1
    assert tutorial.run("zkServer.sh", "start").stdout == "Starting zookeeper ... STARTED\n"
    assert tutorial.run("zkCli.sh", "-server", tutorial.zookeeper, "get", "/kept").stdout.endswith("\nv\n")


def test_kafkas_scripts_start_and_stop_the_same_server(tutorial: Tutorial) -> None:
    tutorial.edit(
        "config/zookeeper.properties", dataDir=tutorial.directory / "data", clientPort=tutorial.zookeeper_port
    )
    assert tutorial.run("zookeeper-server-stop.sh").stdout == "No zookeeper server to stop\n"
    assert tutorial.run("zookeeper-server-start.sh", "-daemon", "config/zookeeper.properties").returncode == 0
    assert "binding to port" in tutorial.log("zookeeper.out")
    assert tutorial.run("zkServer.sh", "status").stdout.endswith("Mode: standalone\n")
    again = tutorial.run("zookeeper-server-start.sh", "config/zookeeper.properties")
    assert again.returncode == 1
    assert f"can't listen on 0.0.0.0:{tutorial.zookeeper_port}: Address already in use" in again.stderr
    assert tutorial.run("zookeeper-server-stop.sh").returncode == 0
    until(lambda: not tutorial.servers("zookeeper"))

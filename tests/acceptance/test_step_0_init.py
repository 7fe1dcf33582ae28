"""Step 0: the folder that `kafkacli init` makes is enough, for our servers and for Apache's."""

import os
import subprocess

import pytest

from tests.support.apache import Apache
from tests.support.tutorial import Tutorial
from tests.support.waiting import until


def test_the_scripts_run_from_another_folder_and_by_path(tutorial: Tutorial) -> None:
    path = f"{tutorial.directory}/bin{os.pathsep}{tutorial.environment['PATH']}"
    for words in (["kafka-topics.sh", "--version"], [f"{tutorial.directory}/bin/kafka-topics.sh", "--version"]):
        done = subprocess.run(
            words, cwd="/", capture_output=True, text=True, check=True, env=tutorial.environment | {"PATH": path}
        )
        assert done.stdout.startswith("2.6.2")


@pytest.mark.apache
def test_apaches_broker_runs_on_the_same_file_and_our_zookeeper(tutorial: Tutorial, apache: Apache) -> None:
    assert tutorial.run("zkServer.sh", "start").returncode == 0
    command = apache.command("kafka-server-start.sh", str(tutorial.directory / "config" / "server.properties"))
    with (tutorial.directory / "apache.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        log_path = tutorial.directory / "apache.log"
        until(lambda: "started (kafka.server.KafkaServer)" in log_path.read_text() or process.poll() is not None, 60)
        created = tutorial.run("kafka-topics.sh", "--create", "--topic", "a", "--zookeeper", tutorial.zookeeper)
        assert "Missing required argument" in created.stderr  # as ever with --zookeeper, two more are needed
        created = tutorial.run("kafka-topics.sh", "--create", "--topic", "a", "--bootstrap-server", tutorial.bootstrap)
        assert created.stdout == "Created topic a.\n"
    finally:
        process.terminate()
        process.wait(60)
    tutorial.start_broker()  # ours goes on with what Apache's has left
    listed = tutorial.run("kafka-topics.sh", "--list", "--bootstrap-server", tutorial.bootstrap)
    assert listed.stdout == "a\n"

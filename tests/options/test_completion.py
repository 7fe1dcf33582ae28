"""Completions: what each shell offers, on a terminal, without Python and from a cluster."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli.options.commands import COMMON, commands
from kafkacli.options.completion import SHELLS, completion_files
from tests.support.broker import broker
from tests.support.foreign import need
from tests.support.kafka import Kafka, kafka
from tests.support.shells import complete, interactive

__all__ = ["broker", "kafka"]
NAMES = tuple(SHELLS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The completions as they are installed."""
    root = tmp_path_factory.mktemp("completions")
    for path, content in completion_files(commands()).items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(content)
    return root


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder to be in, with a file and a folder to complete."""
    (tmp_path / "client.properties").touch()
    (tmp_path / "clients.d").mkdir()
    return tmp_path


WORDS = [
    ("kafka-topics.sh --boot", ["strap-server"]),
    ("kafka-topics --if", ["-exists", "-not-exists"]),
    ("kafkacli topi", ["cs"]),
    ("kafkacli prod", ["uce", "ucer-perf-test"]),
    ("kafkacli consume --exit-at", ["-end"]),
    ("kafkacli produce --line-r", ["eader"]),
    ("kafkacli consume --isolation-level=", ["read_committed", "read_uncommitted"]),
    ("kafkacli zookeeper-shell localhost:1 ls", ["ls2"]),
    ("kafkacli topics --partit", ["ions"]),
    ("kafka-topics.sh --command-config clie", ["client.properties", "clients.d"]),
    ("kafka-topics.sh --command-config=clie", ["client.properties", "clients.d"]),
    ("kafka-topics.sh --create --config cleanup.", ["p.policy=compact", "p.policy=delete"]),
    ("kafka-topics.sh --create --config=cleanup.policy=com", ["pact"]),
    ("kafka-configs.sh --add-config cleanup.policy=compact,retention.m", ["s="]),
    ("kafka-console-consumer.sh --isolation-level ", ["read_committed", "read_uncommitted"]),
    ("kafka-console-consumer --isolation-level=", ["read_committed", "read_uncommitted"]),
    ("kafka-console-consumer.sh --formatter kafka.tools.N", ["oOpMessageFormatter"]),
    ("zkCli.sh -server localhost:1 getA", ["cl"]),
    ("kafkacli zk-shell localhost:1 ls", ["ls2"]),
    ("kafkacli context ", ["add", "remove", "show"]),
    ("kafka-server-start.sh client.p", ["roperties"]),
    ("kafka-run-class.sh kafka.admin.T", ["opicCommand"]),
]


@pytest.mark.parametrize("shell", NAMES)
def test_words_that_are_known_beforehand(folder: Path, home: Path, shell: str) -> None:
    with interactive(shell, folder, home) as terminal:
        for line, words in WORDS:
            complete(terminal, line, words)


@pytest.mark.parametrize("shell", NAMES)
def test_a_value_follows_its_name_at_once_however_often_tab_was_pressed(folder: Path, home: Path, shell: str) -> None:
    with interactive(shell, folder, home) as terminal:
        terminal.type("echo kafka-configs.sh; kafka-configs.sh --alter --add-config retention.m\t")
        terminal.wait_for(r"retention\.ms=")
        terminal.type("\t\t7\x01#\n")  # to the beginning, and a comment of it
        terminal.wait_for(r"retention\.ms=7")


@pytest.mark.parametrize("shell", NAMES)
def test_names_of_the_cluster_on_the_line(folder: Path, home: Path, kafka: Kafka, shell: str) -> None:
    topic = kafka.create_topic(partitions=3)
    kafka.commit(f"group-of-{topic}", topic, 0)
    at = f"--bootstrap-server {kafka.bootstrap}"
    half = len(topic) - 1
    with interactive(shell, folder, home) as terminal:
        complete(terminal, f"kafka-topics.sh {at} --describe --topic {topic[:half]}", [topic[half:]])
        complete(terminal, f"kafkacli topics {at} --describe --topic={topic[:half]}", [topic[half:]])
        complete(terminal, f"kafka-topics.sh --zookeeper {kafka.zookeeper} --topic {topic[:half]}", [topic[half:]])
        complete(terminal, f"kafka-consumer-groups.sh {at} --group group-of-{topic[:half]}", [topic[half:]])
        complete(terminal, f"kafka-console-consumer.sh {at} --topic {topic} --partition ", ["0", "1", "2"])
        complete(terminal, f"kafkacli produce {at} --topic={topic[:half]}", [topic[half:]])
        complete(terminal, f"kafkacli consume {at} --topic {topic[:half]}", [topic[half:]])
        complete(terminal, f"kafka-configs.sh {at} --entity-type brokers --entity-name ", [str(kafka.broker_id)])
        complete(terminal, f"zookeeper-shell.sh {kafka.zookeeper} ls /brokers/top", ["ics"])


@pytest.mark.parametrize("shell", NAMES)
def test_names_that_the_shell_would_read_otherwise_are_quoted(
    folder: Path, home: Path, kafka: Kafka, shell: str
) -> None:
    topic, name = kafka.create_topic(), kafka.new_name()
    kafka.commit(f"{name} & co's", topic, 0)
    line = f"kafka-consumer-groups.sh --bootstrap-server {kafka.bootstrap} --describe --group"
    with interactive(shell, folder, home) as terminal:
        complete(terminal, f"{line} {name}", ["\\ \\&\\ co\\'s"])
        complete(terminal, f"{line}={name}", ["\\ \\&\\ co\\'s"])
        complete(terminal, f"{line} {name}\\ \\&", ["\\ co\\'s"])
        complete(terminal, f'{line} "{name} &', [" co's"])


@pytest.mark.parametrize("shell", NAMES)
def test_names_of_the_context(folder: Path, home: Path, kafka: Kafka, shell: str) -> None:
    topic = kafka.create_topic()
    environment = {**os.environ, "XDG_CONFIG_HOME": str(home / "config")}
    words = [sys.executable, "-m", "kafkacli", "context", "add", "here", "--bootstrap-server", kafka.bootstrap]
    subprocess.run(words, env=environment, check=True, capture_output=True)
    with interactive(shell, folder, home) as terminal:
        complete(terminal, "kafka-topics.sh --context ", ["here"])
        complete(terminal, f"kafka-topics.sh --context here --topic {topic[:-1]}", [topic[-1]])
        complete(terminal, "kafka-topics.sh --bootstrap-server ", [kafka.bootstrap.rpartition(":")[2]])


@pytest.mark.parametrize("shell", NAMES)
def test_a_cluster_that_is_down_or_silent_leaves_the_prompt_as_it_is(folder: Path, home: Path, shell: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, interactive(shell, folder, home) as terminal:
        terminal.type(
            "set -gx KAFKACLI_COMPLETION_MS 300\n" if shell == "fish" else "export KAFKACLI_COMPLETION_MS=300\n"
        )
        for port in (1, silent.getsockname()[1]):
            line = f"kafka-topics.sh --bootstrap-server 127.0.0.1:{port} --topic "
            before = len(terminal.text)
            terminal.type(line + "\t\x15echo go''ne\n")
            terminal.wait_for("gone\r", before)
            for word in ("Error", "Traceback", "Exception", "refused", "rror:"):
                assert word not in terminal.text[before:]


def test_the_scripts_are_what_their_shells_can_read(folder: Path) -> None:
    for shell, path in (("bash", "bash/kafkacli"), ("zsh", "zsh/_kafkacli"), ("fish", "fish/kafkacli.fish")):
        subprocess.run([need(shell), "-n", str(folder / path)], check=True)


def test_every_name_and_option_is_in_every_script() -> None:
    known = commands()
    for script in (make(known) for make in SHELLS.values()):
        for command in known:
            assert all(name in script for name in [command.subcommand, *command.names])
            assert all(option.names[-1] in script for option in (*command.table.options, *COMMON))


def test_words_that_are_known_beforehand_start_no_program(folder: Path, home: Path) -> None:
    script = f'. {folder}/bash/kafkacli; compopt() {{ :; }}; PATH=; COMP_LINE=$1 COMP_POINT=${{#1}}; _kafkacli; printf "%s\\n" "${{COMPREPLY[@]}}"'
    for line, words in WORDS:
        done = subprocess.run(
            [need("bash"), "-c", script, "bash", line], capture_output=True, text=True, cwd=home, check=True
        )
        assert not done.stderr
        assert all(any(offered.endswith(word) for offered in done.stdout.splitlines()) for word in words), line

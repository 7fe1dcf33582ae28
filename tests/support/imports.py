"""Which modules a command imports before it connects: `tests/data/imported_modules.txt`, one line a command.

    python -m tests.support.imports       write the file again, after a look at what has changed

A run ends where it would connect (the first connect of a socket, or the import of confluent_kafka or kazoo, which is
listed), or by itself. Only what Python has not imported for itself counts, without private modules; kafkacli's are given by their number.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

LISTS = Path(__file__).parents[1] / "data" / "imported_modules.txt"
VERSION = (3, 11)  # other versions import other parts of the standard library
_AT = "--bootstrap-server 127.0.0.1:1"
COMMANDS = (
    "kafka-topics.sh --help",
    "kafka-topics.sh --version",
    f"kafka-topics.sh --list {_AT}",
    f"kafka-topics.sh --describe {_AT}",
    "kafka-topics.sh --list --zookeeper 127.0.0.1:1",
    f"kafka-acls.sh --list {_AT}",
    f"kafka-broker-api-versions.sh {_AT}",
    f"kafka-configs.sh --describe --entity-type topics {_AT}",
    f"kafka-console-consumer.sh --topic t {_AT}",
    f"kafka-console-producer.sh --topic t {_AT}",
    f"kafka-consumer-groups.sh --list {_AT}",
    f"kafka-consumer-groups.sh --describe --all-groups {_AT}",
    "kafka-consumer-perf-test.sh --topic t --messages 1 --broker-list 127.0.0.1:1",
    f"kafka-delegation-tokens.sh --describe {_AT}",
    "kafka-dump-log.sh --files /dev/null",
    "kafka-get-offsets.sh --topic t --broker-list 127.0.0.1:1",
    f"kafka-leader-election.sh --election-type preferred --all-topic-partitions {_AT}",
    f"kafka-log-dirs.sh --describe {_AT}",
    "kafka-preferred-replica-election.sh --zookeeper 127.0.0.1:1",
    "kafka-producer-perf-test.sh --topic t --num-records 1 --record-size 1 --throughput 1 --producer-props acks=1",
    "kafka-replica-verification.sh --broker-list 127.0.0.1:1",
    "kafka-server-start.sh --version",
    "kafka-server-stop.sh",
    "zookeeper-shell.sh 127.0.0.1:1 ls /",
    "zkCli.sh -server 127.0.0.1:1 ls /",
    f"kafkacli wait {_AT}",
    f"kafkacli doctor {_AT}",
)
_RUN = r"""
import posix, sys
sys.path.append(sys.argv[1])
before = set(sys.modules)
def tell():
    own = len([name for name in sys.modules if name.partition(".")[0] == "kafkacli"])
    others = sorted(n for n in set(sys.modules) - before if not n.startswith(("_", "kafkacli")) and "._" not in n)
    posix.write(3, " ".join([f"kafkacli:{own}", *others]).encode())
    posix._exit(0)
class Watch:
    def find_spec(name, path, target=None):
        if name in ("confluent_kafka", "kazoo"):
            sys.modules[name] = None
            tell()
def hook(event, arguments):
    if event == "socket.connect":
        tell()
sys.meta_path.insert(0, Watch)
sys.addaudithook(hook)
sys.argv = sys.argv[2:]
from kafkacli.app import main, script
main() if sys.argv[0] == "kafkacli" else script()
tell()
"""


def measured(command: str) -> str:
    """Run one command up to its connection; return `kafkacli:NUMBER MODULE...`."""
    words = [sys.executable, "-S", "-c", _RUN, sysconfig.get_path("purelib"), *command.split()]
    with tempfile.TemporaryDirectory() as empty:
        process = subprocess.run(
            ["sh", "-c", 'exec 3>&1 >/dev/null 2>&1; exec "$@"', "sh", *words],
            env={**os.environ, "TMPDIR": empty}, stdout=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    told = process.stdout
    if not told:
        raise RuntimeError(f"{command}: ended with {process.returncode}, and told nothing")
    return told


def recorded() -> Iterator[tuple[str, str]]:
    """Yield (command, modules) of the file."""
    for line in LISTS.read_text().splitlines():
        command, _, modules = line.partition("\t")
        yield command, modules


if __name__ == "__main__":
    LISTS.write_text("".join(f"{command}\t{measured(command)}\n" for command in COMMANDS))

"""Every option of every tool has a test that fails when the option is ignored: `tests/data/option_proofs.tsv` names it.

The table is made, and thereby proven, by the plugin `tests.support.option_proofs`.
"""

import re
from pathlib import Path

import pytest

from kafkacli.options.commands import Command, commands
from tests.support.option_proofs import read_table

ROOT = Path(__file__).resolve().parents[2]
# Options that the originals take and never look at.
WITHOUT_EFFECT = {
    "kafka-configs.sh": {"force"},
    "kafka-consumer-perf-test.sh": {"num-fetch-threads"},
    "kafka-get-offsets.sh": {"max-wait-ms", "offsets"},
    "kafka-topics.sh": {"force"},
    "kafka-streams-application-reset.sh": {"zookeeper"},
    "kafka-mirror-maker.sh": {"message.handler.args", "new.consumer", "rebalance.listener.args"},
}
# Tools that read their words by rules of their own, which the plugin doesn't see: their tests.
BY_HAND = {
    "connect-distributed.sh": "tests/tools/test_elsewhere.py",
    "kafka-e2e-latency.sh": "tests/tools/test_e2e_latency.py",
    "kafka-run-class.sh": "tests/tools/test_run_class.py",
    "kafka-server-start.sh": "tests/tools/test_server_start.py",
    "kafka-server-stop.sh": "tests/tools/test_server_stop.py",
    "zkCli.sh": "tests/tools/test_zk_cli.py",
    "zkServer.sh": "tests/tools/test_zk_server.py",
    "zookeeper-server-start.sh": "tests/tools/test_zk_server.py",
    "zookeeper-server-stop.sh": "tests/tools/test_zk_server.py",
    "zookeeper-shell.sh": "tests/tools/test_zookeeper_shell.py",
    "kafkacli quickstart": "tests/tools/test_quickstart.py",
}
PROOFS = read_table()


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.subcommand)
def test_every_option_has_its_test(command: Command) -> None:
    script = command.table.script
    options = {option.name for option in command.table.options}
    if script in BY_HAND:
        text = (ROOT / BY_HAND[script]).read_text(encoding="utf-8")
        assert [name for name in sorted(options - {"help"}) if not re.search(rf"-{name}\b|{name} ", text)] == []
        return
    proven = {name for proven_script, name in PROOFS if proven_script == script}
    idle = WITHOUT_EFFECT.get(script, set())
    assert sorted(options - proven - idle) == []
    assert sorted(proven - options) == []
    assert sorted(idle & proven) == []


def test_the_tests_are_there() -> None:
    texts: dict[str, str] = {}
    gone = []
    for test in sorted(set(PROOFS.values())):
        path, _, name = test.partition("::")
        if path not in texts:
            texts[path] = (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).exists() else ""
        if not re.search(rf"^ *def {name.rpartition('::')[2]}\(", texts[path], re.MULTILINE):
            gone.append(test)
    assert gone == []

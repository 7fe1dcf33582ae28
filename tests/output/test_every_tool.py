"""Every command that prints data has --output with a schema, every one that changes something has --dry-run; or a reason not to."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from kafkacli.app import TOOLS, Tool
from kafkacli.output.schemas import SCHEMAS
from tests.output.test_changes import SAID
from tests.output.test_schemas import COMMANDS

NO_DATA = {
    "init": "writes files and names them",
    "quickstart": "a walk-through for a person",
    "wait": "its exit status is the answer",
    "completion": "prints a shell's script, or installs it",
    "console-producer": "prints nothing",
    "server-start": "prints a log",
    "server-stop": "prints nothing",
    "zookeeper-server-start": "prints a log",
    "zookeeper-server-stop": "prints nothing",
    "zk-server": "starts and stops a server; zk-shell and wait look at it",
    "run-class": "runs the other tools, with their options",
    "mirror-maker": "prints nothing",
    "elsewhere": "names other programs",
}
SCHEMAS_ELSEWHERE = {
    "console-consumer": "docs/schemas/record.json",
    "zk-shell": "docs/schemas/znode-data.json",
    "zk-cli": "docs/schemas/znode-data.json",
}
CHANGES_NOTHING = {
    "quickstart": "works on servers of its own",
    "wait": "only asks",
    "doctor": "only asks",
    "console-consumer": "only reads",
    "broker-api-versions": "only asks",
    "consumer-perf-test": "only reads",
    "dump-log": "only reads",
    "get-offsets": "only asks",
    "log-dirs": "only asks",
    "replica-verification": "only reads",
    "state-change-log-merger": "only reads",
    "verifiable-consumer": "only reads",
    "elsewhere": "does nothing",
}
NO_DRY_RUN = {
    "init": "writes new files alone, and names them",
    "context": "changes the user's own list alone",
    "completion": "without `install` it prints what it would write",
    "console-producer": "sends what it is given",
    "producer-perf-test": "sends records of its own to be measured",
    "e2e-latency": "sends records of its own to be measured",
    "verifiable-producer": "sends records of its own to be counted",
    "mirror-maker": "runs until it is stopped; copy --dry-run tells",
    "server-start": "runs a server",
    "server-stop": "ends a server",
    "zookeeper-server-start": "runs a server",
    "zookeeper-server-stop": "ends a server",
    "zk-server": "starts and ends a server",
    "run-class": "runs the other tools, with their options",
}
# tool → the test of its dry run, where tests/output/test_changes.py has none
DRY_RUNS_ELSEWHERE = {
    "import": "tests/tools/test_import_.py",
    "delegation-tokens": "tests/tools/test_delegation_tokens.py",
    "streams-application-reset": "tests/tools/test_streams_application_reset.py",
    "zookeeper-security-migration": "tests/tools/test_zookeeper_security_migration.py",
    "leader-election": "tests/output/test_changes.py",
}
ROOT = Path(__file__).parents[2]


def options_of(tool: Tool) -> set[str]:
    return set(import_module(f"kafkacli.tools.{tool.module}").OPTIONS.by_name)


def names_of(tool: Tool) -> list[str]:
    return [f"kafkacli {tool.subcommand}", *(f"{script}.sh" for script in tool.scripts)]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.subcommand)
def test_what_prints_data_has_a_schema(tool: Tool) -> None:
    printed = [
        schema.name
        for schema in SCHEMAS.values()
        if any(
            command.startswith(f"{name} ") or command == name for command in schema.commands for name in names_of(tool)
        )
    ]
    if tool.subcommand in SCHEMAS_ELSEWHERE:
        assert (ROOT / SCHEMAS_ELSEWHERE[tool.subcommand]).exists()
        return
    assert ("output" in options_of(tool)) == bool(printed) == (tool.subcommand not in NO_DATA)


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.subcommand)
def test_what_changes_something_has_a_dry_run(tool: Tool) -> None:
    if tool.subcommand in ("zk-shell", "zk-cli"):  # each of their commands: tests/zkshell/test_dry_run.py
        assert (ROOT / "tests/zkshell/test_dry_run.py").exists()
        return
    exempt = tool.subcommand in CHANGES_NOTHING or tool.subcommand in NO_DRY_RUN
    assert ("dry-run" in options_of(tool)) != exempt
    if exempt:
        return
    if (path := DRY_RUNS_ELSEWHERE.get(tool.subcommand)) is not None:
        assert re.search("dry.run", (ROOT / path).read_text(encoding="utf-8"))
        return
    proved = [*SAID, *COMMANDS["changes"], *COMMANDS["moves"]]
    starts = (tool.subcommand, *tool.scripts)
    assert [line for line in proved if line.split()[0] in starts and "--dry-run" in line]


def test_a_tool_is_either_exempt_or_not() -> None:
    assert not CHANGES_NOTHING.keys() & NO_DRY_RUN.keys()
    for names in (NO_DATA, SCHEMAS_ELSEWHERE, CHANGES_NOTHING, NO_DRY_RUN, DRY_RUNS_ELSEWHERE):
        assert set(names) <= {tool.subcommand for tool in TOOLS}

"""The schemas of znodes: every verb that prints data is held against its own in tests/zkshell/test_json_output.py."""

import pytest

from kafkacli.output.schema import Schema
from kafkacli.output.schemas_zookeeper import ZOOKEEPER


@pytest.mark.parametrize("schema", ZOOKEEPER, ids=lambda schema: schema.name)
def test_both_names_of_the_shell_print_it(schema: Schema) -> None:
    by_script = {
        script: {command.partition(" ")[2] for command in schema.commands if command.startswith(f"{script} ")}
        for script in ("zookeeper-shell.sh", "zkCli.sh")
    }
    assert by_script["zkCli.sh"] == by_script["zookeeper-shell.sh"] != set()

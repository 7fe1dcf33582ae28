"""Option tables: names, and every tool's table in good order."""

import pytest

from kafkacli.options.commands import Command, commands
from kafkacli.options.table import Option, OptionTable


def test_an_option_is_found_by_each_of_its_names() -> None:
    partition = Option("p", "partition", argument="number", help="Which.")
    table = OptionTable("tool.sh", "", [partition])
    assert table.by_name == {"p": partition, "partition": partition}
    assert partition.name == "p"
    assert str(partition) == "[p, partition]"


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.subcommand)
def test_every_tools_table_is_in_good_order(command: Command) -> None:
    table = command.table
    names = [name for option in table.options for name in option.names]
    assert len(names) == len(set(names))
    assert not [option.name for option in table.options if not option.help.endswith(".")]
    assert not [option.name for option in table.options for other in option.available_if if other not in names]
    assert table.script == (command.names[0] if command.names else f"kafkacli {command.subcommand}")

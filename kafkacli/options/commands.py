"""Every command of this version with its option table: what completions and man pages are made from."""

from __future__ import annotations

from importlib import import_module

from kafkacli.app import ALIASES, TOOLS, Tool
from kafkacli.options.table import Option, OptionTable

COMMON = (
    Option(
        "context",
        argument="name",
        completes="context",
        help="Take servers and properties from this context of `kafkacli context`, where the command line names none.",
        since="kafkacli",
    ),
    Option("debug", help="Show the traceback of an error.", since="kafkacli"),
    Option("quiet", help="Write nothing to stdout; errors go to stderr.", since="kafkacli"),
)
"""Options that every command takes, on top of its own."""


class Command:
    """A tool and its table. names: the scripts that start it, Apache's name first, then without .sh.

    subcommands: its names behind `kafkacli`, `subcommand` first.
    """

    __slots__ = ("names", "subcommand", "subcommands", "summary", "table")

    def __init__(self, tool: Tool, table: OptionTable) -> None:
        self.subcommand = tool.subcommand
        self.summary = tool.summary
        self.subcommands = [tool.subcommand, *(name for name, of in ALIASES.items() if of == tool.subcommand)]
        self.names = [name for script in tool.scripts for name in (f"{script}.sh", script)]
        self.table = table

    @property
    def all_names(self) -> list[str]:
        """Every word that starts it, behind `kafkacli` or by itself."""
        return [*self.subcommands, *(name for name in self.names if name not in self.subcommands)]


def commands() -> list[Command]:
    """Return the commands that this version has, in the order in which help lists them."""
    return [Command(tool, import_module(f"kafkacli.tools.{tool.module}").OPTIONS) for tool in TOOLS]


def first_sentence(text: str) -> str:
    """Return what a completion menu has room for: the first sentence, without its full stop."""
    return text.split(". ")[0].rstrip(".").split("; ")[0]


def dashed(name: str) -> str:
    """Return an option's name as it is typed."""
    return f"-{name}" if len(name) == 1 else f"--{name}"

"""The verbs that need a session, one file each; imported when they are asked for."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.command import Command

MODULES = {
    "addauth": "addauth",
    "close": "close",
    "config": "config",
    "create": "create",
    "delete": "delete",
    "deleteall": "deleteall",
    "delquota": "delquota",
    "get": "get",
    "getAcl": "get_acl",
    "listquota": "listquota",
    "ls": "ls",
    "ls2": "ls2",
    "reconfig": "reconfig",
    "removewatches": "removewatches",
    "rmr": "rmr",
    "set": "set",
    "setAcl": "set_acl",
    "setquota": "setquota",
    "stat": "stat",
    "sync": "sync",
}
# Those that the original doesn't have.
OWN_MODULES = {
    "cp": "cp",
    "du": "du",
    "dump": "dump",
    "export": "export",
    "find": "find",
    "grep": "grep",
    "import": "import_",
    "tree": "tree",
}
# Those that ask and wait for the answer: no requests are under way meanwhile, no watch outlives them, the session stays as it is.
BRIEF = frozenset(MODULES) - {"addauth", "close", "reconfig", "removewatches"}


def load(verb: str) -> Command:
    """Return the command of a verb. Raises KeyError."""
    command: Command = import_module(f"{__name__}.{MODULES.get(verb) or OWN_MODULES[verb]}").COMMAND
    return command

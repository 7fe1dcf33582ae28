"""reconfig: change the servers of an ensemble."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import data_text, print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    given = parsed.options
    if not given.keys() & {"file", "members", "add", "remove"}:
        raise CommandError(f"{COMMAND.name} {COMMAND.usage}")
    try:
        version = int(given.get("v", "-1"), 16)
    except ValueError:
        raise CommandError("-v must be followed by a long (configuration version)") from None
    if given.keys() & {"file", "members"} and given.keys() & {"add", "remove"}:
        raise CommandError(
            "Can't use -file or -members together with -add or -remove (mixing incremental"
            " and non-incremental modes is not allowed)"
        )
    if "file" in given and "members" in given:
        raise CommandError("Can't use -file and -members together (conflicting non-incremental modes)")
    joining, leaving, members = (
        given[name].lower() if name in given else None for name in ("add", "remove", "members")
    )
    if "file" in given:
        members = read_members(given["file"])
    data, stat = znodes.reconfigure(joining, leaving, members, version)
    console.out(f"Committed new configuration:\n{data_text(data)}")
    if "s" in given:
        print_stat(stat)


def read_members(path: str) -> str:
    """Return the lines of a configuration file that name servers. Raises CommandError."""
    from kafkacli.client.properties import load_properties

    try:
        properties = load_properties(path)
    except OSError as error:
        raise CommandError(f"Error processing {path}{path} ({error.strerror})") from None
    return "\n".join(f"{name}={value}" for name, value in properties.items() if name.startswith("server."))


COMMAND = Command(
    "reconfig",
    "[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | "
    "[-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]",
    _run,
    Options("s", ("v", "file", "members", "add", "remove")),
    minimum=1,
)

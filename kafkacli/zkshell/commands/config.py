"""config: the ensemble's configuration, whole or as a client's connection string."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import data_text, print_stat
from kafkacli.zookeeper.paths import CONFIG_PATH

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    data, stat = znodes.get_config(watch="w" in parsed)
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import data_fields, print_json, stat_value

        shown = client_string(data).encode() if "c" in parsed else data
        print_json({"path": CONFIG_PATH, **data_fields(shown), "stat": stat_value(stat)})
        return
    console.out(client_string(data) if "c" in parsed else data_text(data))
    if "s" in parsed:
        print_stat(stat)


def client_string(data: bytes | None) -> str:
    """Return the version and the client address of every server that has one: `host:port:port[:role];[host:]port`."""
    from kafkacli.client.properties import read_properties

    properties = read_properties(data_text(data))
    addresses = []
    for name, value in properties.items():
        if name.startswith("server."):
            host, _, port = value.partition(";")[2].strip().rpartition(":")
            addresses.append(f"{host or '0.0.0.0'}:{port}" if port else "")
    return f"{properties.get('version', '')} {','.join(addresses)}"


COMMAND = Command("config", "[-c] [-w] [-s]", _run, Options("swc", ("output",)), minimum=1)

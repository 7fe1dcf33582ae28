"""getAcl: who may do what with a znode."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.parse import Options
from kafkacli.zkshell.printing import permission_letters, print_stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes


def _run(znodes: Znodes, parsed: Parsed) -> None:
    acl, stat = znodes.get_acl(parsed.words[1])
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import acl_value, print_json, stat_value

        print_json({"path": parsed.words[1], "acl": acl_value(acl), "stat": stat_value(stat)})
        return
    for entry in acl:
        console.out(f"'{_field(entry.id.scheme)},'{_field(entry.id.id)}\n: {permission_letters(entry.perms)}")
    if "s" in parsed:
        print_stat(stat)


def _field(text: str) -> str:
    """Escape what separates fields where records are written as text."""
    for character, escaped in (("%", "%25"), ("\0", "%00"), ("\n", "%0A"), ("\r", "%0D"), (",", "%2C"), ("}", "%7D")):
        text = text.replace(character, escaped)
    return text


COMMAND = Command("getAcl", "[-s] path", _run, Options("s", ("output",)))

"""create: make a znode: persistent, sequential, ephemeral, a container, or with a time to live."""

from __future__ import annotations

from kafkacli import console
from kafkacli.zkshell.acl import parse_acl
from kafkacli.zkshell.command import Command
from kafkacli.zkshell.errors import CommandError, OperationError, java_integer
from kafkacli.zkshell.parse import DRY_RUN, Options
from kafkacli.zkshell.znodes import check_ttl
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import CreateFlag, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.zkshell.parse import Parsed
    from kafkacli.zkshell.znodes import Znodes

_KINDS = {
    "": CreateFlag.PERSISTENT,
    "s": CreateFlag.PERSISTENT_SEQUENTIAL,
    "e": CreateFlag.EPHEMERAL,
    "es": CreateFlag.EPHEMERAL_SEQUENTIAL,
    "c": CreateFlag.CONTAINER,
    "t": CreateFlag.PERSISTENT_WITH_TTL,
    "st": CreateFlag.PERSISTENT_SEQUENTIAL_WITH_TTL,
}


def _run(znodes: Znodes, parsed: Parsed) -> None:
    _, path, *rest = parsed.words
    ttl_ms = _check_kind(parsed)
    data = rest[0].encode("utf-8", "surrogateescape") if rest else None
    acl = parse_acl(rest[1]) if len(rest) > 1 else list(OPEN_ACL_UNSAFE)
    kind = _KINDS["".join(sorted(parsed.options.keys() - {"output", DRY_RUN}))]
    try:
        created = znodes.create(path, data, acl, kind, ttl_ms)
    except OperationError as error:
        if error.code == Error.EPHEMERAL_ON_LOCAL_SESSION:
            console.err("Unable to create ephemeral node on a local session")
        elif error.code == Error.INVALID_ACL:
            console.err(str(error))
        raise
    if parsed.wants_json:
        from kafkacli.zkshell.json_output import print_json

        print_json({"path": created})
    elif not znodes.is_dry_run:
        console.err(f"Created {created}")


def _check_kind(parsed: Parsed) -> int | None:
    """Refuse options that don't go together. Returns the TTL, milliseconds."""
    if "c" in parsed and ("e" in parsed or "s" in parsed):
        raise CommandError("-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.")
    if "t" not in parsed:
        return None
    try:
        ttl_ms = java_integer(parsed.options["t"], 64)
    except ValueError:
        raise CommandError("-t argument must be a long value") from None
    if "e" in parsed:
        raise CommandError("TTLs cannot be used with Ephemeral znodes")
    if "c" in parsed:
        raise CommandError("TTLs cannot be used with Container znodes")
    check_ttl(ttl_ms)
    return ttl_ms


COMMAND = Command(
    "create", "[-s] [-e] [-c] [-t ttl] path [data] [acl]", _run, Options((*"esc", DRY_RUN), ("t", "output"))
)

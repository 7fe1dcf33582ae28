"""kafka-delegation-tokens.sh: create, renew, expire and describe delegation tokens.

Source: Apache `DelegationTokenCommand.scala` of 2.6.2 for the order of checks and every text.
"""

from __future__ import annotations

from kafkacli import console
from kafkacli.client.java_errors import Thrown, message_text, trace_text
from kafkacli.exits import Exit
from kafkacli.options.jopt import Parsed, answer_help, parse
from kafkacli.options.table import DRY_RUN, HELP, OUTPUT, VERSION, Option, OptionTable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kafkacli.client.cluster import Cluster
    from kafkacli.client.delegation_tokens import DelegationToken, Principal
    from kafkacli.steps import Steps

OPTIONS = OptionTable(
    "kafka-delegation-tokens.sh",
    "Create, renew, expire and describe delegation tokens.",
    (
        Option("bootstrap-server", argument="host:port,...", help="The brokers to ask first. Always needed."),
        Option(
            "command-config",
            argument="file",
            completes="file",
            help="A properties file for the connection to the brokers, with a login: tokens are for those who have one."
            " Always needed.",
        ),
        Option("create", help="Create a token for the user who is logged in."),
        Option("describe", help="Show the tokens of the owners, or all that the user may see."),
        Option("expire", help="Have a token expire."),
        Option(
            "expiry-time-period",
            argument="ms",
            optional=True,
            kind="long",
            help="With --expire: milliseconds until the token expires, -1 for at once.",
        ),
        HELP,
        DRY_RUN,
        OUTPUT,
        Option("hmac", argument="hmac", optional=True, help="The HMAC of the token to renew or expire, in Base64."),
        Option(
            "max-life-time-period",
            argument="ms",
            optional=True,
            kind="long",
            help="With --create: milliseconds that the token may live at most, -1 for the brokers' limit.",
        ),
        Option(
            "owner-principal",
            argument="type:name",
            optional=True,
            help="With --describe: an owner of tokens; may be repeated.",
        ),
        Option("renew", help="Let a token live longer."),
        Option(
            "renew-time-period",
            argument="ms",
            optional=True,
            kind="long",
            help="With --renew: milliseconds that the token lives from now on, -1 for the brokers' period.",
        ),
        Option(
            "renewer-principal",
            argument="type:name",
            optional=True,
            help="With --create: who may renew the token besides its owner; may be repeated.",
        ),
        VERSION,
    ),
    synopsis="(--create | --renew | --expire | --describe) --bootstrap-server HOST:PORT --command-config FILE [OPTION]...",
    examples=(
        (
            "kafka-delegation-tokens.sh --bootstrap-server localhost:9092 --command-config client.properties --create --max-life-time-period -1",
            "a token for the user of the file",
        ),
    ),
)

_ROW = "\n{:<15} {:<30} {:<15} {:<25} {:<15} {:<15} {:<15}"
_REQUIRED = {
    "create": ("max-life-time-period",),
    "renew": ("hmac", "renew-time-period"),
    "expire": ("hmac", "expiry-time-period"),
}
_EXCLUDED = {
    "create": ("hmac", "renew-time-period", "expiry-time-period", "owner-principal"),
    "renew": ("renewer-principal", "max-life-time-period", "expiry-time-period", "owner-principal"),
    "expire": ("renew", "max-life-time-period", "renew-time-period", "owner-principal"),
    "describe": ("renew-time-period", "max-life-time-period", "hmac", "expiry-time-period"),
}


def main(arguments: list[str]) -> int:
    """Run kafka-delegation-tokens.sh. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    usage = "This tool helps to create, renew, expire, or describe delegation tokens."
    if (status := answer_help(options, usage)) is not None:
        return status
    check_arguments(options)
    from kafkacli.client.connect import connect

    actions = {"create": _create, "renew": _renew, "expire": _expire, "describe": _describe}
    action = next(name for name in actions if options.has(name))
    with connect(options.value("bootstrap-server"), options.value("command-config")) as cluster:
        try:
            actions[action](options, cluster)
        except Exception as error:
            console.error_out(f"Error while executing delegation token command : {message_text(error)}")
            if console.traceback_wanted():
                raise
            console.log("ERROR", f"{trace_text(error)}\n", "kafka.admin.DelegationTokenCommand$")
            return Exit.FAILURE
    return Exit.OK


def check_arguments(options: Parsed) -> None:
    """Refuse command lines that make no sense, in the original's order. Raises UsageError."""
    if sum(options.has(action) for action in _EXCLUDED) != 1:
        raise options.fail("Command must include exactly one action: --create, --renew, --expire or --describe")
    options.require("bootstrap-server", "command-config")
    for action, needed in _REQUIRED.items():
        if options.has(action):
            options.require(*needed)
    for action, excluded in _EXCLUDED.items():
        options.exclude(action, *excluded)


def _create(options: Parsed, cluster: Cluster) -> None:
    from kafkacli.client.delegation_tokens import create_token, describe_tokens

    renewers = _principals(options, "renewer-principal")
    lifetime_ms = _given(options.integer("max-life-time-period"))
    console.out(
        f"Calling create token operation with renewers :{_shown(renewers)} , max-life-time-period :{lifetime_ms}"
    )
    if options.has("dry-run"):
        from kafkacli.output.changes import Changes

        describe_tokens(cluster, None)  # whether tokens are to be had on this connection
        changes = Changes(dry_run=True)
        changes.add("create", "delegation-token", "of the caller", renewers=_shown(renewers), max_life_ms=lifetime_ms)
        changes.show()
        return
    with _asked("created"):
        token = create_token(cluster, renewers, lifetime_ms)
    console.out(f"Created delegation token with tokenId : {token.token_id}")
    _show([token])


def _renew(options: Parsed, cluster: Cluster) -> None:
    from kafkacli.client.delegation_tokens import renew_token

    hmac = options.value("hmac")
    period_ms = _given(options.integer("renew-time-period"))
    console.out(f"Calling renew token operation with hmac :{_text(hmac)} , renew-time-period :{period_ms}")
    if options.has("dry-run"):
        _dry_change(cluster, "renew", _decoded(hmac), period_ms)
        return
    decoded = _decoded(hmac)
    with _asked("renewed"):
        expiry_ms = renew_token(cluster, decoded, period_ms)
    console.out(f"Completed renew operation. New expiry date : {_date(expiry_ms)}")
    _tell("renew", hmac, expiry_ms)


def _expire(options: Parsed, cluster: Cluster) -> None:
    from kafkacli.client.delegation_tokens import expire_token

    hmac = options.value("hmac")
    period_ms = _given(options.integer("expiry-time-period"))
    console.out(f"Calling expire token operation with hmac :{_text(hmac)} , expire-time-period : {period_ms}")
    if options.has("dry-run"):
        _dry_change(cluster, "expire", _decoded(hmac), period_ms)
        return
    decoded = _decoded(hmac)
    with _asked("expired"):
        expiry_ms = expire_token(cluster, decoded, period_ms)
    console.out(f"Completed expire operation. New expiry date : {_date(expiry_ms)}")
    _tell("expire", hmac, expiry_ms)


def _asked(did: str) -> Steps:
    from kafkacli.steps import asked

    return asked("delegation token", did, "what was asked for")


def _tell(action: str, hmac: str | None, expiry_ms: int) -> None:
    from kafkacli.output.changes import Changes

    changes = Changes(dry_run=False)
    changes.add(action, "delegation-token", _text(hmac), expiry_ms=expiry_ms)
    changes.show()


def _dry_change(cluster: Cluster, action: str, hmac: bytes, period_ms: int) -> None:
    """Say what would become of a token, if it is one of those that the caller may see. Raises ApiError."""
    from kafkacli.client.delegation_tokens import describe_tokens
    from kafkacli.errors import ApiError, ErrorCode
    from kafkacli.output.changes import Changes

    token = next((token for token in describe_tokens(cluster, None) if token.hmac == hmac), None)
    if token is None:
        raise ApiError(ErrorCode.DELEGATION_TOKEN_NOT_FOUND)
    changes = Changes(dry_run=True)
    changes.add(action, "delegation-token", token.token_id, period_ms=period_ms)
    changes.show()


def _describe(options: Parsed, cluster: Cluster) -> None:
    from kafkacli.client.delegation_tokens import describe_tokens

    owners = _principals(options, "owner-principal") if options.has("owner-principal") else None
    if owners is None:
        console.out("Calling describe token operation for current user.")
    else:
        console.out(f"Calling describe token operation for owners :{_shown(owners)}")
    tokens = describe_tokens(cluster, owners)
    console.out(f"Total number of tokens : {len(tokens)}")
    _show(tokens)


def _show(tokens: Sequence[DelegationToken]) -> None:
    if not console.is_plain():
        from kafkacli.output.show import show

        show("delegation-tokens", list(map(_record, tokens)))
        return
    console.write(_ROW.format("TOKENID", "HMAC", "OWNER", "RENEWERS", "ISSUEDATE", "EXPIRYDATE", "MAXDATE"))
    from base64 import b64encode

    for token in tokens:
        hmac = b64encode(token.hmac).decode()
        dates = map(_date, (token.issue_ms, token.expiry_ms, token.maximum_ms))
        console.out(_ROW.format(token.token_id, hmac, ":".join(token.owner), _shown(token.renewers), *dates))


def _record(token: DelegationToken) -> dict[str, object]:
    from base64 import b64encode

    return {
        "token_id": token.token_id,
        "hmac": b64encode(token.hmac).decode(),
        "owner": ":".join(token.owner),
        "renewers": [":".join(renewer) for renewer in token.renewers],
        "issue_ms": token.issue_ms,
        "expiry_ms": token.expiry_ms,
        "maximum_ms": token.maximum_ms,
    }


def _principals(options: Parsed, name: str) -> list[Principal]:
    found = []
    for text in map(str.strip, options.values(name)):
        kind, colon, rest = text.partition(":")
        if not colon:
            raise ValueError(f"expected a string in format principalType:principalName but got {text}")
        found.append((kind, rest))
    return found


def _shown(principals: Sequence[Principal]) -> str:
    return f"[{', '.join(map(':'.join, principals))}]"


def _given(number: int | None) -> int:
    """Return an optional argument that has to be there. Raises Thrown."""
    if number is None:
        raise Thrown("java.lang.NullPointerException", "null")
    return number


def _text(hmac: str | None) -> str:
    return "null" if hmac is None else hmac


def _decoded(hmac: str | None) -> bytes:
    """Return the bytes of a Base64 text as java.util.Base64 reads it. Raises Thrown and ValueError."""
    from base64 import b64decode
    from string import ascii_letters, digits

    if hmac is None:
        raise Thrown("java.lang.NullPointerException", "null")
    body = hmac.rstrip("=")
    strange = [letter for letter in body if letter not in f"{ascii_letters}{digits}+/"]
    if strange:
        raise ValueError(f"Illegal base64 character {ord(strange[0]):x}")
    padding = len(hmac) - len(body)
    if (padding and len(hmac) % 4) or padding > 2:
        raise ValueError("Input byte array has wrong 4-byte ending unit")
    if len(body) % 4 == 1:
        raise ValueError("Last unit does not have enough valid bits")
    return b64decode(body + "=" * (-len(body) % 4))


def _date(timestamp_ms: int) -> str:
    from time import localtime, strftime

    return strftime("%Y-%m-%dT%H:%M", localtime(timestamp_ms // 1000))

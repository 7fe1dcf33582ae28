"""kafka-delegation-tokens.sh."""

import re
import time
from pathlib import Path

import pytest

from kafkacli.client.delegation_tokens import DelegationToken
from kafkacli.options.jopt import UsageError, parse
from kafkacli.tools.delegation_tokens import OPTIONS, check_arguments
from tests.support.documents import checked
from tests.support.kafka import Kafka
from tests.support.tools import Outcome, Tools

TOOL = "kafka-delegation-tokens.sh"
BOTH = "--bootstrap-server b:1 --command-config c"
ONE_ACTION = "Command must include exactly one action: --create, --renew, --expire or --describe"
HEAD = "\nTOKENID         HMAC                           OWNER           RENEWERS                  ISSUEDATE       EXPIRYDATE      MAXDATE        "


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (BOTH, ONE_ACTION),
        (f"{BOTH} --create --describe", ONE_ACTION),
        ("--describe --command-config c", 'Missing required argument "[bootstrap-server]"'),
        ("--describe --bootstrap-server b:1", 'Missing required argument "[command-config]"'),
        (f"{BOTH} --create", 'Missing required argument "[max-life-time-period]"'),
        (f"{BOTH} --renew --hmac x", 'Missing required argument "[renew-time-period]"'),
        (f"{BOTH} --expire", 'Missing required argument "[hmac]"'),
        (
            f"{BOTH} --create --max-life-time-period 1 --owner-principal User:a",
            'Option "[create]" can\'t be used with option "[owner-principal]"',
        ),
        (
            f"{BOTH} --renew --hmac x --renew-time-period 1 --renewer-principal User:a",
            'Option "[renew]" can\'t be used with option "[renewer-principal]"',
        ),
        (
            f"{BOTH} --expire --hmac x --expiry-time-period 1 --renew-time-period 1",
            'Option "[expire]" can\'t be used with option "[renew-time-period]"',
        ),
        (f"{BOTH} --describe --hmac x", 'Option "[describe]" can\'t be used with option "[hmac]"'),
    ],
)
def test_what_makes_no_sense_is_refused_in_kafkas_words(words: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_arguments(parse(OPTIONS, words.split()))
    assert str(caught.value) == message


class Tokens:
    """Runs kafka-delegation-tokens.sh."""

    def __init__(self, tools: Tools, bootstrap: str, config: Path) -> None:
        config.write_text("security.protocol=PLAINTEXT\n")
        self._tools = tools
        self._words = ["--bootstrap-server", bootstrap, "--command-config", str(config)]

    def __call__(self, words: str) -> Outcome:
        return self._tools.run(TOOL, *self._words, *words.split())


@pytest.fixture
def tokens(tools: Tools, tmp_path: Path) -> Tokens:
    return Tokens(tools, "127.0.0.1:1", tmp_path / "c.properties")


def logged(done: Outcome) -> str:
    """What a failed run logged, without its time."""
    assert done.status == 1
    entry = re.fullmatch(r"\[[-0-9]+ [0-9:,]+\] ERROR (.*)\n \(kafka\.admin\.DelegationTokenCommand\$\)\n", done.err)
    assert entry is not None
    return entry[1]


def test_no_token_without_a_login(kafka: Kafka, tools: Tools, tmp_path: Path) -> None:
    done = Tokens(tools, kafka.bootstrap, tmp_path / "c.properties")("--describe --owner-principal User:a")
    error = (
        "org.apache.kafka.common.errors.UnsupportedByAuthenticationException: Delegation Token requests are not allowed"
        " on PLAINTEXT/1-way SSL channels and on delegation token authenticated channels."
    )
    assert done.out == (
        "Calling describe token operation for owners :[User:a]\n"
        f"Error while executing delegation token command : {error}\n"
    )
    assert logged(done) == f"java.util.concurrent.ExecutionException: {error}"


@pytest.mark.parametrize(
    ("words", "message", "exception"),
    [
        ("--create --max-life-time-period", "null", "java.lang.NullPointerException"),
        ("--expire --expiry-time-period 1 --hmac", "null", "java.lang.NullPointerException"),
        (
            "--create --max-life-time-period 1 --renewer-principal me",
            "expected a string in format principalType:principalName but got me",
            "java.lang.IllegalArgumentException",
        ),
        (
            "--renew --renew-time-period 1 --hmac Q?==",
            "Illegal base64 character 3f",
            "java.lang.IllegalArgumentException",
        ),
        (
            "--renew --renew-time-period 1 --hmac QUI==",
            "Input byte array has wrong 4-byte ending unit",
            "java.lang.IllegalArgumentException",
        ),
        (
            "--renew --renew-time-period 1 --hmac QUJDR",
            "Last unit does not have enough valid bits",
            "java.lang.IllegalArgumentException",
        ),
        (
            "--renew --renew-time-period 1 --renew-time-period 2 --hmac QUJD",
            "Found multiple arguments for option renew-time-period, but you asked for only one",
            "joptsimple.MultipleArgumentsForOptionException",
        ),
    ],
)
def test_what_the_original_throws(tokens: Tokens, words: str, message: str, exception: str) -> None:
    done = tokens(words)
    assert done.out.splitlines()[-1] == f"Error while executing delegation token command : {message}"
    assert logged(done) == f"{exception}: {message}"


def moment(date: str) -> int:
    """The milliseconds of a local time."""
    return int(time.mktime(time.strptime(date, "%Y-%m-%d %H:%M"))) * 1000


def test_tokens_are_shown_in_columns(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    token = DelegationToken(
        "id",
        b"ABC",
        ("User", "me"),
        [("User", "a"), ("User", "b")],
        issue_ms=moment("2026-01-02 03:04"),
        expiry_ms=moment("2026-01-03 03:04"),
        maximum_ms=moment("2026-01-09 03:04"),
    )
    asked: list[object] = []

    def create(_: object, *words: object) -> DelegationToken:
        asked.append(words)
        return token

    monkeypatch.setattr("kafkacli.client.delegation_tokens.describe_tokens", lambda _, owners: [token, token])
    monkeypatch.setattr("kafkacli.client.delegation_tokens.create_token", create)
    row = (
        "\nid              QUJD                           User:me         [User:a, User:b]         "
        " 2026-01-02T03:04 2026-01-03T03:04 2026-01-09T03:04\n"
    )
    assert tokens("--describe") == (
        0,
        f"Calling describe token operation for current user.\nTotal number of tokens : 2\n{HEAD}{row}{row}",
        "",
    )
    words = "--create --max-life-time-period 5 --renewer-principal User:a --renewer-principal User:b"
    created = "Calling create token operation with renewers :[User:a, User:b] , max-life-time-period :5\n"
    assert tokens(words) == (0, f"{created}Created delegation token with tokenId : id\n{HEAD}{row}", "")
    assert asked == [([("User", "a"), ("User", "b")], 5)]
    monkeypatch.setattr("kafkacli.client.delegation_tokens.describe_tokens", lambda _, owners: [])
    assert tokens("--describe").out.endswith(f"Total number of tokens : 0\n{HEAD}")


def test_new_dates_are_said(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkacli.client.delegation_tokens.renew_token", lambda *_: moment("2026-01-02 03:04"))
    monkeypatch.setattr("kafkacli.client.delegation_tokens.expire_token", lambda *_: moment("2026-01-02 03:05"))
    renewed = (
        "Calling renew token operation with hmac :QUJD , renew-time-period :-1\n"
        "Completed renew operation. New expiry date : 2026-01-02T03:04\n"
    )
    assert tokens("--renew --renew-time-period -1 --hmac QUJD") == (0, renewed, "")
    expired = (
        "Calling expire token operation with hmac :QUI= , expire-time-period : -1\n"
        "Completed expire operation. New expiry date : 2026-01-02T03:05\n"
    )
    assert tokens("--expire --expiry-time-period -1 --hmac QUI=") == (0, expired, "")


A_TOKEN = DelegationToken("id", b"ABC", ("User", "me"), [("User", "a")], issue_ms=1, expiry_ms=2, maximum_ms=3)


def test_the_document_of_a_token(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafkacli.client.delegation_tokens.describe_tokens", lambda _, owners: [A_TOKEN])
    done = tokens("--describe --output json")
    assert "Total number of tokens : 1" in done.err
    assert checked("delegation-tokens", done.out) == [
        {
            "token_id": "id",
            "hmac": "QUJD",
            "owner": "User:me",
            "renewers": ["User:a"],
            "issue_ms": 1,
            "expiry_ms": 2,
            "maximum_ms": 3,
        }
    ]
    monkeypatch.setattr("kafkacli.client.delegation_tokens.renew_token", lambda *_: 5)
    (change,) = checked("changes", tokens("--renew --renew-time-period -1 --hmac QUJD --output json").out)
    assert (change["action"], change["details"], change["done"]) == ("renew", {"expiry_ms": "5"}, True)


def test_a_dry_run_changes_no_token(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    for action in ("create", "renew", "expire"):
        monkeypatch.setattr(f"kafkacli.client.delegation_tokens.{action}_token", never)
    monkeypatch.setattr("kafkacli.client.delegation_tokens.describe_tokens", lambda _, owners: [A_TOKEN])
    done = tokens("--create --max-life-time-period 5 --dry-run")
    assert done.out.endswith("\nWould create delegation-token of the caller: renewers=[], max_life_ms=5\n")
    done = tokens("--expire --expiry-time-period -1 --hmac QUJD --dry-run")
    assert done.out.endswith("\nWould expire delegation-token id: period_ms=-1\n")
    assert tokens("--renew --renew-time-period 1 --hmac QUJE --dry-run").status == 1

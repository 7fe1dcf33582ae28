"""Delegation tokens on a broker with logins: the original's output, step by step, and a login with a token."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.secured.conftest import Ours
from tests.support.apache import Apache
from tests.support.secured import SCRAM_MODULE, Secured, write_properties

pytestmark = pytest.mark.apache

TOOL = "kafka-delegation-tokens.sh"
Run = Callable[..., "subprocess.CompletedProcess[str]"]
MASKS = (
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d", "<date>"),
    (r"(?m)(tokenId : )[\w-]{22}", r"\1<id>"),
    (r"(?m)^[\w-]{22}( +)[\w+/]{86}==", r"<id>\1<hmac>"),
    (r"(?m)(hmac :)[\w+/]{86}==", r"\1<hmac>"),
    (r"\.\.\. \d+", "... <number>"),
)


class Tokens:
    """Runs the tool, the real one or ours, as the user of a login; keeps what it printed, with what varies masked."""

    def __init__(self, run: Run, bootstrap: str, config: Path) -> None:
        self._run = run
        self._words = ("--bootstrap-server", bootstrap, "--command-config", str(config))
        self.printed: list[tuple[int, str]] = []

    def __call__(self, words: str) -> str:
        """Run it once; returns what it printed as it is."""
        done = self._run(TOOL, *self._words, *words.split())
        text = done.stdout
        for pattern, mask in MASKS:
            text = re.sub(pattern, mask, text)
        self.printed.append((done.returncode, text))
        return str(done.stdout)

    def create(self, words: str = "") -> tuple[str, str]:
        """Create a token; returns its id and HMAC."""
        out = self(f"--create --max-life-time-period -1 {words}")
        match = re.search(r"(?m)^([\w-]{22}) +([\w+/]{86}==)", out)
        assert match is not None, out
        return match[1], match[2]

    def live(self) -> None:
        """Every verb, with success; the tokens are gone at the end."""
        _, first = self.create("--renewer-principal User:renewer --renewer-principal User:other")
        self("--describe")
        self("--describe --owner-principal User:alice")
        self("--describe --owner-principal User:nobody")
        self(f"--renew --renew-time-period -1 --hmac {first}")
        self(f"--renew --renew-time-period 60000 --hmac {first}")
        self(f"--expire --expiry-time-period 120000 --hmac {first}")
        self(f"--expire --expiry-time-period -1 --hmac {first}")
        self("--describe")
        self(f"--renew --renew-time-period -1 --hmac {first}")
        self("--create --max-life-time-period -1 --renewer-principal nonsense")


@pytest.mark.parametrize(("listener", "mechanism"), [("SASL_SSL", "SCRAM-SHA-256")])
def test_a_token_lives_and_dies_as_with_the_original(
    secured: Secured, ours: Ours, apache: Apache, folder: Path, listener: str, mechanism: str
) -> None:
    config = write_properties(folder / "c", secured.properties(listener, mechanism))
    theirs = Tokens(apache.run, secured.bootstrap(listener), config)
    mine = Tokens(ours.run, secured.bootstrap(listener), config)
    theirs.live()
    mine.live()
    assert mine.printed == theirs.printed
    assert [status for status, _ in mine.printed] == [0] * 9 + [1] * 2


def test_a_token_is_a_login(secured: Secured, ours: Ours, folder: Path) -> None:
    config = write_properties(folder / "c", secured.properties("SASL_SSL"))
    tokens = Tokens(ours.run, secured.bootstrap("SASL_SSL"), config)
    token_id, hmac = tokens.create()
    login = f'{SCRAM_MODULE} required username="{token_id}" password="{hmac}" tokenauth="true";'
    changed = secured.properties("SASL_SSL") | {"sasl.jaas.config": login}
    path = str(write_properties(folder / "token", changed))
    where = ("--bootstrap-server", secured.bootstrap("SASL_SSL"))
    listed = ours.run("kafka-topics.sh", *where, "--command-config", path, "--list")
    assert (listed.returncode, listed.stderr) == (0, "")
    again = ours.run(TOOL, *where, "--command-config", path, "--create", "--max-life-time-period", "-1")
    assert again.returncode == 1  # a token makes no tokens
    sending = ("--producer.config", path, "--topic", "of-tokens")
    sent = ours.run("kafka-console-producer.sh", *where, *sending, stdin="a line\n")
    assert (sent.returncode, sent.stdout, sent.stderr.count("ERROR")) == (0, ">>", 0)
    words = ("--consumer.config", path, "--topic", "of-tokens", "--from-beginning", "--max-messages", "1")
    for more in (("--group", "of-tokens"), ("--partition", "0")):
        read = ours.run("kafka-console-consumer.sh", *where, *words, *more)
        assert (read.returncode, read.stdout, read.stderr) == (0, "a line\n", "Processed a total of 1 messages\n")
    assert hmac not in read.stderr + listed.stdout
    tokens(f"--expire --expiry-time-period -1 --hmac {hmac}")
    refused = ours.run("kafka-topics.sh", *where, "--command-config", path, "--list")
    assert "SaslAuthenticationException: Authentication failed during authentication" in refused.stdout
    read = ours.run("kafka-console-consumer.sh", *where, *words)
    assert "SaslAuthenticationException: Authentication failed during authentication" in read.stderr
    sent = ours.run("kafka-console-producer.sh", *where, *sending, stdin="a line\n")
    assert "SaslAuthenticationException: Authentication failed during authentication" in sent.stderr


def test_without_a_login_there_are_none(secured: Secured, ours: Ours, apache: Apache, folder: Path) -> None:
    config = str(write_properties(folder / "c", {}))
    words = ("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--command-config", config, "--describe")
    mine, theirs = ours.run(TOOL, *words), apache.run(TOOL, *words)
    assert (mine.returncode, mine.stdout) == (theirs.returncode, theirs.stdout)

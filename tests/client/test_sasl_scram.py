"""SCRAM: the exchange of RFC 7677, what Kafka adds, and brokers that lie."""

import pytest

from kafkacli.client.sasl_scram import ScramError, scram

NONCE = "rOprNGfwEbeRWgbNEkqO"
FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_the_exchange_of_the_standard() -> None:
    exchange = scram("SCRAM-SHA-256", "user", "pencil", NONCE)
    assert next(exchange) == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    assert exchange.send(FIRST) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    with pytest.raises(StopIteration):
        exchange.send(FINAL)


def test_names_are_escaped_and_tokens_said() -> None:
    assert next(scram("SCRAM-SHA-512", "a=b,c", "p", "x", is_token=True)) == b"n,,n=a=3Db=2Cc,r=x,tokenauth=true"


@pytest.mark.parametrize(
    ("challenge", "message"),
    [
        (b"", "makes no sense"),
        (b"r=x,s=?,i=4096", "makes no sense"),
        (b"r=another,s=AAAA,i=4096", "another nonce"),
        (FIRST.replace(b"4096", b"10"), "Requested iterations 10 is less than the minimum 4096"),
    ],
)
def test_challenges_that_are_none(challenge: bytes, message: str) -> None:
    exchange = scram("SCRAM-SHA-256", "user", "pencil", NONCE)
    next(exchange)
    with pytest.raises(ScramError, match=message):
        exchange.send(challenge)


@pytest.mark.parametrize(
    ("verdict", "message"), [(b"e=no", "the broker refuses: no"), (b"v=AAAA", "doesn't know the password")]
)
def test_verdicts(verdict: bytes, message: str) -> None:
    exchange = scram("SCRAM-SHA-256", "user", "pencil", NONCE)
    next(exchange)
    exchange.send(FIRST)
    with pytest.raises(ScramError, match=message):
        exchange.send(verdict)

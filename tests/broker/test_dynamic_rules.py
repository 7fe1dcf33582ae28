"""Which configs may change while a broker runs; what the real broker answers about them is in tests/broker/test_plays.py."""

import logging

import pytest

from kafkacli.broker.dynamic_rules import DYNAMIC_KEYS, check, effective, is_password, key_of, stored
from kafkacli.config_types import ConfigError
from tests.broker.test_configs import ROWS

PASSWORD = "listener.name.ssl.ssl.keystore.password"


def plain(text: str) -> str:
    return text


def test_the_dynamic_keys_are_kafkas() -> None:
    assert set(DYNAMIC_KEYS) == {row[2] for row in ROWS if row[:2] == ["key", "dynamic"]}


@pytest.mark.parametrize(
    ("name", "key", "password"),
    [
        ("num.io.threads", "num.io.threads", False),
        ("listener.name.a.max.connections", "max.connections", False),
        ("listener.name.a.no.such", None, False),
        ("broker.id", None, False),
        (PASSWORD, "ssl.keystore.password", True),
        ("listener.name.a.scram-sha-256.sasl.jaas.config", None, True),
    ],
)
def test_names(name: str, key: str | None, password: bool) -> None:
    found = key_of(name)
    assert (None if found is None else found.name) == key
    assert is_password(name) is password


def test_passwords_are_stored_for_one_broker_only() -> None:
    assert stored({PASSWORD: "p", "a": "b"}, str.upper, for_one=True) == {PASSWORD: "P", "a": "b"}
    with pytest.raises(ConfigError, match="only at broker level"):
        stored({PASSWORD: "p"}, str.upper, for_one=False)


def test_what_a_znode_should_not_have_is_ignored_and_named(caplog: pytest.LogCaptureFixture) -> None:
    configs = {
        "num.io.threads": "9",
        "my.own": "x",
        "log.retention.ms": "soon",
        "broker.id": "3",
        "ssl.keystore.type": "JKS",
        "listener.name.a.max.connections": "5",
        PASSWORD: "encoded",
        "listeners": "PLAINTEXT://:1",
    }
    with caplog.at_level(logging.ERROR):
        default = effective(configs, plain, for_one=False)
    assert default == {name: configs[name] for name in ("num.io.threads", "my.own", "listener.name.a.max.connections")}
    assert {"log.retention.ms", "broker.id", "ssl.keystore.type", "listeners"} <= set(
        caplog.text.replace("'", " ").split()
    )
    assert set(effective(configs, plain, for_one=True)) == {*default, PASSWORD, "listeners"}

    def fails(text: str) -> str:
        raise ConfigError(f"no {text}")

    assert PASSWORD not in effective(configs, fails, for_one=True)


def test_checks_come_in_kafkas_order() -> None:
    wrong = {"broker.id": "3", "ssl.keystore.type": "JKS", "num.io.threads": "x", "listeners": "y"}
    for word in ("broker.id", "ssl.keystore.type", "num.io.threads", "listeners"):
        with pytest.raises(ConfigError, match=word):
            check(wrong, for_one=False)
        del wrong[word]
    check(wrong, for_one=False)

"""Logins, certificates and keys for librdkafka, which knows no Java stores: handed over in memory, never through files."""

from __future__ import annotations

from kafkacli.client.security import Security
from kafkacli.config_types import ConfigError
from kafkacli.console import reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def security_settings(properties: Mapping[str, str]) -> dict[str, Any]:
    """Return librdkafka's settings for a client's properties. Raises ConfigError for what can't be, or can't be there."""
    protocol = properties.get("security.protocol", "PLAINTEXT").strip().upper()  # as these Java clients read it
    if protocol == "PLAINTEXT":
        return {}
    try:
        security = Security({**properties, "security.protocol": protocol})
        settings = _stores(properties) if security.tls is not None else {}
        return settings | (_login(security) if security.mechanism else {})
    except (ValueError, OSError) as error:
        raise ConfigError(
            reason(error), getattr(error, "exception", "org.apache.kafka.common.KafkaException")
        ) from None


def _stores(properties: Mapping[str, str]) -> dict[str, Any]:
    from kafkacli.client.stores import load_keys, load_trust
    from kafkacli.client.tls import cipher_list

    settings: dict[str, Any] = {}
    if (trust := load_trust(properties)) is not None:
        settings["ssl.ca.pem"] = trust
    if (keys := load_keys(properties)) is not None:
        settings |= {"ssl.certificate.pem": keys.chain, "ssl.key.pem": keys.key}
        if keys.password is not None:
            settings["ssl.key.password"] = keys.password
    if ciphers := cipher_list(properties.get("ssl.cipher.suites", "")):
        settings["ssl.cipher.suites"] = ciphers
    return settings


def _login(security: Security) -> dict[str, Any]:
    login = security.login
    assert login is not None  # there is one with a mechanism
    options = login.options
    if security.mechanism == "OAUTHBEARER":
        return {"oauth_cb": lambda _: _token(security)}
    if security.mechanism == "GSSAPI":
        settings = {"sasl.kerberos.service.name": security.kerberos_service}
        named = (("principal", "sasl.kerberos.principal"), ("keyTab", "sasl.kerberos.keytab"))
        return settings | {theirs: options[ours] for ours, theirs in named if ours in options}
    if security.is_delegation_token:
        raise ConfigError(
            "librdkafka, which this tool reads and writes records with, can't log in with delegation tokens"
            " (tokenauth=true); the tools for topics, groups, configs and so on can"
        )
    return {"sasl.username": options["username"], "sasl.password": options["password"]}


def _token(security: Security) -> tuple[str, float, str, dict[str, str]]:
    """Return a new token as confluent_kafka wants it."""
    from time import time

    from kafkacli.client.sasl_bearer import bearer

    assert security.login is not None
    shown = bearer(security.login.options, security.properties, time())
    return shown.token, shown.expiry_s, shown.principal, shown.extensions

"""Credentials and stores of the Java clients, as librdkafka takes them: logins from `sasl.jaas.config`, keys from stores."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kafkacli.config_types import ConfigError

_JAAS_ENTRY = re.compile(
    r"""\s*([\w.$]+)\s+(?:required|requisite|sufficient|optional)\b(.*?);?\s*$""", re.DOTALL | re.IGNORECASE
)
_JAAS_OPTION = re.compile(r"""([\w.]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|([^\s;]+))""")
_PASSWORD_MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")


def security_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return librdkafka's settings for a client's typed properties. Raises ConfigError for what it can't do."""
    protocol = values["security.protocol"].upper()
    settings: dict[str, Any] = {}
    if protocol.startswith("SASL_"):
        settings |= _sasl(values)
    if protocol.endswith("SSL"):
        settings |= _stores(values)
    return settings


def read_jaas(text: str) -> dict[str, str]:
    """Return the options of the one login module in a `sasl.jaas.config`. Raises ConfigError."""
    entry = _JAAS_ENTRY.match(text)
    if entry is None:
        raise ConfigError(
            "Login module control flag is not available in the JAAS config", "java.lang.IllegalArgumentException"
        )
    return {
        name: re.sub(r"\\(.)", r"\1", double or single) or bare
        for name, double, single, bare in _JAAS_OPTION.findall(entry[2])
    }


def _sasl(values: Mapping[str, Any]) -> dict[str, Any]:
    mechanism, jaas = values["sasl.mechanism"], values["sasl.jaas.config"]
    if mechanism not in _PASSWORD_MECHANISMS:
        return {}
    if jaas is None:
        raise ConfigError(
            "Could not find a 'KafkaClient' entry in the JAAS configuration: set sasl.jaas.config",
            "java.lang.IllegalArgumentException",
        )
    options = read_jaas(jaas)
    return {"sasl.username": options.get("username", ""), "sasl.password": options.get("password", "")}


def _stores(values: Mapping[str, Any]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    trust, kind = values["ssl.truststore.location"], values["ssl.truststore.type"].upper()
    if trust is not None:
        if kind != "PEM":
            raise ConfigError.invalid(
                "ssl.truststore.type", kind, "only PEM here; keytool and openssl can convert the store"
            )
        settings["ssl.ca.location"] = trust
    keys, kind = values["ssl.keystore.location"], values["ssl.keystore.type"].upper()
    if keys is not None:
        if kind == "PKCS12":
            settings["ssl.keystore.location"] = keys
            settings["ssl.keystore.password"] = values["ssl.keystore.password"] or ""
        elif kind == "PEM":
            settings["ssl.certificate.location"] = settings["ssl.key.location"] = keys
            if values["ssl.key.password"] is not None:
                settings["ssl.key.password"] = values["ssl.key.password"]
        else:
            raise ConfigError.invalid(
                "ssl.keystore.type", kind, "only PKCS12 and PEM here; keytool can convert the store"
            )
    return settings

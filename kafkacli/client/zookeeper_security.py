"""TLS and logins to ZooKeeper, for every tool that talks to it: from --zk-tls-config-file and from what KAFKA_OPTS sets.

The names are zookeeper.ssl.…; Java's system properties (zookeeper.client.secure, zookeeper.ssl.keyStore.location, …) mean the
same, the file goes first. A Client section of the file that java.security.auth.login.config names is a login (DIGEST-MD5, or
GSSAPI with the Krb5LoginModule).
Source: `KafkaConfig.scala` (ZkSslConfigToSystemPropertyMap) of Kafka 2.6.2, `X509Util.java` and `ZooKeeperSaslClient.java` of
ZooKeeper 3.5.9.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping
    from typing import Any

_PREFIX = "zookeeper.ssl."
_SYSTEM = {
    "zookeeper.client.secure": "zookeeper.ssl.client.enable",
    "zookeeper.clientCnxnSocket": "zookeeper.clientCnxnSocket",
    **{
        f"{_PREFIX}{theirs}Store.{part}": f"{_PREFIX}{theirs}store.{part}"
        for theirs in ("key", "trust")
        for part in ("location", "password", "type")
    },
    "zookeeper.ssl.protocol": "zookeeper.ssl.protocol",
    "zookeeper.ssl.enabledProtocols": "zookeeper.ssl.enabled.protocols",
    "zookeeper.ssl.ciphersuites": "zookeeper.ssl.cipher.suites",
}


class ZooKeeperLogin:
    """How sessions with ZooKeeper are secured. tls: None without. sasl: what kazoo needs to log in, None without.

    has_certificate: whether the client shows one.
    """

    __slots__ = ("has_certificate", "sasl", "tls")

    def __init__(
        self, tls: ssl.SSLContext | None = None, sasl: dict[str, Any] | None = None, *, has_certificate: bool = False
    ) -> None:
        self.tls = tls
        self.sasl = sasl
        self.has_certificate = has_certificate

    @property
    def is_known(self) -> bool:
        """Whether ZooKeeper knows who we are, so that znodes we make are protected as the brokers protect theirs."""
        return self.sasl is not None or self.has_certificate


def zookeeper_login(config_path: str | None = None) -> ZooKeeperLogin:
    """Return the login of this process. config_path: the file of --zk-tls-config-file.

    Raises ValueError for what can't be read or isn't in this version, OSError for files.
    """
    from kafkacli.client.system_properties import system_properties

    system = system_properties()
    properties = tls_properties(system, config_path)
    tls = _context(properties)
    return ZooKeeperLogin(tls, _sasl(system), has_certificate=tls is not None and has_certificate(properties))


def tls_properties(system: Mapping[str, str], config_path: str | None) -> dict[str, str]:
    """Return the properties for TLS, by the names of the file. Raises OSError and ValueError for the file."""
    found = {_SYSTEM[name]: value for name, value in system.items() if name in _SYSTEM}
    if "zookeeper.ssl.hostnameVerification" in system:
        checks = system["zookeeper.ssl.hostnameVerification"].lower() == "true"
        found["zookeeper.ssl.endpoint.identification.algorithm"] = "HTTPS" if checks else ""
    if config_path is not None:
        from kafkacli.client.properties import load_properties

        found |= load_properties(config_path)
    return found


def has_certificate(properties: Mapping[str, str]) -> bool:
    """Whether the properties are complete for a client certificate (KafkaConfig.zkTlsClientAuthEnabled)."""
    return (
        properties.get("zookeeper.ssl.client.enable") == "true"
        and bool(properties.get("zookeeper.clientCnxnSocket"))
        and bool(properties.get("zookeeper.ssl.keystore.location"))
    )


def _context(properties: Mapping[str, str]) -> ssl.SSLContext | None:
    if properties.get("zookeeper.ssl.client.enable", "false").strip().lower() != "true":
        return None
    from kafkacli.client.tls import client_context

    algorithm = f"{_PREFIX}endpoint.identification.algorithm"
    checks = properties.get(algorithm, "HTTPS").strip().upper() == "HTTPS"
    default = properties.get("zookeeper.ssl.protocol", "TLSv1.2")
    return client_context({**properties, algorithm: "https" if checks else ""}, _PREFIX, default)


def _sasl(system: Mapping[str, str]) -> dict[str, Any] | None:
    path = system.get("java.security.auth.login.config")
    if path is None or system.get("zookeeper.sasl.client", "true").lower() != "true":
        return None
    from kafkacli.client.jaas import load_login

    login = load_login(path, system.get("zookeeper.sasl.clientconfig", "Client"), system)
    if login is None:
        return None
    if login.module.endswith(".Krb5LoginModule"):
        from kafkacli.client import zookeeper_gssapi

        return zookeeper_gssapi.login_options(login, system)
    if "username" not in login.options or "password" not in login.options:
        raise ValueError(
            f"{path}: {login.module} gives no username and password (DIGEST-MD5), and is no Krb5LoginModule"
        )
    from kafkacli.client.zookeeper_digest import login_options

    return login_options(login.options["username"], login.options["password"])

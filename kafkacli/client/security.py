"""How a client's connections are secured: the one place where the Java clients' security properties are read.

`connection.py` takes the result as it is. It is made before anything connects: wrong stores and logins end a tool at once, as in Java.
"""

from __future__ import annotations

from kafkacli.config_types import ConfigError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Mapping

    from kafkacli.client.jaas import Login

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "GSSAPI")
PROPERTIES = (
    "security.protocol",
    "security.providers",
    *(f"ssl.{name}.{part}" for name in ("keystore", "truststore") for part in ("location", "password", "type")),
    *("ssl.keystore.key", "ssl.keystore.certificate.chain", "ssl.truststore.certificates"),
    *("ssl.key.password", "ssl.protocol", "ssl.provider", "ssl.enabled.protocols", "ssl.cipher.suites"),
    *("ssl.endpoint.identification.algorithm", "ssl.engine.factory.class", "ssl.secure.random.implementation"),
    *("ssl.keymanager.algorithm", "ssl.trustmanager.algorithm"),
    *("sasl.mechanism", "sasl.jaas.config", "sasl.login.class", "sasl.login.callback.handler.class"),
    *("sasl.client.callback.handler.class", "sasl.oauthbearer.token.endpoint.url"),
    *(f"sasl.kerberos.{name}" for name in ("service.name", "kinit.cmd", "min.time.before.relogin")),
    *(f"sasl.kerberos.ticket.renew.{name}" for name in ("jitter", "window.factor")),
    *(f"sasl.login.refresh.{name}" for name in ("buffer.seconds", "min.period.seconds")),
    *(f"sasl.login.refresh.window.{name}" for name in ("factor", "jitter")),
)
"""Every security property that Java clients know, those of PEM (2.7) and of token files (3.1) among them."""


class Security:
    """What a client's properties say. tls: None without. login: None without. mechanism: '' without a login.

    Raises ConfigError; JaasError, StoreError, BearerError, GssapiError (all ValueErrors), OSError for files.
    """

    __slots__ = ("login", "mechanism", "properties", "protocol", "tls")

    def __init__(self, properties: Mapping[str, str]) -> None:
        self.properties = properties
        self.protocol = properties.get("security.protocol", "PLAINTEXT").strip()
        if self.protocol not in PROTOCOLS:
            raise ConfigError.invalid(
                "security.protocol", self.protocol, f"String must be one of: {', '.join(PROTOCOLS)}"
            )
        self.login: Login | None = None
        self.mechanism = ""
        self.tls: ssl.SSLContext | None = None
        if self.protocol.startswith("SASL"):
            self._read_login()
        if self.protocol.endswith("SSL"):
            from kafkacli.client.tls import client_context

            self.tls = client_context(properties)

    @property
    def is_delegation_token(self) -> bool:
        """Whether the login is a delegation token instead of a user."""
        return self.login is not None and self.login.options.get("tokenauth", "").lower() == "true"

    @property
    def kerberos_service(self) -> str:
        """The first part of the brokers' Kerberos names."""
        options = {} if self.login is None else self.login.options
        return options.get("serviceName") or self.properties.get("sasl.kerberos.service.name", "")

    def exchange(self, host: str) -> Generator[bytes, bytes, None]:
        """Return the SASL exchange with a broker: yields our messages, is sent the broker's.

        Raises ValueError where the broker says what makes no sense.
        """
        login = self.login
        assert login is not None  # there is one when the protocol is SASL's
        if self.mechanism == "OAUTHBEARER":
            from time import time

            from kafkacli.client.sasl_bearer import bearer, exchange

            return exchange(bearer(login.options, self.properties, time()))
        if self.mechanism == "GSSAPI":
            from kafkacli.client.sasl_gssapi import gssapi

            return gssapi(login, host, self.kerberos_service)
        username, password = (login.options[name] for name in ("username", "password"))
        if self.mechanism == "PLAIN":
            return _plain(username, password)
        from secrets import token_hex

        from kafkacli.client.sasl_scram import scram

        return scram(self.mechanism, username, password, token_hex(16), is_token=self.is_delegation_token)

    def _read_login(self) -> None:
        from kafkacli.client.jaas import client_login

        self.mechanism = self.properties.get("sasl.mechanism", "GSSAPI").strip()
        self.login = client_login(self.properties)
        if self.mechanism not in MECHANISMS:
            raise ConfigError.invalid("sasl.mechanism", self.mechanism, f"there are {', '.join(MECHANISMS)}")
        options = self.login.options
        if self.mechanism == "OAUTHBEARER":
            from time import time

            from kafkacli.client.sasl_bearer import bearer

            bearer(options, self.properties, time())
        elif self.mechanism == "GSSAPI":
            from kafkacli.client.sasl_gssapi import check_present

            check_present()
            if not self.kerberos_service:
                raise ConfigError("No serviceName defined in either JAAS or Kafka config")
        else:
            missing = [name for name in ("username", "password") if name not in options]
            if missing:
                raise ConfigError(f"the login (sasl.jaas.config or KafkaClient) has no {' and no '.join(missing)}")


def _plain(username: str, password: str) -> Generator[bytes, bytes, None]:
    yield f"\0{username}\0{password}".encode()

"""What to change, by what failed."""

import pytest

from kafkacli.client import probing
from kafkacli.client.remedies import remedy
from kafkacli.client.settings import ClientSettings

LOGIN = ClientSettings(
    {
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "PLAIN",
        "sasl.jaas.config": "x.PlainLoginModule required username=u password=hidden;",
    }
)


@pytest.mark.parametrize(
    ("stage", "reason", "part"),
    [
        ("DNS", "the name can't be resolved: unknown", "Mend the name in GIVEN"),
        ("TCP", "connection refused", "Nothing listens on that port"),
        ("TCP", "timed out", "firewall"),
        ("TCP", "no route to host", "or the network"),
        ("TLS", "the certificate comes from an unknown authority; …", "ssl.truststore.location"),
        ("TLS", "the certificate has expired", "Renew the certificate"),
        ("TLS", "the certificate is not valid yet", "clock"),
        ("TLS", "the certificate is not for kafka; …", "subjectAltName"),
        ("TLS", "a client certificate is wanted: set ssl.keystore.location", "ssl.client.auth"),
        ("TLS", "this port speaks TLS; security.protocol says it does not", "Set security.protocol=SSL"),
        ("TLS", "the handshake failed: no protocols available", "ssl.enabled.protocols"),
        ("SASL", "Client SASL mechanism 'PLAIN' not enabled in the server, enabled mechanisms are [GSSAPI, OAUTHBEARER]",
         "Set sasl.mechanism to one that the listener has (GSSAPI, OAUTHBEARER) in the client properties, or add PLAIN"),
        ("SASL", "Unexpected handshake request with client mechanism PLAIN, …", "The listener takes no logins"),
        ("SASL", "Authentication failed: Invalid username or password", "Correct the user and the password"),
        ("protocol version", "no answer in time", "accepts and says nothing"),
        ("protocol version", "this is no Kafka broker: …", "This is no Kafka broker: mend GIVEN"),
        ("something", "else", "Mend GIVEN."),
    ],
)  # fmt: skip
def test_the_failure_says_it(stage: str, reason: str, part: str) -> None:
    assert part in remedy(stage, reason, "GIVEN", probing.UNKNOWN, ClientSettings())


def test_a_login_without_a_password() -> None:
    module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
    bearer = ClientSettings(
        {
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "OAUTHBEARER",
            "sasl.jaas.config": f'{module} required unsecuredLoginStringClaim_sub="u";',
        }
    )
    assert "the token" in remedy("SASL", "invalid_token", "GIVEN", probing.UNKNOWN, bearer)
    assert "takes no logins" in remedy("SASL", "Unexpected handshake request", "GIVEN", probing.UNKNOWN, bearer)


@pytest.mark.parametrize(
    ("stage", "listening", "settings", "part"),
    [
        ("TLS", probing.KAFKA, ClientSettings(), "Set security.protocol=PLAINTEXT"),
        ("TLS", probing.KAFKA, LOGIN, "set security.protocol=SASL_PLAINTEXT"),
        ("protocol version", probing.TLS, ClientSettings(), "set security.protocol=SSL and"),
        ("protocol version", probing.TLS, LOGIN, "set security.protocol=SASL_SSL and"),
        ("TLS", probing.HTTP, ClientSettings(), "An HTTP server"),
        ("protocol version", probing.ZOOKEEPER, ClientSettings(), "ZooKeeper listens there"),
        ("protocol version", probing.OLD_KAFKA, ClientSettings(), "older than Kafka 0.10"),
    ],
)
def test_what_listens_says_it(stage: str, listening: str, settings: ClientSettings, part: str) -> None:
    assert part.lower() in remedy(stage, "not as it should be", "GIVEN", listening, settings).lower()

"""What to change when a connection fails: the property, of the client or of server.properties, that the failure points at."""

from __future__ import annotations

import re

from kafkacli.client import probing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kafkacli.client.settings import ClientSettings

_SOMETHING_ELSE = {
    probing.HTTP: "An HTTP server listens there: give the address of a broker's listener (listeners in server.properties).",
    probing.ZOOKEEPER: "ZooKeeper listens there: give the brokers' port (listeners in server.properties; 9092 by default).",
    probing.OLD_KAFKA: "The broker is older than Kafka 0.10, which knows no ApiVersions: upgrade it.",
}
_OTHER_LOGINS = {
    "GSSAPI": "Is there a ticket (klist) or the right keyTab in sasl.jaas.config, and is sasl.kerberos.service.name the first"
    " part of the broker's principal? Both are properties of the client.",
    "OAUTHBEARER": "Have the token made as the listener's sasl.jaas.config in server.properties wants it: its subject, scope and"
    " time. The client's sasl.jaas.config says where it comes from.",
}
"""For the logins that have no password."""
# The stage and a part of the reason → what to change
_RULES = (
    ("DNS", "", "Mend the name in {given}, or make it known to DNS or /etc/hosts on this machine."),
    ("TCP", "refused", ("Nothing listens on that port: is the broker up, and is this a port of listeners in its"
     " server.properties? If not, mend {given}.")),
    ("TCP", "timed out", "Something on the way swallows the connection: open the port in the firewall, or mend {given}."),
    ("TCP", "", "The address can't be reached from here: mend {given}, or the network."),
    ("TLS", "unknown authority", ("Put the authority that signed the broker's certificate (ssl.keystore.location in"
     " server.properties) into the store that ssl.truststore.location of the client properties names.")),
    ("TLS", "expired", "Renew the certificate in ssl.keystore.location of the broker's server.properties."),
    ("TLS", "not valid yet", ("Set the clock of this machine, or renew the certificate in ssl.keystore.location of the"
     " broker's server.properties.")),
    ("TLS", "is not for", ("Connect to a name that the certificate has, or give the broker (ssl.keystore.location in"
     " server.properties) one whose subjectAltName has this name.")),
    ("TLS", "client certificate", ("The listener wants a certificate that it trusts (ssl.client.auth and"
     " ssl.truststore.location in server.properties): set ssl.keystore.location in the client properties.")),
    ("TLS", "speaks TLS", ("Set security.protocol=SSL, or SASL_SSL where the listener wants a login, in the client"
     " properties.")),
    ("TLS", "", ("Do both sides have a version and a cipher in common? See ssl.enabled.protocols and ssl.cipher.suites in the"
     " client properties and in server.properties.")),
    ("SASL", "does this port want a login", ("Set security.protocol=SASL_PLAINTEXT (SASL_SSL with TLS), sasl.mechanism and"
     " sasl.jaas.config in the client properties.")),
    ("SASL", "Unexpected handshake request", ("The listener takes no logins: set security.protocol=PLAINTEXT (SSL with TLS)"
     " in the client properties, or connect to a SASL listener.")),
    ("SASL", "", ("Correct the user and the password in sasl.jaas.config of the client properties. The broker knows SCRAM"
     " users from kafka-configs.sh --entity-type users, those of PLAIN from its listener's sasl.jaas.config (user_NAME).")),
    ("protocol version", "no answer in time", ("What listens there accepts and says nothing: is it a Kafka broker, and is it"
     " well? If it is another service, mend {given}.")),
    ("protocol version", "", "This is no Kafka broker: mend {given}."),
)  # fmt: skip


def remedy(stage: str, reason: str, given: str, listening: str, settings: ClientSettings) -> str:
    """Return what to change, one or two sentences.

    stage, reason: of a ConnectFailed. given: what named the address: an option or a property. listening: of `what_listens`,
    where that was asked.
    """
    if listening in _SOMETHING_ELSE:
        return _SOMETHING_ELSE[listening]
    mechanism = settings.security.mechanism if settings.security is not None else ""
    if stage == "TLS" and listening == probing.KAFKA:
        protocol = "SASL_PLAINTEXT" if mechanism else "PLAINTEXT"
        return (
            f"The listener has no TLS: set security.protocol={protocol} in the client properties, or connect to the port of"
            " an SSL listener (listeners and listener.security.protocol.map in server.properties)."
        )
    if stage != "TLS" and listening == probing.TLS:
        protocol = "SASL_SSL" if mechanism else "SSL"
        return f"The listener speaks TLS: set security.protocol={protocol} and ssl.truststore.location in the client properties."
    if enabled := re.search(r"mechanism '(.*)' not enabled in the server, enabled mechanisms are \[(.*)\]", reason):
        wanted, there = enabled.groups()
        return (
            f"Set sasl.mechanism to one that the listener has ({there}) in the client properties, or add {wanted} to"
            " sasl.enabled.mechanisms in server.properties."
        )
    if stage == "SASL" and mechanism in _OTHER_LOGINS and "Unexpected handshake" not in reason:
        return _OTHER_LOGINS[mechanism]
    for rule_stage, part, text in _RULES:
        if stage == rule_stage and part in reason:
            return text.format(given=given)
    return f"Mend {given}."

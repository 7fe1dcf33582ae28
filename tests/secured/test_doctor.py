"""kafkacli doctor on a real secured Kafka: each broken set-up has its own right answer, and no secret is ever shown."""

from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.certificates import KEY_PASSWORD, PASSWORD, Authority
from tests.support.secured import JAAS, PLAIN_MODULE, USER_PASSWORD, Secured, write_properties
from tests.support.tools import Outcome, Tools, tools

__all__ = ["tools"]

pytestmark = pytest.mark.apache
WRONG = "wrong-secret"


def doctor(
    tools: Tools, secured: Secured, path: Path, listener: str, properties: dict[str, str], *more: str
) -> Outcome:
    file = write_properties(path / "client.properties", properties)
    words = ["--bootstrap-server", secured.bootstrap(listener), "--command-config", str(file), "--timeout", "10s"]
    done = tools.run("doctor", *words, *more)
    for secret in (PASSWORD, KEY_PASSWORD, USER_PASSWORD, WRONG):
        assert secret not in done.out + done.err
    return done


@pytest.mark.parametrize("listener", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_what_is_right(secured: Secured, tools: Tools, tmp_path: Path, listener: str) -> None:
    done = doctor(tools, secured, tmp_path, listener, secured.properties(listener))
    assert done.status == Exit.OK, done
    assert ("ok     TLS:" in done.out) is listener.endswith("SSL")
    assert ("ok     SASL:" in done.out) is listener.startswith("SASL")
    assert "ok     controller: broker 0: is the controller" in done.out


def changed(properties: dict[str, str], **changes: str | None) -> dict[str, str]:
    """Properties with some changed (underscores for dots), or taken out where None."""
    merged = {**properties, **{name.replace("_", "."): value for name, value in changes.items()}}
    return {name: value for name, value in merged.items() if value is not None}


def broken(secured: Secured, folder: Path) -> dict[str, tuple[str, dict[str, str], str, str]]:
    """Name → listener, properties, what fails, what to change."""
    stranger = Authority(folder / "others", "unknown-authority").truststore("PKCS12")
    tls = secured.properties("SSL")
    login = secured.properties("SASL_PLAINTEXT", "PLAIN")
    unknown = changed(tls, ssl_truststore_location=str(stranger), ssl_truststore_type="PKCS12")
    wrong = f'{PLAIN_MODULE} required username="alice" password="{WRONG}";'
    scram = JAAS["SCRAM-SHA-256"].replace("alice", "nobody")
    return {
        "TLS to a plaintext port": ("PLAINTEXT", tls, "TLS", "The listener has no TLS: set security.protocol=PLAINTEXT"),
        "plaintext to a TLS port": ("SSL", {}, "TLS", "Set security.protocol=SSL"),
        "unknown authority": ("SSL", unknown, "TLS", "into the store that ssl.truststore.location"),
        "wrong host name": ("ELSEWHERE", secured.properties("ELSEWHERE"), "TLS", "one whose subjectAltName has this name"),
        "expired certificate": ("EXPIRED", secured.properties("EXPIRED"), "TLS", "Renew the certificate"),
        "no client certificate": (
            "SSL", {"security.protocol": "SSL", **secured.trust()}, "TLS", "set ssl.keystore.location",
        ),
        "wrong password": ("SASL_PLAINTEXT", changed(login, sasl_jaas_config=wrong), "SASL", "Correct the user"),
        "unknown SCRAM user": (
            "SASL_PLAINTEXT",
            changed(secured.properties("SASL_PLAINTEXT"), sasl_jaas_config=scram),
            "SASL",
            "kafka-configs.sh --entity-type users",
        ),
        "mechanism not enabled": (
            "ONLY_PLAIN", secured.properties("ONLY_PLAIN"), "SASL", "Set sasl.mechanism to one that the listener has (PLAIN)",
        ),
        "login to a port without": ("PLAINTEXT", login, "SASL", "The listener takes no logins"),
        "no login": ("SASL_PLAINTEXT", {}, "SASL", "Set security.protocol=SASL_PLAINTEXT"),
        "wrong store password": (
            "SSL", changed(tls, ssl_truststore_password=WRONG), "properties", "Correct ssl.truststore",
        ),
    }  # fmt: skip


def test_what_is_broken(secured: Secured, tools: Tools, tmp_path: Path) -> None:
    for name, (listener, properties, stage, change) in broken(secured, tmp_path).items():
        done = doctor(tools, secured, tmp_path, listener, properties)
        failed = [line for line in done.out.splitlines() if line.startswith("failed ")]
        assert (done.status, len(failed)) == (Exit.FAILURE, 1), (name, done)
        assert failed[0].startswith(f"failed {stage}: "), (name, done)
        assert change in done.out.partition("-> ")[2], (name, done)


def test_no_permission(secured: Secured, tools: Tools, tmp_path: Path) -> None:
    bearer = secured.properties("SASL_PLAINTEXT", "OAUTHBEARER")
    bearer["sasl.jaas.config"] = bearer["sasl.jaas.config"].replace('"alice"', '"bob"')
    done = doctor(tools, secured, tmp_path, "SASL_PLAINTEXT", bearer, "--topic", "forbidden", "--group", "forbidden")
    assert done.status == Exit.FAILURE
    assert "failed ACLs: forbidden: User:NAME is not allowed: Read\n" in done.out
    assert "--operation Read --topic forbidden" in done.out
    assert "--operation Read --group forbidden" in done.out

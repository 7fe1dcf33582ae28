"""GSSAPI (Kerberos) as a client: RFC 4752 with no layer after the login, as Kafka has it. Needs the package gssapi."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import Any

    from kafkacli.client.jaas import Login

_NO_LAYER = b"\1\0\0\0"  # bit 1: no security layer; no bytes for its buffer


class GssapiError(ValueError):
    """No Kerberos here, no ticket, or one that the broker's name doesn't fit."""

    exception = "org.apache.kafka.common.KafkaException"


def check_present(what: str = "sasl.mechanism=GSSAPI (the default)") -> None:
    """Raise GssapiError, with what to install, where Kerberos is not to be had. what: needs it."""
    from importlib.util import find_spec

    if find_spec("gssapi") is None:
        raise GssapiError(
            f"{what} needs the Python package gssapi and the system's Kerberos libraries:"
            " pip install 'kafka-bin[kerberos]'"
        )


def gssapi(login: Login, host: str, service: str) -> Generator[bytes, bytes, None]:
    """Exchange messages: yields ours, is sent the broker's.

    login: its principal, keyTab and useKeyTab; otherwise the ticket cache's user. service: sasl.kerberos.service.name.
    Raises GssapiError.
    """
    import gssapi as library

    target = library.Name(f"{service}@{host}", library.NameType.hostbased_service)
    try:
        context = library.SecurityContext(name=target, usage="initiate", creds=_credentials(library, login))
        token = context.step()
        while not context.complete:
            token = context.step((yield token or b""))
        offered = context.unwrap((yield token or b"")).message
        if not offered[:1] or not offered[0] & 1:
            raise GssapiError("the broker wants a security layer after the login")
        principal = str(context.initiator_name).encode()
        yield context.wrap(_NO_LAYER + principal, False).message
    except library.exceptions.GSSError as error:
        raise GssapiError(f"Kerberos: {error}") from None


def _credentials(library: Any, login: Login) -> Any:
    if login.options.get("useKeyTab", "false").lower() != "true" or "keyTab" not in login.options:
        return None
    principal = login.options.get("principal")
    name = library.Name(principal, library.NameType.kerberos_principal) if principal else None
    return library.Credentials(name=name, usage="initiate", store={"client_keytab": login.options["keyTab"]})

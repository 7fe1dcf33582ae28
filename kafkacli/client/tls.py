"""TLS for the tools' connections, from the Java clients' property names. Stores are PEM files here (KIP-651's form)."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping


def wrap(connected: socket.socket, host: str, properties: Mapping[str, str]) -> socket.socket:
    """Return the connected socket under TLS; the handshake is done.

    properties: ssl.truststore.location, ssl.keystore.location, ssl.key.password, ssl.endpoint.identification.algorithm.
    Raises OSError (ssl.SSLError among them) and ValueError for a store that can't be read.
    """
    import ssl

    context = ssl.create_default_context()
    if not properties.get("ssl.endpoint.identification.algorithm", "https").strip():
        context.check_hostname = False
    if truststore := _pem(properties, "ssl.truststore"):
        context.load_verify_locations(cafile=truststore)
    if keystore := _pem(properties, "ssl.keystore"):
        password = properties.get("ssl.key.password") or properties.get("ssl.keystore.password")
        context.load_cert_chain(keystore, password=password)
    return context.wrap_socket(connected, server_hostname=host)


def _pem(properties: Mapping[str, str], store: str) -> str | None:
    path = properties.get(f"{store}.location")
    if not path:
        return None
    with open(path, "rb") as file:
        if b"-----BEGIN" not in file.read(65536):
            raise ValueError(f"{store}.location={path} is no PEM file; other stores can't be read yet")
    return path

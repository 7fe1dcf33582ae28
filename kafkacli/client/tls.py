"""TLS from the Java names: contexts, handshakes, and what is wrong when one fails, in one line each."""

from __future__ import annotations

import os
import re
import ssl
import threading
from contextlib import contextmanager

from kafkacli.client.stores import Keys, StoreError, load_keys, load_trust

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator, Mapping

PROTOCOLS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}
_DEFAULT_PROTOCOLS = "TLSv1.2,TLSv1.3"
_CONTEXTS = ("TLS", "SSL", "SSLv3", *PROTOCOLS)  # Java's names; which versions are used enabled.protocols alone says
_EXPIRED, _NOT_YET_VALID, _WRONG_HOST, _WRONG_ADDRESS = 10, 9, 62, 64
_UNKNOWN_AUTHORITY = (18, 19, 20, 21)
# The last one: Java's alert about a certificate comes under the wrong key in TLS 1.3
_REFUSED_CERTIFICATE = re.compile(
    "ALERT_(BAD|UNSUPPORTED)_CERTIFICATE|ALERT_CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS|BAD_RECORD_MAC"
)


class TlsError(OSError):
    """A handshake that failed. refused: by one side, so that another try is of no use."""

    def __init__(self, text: str, *, refused: bool) -> None:
        super().__init__(text)
        self.refused = refused


def client_context(
    properties: Mapping[str, str], prefix: str = "ssl.", default_protocols: str = _DEFAULT_PROTOCOLS
) -> ssl.SSLContext:
    """Return a context as the properties want it.

    prefix: before the names (zookeeper.ssl. for ZooKeeper). Raises StoreError, and OSError for files.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # Java trusts what is in the store, an authority or not
    algorithm = properties.get(f"{prefix}endpoint.identification.algorithm", "https").strip()
    context.check_hostname = algorithm != ""
    _limit(context, properties, prefix, default_protocols)
    trust = load_trust(properties, prefix)
    if trust is None:
        context.load_default_certs()
    else:
        try:
            context.load_verify_locations(cadata=trust)
        except ssl.SSLError:
            raise StoreError(f"{prefix}truststore.location: the certificates can't be read") from None
    if (keys := load_keys(properties, prefix)) is not None:
        _load_keys(context, keys, prefix)
    return context


def wrap(connected: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Return the connected socket under TLS; the handshake is done. Raises TlsError."""
    try:
        return context.wrap_socket(connected, server_hostname=host)
    except TimeoutError as error:
        raise TlsError("no answer to the handshake in time; this port may not speak TLS", refused=False) from error
    except OSError as error:
        raise explained(error, host) from error


def explained(error: OSError, host: str) -> TlsError:
    """Return what an error of the handshake, or of the first read after it, means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsError(_distrust(error, host), refused=True)
    why = getattr(error, "reason", None) or ""
    if why in (
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
        "HTTP_REQUEST",
        "UNEXPECTED_MESSAGE",
        "UNKNOWN_PROTOCOL",
    ):
        return TlsError("this port does not speak TLS; security.protocol says it does", refused=True)
    if "CERTIFICATE_REQUIRED" in why:
        return TlsError("a client certificate is wanted: set ssl.keystore.location", refused=True)
    if _REFUSED_CERTIFICATE.search(why):
        return TlsError("the client certificate is refused, or one is wanted: see ssl.keystore.location", refused=True)
    if why and "EOF" not in why:
        return TlsError(f"the handshake failed: {why.lower().replace('_', ' ')}", refused=True)
    return TlsError("the connection was closed during the handshake; this port may not speak TLS", refused=False)


def openssl_cipher(name: str) -> str:
    """Return OpenSSL's name of a cipher suite (below TLS 1.3) that Java names as IANA does."""
    if "_WITH_" not in name:
        return name
    exchange, _, cipher = name.removeprefix("TLS_").removeprefix("SSL_").partition("_WITH_")
    cipher = cipher.replace("CHACHA20_POLY1305_SHA256", "CHACHA20_POLY1305")
    cipher = re.sub(r"(AES|ARIA|CAMELLIA)_(\d+)", r"\1\2", cipher.replace("_CBC", ""))
    return ("" if exchange == "RSA" else f"{exchange}-").replace("_", "-") + cipher.replace("_", "-")


def cipher_list(names: str) -> str:
    """Return the suites below TLS 1.3 of an ssl.cipher.suites, in OpenSSL's notation; '' when there are none."""
    suites = [name.strip() for name in names.split(",") if name.strip()]
    return ":".join(openssl_cipher(name) for name in suites if not _is_of_tls_1_3(name))


def _is_of_tls_1_3(suite: str) -> bool:
    return suite.startswith("TLS_") and "_WITH_" not in suite


def _limit(context: ssl.SSLContext, properties: Mapping[str, str], prefix: str, default_protocols: str) -> None:
    """Set the versions and cipher suites of a context."""
    if (protocol := properties.get(f"{prefix}protocol", "TLS").strip()) not in _CONTEXTS:
        raise StoreError(f"Invalid value {protocol} for configuration {prefix}protocol: {', '.join(_CONTEXTS)}")
    names = properties.get(f"{prefix}enabled.protocols", default_protocols)
    versions = [PROTOCOLS[name.strip()] for name in names.split(",") if name.strip() in PROTOCOLS]
    if not versions:
        raise StoreError(f"Invalid value {names} for configuration {prefix}enabled.protocols: {', '.join(PROTOCOLS)}")
    suites = [name.strip() for name in properties.get(f"{prefix}cipher.suites", "").split(",") if name.strip()]
    if suites:
        new = [name for name in suites if _is_of_tls_1_3(name)]
        older = cipher_list(",".join(suites))
        versions = [one for one in versions if (new if one is ssl.TLSVersion.TLSv1_3 else older)] or versions
        if older:
            try:
                context.set_ciphers(older)
            except ssl.SSLError:
                raise StoreError(f"{prefix}cipher.suites: none of them is known here") from None
    context.minimum_version, context.maximum_version = min(versions), max(versions)


def _load_keys(context: ssl.SSLContext, keys: Keys, prefix: str) -> None:
    """Hand keys over as OpenSSL takes them, by name of a file, but through pipes: no secret touches a disk."""
    with _readable(keys.chain) as chain, _readable(keys.key) as key:
        try:
            context.load_cert_chain(chain, key, password=keys.password or "")
        except (OSError, ValueError):  # OpenSSL's errors, and what a pipe's are taken for behind one
            raise StoreError(
                f"{prefix}keystore: the key can't be used: is {prefix}key.password right, and the key the certificate's?"
            ) from None


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """Give a file name under which the text can be read once."""
    reader, writer = os.pipe()

    def write() -> None:
        try:
            with open(writer, "w", encoding="utf-8") as file:
                file.write(text)
        except BrokenPipeError:
            return  # the reader had enough

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield f"/dev/fd/{reader}"
    finally:
        os.close(reader)
        thread.join()


def _distrust(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code
    if code == _EXPIRED:
        return "the certificate has expired"
    if code == _NOT_YET_VALID:
        return "the certificate is not valid yet"
    if code in (_WRONG_HOST, _WRONG_ADDRESS) or "ostname mismatch" in error.verify_message:
        return f"the certificate is not for {host}; ssl.endpoint.identification.algorithm= would not check that"
    if code in _UNKNOWN_AUTHORITY:
        return "the certificate comes from an unknown authority; ssl.truststore.location must hold it"
    return f"the certificate is refused: {error.verify_message}"

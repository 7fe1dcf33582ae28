"""Certificates and keys from the stores that Java's properties name: JKS, PKCS12 and PEM, all given on as PEM texts.

What a file is its content says, as in Java since 9, where a store of type JKS may be a PKCS12 file. The words are those of
the Java clients (ssl.keystore.location, …; zookeeper.ssl.… for ZooKeeper), PEM in properties those of 2.7 (KIP-651).
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TYPES = ("JKS", "PKCS12", "PEM")
_BEGIN = b"-----BEGIN "


class StoreError(ValueError):
    """A store that can't be used; the text names the property and holds no secret."""

    exception = "org.apache.kafka.common.KafkaException"


class Keys(NamedTuple):
    """A private key and its certificates, the key's own first. password: of the key's PEM, None for one in the clear."""

    key: str
    chain: str
    password: str | None


class _Store(NamedTuple):
    """A file: `name` says what it is in complaints. kind: JKS, PKCS12 or PEM."""

    name: str
    kind: str
    data: bytes


def load_trust(properties: Mapping[str, str], prefix: str = "ssl.") -> str | None:
    """Return the certificates to trust; None when the properties name none. Raises StoreError and OSError."""
    inline = properties.get(f"{prefix}truststore.certificates")
    store = _read(properties, f"{prefix}truststore")
    if store is None or inline:
        return inline or None
    password = properties.get(f"{prefix}truststore.password")
    if store.kind == "PEM":
        trusted = store.data.decode("latin-1")
    elif store.kind == "JKS":
        from kafkacli.client.jks import JksError, read_jks

        try:
            trusted = _certificates(read_jks(store.data, password).trusted)
        except JksError as error:
            raise StoreError(f"{store.name}: {error}") from None
    else:
        _, certificates = _pkcs12(store, password)
        trusted = "".join(certificates)
    if "-----BEGIN" not in trusted:
        raise StoreError(f"{store.name}: there is no trusted certificate in it")
    return trusted


def load_keys(properties: Mapping[str, str], prefix: str = "ssl.") -> Keys | None:
    """Return the client's own key; None when the properties name none. Raises StoreError and OSError."""
    password = properties.get(f"{prefix}keystore.password")
    key_password = properties.get(f"{prefix}key.password", password)
    inline = properties.get(f"{prefix}keystore.key"), properties.get(f"{prefix}keystore.certificate.chain")
    store = _read(properties, f"{prefix}keystore")
    if inline[0] and inline[1]:
        return Keys(inline[0], inline[1], key_password)
    if store is None:
        return None
    if store.kind == "PEM":
        text = store.data.decode("latin-1")
        return Keys(text, text, key_password)
    if store.kind == "JKS":
        from kafkacli.client.jks import JksError, read_jks, recover_key

        try:
            keys = read_jks(store.data, password).keys
            found = [(recover_key(key, key_password or ""), chain) for key, chain in keys[:1]]
        except JksError as error:
            raise StoreError(f"{store.name}: {error}") from None
        keys_found = [Keys(_pem("PRIVATE KEY", key), _certificates(chain), None) for key, chain in found]
    else:
        key, certificates = _pkcs12(store, password)
        keys_found = [Keys(key, "".join(certificates), None)] if key else []
    if not keys_found:
        raise StoreError(f"{store.name}: there is no private key in it")
    return keys_found[0]


def _read(properties: Mapping[str, str], name: str) -> _Store | None:
    path = properties.get(f"{name}.location")
    kind = properties.get(f"{name}.type", "JKS").strip().upper()
    if kind not in TYPES:
        raise StoreError(f"Invalid value {kind} for configuration {name}.type: stores are {', '.join(TYPES)}")
    if not path:
        return None
    with open(path, "rb") as file:
        data = file.read()
    label = f"{name}.location={path}"
    if data[:4] == b"\xfe\xed\xfe\xed":
        return _Store(label, "JKS", data)
    if _BEGIN in data:
        return _Store(label, "PEM", data)
    if data[:1] == b"\x30":
        return _Store(label, "PKCS12", data)
    raise StoreError(f"{label}: this is no store of type {', '.join(TYPES)}")


def _pkcs12(store: _Store, password: str | None) -> tuple[str | None, list[str]]:
    """Return the private key and the certificates, its own first."""
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

    try:
        content = pkcs12.load_pkcs12(store.data, None if password is None else password.encode())
    except ValueError:
        raise StoreError(f"{store.name}: the store was tampered with, or its password is wrong") from None
    own = [] if content.cert is None else [content.cert]
    certificates = [one.certificate.public_bytes(Encoding.PEM).decode() for one in (*own, *content.additional_certs)]
    if content.key is None:
        return None, certificates
    return content.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(), certificates


def _certificates(ders: Iterable[bytes]) -> str:
    return "".join(_pem("CERTIFICATE", der) for der in ders)


def _pem(label: str, der: bytes) -> str:
    text = b2a_base64(der, newline=False).decode()
    lines = "\n".join(text[start : start + 64] for start in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"

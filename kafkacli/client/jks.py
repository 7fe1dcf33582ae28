"""Java's own key stores (JKS), read without other libraries.

store   = magic(4: FEEDFEED) version(4: 1 or 2) count(4) entry* digest(20)      all numbers big-endian
entry   = 1(4) alias date(8) protected-key count(4) certificate*               a private key and its chain
        | 2(4) alias date(8) certificate                                       a trusted certificate
alias, type = length(2) modified UTF-8
certificate = type (version 2 only) length(4) DER
protected-key = length(4) EncryptedPrivateKeyInfo: SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING data }
data    = salt(20) the PKCS#8 key under a stream of SHA-1s(…) SHA-1 of password and key(20)
digest  = SHA-1 of password (UTF-16BE), "Mighty Aphrodite" and all that comes before

Source: the JDK's `JavaKeyStore.java` and `KeyProtector.java`. The cipher is Sun's own, which is why no library of ours has it.
"""

from __future__ import annotations

from hashlib import sha1

MAGIC = b"\xfe\xed\xfe\xed"
_WHITENER = b"Mighty Aphrodite"
_KEY, _TRUSTED = 1, 2
_DIGEST_BYTES = 20


class JksError(ValueError):
    """A store that can't be read: damaged, or the password is wrong."""


class JksStore:
    """What is in a store. keys: the protected key and the chain (DER, the key's own first) of each private key."""

    __slots__ = ("keys", "trusted")

    def __init__(self) -> None:
        self.keys: list[tuple[bytes, list[bytes]]] = []
        self.trusted: list[bytes] = []


def read_jks(data: bytes, password: str | None) -> JksStore:
    """Return what a store holds. password: None leaves the integrity unchecked, as Java does. Raises JksError."""
    body, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    if password is not None and sha1(password.encode("utf-16-be") + _WHITENER + body).digest() != digest:
        raise JksError("the store was tampered with, or its password is wrong")
    reader = _Reader(body)
    if reader.take(4) != MAGIC or (version := reader.number(4)) not in (1, 2):
        raise JksError("this is no JKS store")
    store = JksStore()
    for _ in range(reader.number(4)):
        tag = reader.number(4)
        reader.take(reader.number(2))
        reader.take(8)
        if tag == _KEY:
            key = reader.take(reader.number(4))
            store.keys.append((key, [reader.certificate(version) for _ in range(reader.number(4))]))
        elif tag == _TRUSTED:
            store.trusted.append(reader.certificate(version))
        else:
            raise JksError(f"the store has an entry of an unknown kind: {tag}")
    return store


def recover_key(protected: bytes, password: str) -> bytes:
    """Return a private key (PKCS#8, DER) from its protected form. Raises JksError for a wrong password."""
    data = _octets(protected)
    salt, hidden, check = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
    secret = password.encode("utf-16-be")
    stream, block = b"", salt
    while len(stream) < len(hidden):
        block = sha1(secret + block).digest()
        stream += block
    size = len(hidden)
    key = (int.from_bytes(hidden, "big") ^ int.from_bytes(stream[:size], "big")).to_bytes(size, "big")
    if sha1(secret + key).digest() != check:
        raise JksError("the password of the key is wrong")
    return key


class _Reader:
    """Takes bytes from the front. Each method raises JksError when there are too few."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._data):
            raise JksError("the store is cut off")
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def certificate(self, version: int) -> bytes:
        if version == 2:
            self.take(self.number(2))
        return self.take(self.number(4))


def _octets(der: bytes) -> bytes:
    """Return the content of the OCTET STRING after the first element of a SEQUENCE."""
    reader = _Reader(der)
    _header(reader, 0x30)
    reader.take(_header(reader, 0x30))
    return reader.take(_header(reader, 0x04))


def _header(reader: _Reader, tag: int) -> int:
    """Read a DER tag and return the length that follows it."""
    if reader.number(1) != tag:
        raise JksError("the key is protected in an unknown way")
    length = reader.number(1)
    return reader.number(length & 0x7F) if length & 0x80 else length

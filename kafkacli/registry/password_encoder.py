"""Passwords among a broker's dynamic configs as znodes keep them: encrypted with `password.encoder.secret` (KIP-226).

    keyFactoryAlgorithm:PBKDF2WithHmacSHA512,cipherAlgorithm:AES/CBC/PKCS5Padding,keyLength:128,salt:BASE64,iterations:4096,
    encryptedPassword:BASE64,passwordLength:N,initializationVector:BASE64[,authenticationTagLength:128]

The words may come in any order; N counts Java's chars, UTF-16 units. What was used to encrypt stands in the value itself, so
that settings may change and old values can still be read. Source: Apache `PasswordEncoder.scala`.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final, NamedTuple

from kafkacli.config_types import ConfigError

KEY_FACTORIES: Final = {f"PBKDF2WithHmacSHA{bits}": f"sha{bits}" for bits in (1, 224, 256, 384, 512)}
CIPHERS: Final = {"AES/CBC/PKCS5Padding": 16, "AES/GCM/NoPadding": 12}
"""The ciphers that are here, with the bytes of their initialization vector."""
_SALT_BYTES = 256
_TAG_BYTES = 16


class Encryption(NamedTuple):
    """How new values are encrypted; the defaults are Kafka's. key_length: in bits."""

    key_factory: str = "PBKDF2WithHmacSHA512"
    cipher: str = "AES/CBC/PKCS5Padding"
    key_length: int = 128
    iterations: int = 4096


def encode_password(password: str, secret: str, random: Callable[[int], bytes], encryption: Encryption) -> str:
    """Return a password as a znode keeps it.

    random: gives that many random bytes. Raises ConfigError for an algorithm that isn't here.
    """
    salt = random(_SALT_BYTES)
    key = _key(secret, salt, encryption)
    vector = random(CIPHERS[encryption.cipher])
    words = {
        "keyFactoryAlgorithm": encryption.key_factory,
        "cipherAlgorithm": encryption.cipher,
        "keyLength": str(encryption.key_length),
        "salt": b64encode(salt).decode(),
        "iterations": str(encryption.iterations),
        "encryptedPassword": b64encode(_encrypt(encryption.cipher, key, vector, password.encode())).decode(),
        "passwordLength": str(_java_length(password)),
        "initializationVector": b64encode(vector).decode(),
    }
    if "GCM" in encryption.cipher:
        words["authenticationTagLength"] = str(_TAG_BYTES * 8)
    return ",".join(f"{name}:{value}" for name, value in words.items())


def decode_password(encoded: str, secret: str) -> str:
    """Return the password that a znode keeps. Raises ConfigError for another secret, or a value that is none."""
    try:
        words = dict(word.rsplit(":", 1) for word in re.split(r"\s*,\s*", encoded))
        encryption = Encryption(
            words["keyFactoryAlgorithm"], words["cipherAlgorithm"], int(words["keyLength"]), int(words["iterations"])
        )
        key = _key(secret, b64decode(words["salt"]), encryption)
        vector = b64decode(words["initializationVector"])
        password = _decrypt(encryption.cipher, key, vector, b64decode(words["encryptedPassword"])).decode()
        length = int(words["passwordLength"])
    except (KeyError, ValueError) as error:
        raise ConfigError("Password could not be decoded") from error
    if _java_length(password) != length:
        raise ConfigError("Password could not be decoded, sanity check of length failed")
    return password


def _key(secret: str, salt: bytes, encryption: Encryption) -> bytes:
    from hashlib import pbkdf2_hmac

    if encryption.key_factory not in KEY_FACTORIES:
        raise ConfigError(f"password.encoder.keyfactory.algorithm: {encryption.key_factory} is not supported")
    if encryption.cipher not in CIPHERS:
        raise ConfigError(f"password.encoder.cipher.algorithm: {encryption.cipher} is not supported")
    digest = KEY_FACTORIES[encryption.key_factory]
    return pbkdf2_hmac(digest, secret.encode(), salt, encryption.iterations, encryption.key_length // 8)


def _encrypt(cipher: str, key: bytes, vector: bytes, plain: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if "GCM" in cipher:
        return AESGCM(key).encrypt(vector, plain, None)
    padding = 16 - len(plain) % 16
    encryptor = Cipher(AES(key), CBC(vector)).encryptor()
    return encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()


def _decrypt(cipher: str, key: bytes, vector: bytes, encrypted: bytes) -> bytes:
    """Raises ValueError where the key is another."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC

    if "GCM" in cipher:
        try:
            return AESGCM(key).decrypt(vector, encrypted, None)
        except InvalidTag as error:
            raise ValueError("wrong tag") from error
    decryptor = Cipher(AES(key), CBC(vector)).decryptor()
    padded = decryptor.update(encrypted) + decryptor.finalize()
    padding = padded[-1] if padded else 0
    if not 1 <= padding <= 16 or padded[-padding:] != bytes([padding]) * padding:
        raise ValueError("wrong padding")
    return padded[:-padding]


def _java_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2

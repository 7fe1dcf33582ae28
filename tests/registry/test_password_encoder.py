"""Passwords in znodes: Kafka's own are read, ours have its form."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.config_types import ConfigError
from kafkacli.registry.password_encoder import CIPHERS, KEY_FACTORIES, Encryption, decode_password, encode_password

QUICK = Encryption(iterations=1024)
# Written by Apache Kafka 2.6.2's kafka-configs.sh --zookeeper with the secret `secret-1`.
KAFKAS = (
    (
        "encryptedPassword:pYXnY4jUBf9DtA4PkIbyLA==,"
        "keyLength:128,"
        "cipherAlgorithm:AES/CBC/PKCS5Padding,"
        "initializationVector:zKSp02LDfG6Awx/zw71cvg==,"
        "keyFactoryAlgorithm:PBKDF2WithHmacSHA512,"
        "salt:IlJpW0Av9gBn194Qj5R9StHpzfRmHGAM0J8U9urosNv6kZwbedcmSHm4Z9KS6meUuw4QkHNMlTWyBpnB32saVtbKoz4ORSY"
        "6DD/v6tI4sGpz4uUsHJis2MWP6j/QZTpa2Qgrg7DcxDXPnqlhgCd8SONTEFB6tsPy4b6e03vyUSL8bpgyEWJyYXvWjcMkIAzZReI"
        "QE47gZc8yE4IAJNvzL58i4Mw2NRCTGjgsryolf+dsDlRcL9ZlOwD67NYryPofCNgReMQTOOlHPKbmrL2A2AyCYpwmzbXhthgrgYD"
        "G16Yba+wSHcuaAxX11OoXlGVzGnCx2liYvLFVO58pD+gFRQ==,"
        "iterations:4096,"
        "passwordLength:11"
    ),
    (
        "encryptedPassword:wXpMUpIRfbWNP9+OunpjemdhI49BrL/iJXaF,"
        "keyLength:128,"
        "cipherAlgorithm:AES/GCM/NoPadding,"
        "initializationVector:z882oG+sAEVKuvjQ,"
        "keyFactoryAlgorithm:PBKDF2WithHmacSHA512,"
        "salt:94yiCfVfdE/WKgyTr5xIlGamI/NcvLtGe1j1LnQy+UTigErlFj4lDxjWl8yM/dbRkxLftWaD+k5z/rFX2MP+MaEhZ25LS64"
        "+lWHt7jRkiTAjcN0RvErfTDFfiJxSAGq74eOFWbTUDy3ZUpKhFjTmu94YhBvLYHDxCJ/h4vhVAgc+bRCNf8MGvZifjHi1F09+F2P"
        "M1OjEivC+LDufdUgElNIwRAlXnqotAFlUgHDuhCTUu6cY3Y8lHWFjGGmyMER8uHHsfjq/L1BXM4lzAGERvEboGP0Y2Miq2yVvEmk"
        "A9kJ35PCCsq26+DjOnUne3FoDXoYcbI1GLKq9sDSlSsLKFg==,"
        "iterations:2000,"
        "passwordLength:11,"
        "authenticationTagLength:128"
    ),
)


@given(st.text(max_size=40), st.text(min_size=1, max_size=10))
def test_what_is_encoded_can_be_decoded(password: str, secret: str) -> None:
    encoded = encode_password(password, secret, os.urandom, QUICK)
    assert decode_password(encoded, secret) == password


@pytest.mark.parametrize("encoded", KAFKAS, ids=["CBC", "GCM"])
def test_reads_what_kafka_has_written(encoded: str) -> None:
    assert decode_password(encoded, "secret-1") == "paess:word1"
    ours = encode_password("paess:word1", "secret-1", os.urandom, QUICK)
    assert {word.split(":")[0] for word in ours.split(",")} <= {word.split(":")[0] for word in encoded.split(",")}


@pytest.mark.parametrize("cipher", CIPHERS)
@pytest.mark.parametrize("key_factory", KEY_FACTORIES)
@pytest.mark.parametrize("key_length", [128, 256])
def test_every_algorithm(cipher: str, key_factory: str, key_length: int) -> None:
    encoded = encode_password("p", "s", os.urandom, Encryption(key_factory, cipher, key_length, 1024))
    assert f"cipherAlgorithm:{cipher}," in encoded
    assert f"keyLength:{key_length}," in encoded
    assert decode_password(encoded, "s") == "p"
    with pytest.raises(ConfigError, match="could not be decoded"):
        decode_password(encoded, "another")


@pytest.mark.parametrize("encoded", ["", "a:b", "keyFactoryAlgorithm:x,cipherAlgorithm:y,keyLength:z"])
def test_what_is_no_password(encoded: str) -> None:
    with pytest.raises(ConfigError, match="could not be decoded"):
        decode_password(encoded, "s")


def test_a_wrong_length_is_noticed() -> None:
    encoded = encode_password("p", "s", os.urandom, QUICK)
    with pytest.raises(ConfigError, match="sanity check of length failed"):
        decode_password(encoded.replace("passwordLength:1", "passwordLength:2"), "s")


@pytest.mark.parametrize(
    ("encryption", "named"),
    [(Encryption(cipher="DES/CBC/PKCS5Padding"), "cipher.algorithm"), (Encryption("MD5"), "keyfactory.algorithm")],
)
def test_an_algorithm_that_is_not_here_is_named(encryption: Encryption, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        encode_password("p", "s", os.urandom, encryption._replace(iterations=1024))

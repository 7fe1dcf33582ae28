"""Keys and certificates made with openssl, and Java key stores made with keytool; all of them for this run only."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

PASSWORD = "store-secret"
"""Of every store here."""
KEY_PASSWORD = "key-secret"
"""Of the keys that have one of their own."""
_LONG_AGO = ("20200101000000Z", "20200201000000Z")
_CA_CONFIG = """
[ca]
default_ca = here
[here]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
default_days = 30
[any]
commonName = supplied
"""


class Authority:
    """A certificate authority in a folder: `certificate` is its own, in PEM."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.certificate = folder / "ca.pem"
        (folder / "index.txt").touch()
        (folder / "ca.cnf").write_text(_CA_CONFIG)
        self._new_key("ca")
        self._run(
            *f"openssl req -x509 -new -key ca.key -out ca.pem -days 30 -subj /CN={name}".split(),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )

    def issue(self, name: str, *hosts: str, expired: bool = False, by: str = "ca", is_authority: bool = False) -> Path:
        """Make `name`.key and `name`.pem, the certificate before its key; hosts: DNS:… and IP:…. Returns the PEM file."""
        self._new_key(name)
        self._run(*f"openssl req -new -key {name}.key -out {name}.csr -subj /CN={name}".split())
        lines = [f"subjectAltName={','.join(hosts)}"] if hosts else []
        lines.append(f"basicConstraints={'critical,CA:TRUE' if is_authority else 'CA:FALSE'}")
        (self.folder / f"{name}.ext").write_text("\n".join(lines))
        command = f"openssl ca -batch -notext -config ca.cnf -in {name}.csr -out {name}.crt -extfile {name}.ext"
        command += f" -cert {by}.{'pem' if by == 'ca' else 'crt'} -keyfile {by}.key"
        if expired:
            command += " -startdate {} -enddate {}".format(*_LONG_AGO)
        self._run(*command.split())
        chain = "" if by == "ca" else (self.folder / f"{by}.crt").read_text()
        pem = self.folder / f"{name}.pem"
        pem.write_text((self.folder / f"{name}.crt").read_text() + chain + (self.folder / f"{name}.key").read_text())
        return pem

    def encrypted_key(self, name: str) -> Path:
        """Return a PKCS#8 file with a key, encrypted with KEY_PASSWORD."""
        self._run(
            *f"openssl pkcs8 -topk8 -in {name}.key -out {name}.p8 -v2 aes-256-cbc -passout pass:{KEY_PASSWORD}".split()
        )
        return self.folder / f"{name}.p8"

    def pkcs12(self, name: str, *options: str) -> Path:
        """Return a PKCS12 key store with a key and its chain. options: openssl's, such as -legacy."""
        path = self.folder / f"{name}{''.join(options)}.p12"
        self._run(
            *f"openssl pkcs12 -export -in {name}.pem -name {name} -out {path.name} -passout pass:{PASSWORD}".split(),
            *options,
        )
        return path

    def jks(self, name: str) -> Path:
        """Return a JKS key store with a key, whose password is KEY_PASSWORD, and its chain."""
        path = self.folder / f"{name}.jks"
        self._keytool(
            *("-importkeystore", "-srckeystore", self.pkcs12(name).name, "-srcstorepass", PASSWORD),
            *("-alias", name, "-destkeystore", path.name, "-deststoretype", "JKS", "-deststorepass", PASSWORD),
            *("-destkeypass", KEY_PASSWORD),
        )
        return path

    def truststore(self, kind: str) -> Path:
        """Return a store of a kind (JKS, PKCS12) that trusts this authority."""
        path = self.folder / f"trust.{kind.lower()}"
        self._keytool(
            *("-importcert", "-noprompt", "-alias", "authority", "-file", "ca.pem", "-keystore", path.name),
            *("-storetype", kind, "-storepass", PASSWORD),
        )
        return path

    def _new_key(self, name: str) -> None:
        self._run(*f"openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out {name}.key".split())

    def _keytool(self, *words: str) -> None:
        self._run("keytool", "-J-XX:TieredStopAtLevel=1", "-J-XX:+UseSerialGC", *words)

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority with a broker's and a client's certificate, and every kind of store of them."""
    missing = [name for name in ("openssl", "keytool") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)} to make certificates and stores with")
    made = Authority(tmp_path_factory.mktemp("authority") / "files", "test-authority")
    made.issue("broker", "DNS:localhost", "IP:127.0.0.1")
    made.issue("middle", is_authority=True)
    made.issue("client", by="middle")
    made.encrypted_key("client")
    made.pkcs12("client", "-legacy")
    made.jks("client")
    made.truststore("JKS")
    made.truststore("PKCS12")
    return made

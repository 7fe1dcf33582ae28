"""A Kerberos realm of its own, where the system has the programs for one."""

import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from tests.support.secured import free_ports
from tests.support.waiting import until

MISSING = [name for name in ("krb5kdc", "kdb5_util", "kadmin.local", "kinit") if shutil.which(name) is None]
MISSING += [] if find_spec("gssapi") else ["the package gssapi"]
WHY_SKIPPED = f"no Kerberos here: no {', no '.join(MISSING)}"
MODULE = "com.sun.security.auth.module.Krb5LoginModule"


class Realm:
    """TEST, with these principals; the last is the user's. Each has a key table, NAME.keytab up to a slash.

    environment: with a ticket of the user.
    """

    def __init__(self, folder: Path, *principals: str) -> None:
        (port,) = free_ports(1)
        self.folder = folder
        (folder / "krb5.conf").write_text(
            "[libdefaults]\n default_realm = TEST\n dns_lookup_kdc = false\n dns_canonicalize_hostname = false\n"
            f" rdns = false\n udp_preference_limit = 1\n[realms]\n TEST = {{\n  kdc = 127.0.0.1:{port}\n }}\n"
        )
        (folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n[realms]\n TEST = {{\n"
            f"  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n  acl_file = {folder}/acl\n }}\n"
        )
        self.environment = {
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
            "KRB5CCNAME": str(folder / "tickets"),
        }
        self.run("kdb5_util", "create", "-s", "-P", "master", "-r", "TEST")
        for name in principals:
            self.run("kadmin.local", "-r", "TEST", "-q", f"addprinc -randkey {name}")
            self.run("kadmin.local", "-r", "TEST", "-q", f"ktadd -k {self.key_table(name)} {name}")
        self._server = subprocess.Popen(["krb5kdc", "-n", "-r", "TEST"], env={**os.environ, **self.environment})
        user = principals[-1]
        until(lambda: self.succeeds("kinit", "-k", "-t", str(self.key_table(user)), user))

    def key_table(self, principal: str) -> Path:
        """The file with the key of a principal."""
        return self.folder / f"{principal.partition('/')[0]}.keytab"

    def server_login(self, principal: str) -> str:
        """The login of a server, without the semicolon."""
        keys = self.key_table(principal)
        return f'{MODULE} required useKeyTab=true storeKey=true keyTab="{keys}" principal="{principal}@TEST"'

    def run(self, *command: str) -> None:
        """Run a program of Kerberos."""
        done = subprocess.run(command, env={**os.environ, **self.environment}, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr

    def succeeds(self, *command: str) -> bool:
        """Run a program of Kerberos that may fail."""
        return not subprocess.run(
            command, env={**os.environ, **self.environment}, capture_output=True, check=False
        ).returncode

    def close(self) -> None:
        """Stop it."""
        self._server.terminate()
        self._server.wait(10)

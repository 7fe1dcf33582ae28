"""kazoo's own test suite on our ZooKeeper server: `python -m tests.proof.kazoo_suite`.

The source of the installed version comes from the package index; pytest then runs its tests with `kazoo_cluster`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What is left out, and why.
EXCLUDED_FILES = {
    "test_eventlet_handler.py": "needs eventlet",
    "test_gevent_handler.py": "needs gevent",
    "test_sasl.py": "needs a SASL library and a server with a JAAS login: ours has none",
    "test_build.py": "looks at how kazoo itself is packed",
}
EXCLUDED_TESTS = {
    "TestSSLClient": "TLS for clients isn't served",
    "TestReadOnlyMode": "needs an ensemble of three that loses its majority",
    "TestReconfig": "needs an ensemble that can grow",
    "test_update_host_list": "needs three servers, to stop one of them",
}


def command(directory: Path, *more: str) -> list[str]:
    """Return what runs the suite that lies in a directory."""
    tests = directory / "kazoo" / "tests"
    ignored = [f"--ignore={tests / name}" for name in EXCLUDED_FILES]
    left_out = " or ".join(EXCLUDED_TESTS)
    return [
        sys.executable, "-m", "pytest", "-q", "-p", "tests.proof.kazoo_cluster", "-p", "no:randomly", "-p", "no:cacheprovider",
        "-c", os.devnull, "--rootdir", str(directory), "--timeout", "300", *ignored, "-k", f"not ({left_out})", *more,
        str(tests),
    ]  # fmt: skip


def unpack(directory: Path) -> Path:
    """Bring the source of the installed kazoo, and what its tests import; return its folder. Raises CalledProcessError."""
    pip = [sys.executable, "-m", "pip", "-q", "--disable-pip-version-check"]
    source = ["--no-deps", "--no-binary", ":all:", "-d", str(directory), f"kazoo=={version('kazoo')}"]
    subprocess.run([*pip, "download", *source], check=True)
    subprocess.run([*pip, "install", "--target", str(directory / "more"), "objgraph"], check=True)
    (archive,) = directory.glob("kazoo-*.tar.gz")
    with tarfile.open(archive) as content:
        content.extractall(directory, filter="data")
    return directory / archive.name.removesuffix(".tar.gz")


def main(arguments: list[str]) -> int:
    """Run the suite, with further arguments for pytest; returns pytest's exit status."""
    with tempfile.TemporaryDirectory() as name:
        source = unpack(Path(name))
        environment = {
            **os.environ,
            "PYTHONPATH": f"{source}:{ROOT}:{Path(name) / 'more'}",
            "ZOOKEEPER_VERSION": "3.5.9",
        }
        return subprocess.run(command(source, *arguments), cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

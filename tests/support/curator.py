"""Apache Curator's jars, brought by Maven into the cache folder that `../shared/apache/get` uses, and a program on them."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

JAVA = Path(__file__).resolve().parents[1] / "clients" / "java"


def _folder() -> Path:
    cache = os.environ.get("KAFKACLI_APACHE_CACHE")
    if cache is None:
        cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")) + "/kafkacli-apache"
    return Path(cache) / f"curator-{hashlib.sha256((JAVA / 'pom.xml').read_bytes()).hexdigest()[:12]}"


def curator_jars() -> Path:
    """Return the folder of the jars; brings them the first time. Raises CalledProcessError with Maven's output."""
    folder = _folder()
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}.new.{os.getpid()}")
        command = ["mvn", "-q", "-B", "-f", str(JAVA / "pom.xml"), "dependency:copy-dependencies"]
        try:
            subprocess.run(
                [*command, "-DincludeScope=runtime", f"-DoutputDirectory={unfinished}"], check=True, capture_output=True
            )
            unfinished.replace(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def run_java(name: str, classes: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Compile and run a program of tests/clients/java on Curator's jars."""
    path = f"{classes}:{curator_jars()}/*"
    source = str(JAVA / f"{name}.java")
    subprocess.run(["javac", "-cp", path, "-d", str(classes), source], check=True, capture_output=True, text=True)
    return subprocess.run(
        ["java", "-Xmx256M", "-cp", path, name, *arguments], capture_output=True, text=True, check=False, timeout=120
    )

"""Java programs of tests/clients/java, on the jars of Apache Kafka or on those that a POM there names."""

import subprocess
from pathlib import Path

from tests.support.apache import home
from tests.support.installed import installed

JAVA = Path(__file__).resolve().parents[1] / "clients" / "java"


def jars(name: str) -> Path:
    """Return the folder of the jars of tests/clients/java/NAME.xml. Raises CalledProcessError with Maven's output."""
    pom = JAVA / f"{name}.xml"

    def bring(folder: Path) -> None:
        command = ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", "-DincludeScope=runtime"]
        subprocess.run([*command, f"-DoutputDirectory={folder}"], check=True, capture_output=True)

    return installed(name, [pom], bring)


def kafka_jars(version: str) -> Path:
    """Return the folder of Apache Kafka's jars."""
    return home(version) / "libs"


def compiled(name: str, libraries: Path, classes: Path) -> list[str]:
    """Compile a program into `classes`; returns the command that runs it."""
    path = f"{classes}:{libraries}/*"
    source = str(JAVA / f"{name}.java")
    subprocess.run(["javac", "-cp", path, "-d", str(classes), source], check=True, capture_output=True, text=True)
    quick = ["-Xmx256M", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
    return ["java", *quick, "-cp", path, name]


def run_java(command: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run what `compiled` returned to its end."""
    return subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=120)

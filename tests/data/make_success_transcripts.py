"""Write `success_transcripts.txt`: what Apache Kafka 2.6.2's scripts say on two real clusters when all goes well.

python -m tests.data.make_success_transcripts [SCENE ...]
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.apache import SHARED, VERSION, Apache, start_cluster, stop_cluster
from tests.support.server import free_port
from tests.support.success_plays import SCENES, Cluster, Stage, zookeeper_scripts
from tests.support.token_broker import PASSWORD, USER

ZOOKEEPER_BIN = os.environ.get("ZOOKEEPER_BIN")
TARGET = Path(__file__).parent / "success_transcripts.txt"


def read_transcripts() -> dict[str, str]:
    """Return scene → transcript."""
    if not TARGET.exists():
        return {}
    parts = TARGET.read_text(encoding="utf-8").split("== ")[1:]
    return {name: text for name, _, text in (part.partition("\n") for part in parts)}


def write_transcripts(transcripts: dict[str, str]) -> None:
    """Write the file, in the order of the scenes."""
    names = [scene.__name__ for scene in SCENES if scene.__name__ in transcripts]
    TARGET.write_text("".join(f"== {name}\n{transcripts[name]}" for name in names), encoding="utf-8")


def theirs(folder: Path) -> Callable[[str], list[str]]:
    """Return what gives the words that run one of Apache's scripts. folder: for ZooKeeper's, beside Kafka's jars."""
    if ZOOKEEPER_BIN:
        get = subprocess.run([str(SHARED / "apache" / "get"), VERSION], check=True, capture_output=True, text=True)
        shutil.copytree(ZOOKEEPER_BIN, folder / "bin")
        (folder / "lib").symlink_to(Path(get.stdout.strip(), "libs"))
        (folder / "conf").mkdir()
        # without it zkEnv.sh prints the path of java
        os.environ.setdefault("JAVA_HOME", str(Path(shutil.which("java") or "java").resolve().parents[1]))

    def command(script: str) -> list[str]:
        return ["bash", str(folder / "bin" / script)] if script.startswith("zk") else Apache().command(script)

    return command


def with_logins(port: int) -> list[str]:
    """Return the options of `cluster start` for one more listener, that wants logins and has delegation tokens."""
    plain = free_port()
    module = "org.apache.kafka.common.security.plain.PlainLoginModule"
    properties = {
        "listeners": f"PLAINTEXT://127.0.0.1:{plain},SASL_PLAINTEXT://127.0.0.1:{port}",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config": f'{module} required user_{USER}="{PASSWORD}";',
        "delegation.token.master.key": "token-secret",
    }
    return ["--port", str(plain), *(f"--property={name}={value}" for name, value in properties.items())]


def main() -> None:
    """Play the scenes, or those that are named, on two clusters."""
    transcripts = read_transcripts()
    with tempfile.TemporaryDirectory() as folder:
        directories = [Path(folder, name) for name in ("source", "target")]
        try:
            logins = free_port()
            source = start_cluster(directories[0], *with_logins(logins))
            target = start_cluster(directories[1])
            command = theirs(Path(folder, "zookeeper"))
            for scene in SCENES:
                if scene is zookeeper_scripts and not ZOOKEEPER_BIN:
                    continue
                if not sys.argv[1:] or scene.__name__ in sys.argv[1:]:
                    (files := Path(folder, scene.__name__)).mkdir()
                    clusters = [
                        Cluster(one.bootstrap, one.zookeeper, f"127.0.0.1:{logins}") for one in (source, target)
                    ]
                    stage = Stage(command, clusters[0], clusters[1], files, 0)
                    scene(stage)
                    transcripts[scene.__name__] = "".join(f"{line}\n" for line in stage.lines)
                    write_transcripts(transcripts)
        finally:
            for directory in directories:
                stop_cluster(directory)


if __name__ == "__main__":
    main()

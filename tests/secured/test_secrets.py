"""No secret leaves the properties: not into what we print (every test here checks that), nor to where others can read it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.secured.conftest import Ours, check_no_secret
from tests.support.secured import Secured, write_properties
from tests.support.waiting import until

pytestmark = [
    pytest.mark.apache,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here to look into processes with"),
]


def family(process_id: int) -> set[int]:
    """A process and all below it."""
    found = {process_id}
    for task in Path(f"/proc/{process_id}/task").iterdir():
        for child in (task / "children").read_text().split():
            found |= family(int(child))
    return found


def visible(process_id: int) -> str:
    """What others can see of a process: arguments, environment, names of open files and what is in those that we may read."""
    folder = Path(f"/proc/{process_id}")
    texts = [(folder / name).read_bytes().decode(errors="replace") for name in ("cmdline", "environ")]
    texts += [os.readlink(link) for link in (folder / "fd").iterdir()]
    return "\n".join(texts)


@contextmanager
def reading(ours: Ours, *words: str) -> Iterator[subprocess.Popen[str]]:
    """A console consumer that runs, connected and past its first record."""
    command = ours.command("kafka-console-consumer.sh", *words)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "a record\n"
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=30)


@pytest.mark.parametrize("listener", ["SSL", "SASL_SSL"])
def test_nothing_is_visible_while_a_tool_runs(secured: Secured, ours: Ours, folder: Path, listener: str) -> None:
    config = write_properties(folder / "c", secured.properties(listener))
    topic = f"secrets-{listener}"
    plain = ("--bootstrap-server", secured.bootstrap("PLAINTEXT"), "--topic", topic)
    assert ours.run("kafka-console-producer.sh", *plain, stdin="a record\n").returncode == 0
    where = ("--bootstrap-server", secured.bootstrap(listener), "--topic", topic, "--from-beginning")
    before = {path.name for path in folder.iterdir()}
    with reading(ours, *where, "--consumer.config", str(config)) as process:
        for process_id in family(process.pid):
            check_no_secret(visible(process_id))
    assert {path.name for path in folder.iterdir()} == before


def test_keys_touch_no_disk(secured: Secured, ours: Ours, folder: Path) -> None:
    """The temporary folder stays empty, also while keys go from a JKS store to OpenSSL."""
    config = write_properties(folder / "c", secured.properties("SSL"))
    temporary = folder / "temporary"
    temporary.mkdir(mode=0o700)
    words = ("--bootstrap-server", secured.bootstrap("SSL"), "--command-config", str(config), "--list")
    touched = temporary.stat().st_mtime_ns
    done = ours.run("kafka-topics.sh", *words, environment={"TMPDIR": str(temporary)})
    assert done.returncode == 0, done.stderr
    assert temporary.stat().st_mtime_ns == touched


@pytest.mark.parametrize("script", ["kafka-topics.sh", "kafka-console-consumer.sh", "kafka-delegation-tokens.sh"])
def test_help_shows_none(secured: Secured, ours: Ours, folder: Path, script: str) -> None:
    config = write_properties(folder / "c", secured.properties("SSL"))
    option = "--consumer.config" if "consumer" in script else "--command-config"
    assert ours.run(script, option, str(config), "--help").returncode == 0


def test_wait_for_children_can_see_some() -> None:
    """The look into /proc would find a secret if there were one."""
    process = subprocess.Popen(["sleep", "60"], env={"PASSWORD": "wrong-secret"})
    try:
        until(lambda: b"sleep" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        with pytest.raises(AssertionError):
            check_no_secret(visible(process.pid))
        assert process.pid in family(os.getpid())
    finally:
        process.kill()
        process.wait()

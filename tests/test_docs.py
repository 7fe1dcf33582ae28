"""docs/: the examples of the pages about tasks show what the commands show. KAFKACLI_WRITE_DOCS=1 writes them again."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.documented import DOCS, masked, run_page
from tests.support.server import free_port

PAGES = ("tour", "ci", "dev-broker", "offset-reset", "moving-a-topic")
PORTS = ("9092", "2181", "9192", "2281")  # as the pages have them, in this order
HOME, SECONDS = "/home/me", 20
START = "kafkacli server-start"


def _swapped(text: str, to: dict[str, str]) -> str:
    return re.sub(r"\b(" + "|".join(to) + r")\b", lambda match: to[match[0]], text)


def _on_other_ports(text: str, ports: dict[str, str]) -> str:
    """The commands of a page with ports that are free; a server that is started without any gets them too."""
    named = f"{START} --override listeners=PLAINTEXT://localhost:9092 --override zookeeper.connect=localhost:2181"
    return _swapped(re.sub(rf"{START}(?! --override listeners)", named, text), ports)


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_show_what_the_commands_show(page: str, tmp_path: Path) -> None:
    ports = {shown: str(free_port()) for shown in PORTS}
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "run").mkdir()  # where servers note themselves: the page's own stop only these
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("KAFKACLI_", "XDG_"))},
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(tmp_path / "run"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }

    def real(text: str) -> str:
        return _on_other_ports(text, ports).replace(HOME, str(home))

    def run(line: str) -> str:
        for file in (path for path in home.iterdir() if path.suffix in (".sh", ".properties", ".json")):
            file.write_text(real(file.read_text()))
        shell = subprocess.Popen(
            ["bash", "-c", real(line)],
            cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = shell.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.communicate()
            raise
        return _swapped(output, {real: shown for shown, real in ports.items()}).replace(str(home), HOME)

    path = DOCS / f"{page}.md"
    written = path.read_text(encoding="utf-8")
    try:
        shown = run_page(written, home, run)
    finally:
        run("kafka-server-stop.sh")
    if os.environ.get("KAFKACLI_WRITE_DOCS"):
        path.write_text(shown, encoding="utf-8")
    assert masked(shown) == masked(written)

"""Pages of docs/ whose ```console blocks are what the tools show: run on a server, compared or written again.

A block of another kind with a file's name after it, as ```json app.json, is that file for the examples.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.support.server import free_port

PORTS = ("9092", "2181", "9192", "2281")  # as the pages have them, in this order
HOME = "/home/me"  # as the pages have it
SECONDS = 30
START = "kafkacli server-start"
DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```\n", re.DOTALL | re.MULTILINE)
_MASKS = tuple(
    (re.compile(pattern), mask)
    for pattern, mask in (
        (r"0x[0-9a-f]{1,16}", "0x{zxid}"),
        (r"\b\d{13}\b", "{time}"),
        (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.,]\d+)?", "{date}"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{uuid}"),
    )
)


def run_page(text: str, directory: Path, run: Callable[[str], str]) -> str:
    """Return a page with what its examples show now. run: takes a command line, returns stdout and stderr."""

    def shown(block: re.Match[str]) -> str:
        kind, file, body = block.groups()
        if file is not None:
            (directory / file).write_text(body, encoding="utf-8")
        if kind != "console":
            return block[0]
        commands = [line for line in body.splitlines() if line.startswith("$ ")]
        outputs = [(line, run(line[2:])) for line in commands]
        return "```console\n" + "".join(f"{line}\n{_whole_lines(output)}" for line, output in outputs) + "```\n"

    return _BLOCK.sub(shown, text)


def _whole_lines(output: str) -> str:
    return output if not output or output.endswith("\n") else output + "\n"


def masked(text: str) -> str:
    """Leave out what is new in every run."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


class Home:
    """A user's folder for the examples of one page: what they show as at ports 9092 and 2181 is at ports that are free."""

    def __init__(self, directory: Path) -> None:
        """directory: an empty one; the home is a folder in it."""
        self.ports = {shown: str(free_port()) for shown in PORTS}
        self.path = directory / "home"
        self.path.mkdir()
        (directory / "run").mkdir()  # where servers note themselves: kafka-server-stop.sh stops only these
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("KAFKACLI_", "XDG_"))},
            "HOME": str(self.path),
            "XDG_RUNTIME_DIR": str(directory / "run"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
        }

    def real(self, text: str) -> str:
        """Return text of a page with the ports and the home that count; a server started without ports gets them too."""
        named = f"{START} --override listeners=PLAINTEXT://localhost:9092 --override zookeeper.connect=localhost:2181"
        return _swapped(re.sub(rf"{START}(?! --)", named, text), self.ports).replace(HOME, str(self.path))

    def shown(self, text: str) -> str:
        """Return what a command said, with the ports and the home as the page has them."""
        return _swapped(text, {real: shown for shown, real in self.ports.items()}).replace(str(self.path), HOME)

    def run(self, line: str) -> str:
        """Run a command line in bash; returns its stdout and stderr. What it starts in the background goes on."""
        for file in (path for path in self.path.iterdir() if path.suffix in (".sh", ".properties", ".json")):
            file.write_text(self.real(file.read_text()))
        shell = subprocess.Popen(
            ["bash", "-c", self.real(line)],
            cwd=self.path, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            output, _ = shell.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.communicate()
            raise
        return self.shown(output)

    def stop(self) -> None:
        """Stop the servers that were started here, and wait until they have ended."""
        self.run("while kafka-server-stop.sh > /dev/null; do sleep 0.1; done")


def _swapped(text: str, to: dict[str, str]) -> str:
    return re.sub(r"\b(" + "|".join(to) + r")\b", lambda match: to[match[0]], text)

"""The pictures in docs/pictures: commands run on servers of ours, on a terminal, and drawn from what they showed.

    python -m tests.pictures [NAME]...     (or `make pictures`) draws them again

What differs from run to run (ports, dates, ids, the home) is drawn as it always is, so that a new picture differs from the
old one only where the commands' output does: tests/test_docs.py runs them too, and reads in the pictures whether they still
show that.
"""

import re
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from tests.support.documented import DOCS, Home
from tests.support.shells import interactive
from tests.support.terminal import Terminal

PICTURES = DOCS / "pictures"
ENDED, TAB, READY = "#ended#", "<Tab>", "ready> "
_ALWAYS = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", "2026-11-24 09:00:00,000"),
    (r"Cluster ID = \S{22}", "Cluster ID = Vh1tZrXWQyO3cZ2Yk0mS5A"),
)
_SVG = "{http://www.w3.org/2000/svg}"
_CHARACTER = 12.2  # units that a character is wide
_FONTS = re.compile(r"\s*@font-face \{\{.*?\n    \}\}", re.DOTALL)  # rich would have them from the internet


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture. before: what is run unseen, after all that the scenes above it did; lines: what is typed.
    until: what ends a line that doesn't end by itself; such a scene has a home of its own.
    A line with <Tab> at its end is typed into bash with its completions loaded.
    """

    title: str
    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    until: str = ""
    columns: int = 100


_AT = "--bootstrap-server localhost:9092"
_KEYED = f"kafka-console-producer.sh {_AT} --topic orders --property parse.key=true --property key.separator=:"
SCENES = {
    "start": Scene("a broker, with ZooKeeper", ("kafkacli server-start",), until=r"ls /brokers/ids\r\n", columns=110),
    "topics": Scene(
        "topics",
        (
            f"kafka-topics.sh {_AT} --create --topic orders --partitions 3",
            f"kafka-topics.sh {_AT} --describe --topic orders",
            f"kafka-topics.sh {_AT} --descripe",
        ),
        ("kafkacli server-start > broker.log 2>&1 &", f"kafkacli wait {_AT}"),
    ),
    "zookeeper": Scene("the ZooKeeper shell", ("zookeeper-shell.sh localhost:2181 tree /brokers",)),
    "wrong": Scene(
        "when something is wrong",
        (
            "kafka-console-producer.sh --brokerist localhost:9092 --topic test 2>&1 | head -2",
            "kafkacli wait --bootstrap-server localhost:9192 --timeout 300ms",
            f"kafka-topics.sh {_AT} --create --topic orders",
        ),
    ),
    "completion": Scene(
        "Tab",
        ("kafka-topics.sh --de<Tab>", f"kafka-topics.sh {_AT} --describe --topic <Tab>"),
        tuple(f"kafka-topics.sh {_AT} --create --topic {name}" for name in ("payments", "refunds", "stock")),
    ),
    "groups": Scene(
        "a consumer group",
        (f"kafka-consumer-groups.sh {_AT} --describe --group billing",),
        (
            f"printf '%s\\n' ann:1 ben:2 cy:3 dan:4 | {_KEYED}",
            f"kafka-console-consumer.sh {_AT} --topic orders --group billing --from-beginning --max-messages 4",
            f"printf '%s\\n' ann:5 ben:6 eve:7 | {_KEYED}",
        ),
        columns=140,
    ),
    "output": Scene(
        "other forms than Apache's",
        (
            f"kafka-consumer-groups.sh {_AT} --describe --group billing --output table",
            f"kafka-consumer-groups.sh {_AT} --describe --group billing --output json 2> /dev/null",
        ),
        columns=152,
    ),
}


def description(scene: Scene) -> str:
    """Return what was typed in a scene, as the picture's own description has it."""
    return "\n".join(f"$ {line}" for line in scene.lines)


def main(names: list[str]) -> int:
    """Draw the pictures of these names, or all."""
    PICTURES.mkdir(exist_ok=True)
    for name, shown in acted().items():
        if name in names or not names:
            (PICTURES / f"{name}.svg").write_text(drawn(name, SCENES[name], shown), encoding="utf-8")
    return 0


def acted() -> dict[str, list[str]]:
    """Run the scenes; returns what each line of each showed, with its escape sequences."""
    shown = {}
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        shared = Path(directory, "shared")
        shared.mkdir()
        home = _opened(shared, stack)
        for name, scene in SCENES.items():
            own = Path(directory, name)
            own.mkdir()
            at = _opened(own, stack) if scene.until else home
            for line in scene.before:
                at.run(line)
            shown[name] = [_shown_on_terminal(at, line, scene) for line in scene.lines]
    return shown


def _opened(directory: Path, stack: ExitStack) -> Home:
    home = Home(directory)
    stack.callback(home.stop)
    return home


def _shown_on_terminal(home: Home, line: str, scene: Scene) -> str:
    if line.endswith(TAB):
        return _completed(home, line.removesuffix(TAB))
    command = ["bash", "-c", home.real(line) + ("" if scene.until else f"; printf '{ENDED}'")]
    environment = {**home.environment, "TERM": "xterm-256color"}
    with Terminal(command, home.path, environment, scene.columns) as terminal:
        terminal.wait_for(scene.until or ENDED)
        text = home.shown(terminal.raw.decode()).replace(ENDED, "").replace("\r\n", "\n")
    for pattern, always in _ALWAYS:
        text = re.sub(pattern, always, text)
    return text.expandtabs()


def _completed(home: Home, line: str) -> str:
    """Return what bash shows under a line with a Tab at its end: the words, and the line once more."""
    with interactive("bash", DOCS.parent / "completions", home.path) as terminal:
        begin, before = len(terminal.raw), len(terminal.text)
        terminal.type(home.real(line) + "\t")
        terminal.wait_for(rf"\n{READY}.*{re.escape(home.real(line)[-3:])}", before)
        shown = home.shown(terminal.raw[begin:].decode()).replace("\r\n", "\n").replace(READY, "$ ")
    return shown.partition("\n")[2]


def drawn(name: str, scene: Scene, shown: list[str]) -> str:
    """Return the SVG."""
    import io

    from rich._export_format import CONSOLE_SVG_FORMAT
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=scene.columns, file=io.StringIO(), color_system="truecolor")
    for line, text in zip(scene.lines, shown, strict=True):
        console.print(Text.assemble(("$ ", "bold green"), (line, "bold")), soft_wrap=False)
        console.print(Text.from_ansi(text.rstrip("\n")), soft_wrap=False)
    code_format = _FONTS.sub("", CONSOLE_SVG_FORMAT).replace('-matrix">', '-matrix" xml:space="preserve">')
    code_format = code_format.replace("Fira Code, monospace", "Fira Code, DejaVu Sans Mono, Menlo, monospace")
    told = escape(description(scene)).replace("{", "{{").replace("}", "}}")
    code_format = code_format.replace("    <style>", f"    <desc>{told}</desc>\n    <style>", 1)
    return console.export_svg(title=scene.title, code_format=code_format, unique_id=f"picture-{name}")


def read(picture: str) -> list[str]:
    """Return the lines of text in an SVG that was drawn so."""
    lines: dict[float, str] = {}
    for part in ElementTree.fromstring(picture).iter(f"{_SVG}text"):
        if part.get("clip-path") is not None:
            column = round(float(part.get("x", "0")) / _CHARACTER)
            height = float(part.get("y", "0"))
            lines[height] = lines.get(height, "").ljust(column) + (part.text or "").replace("\xa0", " ")
    return [lines[height].rstrip() for height in sorted(lines)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The pictures in docs/pictures: commands run on servers of ours, on a terminal, and drawn from what they showed.

    python -m tests.pictures [NAME]...     (or `make pictures`) draws them again

What differs from run to run (ports, dates, ids, the home) is drawn as it always is, so that a new picture differs from the
old one only where the commands' output does.
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.support.documented import DOCS, Home
from tests.support.shells import interactive
from tests.support.terminal import Terminal

PICTURES = DOCS / "pictures"
ENDED, TAB, READY = "#ended#", "<Tab>", "ready> "
_ALWAYS = (
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}", "2026-11-24 09:00:00,000"),
    (r"Cluster ID = \S{22}", "Cluster ID = Vh1tZrXWQyO3cZ2Yk0mS5A"),
)
_FONTS = re.compile(r"\s*@font-face \{\{.*?\n    \}\}", re.DOTALL)  # rich would have them from the internet


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture. before: what is run unseen; lines: what is typed; until: what ends a line that doesn't end by itself.
    A line with <Tab> at its end is typed into bash with its completions loaded.
    """

    title: str
    lines: tuple[str, ...]
    before: tuple[str, ...] = ()
    until: str = ""
    columns: int = 100


_AT = "--bootstrap-server localhost:9092"
_SERVER = ("kafkacli server-start > broker.log 2>&1 &", f"kafkacli wait {_AT}")
_ORDERS = (*_SERVER, f"kafka-topics.sh {_AT} --create --topic orders --partitions 3")
_BILLING = (
    *_ORDERS,
    (
        f"printf '%s\\n' ann:1 ben:2 cy:3 dan:4 | kafka-console-producer.sh {_AT} --topic orders"
        " --property parse.key=true --property key.separator=:"
    ),
    f"kafka-console-consumer.sh {_AT} --topic orders --group billing --from-beginning --max-messages 4",
    (
        f"printf '%s\\n' ann:5 ben:6 eve:7 | kafka-console-producer.sh {_AT} --topic orders"
        " --property parse.key=true --property key.separator=:"
    ),
)
SCENES = {
    "start": Scene("a broker, with ZooKeeper", ("kafkacli server-start",), until=r"ls /brokers/ids\r\n", columns=110),
    "topics": Scene(
        "topics",
        (
            f"kafka-topics.sh {_AT} --create --topic orders --partitions 3",
            f"kafka-topics.sh {_AT} --describe --topic orders",
            f"kafka-topics.sh {_AT} --descripe",
        ),
        _SERVER,
    ),
    "groups": Scene(
        "a consumer group",
        (f"kafka-consumer-groups.sh {_AT} --describe --group billing",),
        _BILLING,
        columns=140,
    ),
    "output": Scene(
        "other forms than Apache's",
        (
            f"kafka-consumer-groups.sh {_AT} --describe --group billing --output table",
            f"kafka-consumer-groups.sh {_AT} --describe --group billing --output json 2> /dev/null",
        ),
        _BILLING,
        columns=152,
    ),
    "completion": Scene(
        "Tab",
        ("kafka-topics.sh --de<Tab>", f"kafka-topics.sh {_AT} --describe --topic <Tab>"),
        (*_ORDERS, *(f"kafka-topics.sh {_AT} --create --topic {name}" for name in ("payments", "refunds", "stock"))),
    ),
    "zookeeper": Scene("the ZooKeeper shell", ("zookeeper-shell.sh localhost:2181 tree /brokers",), _ORDERS),
    "wrong": Scene(
        "when something is wrong",
        (
            "kafka-console-producer.sh --brokerist localhost:9092 --topic test 2>&1 | head -2",
            "kafkacli wait --bootstrap-server localhost:9192 --timeout 300ms",
            f"kafka-topics.sh {_AT} --create --topic orders",
        ),
        _ORDERS,
    ),
}


def description(scene: Scene) -> str:
    """Return what was typed in a scene, as the picture's own description has it."""
    return "\n".join(f"$ {line}" for line in scene.lines)


def main(names: list[str]) -> int:
    """Draw the pictures of these names, or all."""
    PICTURES.mkdir(exist_ok=True)
    for name in names or SCENES:
        (PICTURES / f"{name}.svg").write_text(drawn(name, SCENES[name], acted(SCENES[name])), encoding="utf-8")
    return 0


def acted(scene: Scene) -> list[str]:
    """Run a scene; returns what each line showed, with its escape sequences."""
    with tempfile.TemporaryDirectory() as directory:
        home = Home(Path(directory))
        try:
            for line in scene.before:
                home.run(line)
            return [_shown_on_terminal(home, line, scene) for line in scene.lines]
        finally:
            home.stop()


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

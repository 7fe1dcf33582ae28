"""Man pages: a page for each name of each command, and nothing that mandoc has a word to say about."""

import re
import subprocess
from pathlib import Path

import kafkacli
from kafkacli.exits import Exit
from kafkacli.options.commands import commands
from kafkacli.options.manpage import manual_files
from tests.support.foreign import need


def test_every_command_has_a_page_under_each_name() -> None:
    files = manual_files(commands())
    page = files["man1/kafka-topics.sh.1"]
    assert (
        ".SH NAME\nkafka\\-topics.sh, kafka\\-topics \\- Create, list, describe, alter and delete\ntopics\n.SH" in page
    )
    assert "\\fB\\-\\-bootstrap\\-server <host:port,...>\\fR" in page
    assert "\\fB\\-\\-context <name>\\fR" in page  # as every command takes it
    assert ".SH EXAMPLES\n" in page
    assert ".B kafka\\-topics\n" in files["man1/kafka-topics.1"]
    assert "\\fBtopics\\fR" in files["man1/kafkacli.1"]
    assert "man1/kafkacli-init.1" in files


def test_every_page_has_examples_and_every_exit_status() -> None:
    pages = manual_files(commands())
    assert not [path for path, page in pages.items() if ".SH EXAMPLES\n.TP\n" not in page]
    for path, page in pages.items():
        section = page.partition(".SH EXIT STATUS\n")[2].partition(".SH")[0]
        assert [line[3:-3] for line in section.splitlines() if line.startswith("\\fB")] == [
            str(status.value) for status in Exit
        ], path


def test_the_overview_has_every_variable_of_ours() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(kafkacli.__file__).parent.rglob("*.py")]
    ours = {name for source in sources for name in re.findall(r"\bKAFKACLI_[A-Z_]+", source)}
    page = manual_files(commands())["man1/kafkacli.1"]
    assert ours
    assert [name for name in sorted({*ours, "NO_COLOR"}) if f".B {name}\n" not in page] == []


def test_mandoc_finds_nothing_to_say(tmp_path: Path) -> None:
    need("mandoc")
    for path, content in manual_files(commands()).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    pages = [str(path) for path in sorted((tmp_path / "man1").iterdir())]
    done = subprocess.run(["mandoc", "-Tlint", *pages], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")

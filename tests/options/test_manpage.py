"""Man pages: a page for each command, pointers for the other names, and nothing that mandoc calls an error."""

import subprocess
from pathlib import Path

from kafkacli.options.commands import commands
from kafkacli.options.manpage import manual_files
from tests.support.foreign import need


def test_every_command_has_its_page() -> None:
    files = manual_files(commands())
    assert files["man1/kafka-topics.1"] == ".so man1/kafka-topics.sh.1\n"
    page = files["man1/kafka-topics.sh.1"]
    assert ".SH NAME\nkafka\\-topics.sh \\- Create, list, describe, alter and delete topics\n" in page
    assert "\\fB\\-\\-bootstrap\\-server <host:port,...>\\fR" in page
    assert "\\fBtopics\\fR" in files["man1/kafkacli.1"]
    assert "man1/kafkacli-init.1" in files


def test_mandoc_finds_no_error(tmp_path: Path) -> None:
    need("mandoc")
    for path, content in manual_files(commands()).items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)
    pages = [str(path) for path in sorted((tmp_path / "man1").iterdir()) if not path.read_text().startswith(".so")]
    done = subprocess.run(
        ["mandoc", "-Tlint", "-Werror", *pages], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout

"""The wheel: an install puts each man page and completion where `man` and the shells look beside the programs."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kafkacli.options.generate import generated_files

ROOT = Path(__file__).resolve().parents[1]
PLACES = {
    "man/man1": "share/man/man1",
    "completions/bash": "share/bash-completion/completions",
    "completions/zsh": "share/zsh/site-functions",
    "completions/fish": "share/fish/vendor_completions.d",
}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The part of the wheel that goes beside the packages, as an install lays it out."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    (data,) = folder.glob("*.data/data")
    return data


def test_pages_and_completions_lie_where_they_are_looked_for(unpacked: Path) -> None:
    expected = {
        f"{PLACES[str(path.parent)]}/{path.name}": content
        for path, content in generated_files().items()
        if str(path.parent) in PLACES
    }
    found = {path.relative_to(unpacked).as_posix(): path.read_text() for path in unpacked.rglob("*") if path.is_file()}
    assert found == expected


@pytest.mark.skipif(shutil.which("man") is None, reason="needs the program man")
def test_man_finds_the_page_beside_a_program_on_the_path(unpacked: Path) -> None:
    program = unpacked / "bin" / "kafka-topics"
    program.parent.mkdir(exist_ok=True)
    program.touch(0o755)
    environment = {name: value for name, value in os.environ.items() if name != "MANPATH"}
    environment |= {"PATH": f"{program.parent}:{environment['PATH']}", "MANPAGER": "cat", "PAGER": "cat"}
    shown = subprocess.run(["man", "kafka-topics"], env=environment, capture_output=True, text=True, check=True).stdout
    assert "KAFKA-TOPICS(1)" in shown
    program.unlink()

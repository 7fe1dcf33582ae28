"""Log directories that something is wrong with, and what a broker makes of them: one table for ours and the real one.

Each begins with what a broker with `log.dirs=ROOT/a,ROOT/b` has left behind at a clean stop.
"""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from kafkacli.log.log_dirs import CLEAN_SHUTDOWN_FILE
from kafkacli.log.meta_properties import META_PROPERTIES

USUAL = ("a", "b")


class Case(NamedTuple):
    """What is done below the root; directories: what `log.dirs` names then."""

    name: str
    do: Callable[[Path], object]
    directories: tuple[str, ...] = USUAL


def _meta(*names: str, **values: str | None) -> Callable[[Path], None]:
    """Set properties (underscores for dots) in these directories' files; None removes one."""

    def do(root: Path) -> None:
        for name in names:
            path = root / name / META_PROPERTIES
            kept = dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
            kept |= {key.replace("_", "."): value for key, value in values.items() if value is not None}
            for key in (key.replace("_", ".") for key, value in values.items() if value is None):
                kept.pop(key, None)
            path.write_text("".join(f"{key}={value}\n" for key, value in kept.items()))

    return do


def _write(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda root: (root / name).write_bytes(data)


def _replace_by_file(*names: str) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        for name in names:
            shutil.rmtree(root / name)
            (root / name).write_bytes(b"a file\n")

    return do


def _make(*names: str) -> Callable[[Path], None]:
    def do(root: Path) -> None:
        for name in names:
            (root / name).mkdir(parents=True)

    return do


def _meta_is_a_directory(root: Path) -> None:
    (root / "b" / META_PROPERTIES).unlink()
    (root / "b" / META_PROPERTIES).mkdir()


def _link(root: Path) -> None:
    shutil.rmtree(root / "b")
    (root / "b").symlink_to(root / "a")


OTHER = "AAAAAAAAAAAAAAAAAAAAAA"
CASES = (
    Case("nothing", lambda root: None),
    Case("cluster id of one", _meta("b", cluster_id=OTHER)),
    Case("cluster id of both", _meta("a", "b", cluster_id=OTHER)),
    Case("no cluster id in one", _meta("b", cluster_id=None)),
    Case("no cluster id in both", _meta("a", "b", cluster_id=None)),
    Case("broker id of one", _meta("b", broker_id="5")),
    Case("broker id of both", _meta("a", "b", broker_id="5")),
    Case("no broker id in one", _meta("b", broker_id=None)),
    Case("a broker id that is none", _meta("b", broker_id="five")),
    Case("a negative broker id", _meta("b", broker_id="-1")),
    Case("version of one", _meta("b", version="1")),
    Case("version of the first", _meta("a", version="1")),
    Case("version of both", _meta("a", "b", version="1")),
    Case("no version in one", _meta("b", version=None)),
    Case("an empty file", _write(f"b/{META_PROPERTIES}", b"")),
    Case("garbage", _write(f"b/{META_PROPERTIES}", bytes(range(256)))),
    Case("no file in one", lambda root: (root / "b" / META_PROPERTIES).unlink()),
    Case("a directory for the file", _meta_is_a_directory),
    Case("a directory is missing", lambda root: shutil.rmtree(root / "b")),
    Case("a new directory", lambda root: None, ("a", "b", "c/d")),
    Case("a directory less", lambda root: None, ("a",)),
    Case("a file for a directory", _replace_by_file("b")),
    Case("a file for the first", _replace_by_file("a")),
    Case("files for both", _replace_by_file("a", "b")),
    Case("a directory below a file", _replace_by_file("b"), ("a", "b/below")),
    Case("the same twice", lambda root: None, ("a", "a")),
    Case("a link to the other", _link),
    Case("a stray file", _write("b/stray", b"x")),
    Case("a stray directory", _make("b/stray")),
    Case("a partition without a number", _make("b/topic-x")),
    Case("a partition without a topic", _make("b/-0")),
    Case("a partition in both", _make("a/topic-0", "b/topic-0")),
    Case("a partition and its future", _make("a/topic-0", "b/topic-0.0123456789abcdef0123456789abcdef-future")),
    Case("a future in both", _make(*(f"{name}/topic-0.0123456789abcdef0123456789abcdef-future" for name in USUAL))),
    Case("a deleted partition", _make("b/topic-0.0123456789abcdef0123456789abcdef-delete")),
)


def lay_out(left: Path, target: Path) -> Path:
    """Copy what a broker has left behind, but for the marks of a clean stop; returns the root."""
    shutil.copytree(left, target)
    for name in USUAL:
        (target / "root" / name / CLEAN_SHUTDOWN_FILE).unlink()
    return target / "root"


def outcome(root: Path, directories: tuple[str, ...]) -> str:
    """What is in the directories after a start and a clean stop: were they used, and whose are they."""
    return "; ".join(f"{name}: {_state(root / name)}" for name in dict.fromkeys(directories))


def _state(directory: Path) -> str:
    if not directory.is_dir():
        return "no directory"
    used = "used" if (directory / CLEAN_SHUTDOWN_FILE).exists() else "not used"
    meta = directory / META_PROPERTIES
    if not meta.is_file():
        return f"{used}, nobody's"
    text = meta.read_text(encoding="latin-1")
    found = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    owner = "another's" if found.get("cluster.id") == OTHER else "ours" if "cluster.id" in found else "no cluster's"
    return f"{used}, {owner}, broker {ascii(found.get('broker.id'))[1:-1]}"


def masked(text: str, root: Path) -> str:
    """An error's text without what differs from run to run."""
    return re.sub(r"(?<=Cluster ID )[\w-]{22}", "C", text.replace(str(root), "ROOT"))

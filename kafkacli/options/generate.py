"""Write completions/ and man/ from the option tables, docs/schemas/ from the schemas of output: `python -m kafkacli.options.generate [--check]`, in a checkout.

With --check nothing is written, and a file that is missing, different or left over makes the exit status 1.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options import exit_codes
from kafkacli.options.commands import commands
from kafkacli.options.completion import completion_files
from kafkacli.options.manpage import manual_files
from kafkacli.output.pages import schema_files

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("completions", "man", "docs/schemas")


def generated_files() -> dict[Path, str]:
    """Return every generated file with its content, by its path in the checkout."""
    known = commands()
    files = {Path("completions", path): content for path, content in completion_files(known).items()}
    files |= {Path("man", path): content for path, content in manual_files(known).items()}
    return files | schema_files() | {Path("docs", "exit-codes.md"): exit_codes.page()}


def stale_files(root: Path, files: dict[Path, str]) -> list[Path]:
    """Return the paths that are missing, different, or in the folders without being generated."""
    stale = [path for path, content in files.items() if _read(root / path) != content]
    found = [path.relative_to(root) for folder in FOLDERS for path in (root / folder).rglob("*") if path.is_file()]
    return sorted([*stale, *(path for path in found if path not in files)])


def write_files(root: Path, files: dict[Path, str]) -> None:
    """Write the files and remove what is left over."""
    for path in stale_files(root, files):
        if path in files:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(files[path], encoding="utf-8")
        else:
            (root / path).unlink()


def main(arguments: list[str]) -> int:
    """Run the program. Returns its exit status."""
    files = generated_files()
    if "--check" not in arguments:
        write_files(ROOT, files)
        return Exit.OK
    stale = stale_files(ROOT, files)
    for path in stale:
        console.err(f"{path} is not what its tables say; run: make generate")
    return Exit.FAILURE if stale else Exit.OK


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

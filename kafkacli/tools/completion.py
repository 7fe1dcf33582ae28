"""kafkacli completion: the completions of a shell, printed, or put where the shell looks for a user's own."""

from __future__ import annotations

import os

from kafkacli import console
from kafkacli.exits import Exit
from kafkacli.options.jopt import answer_help, parse
from kafkacli.options.table import HELP, Option, OptionTable

SHELLS = ("bash", "zsh", "fish")

OPTIONS = OptionTable(
    "kafkacli completion",
    "Print or install the completions for bash, zsh and fish.",
    (
        Option(
            "shell",
            argument="shell",
            completes=SHELLS,
            help="With install: this shell instead of the one in SHELL; its name alone does the same.",
        ),
        HELP,
    ),
    synopsis="(bash | zsh | fish | install [bash | zsh | fish])",
    arguments="install writes them where the shell looks for a user's own completions, and says what is left to do.",
    examples=(
        ("kafkacli completion install", "for your shell"),
        ("source <(kafkacli completion bash)", "for this bash only"),
    ),
    uses_context=False,
)


def main(arguments: list[str]) -> int:
    """Run `kafkacli completion`. Returns its exit status."""
    options = parse(OPTIONS, arguments)
    if (status := answer_help(options, "kafkacli completion needs a shell's name, or install.")) is not None:
        return status
    word, *rest = options.arguments or [""]
    if word not in (*SHELLS, "install") or len(rest) > (word == "install" and not options.has("shell")):
        raise options.fail(f"kafkacli completion takes one of: {', '.join(SHELLS)}, install [SHELL]")
    if word != "install":
        if options.has("shell"):
            raise options.fail("--shell does nothing without install")
        console.write(_files(word)[_MAIN[word]])
        return Exit.OK
    shell = options.value("shell") or "".join(rest) or os.path.basename(os.environ.get("SHELL", ""))
    if shell not in SHELLS:
        raise options.fail(f"no completions for the shell '{shell}'; there are {', '.join(SHELLS)}")
    return _install(shell)


_MAIN = {"bash": "kafkacli", "zsh": "_kafkacli", "fish": "kafkacli.fish"}


def _files(shell: str) -> dict[str, str]:
    """Return name → content of a shell's files."""
    from kafkacli.options.commands import commands
    from kafkacli.options.completion import completion_files

    beginning = f"{shell}/"
    files = completion_files(commands()).items()
    return {path.removeprefix(beginning): content for path, content in files if path.startswith(beginning)}


def _install(shell: str) -> int:
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    folder = {
        "bash": os.environ.get("BASH_COMPLETION_USER_DIR") or os.path.join(data, "bash-completion"),
        "zsh": os.path.join(data, "zsh"),
        "fish": os.path.join(data, "fish"),
    }[shell]
    folder = os.path.join(
        folder, {"bash": "completions", "zsh": "site-functions", "fish": "vendor_completions.d"}[shell]
    )
    os.makedirs(folder, exist_ok=True)
    files = _files(shell)
    for name, content in files.items():
        beside = os.path.join(folder, f".{name}.{os.getpid()}")
        with open(beside, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(beside, os.path.join(folder, name))
    console.out(f"{folder}: {len(files)} file{'s' if len(files) > 1 else ''}")
    todo = {
        "bash": f"a new bash with the package bash-completion finds them; without it: . {folder}/kafkacli in ~/.bashrc",
        "zsh": f"in ~/.zshrc, before compinit: fpath=({folder} $fpath)",
        "fish": "a new fish finds them",
    }
    console.out(todo[shell])
    return Exit.OK

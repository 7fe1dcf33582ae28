"""The completion script for zsh: an `_arguments` line for each command."""

from __future__ import annotations

from kafkacli.options.commands import COMMON, Command, dashed, first_sentence
from kafkacli.options.kinds import ASKED, Completion, kind_of, operands_of
from kafkacli.options.table import Option

_HEAD = r"""
_kafkacli_names() { # KIND: names from the cluster
  local program=${commands[$_kafkacli_line[1]]:-${_kafkacli_line[1]/#\~/$HOME}}
  local -a names
  program=${program:h}/kafkacli
  [[ -x $program ]] || program=kafkacli
  names=("${(@f)$($program __complete $1 "${(Q)PREFIX}" "$_kafkacli_line[@]" 2> /dev/null)}")
  names=("${(@)names:#}")
  if [[ $1 == znode ]]; then
    compadd -S '' -a names
  else
    compadd -a names
  fi
}

_kafkacli_words() { # WORD...: words, behind the last comma; those that end in = want more
  [[ $1 == *=* ]] && compset -P '*,'
  local -a open=("${(@M)@:#*=}") whole=("${(@)@:#*=}")
  compadd -S '' -a open
  compadd -a whole
}
"""
_TAIL = """\
  esac
}

_kafkacli() {
  local -a _kafkacli_line=("${(@Q)words[1,CURRENT-1]}")
  if [[ $service != kafkacli ]]; then
    _kafkacli_tool $service
  elif (( CURRENT == 2 )); then
    _kafkacli_subcommands
  else
    local tool=$words[2]
    shift words
    (( CURRENT-- ))
    _kafkacli_tool $tool
  fi
}

_kafkacli "$@"
"""


def zsh_script(commands: list[Command], notice: str = "") -> str:
    """Return the completion script for zsh."""
    names = " ".join(["kafkacli", *(name for command in commands for name in command.names)])
    text = f"#compdef {names}\n{notice}\n{_HEAD}\n_kafkacli_subcommands() {{\n  local -a subcommands=(\n"
    for command in commands:
        for name in command.subcommands:
            text += f"    {_quoted(name + ':' + first_sentence(command.summary))}\n"
    text += "  )\n  _describe -t commands command subcommands\n}\n\n_kafkacli_tool() {\n  case $1 in\n"
    for command in commands:
        text += f"    {'|'.join(command.all_names)})\n      _arguments -S"
        for option in (*command.table.options, *COMMON):
            text += "".join(f" \\\n        {_quoted(spec)}" for spec in _specs(command, option))
        operands = operands_of(command)
        for number, kind in enumerate(operands, 1):
            place = "*" if number == len(operands) else str(number)
            text += f" \\\n        {_quoted(f'{place}:argument:{_action(kind)}')}"
        text += "\n      ;;\n"
    return text + _TAIL


def _specs(command: Command, option: Option) -> list[str]:
    meaning = first_sentence(option.help)
    for character in "\\[]:":
        meaning = meaning.replace(character, f"\\{character}")
    specs = []
    names = [dashed(name) for name in option.names]
    if command.subcommand in ("zk-cli", "zk-shell"):
        names += [name[1:] for name in names if name.startswith("--")]  # how ZooKeeper's own documentation writes them
    for name in names:
        if option.argument is None:
            specs.append(f"*{name}[{meaning}]")
        else:
            colon = "::" if option.optional else ":"
            shown = option.argument.replace(":", "\\:")
            sign = "=" if name.startswith("--") else "+" if len(name) == 2 else ""
            action = _action(kind_of(command, option))
            specs.append(f"*{name}{sign}[{meaning}]{colon}{shown}:{action}")
    return specs


def _action(kind: Completion) -> str:
    if isinstance(kind, tuple):
        words = " ".join(word.replace(":", "\\:") for word in kind)
        return f"{{_kafkacli_words {words}}}"
    if kind in ASKED:
        return f"{{_kafkacli_names {kind}}}"
    return {"file": "_files", "directory": "_files -/"}.get(kind, " ")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"

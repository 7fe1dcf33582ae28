"""Completions for bash, zsh and fish, made from the option tables: one script for each shell, for every command.

Shells load a completion by the name of its command, so beside that script there is a line for each name that loads it
(zsh needs none: its script lists the names).
"""

from __future__ import annotations

from collections.abc import Iterable

from kafkacli.options.commands import Command, first_sentence
from kafkacli.options.table import Option

NOTICE = "# Made by `python -m kafkacli.options.generate`: change the option tables instead."


def completion_files(commands: list[Command]) -> dict[str, str]:
    """Return path below completions/ → content."""
    files = {
        "bash/kafkacli": bash_script(commands),
        "zsh/_kafkacli": zsh_script(commands),
        "fish/kafkacli.fish": fish_script(commands),
    }
    for command in commands:
        for name in command.names:
            files[f"bash/{name}"] = f'{NOTICE}\n. "${{BASH_SOURCE[0]%/*}}/kafkacli"\n'
            files[f"fish/{name}.fish"] = f"{NOTICE}\nsource (status dirname)/kafkacli.fish\n"
    return files


# --- bash

_BASH_HEAD = """\
_kafkacli() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} tool=${COMP_WORDS[0]##*/}
  local subcommands options valued files directories operands
  COMPREPLY=()
  [[ $current == = ]] && current=
  [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}
  if [[ $tool == kafkacli ]]; then
    if ((COMP_CWORD == 1)); then
      mapfile -t COMPREPLY < <(compgen -W "$_kafkacli_subcommands --help --version" -- "$current")
      return
    fi
    tool=${COMP_WORDS[1]}
  fi
  case $tool in
"""
_BASH_TAIL = """\
    *) return ;;
  esac
  case " $files " in *" $previous "*)
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return ;;
  esac
  case " $directories " in *" $previous "*)
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -d -- "$current")
    return ;;
  esac
  case " $valued " in *" $previous "*) return ;; esac
  if [[ $current == -* || -z $operands ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
  else
    compopt -o filenames
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
"""


def bash_script(commands: list[Command]) -> str:
    """Return the completion script for bash."""
    lines = [NOTICE, f'_kafkacli_subcommands="{" ".join(command.subcommand for command in commands)}"', ""]
    text = "\n".join(lines) + "\n" + _BASH_HEAD
    for command in commands:
        text += _bash_case(command)
    names = " ".join(["kafkacli", *(name for command in commands for name in command.names)])
    return f"{text}{_BASH_TAIL}complete -F _kafkacli {names}\n"


def _bash_case(command: Command) -> str:
    options = command.table.options
    lists = {
        "options": _names(options),
        "valued": _names(option for option in options if option.argument is not None and not option.optional),
        "files": _names(option for option in options if option.completes == "file"),
        "directories": _names(option for option in options if option.completes == "directory"),
        "operands": ["yes"] if command.table.arguments else [],
    }
    text = f"    {'|'.join([command.subcommand, *command.names])})\n"
    text += "".join(f'      {name}="{" ".join(words)}"\n' for name, words in lists.items())
    for option in options:
        if isinstance(option.completes, tuple):
            pattern = "|".join(dashed(name) for name in option.names)
            words = " ".join(option.completes)
            text += f'      case $previous in {pattern})\n        mapfile -t COMPREPLY < <(compgen -W "{words}"'
            text += ' -- "$current")\n        return ;;\n      esac\n'
    return text + "      ;;\n"


# --- zsh


def zsh_script(commands: list[Command]) -> str:
    """Return the completion script for zsh."""
    names = " ".join(["kafkacli", *(name for command in commands for name in command.names)])
    text = f"#compdef {names}\n{NOTICE}\n\n_kafkacli_subcommands() {{\n  local -a subcommands=(\n"
    for command in commands:
        text += f"    {_quoted(command.subcommand + ':' + first_sentence(command.summary))}\n"
    text += "  )\n  _describe -t commands command subcommands\n}\n\n_kafkacli_tool() {\n  case $1 in\n"
    for command in commands:
        text += f"    {'|'.join([command.subcommand, *command.names])})\n      _arguments -S"
        for option in command.table.options:
            text += "".join(f" \\\n        {_quoted(spec)}" for spec in _zsh_specs(option))
        if command.table.arguments:
            text += " \\\n        '*:file:_files'"
        text += "\n      ;;\n"
    return (
        text
        + """\
  esac
}

_kafkacli() {
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
    )


def _zsh_specs(option: Option) -> list[str]:
    meaning = first_sentence(option.help)
    for character in "\\[]:":
        meaning = meaning.replace(character, f"\\{character}")
    action = " "
    if option.completes == "file":
        action = "_files"
    elif option.completes == "directory":
        action = "_files -/"
    elif isinstance(option.completes, tuple):
        action = f"({' '.join(option.completes)})"
    specs = []
    for name in option.names:
        if option.argument is None:
            specs.append(f"*{dashed(name)}[{meaning}]")
        else:
            colon = "::" if option.optional else ":"
            shown = option.argument.replace(":", "\\:")
            sign = "+" if len(name) == 1 else "="
            specs.append(f"*{dashed(name)}{sign}[{meaning}]{colon}{shown}:{action}")
    return specs


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# --- fish


def fish_script(commands: list[Command]) -> str:
    """Return the completion script for fish."""
    lines = [NOTICE, "complete -c kafkacli -f"]
    for command in commands:
        summary = _fish_quoted(first_sentence(command.summary))
        lines.append(f"complete -c kafkacli -n __fish_use_subcommand -a {command.subcommand} -d {summary}")
    for command in commands:
        condition = _fish_quoted(f"__fish_seen_subcommand_from {command.subcommand}")
        starts = [f"complete -c kafkacli -n {condition}", *(f"complete -c {name}" for name in command.names)]
        for start in starts:
            lines += [f"{start} {'-F' if command.table.arguments else '-f'}"]
            lines += [f"{start} {_fish_option(option)}" for option in command.table.options]
    return "\n".join(lines) + "\n"


def _fish_option(option: Option) -> str:
    names = " ".join(f"-s {name}" if len(name) == 1 else f"-l {name}" for name in option.names)
    argument = ""
    if isinstance(option.completes, tuple):
        argument = f" -x -a {_fish_quoted(' '.join(option.completes))}"
    elif option.completes == "file":
        argument = " -r -F"
    elif option.completes == "directory":
        argument = " -x -a '(__fish_complete_directories)'"
    elif option.argument is not None and not option.optional:
        argument = " -x"
    return f"{names}{argument} -d {_fish_quoted(first_sentence(option.help))}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _names(options: Iterable[Option]) -> list[str]:
    return [dashed(name) for option in options for name in option.names]


def dashed(name: str) -> str:
    """Return an option's name as it is typed."""
    return f"-{name}" if len(name) == 1 else f"--{name}"

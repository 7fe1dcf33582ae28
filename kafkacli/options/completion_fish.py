"""The completion script for fish: a `complete` line for each option of each command, under its names and as a subcommand."""

from __future__ import annotations

from kafkacli.options.commands import COMMON, Command, dashed, first_sentence
from kafkacli.options.kinds import ASKED, Completion, kind_of, operands_of
from kafkacli.options.table import Option

_HEAD = r"""
function __kafkacli_names # KIND: names from the cluster
    set -l line (commandline -opc)
    set -l program (string replace -r '[^/]*$' kafkacli -- (command -s -- $line[1]))
    test -x "$program"; or set program kafkacli
    command $program __complete $argv[1] (string unescape -- (string replace -r '^-[^=]*=' '' -- (commandline -ct))) $line 2>/dev/null
end

function __kafkacli_words # WORD...: words, behind the last comma; a NAME= that is all there has its value still to come
    set -l typed (string replace -r '^-[^=]*=' '' -- (commandline -ct))
    set -l before (string match -r '.*,' -- $typed)
    set -q before[1]; or set before ''
    string match -q -- '*=' $typed; and contains -- $typed $before$argv; and return
    printf '%s\n' $before$argv
end

function __kafkacli_operand # FROM TO [FLAG...]: whether this word is an operand of these numbers; FLAGs have arguments
    set -l line (commandline -opc)
    set -l number 0
    set -l skip 0
    test (string replace -r '.*/' '' -- $line[1]) = kafkacli; and set -e line[1]
    for word in $line[2..]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- (string replace -r -- '^-(?=[^-].)' -- $word) $argv[3..]; and set skip 1
        else
            set number (math $number + 1)
        end
    end
    test $skip = 0 -a $number -ge $argv[1] -a $number -le $argv[2]
end
"""
_LAST = 999  # the number of an operand, where there is no limit


def fish_script(commands: list[Command]) -> str:
    """Return the completion script for fish."""
    lists: dict[tuple[str, ...], int] = {}
    functions = "".join(_function(command, lists) for command in commands)
    text = _HEAD + "\n"
    for words, number in lists.items():
        text += f"set -g __kafkacli_list_{number} {' '.join(_quoted(word) for word in words)}\n"
    text += f"\n{functions}\ncomplete -c kafkacli -f\n"
    for command in commands:
        summary = _quoted(first_sentence(command.summary))
        text += "".join(
            f"complete -c kafkacli -n __fish_use_subcommand -a {name} -d {summary}\n" for name in command.subcommands
        )
    for command in commands:
        name = _name(command)
        text += f"{name} kafkacli -n '__fish_seen_subcommand_from {' '.join(command.subcommands)}'\n"
        if command.names:
            text += f"for each in {' '.join(command.names)}\n    {name} $each\nend\n"
    return text


def _name(command: Command) -> str:
    return "__kafkacli_complete_" + command.subcommand.replace("-", "_")


def _function(command: Command, lists: dict[tuple[str, ...], int]) -> str:
    options = (*command.table.options, *COMMON)
    lines = ["-f", *(_option(command, option, lists) for option in options)]
    flags = [dashed(name) for option in options if option.argument is not None for name in option.names]
    operands = operands_of(command)
    for number, kind in enumerate(operands):
        to = _LAST if number == len(operands) - 1 else number
        condition = _quoted(f"__kafkacli_operand {number} {to} {' '.join(flags)}")
        lines.append(f"-n {condition} {_argument(kind, lists)}")
    text = f"function {_name(command)} # COMMAND [-n CONDITION]\n"
    return text + "".join(f"    complete -c $argv {line}\n" for line in lines) + "end\n"


def _option(command: Command, option: Option, lists: dict[tuple[str, ...], int]) -> str:
    names = " ".join(f"-s {name}" if len(name) == 1 else f"-l {name}" for name in option.names)
    argument = ""
    if option.argument is not None and not option.optional:
        argument = f" {_argument(kind_of(command, option), lists) or '-x'}"
    return f"{names}{argument} -d {_quoted(first_sentence(option.help))}"


def _argument(kind: Completion, lists: dict[tuple[str, ...], int]) -> str:
    if isinstance(kind, tuple):
        number = lists.setdefault(kind, len(lists))
        return f"-x -a '(__kafkacli_words $__kafkacli_list_{number})'"
    if kind in ASKED:
        return f"-x -a '(__kafkacli_names {kind})'"
    return {"file": "-r -F", "directory": "-x -a '(__fish_complete_directories)'"}.get(kind, "")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

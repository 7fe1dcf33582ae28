"""The completion script for bash (4.2 or later).

For each command it has the options and, as `OPTION:KIND`, what completes their arguments; `@N` as a kind stands for the
words of list N. bash cuts words at `=` and `:` too, so the script takes the line itself apart, at blanks that no quote
protects, and gives back only what comes after the last such cut, or after the quote that is still open.
"""

from __future__ import annotations

from kafkacli.options.commands import COMMON, Command, dashed
from kafkacli.options.kinds import Completion, kind_of, operands_of

_FUNCTIONS = r"""
# The functions below share these of _kafkacli: words (the line, without quotes), last (its end), full (the word to complete),
# raw (as it was typed), quote (which is open in it), ahead (what stands before the quote), lead (`--flag=` in it), current (full
# without lead), cut (what bash has cut off raw).

_kafkacli_split() { # LINE: set words, raw, quote and ahead as the shell reads it
  local line=$1 word='' begun='' char index
  if [[ $line != *[\'\"\\]* ]]; then
    read -ra words <<< "$line"
    [[ $line == *[[:blank:]] ]] && words+=('')
    raw=${words[${#words[@]} - 1]}
    return
  fi
  for ((index = 0; index < ${#line}; index++)); do
    char=${line:index:1}
    if [[ -z $quote && $char == [[:blank:]] ]]; then
      [[ -n $begun ]] && words+=("$word")
      word='' raw='' begun=''
      continue
    fi
    raw+=$char begun=1
    if [[ $char == \\ && $quote != \' ]]; then
      ((index++))
      char=${line:index:1} raw+=$char word+=$char
    elif [[ $char == "$quote" ]]; then
      quote=''
    elif [[ -z $quote && $char == [\'\"] ]]; then
      quote=$char ahead=$word
    else
      word+=$char
    fi
  done
  words+=("$word")
}

_kafkacli_names() { # NAME...: offer names that begin as current does, quoted where the shell would read them otherwise
  local name
  for name; do
    if [[ -n $quote ]]; then
      name=$lead$name
      COMPREPLY+=("${name#"$ahead"}")
    else
      [[ $name == *[!a-zA-Z0-9._/=:,@+%-]* ]] && printf -v name %q "$name"
      name=$lead$name
      COMPREPLY+=("${name#"$cut"}")
    fi
  done
}

_kafkacli_offer() { # BEFORE WORD...: offer what begins as full does; a NAME= that is all there has its value still to come
  local before=$lead$1 word
  shift
  for word; do
    word=$before$word
    [[ $word == "$full"* && ($word != "$full" || $word != *=) ]] && COMPREPLY+=("${word#"$cut"}")
  done
  [[ ${#COMPREPLY[@]} -gt 0 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}

_kafkacli_argument() { # KIND: complete an argument
  local program before list
  local -a names
  case $1 in
    '') ;;
    file | directory)
      compopt -o filenames
      mapfile -t names < <(compgen "-${1:0:1}" -- "$current")
      _kafkacli_offer '' "${names[@]}" ;;
    @*)
      list=_kafkacli_words_${1#@}
      [[ $current == *,* && ${!list} == *=* ]] && before=${current%,*},
      # shellcheck disable=SC2086 - plain words
      _kafkacli_offer "$before" ${!list} ;;
    *)
      program=$(type -P -- "${words[0]/#\~/$HOME}")
      program=${program%/*}/kafkacli
      [[ -x $program ]] || program=kafkacli
      mapfile -t names < <("$program" __complete "$1" "$current" "${words[@]:0:last}" 2> /dev/null)
      _kafkacli_names "${names[@]}"
      [[ $1 == znode ]] && compopt -o nospace ;;
  esac
}

_kafkacli() {
  local full current raw='' quote='' ahead='' lead='' cut='' breaks='' tool flag options kinds operands
  local first=1 number=0 last index
  local -a words each
  COMPREPLY=()
  _kafkacli_split "${COMP_LINE:0:COMP_POINT}"
  last=$((${#words[@]} - 1))
  full=${words[last]} current=${words[last]}
  [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
  [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
  [[ -n $breaks ]] && cut=${raw%"${raw##*[$breaks]}"}
  tool=${words[0]##*/}
  if [[ $tool == kafkacli ]]; then
    if ((last == 1)); then
      # shellcheck disable=SC2086
      _kafkacli_offer '' $_kafkacli_subcommands --help --version
      return
    fi
    tool=${words[1]} first=2
  fi
  _kafkacli_tool "$tool" || return
  flag=${words[last - 1]}
  if [[ $current == -*=* ]]; then
    flag=${current%%=*}
    lead=$flag= current=${current#*=}
  fi
  [[ $flag == -[!-]?* ]] && flag=-$flag
  if [[ $flag == -* && " $kinds " == *" $flag:"* ]]; then
    kinds="${kinds##*"$flag:"} "
    _kafkacli_argument "${kinds%% *}"
  elif [[ -z $lead && ($current == -* || -z $operands) ]]; then
    # shellcheck disable=SC2086
    _kafkacli_offer '' $options
  elif [[ -z $lead ]]; then
    for ((index = first; index < last; index++)); do
      flag=${words[index]}
      [[ $flag == -[!-]?* ]] && flag=-$flag
      if [[ $flag != -* ]]; then
        ((number++))
      elif [[ " $kinds " == *" $flag:"* ]]; then
        ((index++))
      fi
    done
    read -ra each <<< "$operands"
    ((number < ${#each[@]})) || number=$((${#each[@]} - 1))
    _kafkacli_argument "${each[number]}"
  fi
}
"""


class _Lists:
    """Word lists, each once, numbered in the order of their first use."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, ...], int] = {}

    def kind(self, completion: Completion) -> str:
        """Return how the script names a completion."""
        if isinstance(completion, str):
            return completion
        return f"@{self.numbers.setdefault(completion, len(self.numbers))}"


def bash_script(commands: list[Command]) -> str:
    """Return the completion script for bash."""
    lists = _Lists()
    cases = "".join(_case(command, lists) for command in commands)
    text = f'_kafkacli_subcommands="{" ".join(name for command in commands for name in command.subcommands)}"\n'
    for words, number in lists.numbers.items():
        text += f"_kafkacli_words_{number}='{' '.join(words)}'\n"
    text += f"\n_kafkacli_tool() {{ # set options, kinds and operands of a command\n  case $1 in\n{cases}"
    text += "    *) return 1 ;;\n  esac\n}\n"
    names = " ".join(["kafkacli", *(name for command in commands for name in command.names)])
    return f"{text}{_FUNCTIONS}\ncomplete -F _kafkacli {names}\n"


def _case(command: Command, lists: _Lists) -> str:
    table = command.table
    options = [*table.options, *COMMON]
    names = [dashed(name) for option in options for name in option.names]
    kinds = [
        f"{dashed(name)}:{lists.kind(kind_of(command, option))}"
        for option in options
        if option.argument is not None and not option.optional
        for name in option.names
    ]
    operands = [lists.kind(kind) for kind in operands_of(command)]
    return (
        f"    {'|'.join(command.all_names)})\n"
        f'      options="{" ".join(names)}"\n'
        f'      kinds="{" ".join(kinds)}"\n'
        f'      operands="{" ".join(operands)}" ;;\n'
    )

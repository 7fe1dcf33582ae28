"""Lines into words, words into options; the latter as commons-cli's PosixParser does it."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.parse import Options, split_line
from tests.support.apache import Apache, home


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("ls /", ["ls", "/"]),
        ("  ls\t /  ", ["ls", "/"]),
        ("create /a 'two words' \"and more\"", ["create", "/a", "two words", "and more"]),
        ("create /a {\"json\":'x'}", ["create", "/a", "{\"json\":'x'}"]),
        ("set /a ''", ["set", "/a", ""]),
        ("set /a it's", ["set", "/a", "it's"]),
        ('set /a "open end', ["set", "/a", "open", "end"]),
        ("  ", [" "]),
        ('"', []),
        ("", []),
    ],
)
def test_words_of_a_line(line: str, words: list[str]) -> None:
    assert split_line(line) == words


@given(st.text(alphabet=" \t\"'ab/-\\", max_size=20))
def test_any_line_has_words(line: str) -> None:
    assert all(word in line for word in split_line(line))


OPTIONS = Options("sw", ("v", "file"), {"n": "num quota"})
GROUP = Options("bn", ("c",), {"b": "bytes quota", "n": "num quota"}, group_required=True)
PREFIX = "org.apache.commons.cli."


@pytest.mark.parametrize(
    ("line", "words", "options"),
    [
        ("get -s /a", ["get", "/a"], {"s": ""}),
        ("get /a -sw", ["get", "/a"], {"s": "", "w": ""}),
        ("set -v 7 /a", ["set", "/a"], {"v": "7"}),
        ("set -v7 /a", ["set", "/a"], {"v": "7"}),
        ("set -sv7 /a", ["set", "/a"], {"s": "", "v": "7"}),
        ("set -v -1 /a", ["set", "/a"], {"v": "-1"}),
        ('set -v "7" /a', ["set", "/a"], {"v": "7"}),
        ("x -file a", ["x"], {"file": "a"}),
        ("x --file a", ["x"], {"file": "a"}),
        ("x -v 1 -v 2", ["x"], {"v": "1"}),
        ("x - a", ["x", "-", "a"], {}),
        ("x -- -s -- b", ["x", "-s", "b"], {}),
    ],
)
def test_options_and_words(line: str, words: list[str], options: dict[str, str]) -> None:
    parsed = OPTIONS.parse(line.split(" "))
    assert (parsed.words, parsed.options) == (words, options)


@pytest.mark.parametrize(
    ("options", "line", "message"),
    [
        (OPTIONS, "x -z", "UnrecognizedOptionException: Unrecognized option: -z"),
        (OPTIONS, "x -sz", "UnrecognizedOptionException: Unrecognized option: -sz"),
        (OPTIONS, "x --all", "UnrecognizedOptionException: Unrecognized option: --all"),
        (OPTIONS, "x -v", "MissingArgumentException: Missing argument for option: v"),
        (OPTIONS, "x -v -s", "MissingArgumentException: Missing argument for option: v"),
        (
            GROUP,
            "x -b -n",
            (
                "AlreadySelectedException: The option 'n' was specified but an option from this group"
                " has already been selected: 'b'"
            ),
        ),
        (
            GROUP,
            "x",
            "MissingOptionException: Missing required option: [-b bytes quota, -n num quota]",
        ),
    ],
)
def test_refusals(options: Options, line: str, message: str) -> None:
    with pytest.raises(CommandError) as error:
        options.parse(line.split(" "))
    assert str(error.value) == PREFIX + message


PARSER = """
import java.io.*; import java.util.*; import org.apache.commons.cli.*;
public class Oracle {
    public static void main(String[] none) throws IOException {
        Options options = new Options();
        options.addOption("s", false, "s"); options.addOption("w", false, "w");
        options.addOption("v", true, "v"); options.addOption("file", true, "file");
        OptionGroup group = new OptionGroup();
        group.addOption(new Option("b", false, "bytes quota")); group.addOption(new Option("n", false, "num quota"));
        options.addOptionGroup(group);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            try {
                CommandLine parsed = new PosixParser().parse(options, line.split(" ", -1));
                StringBuilder said = new StringBuilder(parsed.getArgList().toString());
                for (String name : new String[] {"b", "file", "n", "s", "v", "w"})
                    if (parsed.hasOption(name)) said.append(" " + name + "=" + parsed.getOptionValue(name, ""));
                System.out.println(said);
            } catch (ParseException refused) {
                System.out.println(refused);
            }
        }
    }
}
"""


@pytest.mark.apache
def test_random_command_lines_are_read_as_commons_cli_reads_them(apache: Apache, tmp_path: Path) -> None:
    options = Options("swbn", ("v", "file"), {"b": "bytes quota", "n": "num quota"})
    words = [
        "-s",
        "-w",
        "-v",
        "-v7",
        "-sv",
        "-sw",
        "-sz",
        "-zs",
        "-file",
        "-files",
        "--file",
        "--s",
        "--v",
        "--z",
        "--",
        "-",
        "-b",
        "-n",
        "-bn",
        "-nb",
        "a",
        "b",
        "-1",
        '"q"',
        "-s-w",
    ]
    chance = random.Random(7)
    lines = [" ".join(["x", *chance.choices(words, k=chance.randrange(7))]) for _ in range(400)]
    source = tmp_path / "Oracle.java"
    source.write_text(PARSER)
    classpath = f"{home()}/libs/*"
    done = subprocess.run(
        ["java", "-cp", classpath, str(source)], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    ours = []
    for line in lines:
        try:
            parsed = options.parse(line.split(" "))
            ours.append(
                f"[{', '.join(parsed.words)}]"
                + "".join(f" {name}={parsed.options[name]}" for name in sorted(parsed.options))
            )
        except CommandError as error:
            ours.append(str(error))
    assert ours == done.stdout.splitlines()

"""kafka.tools.StateChangeLogMerger on two logs, and the original on the same ones."""

from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.apache import Apache
from tests.support.documents import document, in_other_forms
from tests.support.tools import Tools

CLASS = "kafka.tools.StateChangeLogMerger"
ONE = """[2020-01-01 10:00:00,000] TRACE a [t,0]
no time [t,0]
[2020-01-01 10:00:00,002] no partition
[2020-01-01 10:00:02,000] INFO c [t,  1] é
[2020-01-03 10:00:00,000] INFO e [u.v,0]
"""
OTHER = """[2020-01-01 10:00:01,000] TRACE b [t,1]
[2020-01-02 10:00:00,000] TRACE d [u.v,10]
"""


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "state-change.log").write_text(ONE)
    (tmp_path / "state-change.log.1").write_text(OTHER)
    (tmp_path / "empty.log").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


BOTH = "--logs state-change.log,state-change.log.1,empty.log"
# command line → the letters of the lines that come, or how stderr begins
CASES = {
    BOTH: "abcde",
    "--logs state-change.log": "ace",
    "--logs-regex state-change": "abcde",
    "--logs-regex ./log.1$": "bd",
    f"{BOTH} --topic t": "abc",
    f"{BOTH} --topic t --partitions 1": "bc",
    f"{BOTH} --topic u.v --partitions 0,1": "e",
    f"{BOTH} --start-time=2020-01-01_10:00:01,000": "bcde",
    f"{BOTH} --start-time=2019-12-32_10:00:01,000": "bcde",
    f'{BOTH} --end-time="2020-01-01_9:60:02,000"': "abc",
    f"{BOTH} --end-time=2019-13-01_10:00:00,000": "a",
    "--topic t": 'Provide arguments to exactly one of the two options "[logs]" or "[logs-regex]"\n',
    f"{BOTH} --logs-regex x": 'Provide arguments to exactly one of the two options "[logs]" or "[logs-regex]"\n',
    f"{BOTH} --partitions 1": 'The option "[topic]" needs to be provided an argument when specifying partition ids\n',
    f"{BOTH} --topic t --partitions 1,1": "The list of partitions contains repeated entries: 1\n",
    f"{BOTH} --topic t --partitions 1,x": 'Exception in thread "main" java.lang.NumberFormatException: For input string: "x"\n',
    f"{BOTH} --start-time x": 'Exception in thread "main" java.text.ParseException: Unparseable date: "x"\n',
    "--logs none": 'Exception in thread "main" java.io.FileNotFoundException: none (No such file or directory)\n',
    "--logs-regex /none/x": 'Exception in thread "main" java.lang.NullPointerException: ',
    "--logs-regex *": 'Exception in thread "main" java.util.regex.PatternSyntaxException: ',
    "": "A tool for merging the log files from several brokers to reconnstruct a unified history of what happened.\n",
}


def expected(letters: str) -> str:
    lines = [line for line in (ONE + OTHER).splitlines(keepends=True) if line[26:].split(" [")[0][-1:] in letters]
    return "".join(sorted(line for line in lines if "[t," in line or "[u.v," in line if line.startswith("[2")))


def words(command: str) -> list[str]:
    return [word.replace("_", " ") for word in command.split()]


@pytest.mark.parametrize(("command", "wanted"), CASES.items())
def test_merging(tools: Tools, logs: Path, command: str, wanted: str) -> None:
    status, out, err = tools.run("state-change-log-merger", *words(command))
    if wanted.isalpha():
        assert (status, out, err) == (Exit.OK, expected(wanted), "")
    else:
        assert (status, out) == (Exit.FAILURE, "")
        assert err.startswith(wanted)


def test_documents(tools: Tools, logs: Path) -> None:
    command = ("state-change-log-merger", *words(f"{BOTH} --topic t"))
    found = document(tools, "state-changes", *command)
    assert "".join(f"{row['line']}\n" for row in found) == expected("abc")
    assert [(row["topic"], row["line"].startswith("[" + row["time"])) for row in found] == [("t", True)] * 3
    read, lines = in_other_forms(tools, "state-changes", *command)
    assert (read, len(lines)) == (found, 3)


@pytest.mark.apache
def test_apache_does_the_same(apache: Apache, tools: Tools, logs: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(2) as threads:
        runs = threads.map(lambda command: apache.run("kafka-run-class.sh", CLASS, *words(command)), CASES)
        for (command, wanted), done in zip(CASES.items(), runs, strict=True):
            ours = tools.run("state-change-log-merger", *words(command))
            assert (done.returncode, done.stdout) == (ours.status, ours.out), command
            assert wanted.isalpha() or done.stderr.startswith(wanted), command


def test_help(tools: Tools) -> None:
    assert tools.run("kafka-run-class", CLASS, "--help").status == Exit.OK

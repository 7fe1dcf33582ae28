"""The streams: order, bytes that are no text, and readers that go away."""

import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli import console

ROOT = Path(__file__).resolve().parents[1]


def run(code: str, *arguments: str | bytes, encoding: str = "utf-8") -> subprocess.CompletedProcess[bytes]:
    """Run code that uses the console in a process of its own."""
    command = [sys.executable, "-c", f"import sys; from kafkacli import console; console.prepare(); {code}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env={"PYTHONIOENCODING": encoding})


def test_lines_and_bytes_keep_their_order() -> None:
    done = run("console.out('one'); console.write_bytes(b'two\\xff'); console.write('three'); console.err('four')")
    assert done.stdout == b"one\ntwo\xffthree"
    assert done.stderr == b"four\n"


def test_arguments_that_are_no_text_come_out_as_they_went_in() -> None:
    assert run("console.out(sys.argv[1])", b"caf\xe9").stdout == b"caf\xe9\n"


def test_characters_that_the_encoding_lacks_are_replaced() -> None:
    assert run("console.out('caf\\u00e9 \\u4e2d')", encoding="latin-1").stdout == b"caf\xe9 ?\n"


def test_a_reader_that_goes_away_ends_nothing() -> None:
    code = (
        "from kafkacli import console; console.prepare()\n"
        "while not console.broken(): console.out('x' * 1000)\n"
        "console.out('more'); console.err('done')"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b"done\n"
        assert process.wait(20) == 0


def test_closed_streams_swallow_what_is_written() -> None:
    code = "from kafkacli import console; console.prepare(); console.out('x'); console.err('y')"
    done = subprocess.run(["sh", "-c", 'exec "$0" -c "$1" >&- 2>&-', sys.executable, code], check=False, cwd=ROOT)
    assert done.returncode == 0


def test_the_numbers_of_closed_streams_are_taken() -> None:
    code = (
        "import os, sys; from kafkacli import console; console.prepare(); assert sys.stdin.read() == ''\n"
        "assert os.open('/dev/null', os.O_RDONLY) > 2"
    )
    command = ["sh", "-c", 'exec "$0" -c "$1" <&- >&- 2>&-', sys.executable, code]
    assert subprocess.run(command, check=False, cwd=ROOT).returncode == 0


def test_without_a_terminal_the_width_is_80(capsys: pytest.CaptureFixture[str]) -> None:
    assert console.width() == 80
    assert not console.is_terminal()


@pytest.mark.parametrize(("value", "wanted"), [("", False), ("0", False), ("1", True)])
def test_the_environment_asks_for_tracebacks(value: str, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKACLI_DEBUG", value)
    assert console.traceback_wanted() is wanted


def test_the_reason_of_a_system_error_has_no_number() -> None:
    assert (
        console.reason(FileNotFoundError(2, "No such file or directory", "a.cfg")) == "a.cfg: No such file or directory"
    )
    assert console.reason(OSError(98, "Address already in use")) == "Address already in use"
    assert console.reason(ValueError("wrong")) == "wrong"
    assert console.reason(ValueError()) == "ValueError"


def test_beside_a_document_all_else_goes_to_stderr() -> None:
    code = "console.set_form('json'); console.out('said'); console.data('[]'); console.error_out('\\nwrong')"
    done = run(code)
    assert (done.stdout, done.stderr) == (b"[]\n", b"said\nwrong\n")


def test_quiet_leaves_errors() -> None:
    code = (
        "console.be_quiet(); console.set_form('json'); console.out('said'); console.data('[]');"
        "console.write_bytes(b'x'); console.error_out('\\nwrong'); console.err('too')"
    )
    done = run(code)
    assert (done.stdout, done.stderr) == (b"", b"wrong\ntoo\n")

"""Tables: aligned in pipes, coloured on terminals."""

import pytest

from kafkacli import console
from kafkacli.zkshell.tables import print_heading, print_table

ROWS = [("a", 7, "x"), ("bb", 12, ""), ("c", 3, "! bad")]


def test_plain_text_in_pipes(capsys: pytest.CaptureFixture[str]) -> None:
    print_heading("THINGS")
    print_table(("NAME", "COUNT", "STATE"), ROWS)
    assert capsys.readouterr().out == ("THINGS\nNAME  COUNT  STATE\na         7  x\nbb       12\nc         3  ! bad\n")


def test_a_table_without_rows(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("NAME", "COUNT"), [])
    assert capsys.readouterr().out == "NAME  COUNT\n"


def test_colour_on_terminals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    print_heading("THINGS")
    print_table(("NAME", "COUNT", "STATE"), ROWS)
    out = capsys.readouterr().out
    assert "\x1b[1;36mTHINGS\x1b[0m" in out
    assert "\x1b[1;31m! bad\x1b[0m" in out
    assert "bb" in out

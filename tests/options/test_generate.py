"""Generated files: written once, found stale when they differ, and those in the checkout are fresh."""

from pathlib import Path

import pytest

from kafkacli.options import generate
from kafkacli.options.generate import generated_files, stale_files, write_files


def test_what_is_written_is_fresh_until_it_changes(tmp_path: Path) -> None:
    files = {Path("man/a.1"): "one\n", Path("completions/bash/a"): "two\n"}
    assert stale_files(tmp_path, files) == sorted(files)
    write_files(tmp_path, files)
    assert stale_files(tmp_path, files) == []
    (tmp_path / "man/a.1").write_text("other\n")
    (tmp_path / "man/old.1").write_text("left over\n")
    assert stale_files(tmp_path, files) == [Path("man/a.1"), Path("man/old.1")]
    write_files(tmp_path, files)
    assert stale_files(tmp_path, files) == []
    assert not (tmp_path / "man/old.1").exists()


def test_check_names_each_stale_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "ROOT", tmp_path)
    assert generate.main(["--check"]) == 1
    assert "man/man1/kafkacli.1 is not what its tables say" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_the_files_of_this_checkout_are_fresh() -> None:
    assert stale_files(generate.ROOT, generated_files()) == []

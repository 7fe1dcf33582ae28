"""The examples of docs/records.md, run."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.console import produce
from tests.support.kafka import Kafka, our_kafka
from tests.support.tools import Tools, tools

__all__ = ["our_kafka", "tools"]
PAGE = Path(__file__).parents[1] / "docs" / "records.md"


def commands() -> Iterator[list[str]]:
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("    kafkacli "):
            yield shlex.split(line)[1:]


def test_every_example_runs(our_kafka: Kafka, tools: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keyed = ("--property", "parse.key=true", "--property", "key.separator=:")
    topic = our_kafka.create_topic(2)
    assert produce(our_kafka.bootstrap, topic, b"a1:one\na2:twox\nb:three\n", *keyed).status == 0
    outs = []
    for words in commands():
        if "<" in words:  # what is read: tests/tools/test_console_producer_records.py
            assert words[0] == "produce"
            continue
        words = [word.replace("localhost:9092", our_kafka.bootstrap).replace("orders", topic) for word in words]
        done = tools.run(*words)
        assert done.status == Exit.OK, (words, done.err)
        outs.append(done.out)
    assert sorted(outs[0].split()) == ["one", "three", "twox"]
    assert outs[4] == "one\n"
    assert sorted(line.split("=")[1] for line in outs[5].splitlines()) == ["one", "three", "twox"]
    assert len(outs) == 11

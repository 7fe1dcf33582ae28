"""docs/scripting.md: its examples show what the tools show. KAFKACLI_WRITE_DOCS=1 writes them again."""

import os
from pathlib import Path

import pytest

from tests.support.broker import RunningBroker
from tests.support.documented import DOCS, run_page
from tests.support.kafka import wait_for
from tests.support.tools import Tools

PAGE = DOCS / "scripting.md"
SERVER = "localhost:9092"


def test_the_examples_show_what_the_tools_show(broker: RunningBroker, tools: Tools, tmp_path: Path) -> None:
    def run(line: str) -> str:
        words = line.split()
        done = tools.run(*(word.replace(SERVER, broker.bootstrap) for word in words))
        if "--create" in words:
            topic, where = words[words.index("--topic") + 1], ("--bootstrap-server", broker.bootstrap)
            wait_for(lambda: "Isr: " in tools.run("kafka-topics", "--describe", "--topic", topic, *where).out)
        return done.out + done.err

    written = PAGE.read_text(encoding="utf-8")
    shown = run_page(written, tmp_path, run)
    if os.environ.get("KAFKACLI_WRITE_DOCS"):
        PAGE.write_text(shown, encoding="utf-8")
    assert shown == written


@pytest.mark.parametrize("form", ["json", "yaml", "table"])
def test_no_form_writes_colour_into_a_pipe(form: str, broker: RunningBroker, tools: Tools) -> None:
    broker.create_topic("t")
    assert "\x1b" not in tools.run("topics", "--list", "--bootstrap-server", broker.bootstrap, "--output", form).out

"""How the console producer goes through its input: at a rate, with progress or prompts, until an error or a signal."""

import os
import shlex
import signal
import subprocess
from pathlib import Path
from time import monotonic

import pytest

from kafkacli.exits import Exit
from tests.support.console import Running, consume, ours, produce
from tests.support.kafka import Kafka, our_kafka
from tests.support.terminal import Terminal

__all__ = ["our_kafka"]
LINES = (b"x" * 50 + b"\n") * 40
JSON = (b'{"value": "%s"}\n' % (b"x" * 50)) * 40


def out(kafka: Kafka, topic: str, *options: str) -> bytes:
    return consume(kafka.bootstrap, "--topic", topic, "--exit-at-end", *options).out


@pytest.mark.parametrize(("rate", "form"), [("--records-per-second 50", "lines"), ("--bytes-per-second 0.5k", "json")])
def test_no_more_than_so_many_a_second(our_kafka: Kafka, rate: str, form: str) -> None:
    topic = our_kafka.create_topic()
    record = b"0123456789" if form == "lines" else b'{"value": "0123456789"}'
    before = monotonic()
    done = produce(our_kafka.bootstrap, topic, (record + b"\n") * 35, "--input", form, *rate.split(), "--timeout", "0")
    assert monotonic() - before >= 0.6
    assert (done.status, done.err) == (Exit.OK, "")
    times = [int(line) for line in out(our_kafka, topic, "-f", r"%T\n").split()]
    assert len(times) == 35
    assert (times[-1] - times[0]) / 1000 >= 0.55
    assert len(set(times)) >= 5  # they go all the time, not at its end


@pytest.mark.parametrize("option", ["--records-per-second", "--bytes-per-second"])
def test_rates_that_are_none(our_kafka: Kafka, option: str) -> None:
    done = produce(our_kafka.bootstrap, "t", b"", option, "fast")
    assert (done.status, done.err) == (Exit.FAILURE, f"{option}: 'fast' is no rate; there are 500, 10k, 1.5M\n")


def typed(kafka: Kafka, name: str, *options: str) -> list[str]:
    return [*ours(name), "--bootstrap-server", kafka.bootstrap, "--topic", kafka.create_topic(), *options]


@pytest.mark.parametrize(("form", "data"), [("lines", LINES), ("json", JSON)])
def test_progress_of_a_file_on_a_terminal_and_only_there(
    our_kafka: Kafka, form: str, data: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "input"
    path.write_bytes(data)
    words = typed(our_kafka, "console-producer", "--input", form, "--bytes-per-second", "1500")
    with Terminal(["sh", "-c", f"{shlex.join(words)} < input && echo all there"], tmp_path, os.environ) as terminal:
        terminal.wait_for(rf"[\d,]+ of {len(data):,} bytes \(\d+ %\)")
        terminal.wait_for("all there")
        assert ">" not in terminal.text
    with path.open("rb") as file:
        done = subprocess.run(words, stdin=file, capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b">" * 41 if form == "lines" else b"", b"")


@pytest.mark.parametrize(
    ("name", "options", "prompts"),
    [("console-producer", [], 41), ("console-producer", ["--header", "h=1"], 0), ("produce", [], 0)],
)
def test_a_terminal_shows_the_originals_prompts_without_options_of_ours(
    our_kafka: Kafka, name: str, options: list[str], prompts: int, tmp_path: Path
) -> None:
    (tmp_path / "input").write_bytes(LINES)
    words = typed(our_kafka, name, "--timeout", "0", *options)
    with Terminal(["sh", "-c", f"{shlex.join(words)} < input && echo all there"], tmp_path, os.environ) as terminal:
        terminal.wait_for("all there")
        assert terminal.text.count(">") == prompts


def test_who_types_has_a_prompt_with_options_of_ours_too(our_kafka: Kafka, tmp_path: Path) -> None:
    words = typed(our_kafka, "produce", "--header", "h=1", "--timeout", "0")
    with Terminal(words, tmp_path, os.environ) as terminal:
        terminal.wait_for(">")
        terminal.type("one\n")
        terminal.wait_for(r"one\s+>")


@pytest.mark.parametrize("form", ["lines", "json"])
def test_a_signal_ends_a_wait_for_the_rate_and_what_was_taken_is_there(our_kafka: Kafka, form: str) -> None:
    topic = our_kafka.create_topic()
    words = (
        "--bootstrap-server",
        our_kafka.bootstrap,
        "--topic",
        topic,
        "--records-per-second",
        "0.1",
        "--timeout",
        "0",
    )
    running = Running("console-producer", *words, "--input", form)
    running.type(LINES if form == "lines" else JSON)
    assert consume(our_kafka.bootstrap, "--topic", topic, "--from-beginning", "--max-messages", "1").status == Exit.OK
    before = monotonic()
    assert running.stop(signal.SIGINT).status == Exit.INTERRUPTED
    assert monotonic() - before < 5
    assert out(our_kafka, topic).count(b"\n") == 1


def test_records_one_at_a_time_end_with_the_first_error(our_kafka: Kafka) -> None:
    lines = b'{"value": "a"}\n{"value": "%s"}\n{"value": "never"}\n' % (b"x" * 1048576)
    topic = our_kafka.create_topic()
    done = produce(our_kafka.bootstrap, topic, lines, "--input", "json", "--sync")
    assert (done.status, done.out) == (Exit.FAILURE, b"")
    assert "java.util.concurrent.ExecutionException: org.apache.kafka.common.errors.RecordTooLargeException" in done.err
    assert out(our_kafka, topic) == b"a\n"

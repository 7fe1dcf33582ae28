"""kafka-consumer-perf-test.sh against a broker of this process."""

import re
from pathlib import Path

import pytest

from kafkacli.exits import Exit
from tests.support.broker import RunningBroker
from tests.support.console import produce
from tests.support.tools import Outcome, Tools

HEADER = (
    "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
    "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec\n"
)
TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d:\d{3}"
TOTALS = rf"{TIME}, {TIME}, [\d.]+, [\d.]+, (\d+), [\d.]+, \d+, -\d+, -?[\d.]+, -?[\d.]+\n"


class Perf:
    """Reads topic `perf`, seven records of two bytes and a key of one."""

    def __init__(self, tools: Tools, broker: RunningBroker) -> None:
        self._tools = tools
        self.bootstrap = broker.bootstrap
        broker.create_topic("perf")
        lines = b"".join(b"k\t%02d\n" % number for number in range(7))
        assert produce(broker.bootstrap, "perf", lines, "--property", "parse.key=true").status == Exit.OK

    def run(self, *words: str) -> Outcome:
        return self._tools.run("kafka-consumer-perf-test", "--broker-list", self.bootstrap, "--topic", "perf", *words)


@pytest.fixture
def perf(tools: Tools, broker: RunningBroker) -> Perf:
    return Perf(tools, broker)


def test_totals(perf: Perf) -> None:
    status, out, err = perf.run("--messages", "7")
    assert (status, err) == (Exit.OK, "")
    assert out.startswith(HEADER)
    row = re.fullmatch(TOTALS, out.removeprefix(HEADER))
    assert row is not None
    assert row[1] == "7"


def test_a_poll_is_counted_whole(perf: Perf) -> None:
    out = perf.run("--messages", "2", "--hide-header", "--date-format", "yyyy").out
    assert re.match(r"\d{4}, \d{4}, 0\.0000, ", out)
    assert out.split(", ")[4] == "7"


def test_a_group_goes_on_where_it_stopped(perf: Perf) -> None:
    assert perf.run("--messages", "7", "--group", "g").status == Exit.OK
    done = perf.run("--messages", "7", "--group", "g", "--timeout", "300", "--hide-header")
    assert done.out.split(", ")[4] == "0"
    assert done.out.startswith(
        "WARNING: Exiting before consuming the expected number of messages: timeout (300 ms) exceeded. "
        "You can use the --timeout option to increase the timeout.\n"
    )


def test_only_what_is_new(perf: Perf) -> None:
    assert "nMsg" not in perf.run("--messages", "1", "--from-latest", "--timeout", "300", "--hide-header").out
    assert perf.run("--messages", "1", "--from-latest", "--timeout", "300", "--hide-header").out.split(", ")[4] == "0"


def test_a_line_for_each_interval_in_place_of_the_totals(perf: Perf) -> None:
    out = perf.run("--messages", "7", "--show-detailed-stats", "--reporting-interval", "1").out
    lines = out.splitlines()
    assert lines[0] == "time, threadId, " + HEADER.partition("end.time, ")[2].rstrip()
    assert re.fullmatch(rf"{TIME}, 0, 0\.0000, [\d.]+, 1, [\d.]+, \d+, -\d+, 0\.0000, 0\.0000", lines[1])
    assert not re.match(f"{TIME}, {TIME}", lines[-1])


def test_metrics(perf: Perf) -> None:
    out = perf.run("--messages", "7", "--print-metrics", "--group", "g").out
    client = r"client-id=consumer-g-1"
    assert re.search(rf"^consumer-fetch-manager-metrics:records-consumed-total:\{{{client}\}} +: 7\.000$", out, re.M)
    tags = rf"\{{{client}, topic=perf, partition=0\}}"
    assert re.search(rf"^consumer-fetch-manager-metrics:records-lag:{tags} +: ", out, re.M)
    assert re.search(rf"^consumer-coordinator-metrics:assigned-partitions:\{{{client}\}} +: 1\.000$", out, re.M)


def test_properties_of_a_file(perf: Perf, tmp_path: Path) -> None:
    path = tmp_path / "consumer.properties"
    path.write_text("client.id=me\ngroup.id=other\n")
    out = perf.run("--messages", "7", "--print-metrics", "--consumer.config", str(path)).out
    assert "{client-id=me}" in out


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("--topic t --messages 1", "kafka-consumer-perf-test: Missing required option(s) [bootstrap-server]\n"),
        ("--broker-list b:1 --messages 1", 'Missing required argument "[topic]"\n'),
        ("--broker-list b:1 --topic t", 'Missing required argument "[messages]"\n'),
        (
            "--broker-list b:1 --topic t --messages x",
            "kafka-consumer-perf-test: Cannot parse argument 'x' of option messages\n",
        ),
        (
            "--broker-list b:1 --topic t --messages 1 --reporting-interval 0",
            'Exception in thread "main" java.lang.IllegalArgumentException: Reporting interval must be greater than 0.\n',
        ),
        (
            "--broker-list b:1 --topic t --messages 1 --date-format j",
            "Exception in thread \"main\" java.lang.IllegalArgumentException: Illegal pattern character 'j'\n",
        ),
        (
            "--broker-list b:1 --topic t --messages 1 --consumer.config /none",
            'Exception in thread "main" java.nio.file.NoSuchFileException: /none\n',
        ),
        (
            "--broker-list 127.0.0.1:1 --topic t --messages 1 --fetch-size=-1",
            'Exception in thread "main" org.apache.kafka.common.config.ConfigException: Invalid value -1 for configuration max.partition.fetch.bytes: Value must be at least 0\n',
        ),
        (
            "--broker-list 127.0.0.1:1 --topic t --messages 1 --socket-buffer-size=-2",
            'Exception in thread "main" org.apache.kafka.common.config.ConfigException: Invalid value -2 for configuration receive.buffer.bytes: Value must be at least -1\n',
        ),
    ],
)
def test_refused_command_lines(tools: Tools, words: str, error: str) -> None:
    done = tools.run("kafka-consumer-perf-test", *words.split())
    assert done.status == Exit.FAILURE
    assert done.err.startswith(error)

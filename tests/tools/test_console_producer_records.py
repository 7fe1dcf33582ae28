"""Records sent from JSON lines and by a format: on our server and the real one."""

import pytest

from kafkacli.exits import Exit
from tests.support.console import consume, produce
from tests.support.kafka import Kafka


def out(kafka: Kafka, topic: str, *options: str) -> bytes:
    return consume(kafka.bootstrap, "--topic", topic, "--exit-at-end", *options).out


LINES = (
    b'{"partition": 1, "timestamp": 0, "key": "", "value": null, "headers": [{"key": "h", "value": null}]}\n'
    b'{"partition": 1, "timestamp": -7, "key": null, "value": {"base64": "/wA="}, "headers": []}\n'
    b'{"partition": 0, "timestamp": 1700000000000, "key": "k", "value": "v", "headers": '
    b'[{"key": "h", "value": "1"}, {"key": "h", "value": {"base64": "/w=="}}]}\n'
)


@pytest.mark.parametrize("codec", ["none", "zstd"])
def test_json_lines_go_round(kafka: Kafka, codec: str) -> None:
    first, second = (kafka.create_topic(2, retention_ms="-1") for _ in range(2))
    assert produce(kafka.bootstrap, first, LINES, "--input", "json", "--compression-codec", codec) == (Exit.OK, b"", "")
    lines = out(kafka, first, "--output", "json")
    assert lines.count(b"\n") == 3
    assert b'"timestamp": -7' in lines
    assert produce(kafka.bootstrap, second, lines, "--input", "json").status == Exit.OK
    again = out(kafka, second, "--output", "json").replace(second.encode(), first.encode())
    assert sorted(again.splitlines()) == sorted(lines.splitlines())


def test_a_format_and_keys_that_choose_the_partition_as_java_does(kafka: Kafka) -> None:
    topic, plain = kafka.create_topic(3), kafka.create_topic(3)
    data = b"".join(b"k%d=v%d;" % (number, number) for number in range(20))
    assert produce(kafka.bootstrap, topic, data, "-f", "%k=%s;").status == Exit.OK
    keyed = ("--property", "parse.key=true", "--property", "key.separator==")
    assert produce(kafka.bootstrap, plain, data.replace(b";", b"\n"), *keyed).status == Exit.OK
    shown = [sorted(out(kafka, name, "-f", r"%p %k=%s\n").splitlines()) for name in (topic, plain)]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 20


@pytest.mark.parametrize(
    ("options", "data", "message"),
    [
        ("--input xml", b"", "--input xml: there are json and lines"),
        ("--format %x", b"", "--format: %x is no field"),
        ("--input json", b'{}\n{"x": 1}\n', "line 2: a record has no field x"),
        ("--input json", b'{"partition": 9}', "has no partition 9, only 1"),
    ],
)
def test_what_can_not_be_read(kafka: Kafka, options: str, data: bytes, message: str) -> None:
    done = produce(kafka.bootstrap, kafka.create_topic(), data, *options.split())
    assert done.status == Exit.FAILURE
    assert message in done.err

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
        ("--partition 9", b"a\n", "has no partition 9, only 1"),
        ("--partition -1", b"", "--partition -1: partitions are numbered from 0"),
        ("--header h", b"", "--header h: a header is written as name=value"),
        ("--timestamp noon", b"", "--timestamp noon: there are milliseconds since 1970, dates (2026-11-24T12:30) and"),
        ("--input json --null-marker -", b"", "--null-marker: --input json has null for it"),
    ],
)
def test_what_can_not_be_read(kafka: Kafka, options: str, data: bytes, message: str) -> None:
    done = produce(kafka.bootstrap, kafka.create_topic(), data, *options.split())
    assert done.status == Exit.FAILURE
    assert message in done.err


def test_headers_a_time_and_a_partition_for_every_line(kafka: Kafka) -> None:
    topic = kafka.create_topic(3, retention_ms="-1")
    keyed = ("--property", "parse.key=true", "--property", "key.separator==", "--null-marker", "-")
    fields = ("--header", "a=1=2", "--header", "a=-", "--timestamp", "2001-09-09T01:46:40Z", "--partition", "2")
    done = produce(kafka.bootstrap, topic, b"k=v\n-=-\n", *keyed, *fields)
    assert (done.status, done.out, done.err) == (Exit.OK, b">>>", "")
    shown = out(kafka, topic, "--output", "json").splitlines()
    rest = b'"headers": [{"key": "a", "value": "1=2"}, {"key": "a", "value": null}]}'
    assert [line.endswith(rest) and b'"partition": 2, ' in line for line in shown] == [True, True]
    assert all(b'"timestamp": 1000000000000, ' in line for line in shown)
    assert b'"key": "k", "value": "v"' in shown[0]
    assert b'"key": null, "value": null' in shown[1]


def test_the_same_for_records_that_have_their_own(kafka: Kafka) -> None:
    topic = kafka.create_topic(2, retention_ms="-1")
    fields = ("--header", "b=2", "--timestamp", "7", "--partition", "0")
    assert produce(kafka.bootstrap, topic, LINES, "--input", "json", *fields).status == Exit.OK
    shown = out(kafka, topic, "--output", "json").splitlines()
    assert len(shown) == 3
    assert all(b'"partition": 0, ' in line and b'"timestamp": 7, ' in line for line in shown)
    assert shown[0].endswith(b'"headers": [{"key": "h", "value": null}, {"key": "b", "value": "2"}]}')
    assert produce(kafka.bootstrap, topic, b"k=NIL;", "-f", "%k=%s;", "--null-marker", "NIL").status == Exit.OK
    assert b'"key": "k", "value": null' in out(kafka, topic, "--output", "json")


def test_lines_for_null_are_null_by_the_property_of_later_versions_too(kafka: Kafka) -> None:
    topic = kafka.create_topic()
    assert produce(kafka.bootstrap, topic, b"a\n\n", "--property", "null.marker=").status == Exit.OK
    assert [b'"value": null' in line for line in out(kafka, topic, "--output", "json").splitlines()] == [False, True]

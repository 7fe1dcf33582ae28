"""Our own formatters."""

import json

import yaml

from kafkacli.client.chunks import Records
from kafkacli.formatters.text import FormatFormatter, JsonFormatter, TableFormatter, YamlFormatter
from tests.formatters.records import record


def test_a_format_and_json_of_what_a_consumer_gets() -> None:
    rows = [record(headers=[("h", b"\xff")]), record(None, None, offset=6)]
    assert FormatFormatter(r"%p/%o %k=%s %h\n").texts(Records(rows)) == b"3/5 k=v h=\xff\n3/6 = \n"
    first, second = [json.loads(line) for line in JsonFormatter().texts(Records(rows)).splitlines()]
    assert (first["key"], first["timestamp"], first["headers"]) == (
        "k",
        1234,
        [{"key": "h", "value": {"base64": "/w=="}}],
    )
    assert (second["key"], second["value"], second["headers"]) == (None, None, [])
    assert list(yaml.safe_load_all(YamlFormatter().texts(Records(rows)))) == [first, second]
    heading, row, last = TableFormatter().texts(Records(rows)).decode().splitlines()
    assert heading.split()[-3:] == ["KEY", "VALUE", "HEADERS"]
    assert row.split()[-3:] == ["k", "v", "h=base64=/w=="]
    assert last.split()[-3:] == ["-", "-", "-"]

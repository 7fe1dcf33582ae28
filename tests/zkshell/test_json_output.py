"""JSON on stdout: the shapes, and arrays that are written as they come."""

import io
import json
import re
from pathlib import Path

import pytest
import yaml

from kafkacli.output.schemas import SCHEMAS
from kafkacli.zkshell.commands import MODULES, OWN_MODULES, load
from kafkacli.zkshell.errors import CommandError
from kafkacli.zkshell.json_output import acl_value, data_fields, json_array, json_text, stat_value
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import ANYONE, OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Acl, CreateFlag, Stat
from tests.support.documents import checked
from tests.support.kafka_registrations import register
from tests.zkshell.conftest import Type


def test_data_as_text_or_base64() -> None:
    assert data_fields(None) == {"data": None}
    assert data_fields("grün\0".encode()) == {"data": "grün\0"}
    assert data_fields(b"\xff\xfe") == {"base64": "//4="}


def test_stat_has_the_names_of_the_shell() -> None:
    value = stat_value(Stat(1, 2, 3, 4, 5, 6, 7, -1, 8, 9, 10))
    assert list(value) == [
        "cZxid", "ctime", "mZxid", "mtime", "pZxid", "cversion", "dataVersion", "aclVersion", "ephemeralOwner",
        "dataLength", "numChildren",
    ]  # fmt: skip
    assert list(value.values()) == ["0x1", 3, "0x2", 4, "0xa", 6, 5, 7, "0xffffffffffffffff", 8, 9]


def test_acl() -> None:
    assert acl_value([Acl(5, ANYONE)]) == [{"scheme": "world", "id": "anyone", "perms": "cr"}]


def test_what_stdout_can_not_encode_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "latin-1"))
    assert json_text("grün 雪") == '"gr\\u00fcn \\u96ea"'
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "UTF-8"))
    assert json_text("grün 雪") == '"grün 雪"'


@pytest.mark.parametrize("elements", [[], [1], ["a", {"b": None}]])
def test_arrays(capsys: pytest.CaptureFixture[str], elements: list[object]) -> None:
    with json_array() as add:
        for element in elements:
            add(element)
    out = capsys.readouterr().out
    assert json.loads(out) == elements
    assert out.endswith("]\n")


def test_an_array_ends_well_when_something_could_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    def show() -> None:
        with json_array() as add:
            add(1)
            raise CommandError("one could not be read")

    with pytest.raises(CommandError):
        show()
    assert json.loads(capsys.readouterr().out) == [1]


def test_an_array_without_elements_says_nothing_of_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError), json_array():
        raise CommandError("nothing was found")
    assert capsys.readouterr().out == ""


# command → its schema
READS = {
    "config": "znode-data",
    "config -c": "znode-data",
    "get /app": "znode-data",
    "get /app/binary": "znode-data",
    "get /app/null": "znode-data",
    "getAcl /app": "znode-acl",
    "ls /app": "znode-children",
    "ls -R /app": "znode-paths",
    "ls2 /app": "znode-children",
    "stat /app": "znode-stat",
    "listquota /app": "znode-quota",
    "listquota /app/one": "znode-quota",
    "tree /app": "znode-tree",
    "find /app": "znode-paths",
    "find /app --name no": "znode-paths",
    "grep x /app": "znode-matches",
    "grep -l x /app": "znode-matches",
    "du /app": "znode-sizes",
    "dump kafka": "kafka-registrations",
    "dump kafka /empty": "kafka-registrations",
}
CHANGES = {
    "create -s /app/n": "znode-created",
    "set /app new": "znode-stat",
    "setAcl /app world:anyone:cdrwa": "znode-stat",
    "cp -r /app /copy": "znode-copies",
    "import /imported FILE": "znode-copies",
}
NO_DATA = {
    "addauth": "prints nothing",
    "close": "prints nothing",
    "delete": "prints nothing",
    "deleteall": "prints nothing",
    "delquota": "prints nothing",
    "export": "prints JSON as it is",
    "reconfig": "servers here refuse it; config prints what came of it",
    "removewatches": "prints events",
    "rmr": "prints nothing",
    "setquota": "prints nothing",
    "sync": "prints that it is done",
}


@pytest.fixture
def app(shell: Shell, type_line: Type) -> Type:
    """Types lines; there is a subtree /app with a quota, and two Kafka clusters, one without anything in it."""
    for line in ("create /app 'x'", "create /app/one 'x'", "create /app/null", "create /empty", "setquota -n 9 /app"):
        type_line(line)
    assert shell.session is not None
    znodes = Znodes(shell.session)
    znodes.create("/app/binary", b"\xff\x00", list(OPEN_ACL_UNSAFE), CreateFlag.PERSISTENT)
    register(znodes, "/")
    type_line("create /empty/brokers")
    return type_line


def written(line: str, form: str) -> str:
    verb, _, rest = line.partition(" ")
    return f"{verb} --output {form} {rest}".rstrip()


@pytest.mark.parametrize(("line", "schema"), READS.items())
def test_every_form_shows_the_same_by_the_published_schema(app: Type, line: str, schema: str) -> None:
    document = checked(schema, app(written(line, "json"))[0])
    assert yaml.safe_load(app(written(line, "yaml"))[0]) == document
    heading, *rows = app(written(line, "table"))[0].splitlines()
    assert len(rows) == (len(document) if isinstance(document, list) else 1)
    assert re.search(r"PATH|NAME|CLUSTER", heading)


@pytest.mark.parametrize("form", ["json", "yaml", "table"])
@pytest.mark.parametrize(("line", "schema"), CHANGES.items())
def test_what_changes_something_says_what_came_of_it(
    app: Type, shell: Shell, tmp_path: Path, line: str, schema: str, form: str
) -> None:
    app(f"export /app {tmp_path}/app.json")
    out = app(written(line.replace("FILE", f"{tmp_path}/app.json"), form))[0]
    assert shell.status == 0
    if form == "json":
        checked(schema, out)
    elif form == "yaml":
        assert set(yaml.safe_load(out)) == {field.name for field in SCHEMAS[schema].fields}
    else:
        assert len(out.splitlines()) == 2


def test_a_quota_and_what_is_used_of_it(app: Type) -> None:
    assert json.loads(app("listquota /app --output json")[0]) == {
        "path": "/app", "countLimit": 9, "bytesLimit": None, "count": 4, "bytes": 4,
    }  # fmt: skip
    assert json.loads(app("listquota /app/one --output json")[0])["countLimit"] is None


def test_a_sequential_znode_says_its_number(app: Type) -> None:
    assert app("create -s /app/n- --output json") == ('{"path": "/app/n-0000000003"}\n', "")


@pytest.mark.parametrize("verb", [*MODULES, *OWN_MODULES])
def test_every_verb_that_prints_data_has_a_schema(verb: str) -> None:
    tested = {schema for line, schema in {**READS, **CHANGES}.items() if line.split(" ")[0] == verb}
    published = {
        schema.name
        for schema in SCHEMAS.values()
        for command in schema.commands
        if command.split(" ")[0] == "zkCli.sh" and command.split(" ")[1] == verb
    }
    assert tested == published
    assert ("output" in load(verb).options.valued) == bool(published) == (verb not in NO_DATA)


def test_what_an_error_leaves_is_shown(type_line: Type) -> None:
    assert type_line("get --output yaml /none")[0] == ""

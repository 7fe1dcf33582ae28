"""The commands that the original doesn't have, and JSON of those that it has."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kafkacli import console
from kafkacli.tools.zk_cli import COMMANDS_TEXT
from kafkacli.zkshell.commands import MODULES, OWN_MODULES, load
from kafkacli.zkshell.shell import ORIGINAL_VERBS, OWN_VERBS, Shell
from kafkacli.zkshell.znodes import Znodes
from tests.support.apache import ApacheCluster
from tests.support.kafka_registrations import register
from tests.support.waiting import until
from tests.support.zookeeper import RunningZooKeeper
from tests.zkshell.conftest import Type

SHELL = [sys.executable, "-m", "kafkacli", "zk-shell"]


@pytest.fixture
def app(type_line: Type) -> Type:
    """Types lines; there is a subtree /app."""
    for line in (
        "create /app top",
        "create /app/a 'one\ntwo'",
        "create /app/a/deep x",
        "create -e /app/mine",
        "create /app/z",
    ):
        type_line(line)
    return type_line


def test_tree(app: Type) -> None:
    assert app("tree /app") == (
        "/app\n├── a\n│   └── deep\n├── mine (ephemeral)\n└── z\n",
        "",
    )
    assert app("tree --depth 1 /app")[0] == "/app\n├── a\n├── mine (ephemeral)\n└── z\n"
    assert json.loads(app("tree --output json /app")[0]) == {
        "name": "/app",
        "ephemeral": False,
        "children": [
            {"name": "a", "ephemeral": False, "children": [{"name": "deep", "ephemeral": False, "children": []}]},
            {"name": "mine", "ephemeral": True, "children": []},
            {"name": "z", "ephemeral": False, "children": []},
        ],
    }


def test_tree_without_line_characters(app: Type, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr("sys.stdout", out)
    shell.execute_line("tree /app")
    out.seek(0)
    assert out.read() == "/app\n|-- a\n|   `-- deep\n|-- mine (ephemeral)\n`-- z\n"


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("", ["/app", "/app/a", "/app/a/deep", "/app/mine", "/app/z"]),
        ("--name *e*", ["/app/a/deep", "/app/mine"]),
        ("--ephemeral", ["/app/mine"]),
        ("--name z --depth 0", []),
    ],
)
def test_find(app: Type, options: str, found: list[str]) -> None:
    assert app(f"find {options} /app") == ("".join(f"{path}\n" for path in found), "")
    assert json.loads(app(f"find {options} /app --output json")[0]) == found


def test_grep(app: Type, shell: Shell) -> None:
    assert app("grep T.O /app")[0] == ""
    assert shell.status == 1
    assert app("grep -i T.O /app") == ("/app/a: two\n", "")
    assert shell.status == 0
    assert app("grep -l o /app") == ("/app\n/app/a\n", "")
    assert json.loads(app("grep o /app --output json")[0]) == [
        {"path": "/app", "line": "top"},
        {"path": "/app/a", "line": "one"},
        {"path": "/app/a", "line": "two"},
    ]
    assert json.loads(app("grep -l none /app --output json")[0]) == []
    assert shell.status == 1
    assert app("grep ( /app") == ("", "grep: (: missing ), unterminated subpattern at position 0\n")


def test_du(app: Type) -> None:
    assert app("du /app")[0] == (
        "BYTES  ZNODES  PATH\n   11       5  /app\n    8       2  /app/a\n    0       1  /app/mine\n    0       1  /app/z\n"
    )
    assert app("du --depth 0 /app")[0] == "BYTES  ZNODES  PATH\n   11       5  /app\n"
    shown = json.loads(app("du --depth 2 --output json /app")[0])
    assert shown[2] == {"path": "/app/a/deep", "znodes": 1, "bytes": 1}


def test_cp(app: Type, shell: Shell) -> None:
    assert app("cp /app /one") == ("1 created, 0 set, 0 ephemeral skipped\n", "")
    assert app("ls -R /one")[0] == "/one\n"
    assert app("cp -r /app /copy") == ("4 created, 0 set, 1 ephemeral skipped\n", "ephemeral, skipped: /copy/mine\n")
    assert app("get /copy/a")[0] == "one\ntwo\n"
    assert app("cp -r /app /copy")[0] == "0 created, 4 set, 1 ephemeral skipped\n"
    for target in ("/app", "/app/a/b"):
        assert app(f"cp -r /app {target}") == ("", f"cp: {target} is /app or below it\n")
    assert app("cp /none /x") == ("", "Node does not exist: /none\n")
    assert app("cp /app /none/x") == ("", "Node does not exist: /none\n")
    assert shell.status == 1


def test_export_and_import(app: Type, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "app.json"
    app("setAcl /app world:anyone:rc")
    assert app(f"export /app {file}") == ("", "")
    znodes = json.loads(file.read_text())
    everyone = {"scheme": "world", "id": "anyone"}
    assert znodes[0] == {"path": "/", "data": "top", "acl": [{**everyone, "perms": "cr"}]}
    assert znodes[3] == {"path": "/mine", "data": None, "acl": [{**everyone, "perms": "cdrwa"}], "ephemeral": True}
    assert app("export /app")[0] == file.read_text()
    planted = "4 created, 0 set, 1 ephemeral skipped\n"
    assert app(f"import /again {file}") == (planted, "ephemeral, skipped: /again/mine\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(file.read_text()))
    assert app("import /third -")[0] == planted
    without_ephemeral = [znode for znode in znodes if "ephemeral" not in znode]
    assert json.loads(app("export /again")[0]) == json.loads(app("export /third")[0]) == without_ephemeral
    assert shell.status == 0


def test_an_export_that_fails_leaves_no_file(app: Type, tmp_path: Path, shell: Shell) -> None:
    app("setAcl /app/a/deep world:anyone:w")
    file = tmp_path / "app.json"
    assert app(f"export /app {file}") == ("", "Authentication is not valid : /app/a/deep\n")
    assert shell.status == 1
    assert not list(tmp_path.glob("app*"))
    assert app(f"export /app {tmp_path}/no/file")[1].endswith("/no/file.partial: No such file or directory\n")


def test_import_says_what_is_wrong_with_a_file(app: Type, tmp_path: Path, shell: Shell) -> None:
    file = tmp_path / "app.json"
    assert app(f"import /x {file}") == ("", f"import: {file}: No such file or directory\n")
    file.write_bytes(b"[\xff")
    assert app(f"import /x {file}")[1].startswith(f"{file}: 'utf-8' codec can't decode byte 0xff")
    file.write_text('[{"path": "/"}]')
    assert app(f"import /x {file}")[1] == f"{file}: znode 1: neither data nor base64, or both\n"
    assert shell.status == 1


def test_json_of_the_originals_commands(app: Type) -> None:
    got = json.loads(app("get /app/a --output json")[0])
    assert (got["path"], got["data"], got["stat"]["dataLength"]) == ("/app/a", "one\ntwo", 7)
    listed = json.loads(app("ls --output json /app")[0])
    assert (listed["children"], listed["stat"]["numChildren"]) == (["a", "mine", "z"], 3)
    assert json.loads(app("ls -R --output json /app")[0]) == ["/app", "/app/a", "/app/mine", "/app/z", "/app/a/deep"]
    assert json.loads(app("stat --output json /app")[0])["stat"] == listed["stat"]
    acl = json.loads(app("getAcl --output json /app")[0])
    assert acl["acl"] == [{"scheme": "world", "id": "anyone", "perms": "cdrwa"}]
    assert acl["stat"] == listed["stat"]
    assert app("get --output plain /app")[0] == app("get --output text /app")[0] == "top\n"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tree", "tree [--depth N] [--output FORM] path"),
        ("tree -x /app", "tree: Unrecognized option: -x"),
        ("tree --depth x /app", "--depth is a number, not x"),
        ("tree --output xml /app", "--output is json, yaml, table or plain, not xml"),
        ("get --output xml /app", "--output is json, yaml, table or plain, not xml"),
        ("find --name", "find: Missing argument for option: name"),
        ("du app", "Path must start with / character"),
        ("find /none --output json", "Node does not exist: /none"),
        ("dump ldap", "dump: ldap is not known; kafka is"),
        ("dump kafka", "no Kafka cluster is registered here: there is no /brokers"),
        ("dump kafka /app", "no Kafka cluster is registered here: there is no /app/brokers"),
    ],
)
def test_a_failure_is_one_line(app: Type, shell: Shell, line: str, message: str) -> None:
    assert app(line) == ("", f"{message}\n")
    assert shell.status == 1


def test_own_commands_do_not_take_names_of_the_original() -> None:
    assert not set(OWN_MODULES) & set(ORIGINAL_VERBS)
    assert sorted([*MODULES, *OWN_VERBS]) == ORIGINAL_VERBS
    assert all(load(verb).name == verb and load(verb).summary for verb in OWN_MODULES)
    assert all(re.search(rf"\b{verb}\b", COMMANDS_TEXT) for verb in OWN_MODULES)


def test_help_lists_them_apart(type_line: Type, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = type_line("help")
    assert (out, shell.status) == ("", 127)
    assert "\ttree " not in err  # the original's alone
    listed, err = type_line("help kafkacli")
    assert (err, shell.status) == ("", 0)
    assert re.findall(r"^\t(\w+)", listed, re.MULTILINE) == sorted(OWN_MODULES)
    assert type_line("help du")[0] == (
        "\tdu [--depth N] [--output FORM] path\n\t\tCount the znodes and their bytes of data below a path.\n"
    )
    assert type_line("help get")[1] == "help kafkacli shows the commands that the original doesn't have\n"
    monkeypatch.setattr(console, "is_terminal", lambda: True)
    assert type_line("help")[0] == listed


@pytest.mark.parametrize("base", ["/", "/clusters"])
def test_dump_kafka(shell: Shell, type_line: Type, zookeeper_server: RunningZooKeeper, base: str) -> None:
    assert shell.session is not None
    register(Znodes(shell.session), base)
    shown = type_line(f"dump kafka {base}")[0]
    tables = dict(part.split("\n", 1) for part in shown.rstrip("\n").split("\n\n"))
    assert list(tables) == ["CLUSTER", "BROKERS", "TOPICS", "CONFIGS", "ACLS", "PENDING"]
    assert tables["TOPICS"].splitlines()[1:] == [
        "orders            0  1       3             1,2  1,2",
        "orders            1  2       4             2    2,1       ! under-replicated",
        "payments          0  -       5             1    10,1      ! no leader, adding 10, removing 1",
        "payments          1  -       -             -    1         ! not created yet",
    ]
    assert "salt" not in shown
    document = json.loads(type_line(f"dump kafka {base} --output json")[0])
    assert document["brokers"][0] == {
        "id": 1, "endpoints": ["PLAINTEXT://kafka1:9091", "TLS://10.0.0.1:9191"], "rack": "a"
    }  # fmt: skip
    assert [len(document[name]) for name in ("partitions", "configs", "acls", "pending")] == [4, 4, 2, 3]
    shell.connect(zookeeper_server.address + base.rstrip("/"))
    assert type_line("dump kafka")[0].endswith(shown)


def test_dump_kafka_shows_the_rest_when_a_znode_is_broken(shell: Shell, type_line: Type) -> None:
    assert shell.session is not None
    register(Znodes(shell.session), "/")
    type_line("set /controller x")
    out, err = type_line("dump kafka")
    assert "payments" in out
    assert err == "not what Kafka writes: /controller\n"
    assert shell.status == 1


def znode_count(server: str, path: str) -> int:
    """As du has it."""
    done = subprocess.run([*SHELL, server, "du", path, "--output", "json"], check=True, capture_output=True, text=True)
    count: int = json.loads(done.stdout)[0]["znodes"]
    return count


@pytest.fixture
def ten_thousand(tmp_path: Path) -> Path:
    """An export of 10,001 znodes."""
    file = tmp_path / "big.json"
    acl = [{"scheme": "world", "id": "anyone", "perms": "cdrwa"}]
    paths = ["/", *(f"/{a:02}{rest}" for a in range(100) for rest in ["", *(f"/{b:02}" for b in range(99))])]
    file.write_text(json.dumps([{"path": path, "data": "x" * 100, "acl": acl} for path in paths]))
    return file


def check_a_big_tree(server: str, top: str, file: Path) -> None:
    """Import, walk, export again and compare."""

    def run(*words: str) -> str:
        return subprocess.run([*SHELL, server, *words], check=True, capture_output=True, text=True).stdout

    assert run("import", top, str(file)) == "10001 created, 0 set, 0 ephemeral skipped\n"
    assert run("find", top, "--name", "07").count("\n") == 101
    assert run("tree", top).count("\n") == 10001
    assert znode_count(server, top) == 10001
    run("export", top, f"{file}.again")
    assert json.loads(Path(f"{file}.again").read_text()) == json.loads(file.read_text())


@pytest.mark.apache
@pytest.mark.timeout(180)
def test_ten_thousand_znodes_on_apaches_server(apache_cluster: ApacheCluster, ten_thousand: Path) -> None:
    check_a_big_tree(apache_cluster.zookeeper, f"/big-{ten_thousand.parent.name}", ten_thousand)


@pytest.mark.timeout(180)
def test_ten_thousand_znodes_on_ours(zookeeper_server: RunningZooKeeper, ten_thousand: Path) -> None:
    check_a_big_tree(zookeeper_server.address, "/big", ten_thousand)


@pytest.mark.apache
@pytest.mark.timeout(180)
def test_a_real_cluster_is_dumped(apache_cluster: ApacheCluster, type_line: Type, shell: Shell) -> None:
    shell.connect(apache_cluster.zookeeper)
    until(lambda: shell.session and shell.session.is_connected)
    document = json.loads(type_line("dump kafka --output json")[0].rpartition("\n\n")[2].splitlines()[-1])
    assert document["cluster"]["controller"] == document["brokers"][0]["id"] == 0
    assert document["brokers"][0]["endpoints"] == [f"PLAINTEXT://{apache_cluster.bootstrap}"]
    assert type_line("dump kafka")[0].startswith("CLUSTER\nID ")
    root = json.loads(type_line("get / --output json")[0])
    assert type_line("cp / /")[1] == "cp: / is / or below it\n"
    assert type_line("export /controller_epoch")[0].count('"path": "/"') == 1
    assert root["path"] == "/"

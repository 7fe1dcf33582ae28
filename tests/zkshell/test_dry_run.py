"""--dry-run in the shell: what would be done is said, and nothing is; what the server would refuse is refused."""

import json
from pathlib import Path

import pytest

from kafkacli.zkshell.commands import MODULES, OWN_MODULES, load
from kafkacli.zkshell.shell import Shell, answers_alone
from tests.zkshell.conftest import Type

SAID = {
    "create /app/new x": "Would create /app/new\n",
    "create -s /app/n-": "Would create /app/n-\n",
    "set /app x": "Would set /app\n",
    "set -v 0 /app x": "Would set /app\n",
    "delete /app/a/deep": "Would delete /app/a/deep\n",
    "deleteall /app": "Would delete /app/a/deep\nWould delete /app/mine\nWould delete /app/a\nWould delete /app\n",
    "rmr /app/a": "Would delete /app/a/deep\nWould delete /app/a\n",
    "setAcl /app world:anyone:r": "Would set the ACL of /app\n",
    "setAcl -R /app/a world:anyone:r": "Would set the ACL of /app/a\nWould set the ACL of /app/a/deep\n",
    "setquota -n 5 /app/a": (
        "Would create /zookeeper/quota/app\nWould create /zookeeper/quota/app/a\nWould create /zookeeper/quota/app/a/zookeeper_limits\n"
        "Would create /zookeeper/quota/app/a/zookeeper_stats\n"
    ),
    "delquota -n /q": "Would set /zookeeper/quota/q/zookeeper_limits\n",
    "delquota /q": (
        "Would delete /zookeeper/quota/q/zookeeper_limits\nWould delete /zookeeper/quota/q/zookeeper_stats\n"
        "Would delete /zookeeper/quota/q\n"
    ),
    "cp -r /app/a /app/b": "Would create /app/b\nWould create /app/b/deep\n2 created, 0 set, 0 ephemeral skipped\n",
    "cp /app/a /q": "Would set /q\n0 created, 1 set, 0 ephemeral skipped\n",
    "import /back FILE": (
        "Would create /back\nWould create /back/a\nWould create /back/a/deep\n3 created, 0 set, 1 ephemeral skipped\n"
    ),
}
NOT_TRIED = {
    "addauth": "changes the session alone",
    "close": "ends the session",
    "reconfig": "servers here refuse it",
    "removewatches": "changes the session alone",
    "sync": "changes nothing",
}


@pytest.fixture
def app(type_line: Type, tmp_path: Path) -> Type:
    """Types lines; there is a subtree /app and its export."""
    lines = "create /app|create /app/a|create /app/a/deep x|create -e /app/mine|create /q|setquota -n 9 /q"
    for line in lines.split("|"):
        type_line(line)
    type_line(f"export /app {tmp_path}/app.json")
    return type_line


def everything(app: Type) -> list[str]:
    return [app(f"export {top}")[0] for top in ("/app", "/q", "/zookeeper/quota")] + [app("ls -R /")[0]]


@pytest.mark.parametrize("line", SAID)
def test_it_says_what_would_be_done_and_does_not(app: Type, shell: Shell, tmp_path: Path, line: str) -> None:
    before = everything(app)
    verb, rest = line.replace("FILE", f"{tmp_path}/app.json").split(" ", 1)
    said = app(f"{verb} --dry-run {rest}")[0]
    assert shell.status == 0
    assert sorted(said.splitlines()) == sorted(SAID[line].splitlines())
    assert everything(app) == before


@pytest.mark.parametrize(
    "line",
    [
        "create /app",
        "create /none/new",
        "create /app/mine/below",
        "create app",
        "set /none x",
        "set -v 7 /app x",
        "delete /app",
        "delete /none",
        "delete -v 7 /app/a/deep",
        "deleteall /none",
        "setAcl /none world:anyone:r",
        "setAcl -v 7 /app world:anyone:r",
        "cp /none /b",
        "cp /app /none/below",
        "import /none/below FILE",
    ],
)
def test_it_refuses_what_the_server_would(app: Type, shell: Shell, tmp_path: Path, line: str) -> None:
    verb, rest = line.replace("FILE", f"{tmp_path}/app.json").split(" ", 1)
    tried = (app(f"{verb} --dry-run {rest}"), shell.status)
    assert tried == (app(f"{verb} {rest}"), shell.status)
    assert shell.status == 1


def test_a_document_stays_whole(app: Type) -> None:
    assert app("create --dry-run --output json /app/new")[0] == '{"path": "/app/new"}\n'
    counts = json.loads(app("cp -r --dry-run --output json /app/a /b")[0])
    assert counts == {"created": 2, "replaced": 0, "ephemeral": 0}


@pytest.mark.parametrize("verb", [*MODULES, *OWN_MODULES])
def test_every_verb_that_changes_something_has_it(verb: str) -> None:
    tested = {line.split(" ")[0] for line in SAID}
    assert ("dry-run" in load(verb).options.flags) == (verb in tested)
    prints = "output" in load(verb).options.valued or verb == "export"
    assert verb in tested or verb in NOT_TRIED or prints


def test_as_a_single_command_it_answers_alone() -> None:
    assert answers_alone(["deleteall", "--dry-run", "/app"])
    assert not answers_alone(["deleteall", "/app"])
    assert not answers_alone(["get", "/app"])

"""Many requests under way: answers come in the order of the questions, failures among them."""

from typing import Any

from kafkacli.zkshell.errors import OperationError
from kafkacli.zkshell.pipeline import Pipeline
from kafkacli.zkshell.shell import Shell
from kafkacli.zkshell.znodes import Znodes
from kafkacli.zookeeper.acl import OPEN_ACL_UNSAFE
from kafkacli.zookeeper.protocol import Error


def test_answers_come_with_their_tags_in_order(shell: Shell) -> None:
    assert shell.session is not None
    pipeline = Pipeline(Znodes(shell.session))
    acl = list(OPEN_ACL_UNSAFE)
    pipeline.create("parent", "/a", b"1", acl)
    pipeline.create("child", "/a/b", None, acl)
    pipeline.create("orphan", "/none/b", None, acl)
    pipeline.set("set", "/a", b"2")
    pipeline.data("data", "/a")
    pipeline.children("children", "/a")
    pipeline.acl("acl", "/a/b")
    assert pipeline.unanswered == 7
    answers = [pipeline.next() for _ in range(7)]
    assert [tag for tag, _ in answers] == ["parent", "child", "orphan", "set", "data", "children", "acl"]
    refused = answers[2][1]
    assert isinstance(refused, OperationError)
    assert (refused.code, refused.path) == (Error.NO_NODE, "/none/b")
    assert (answers[4][1].data, answers[5][1].children, list(answers[6][1].acl)) == (b"2", ["b"], acl)
    assert pipeline.unanswered == 0


def test_a_failure_that_is_told_twice_counts_once(shell: Shell) -> None:
    assert shell.session is not None
    pipeline = Pipeline(Znodes(shell.session))
    session: Any = shell.session
    session._client._call = lambda request, answer: [answer.set_exception(OSError()) for _ in range(2)]
    pipeline.data(1, "/")
    pipeline.data(2, "/")
    assert [pipeline.next()[0], pipeline.next()[0]] == [1, 2]

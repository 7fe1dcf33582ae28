"""Changes in several steps that end early: one line that says what is done, what is not, and what nobody knows."""

import contextlib
from collections.abc import Callable

import pytest

from kafkacli.client.cluster import CallTimedOut
from kafkacli.client.zookeeper_session import ZooKeeperError
from kafkacli.errors import ApiError, ErrorCode
from kafkacli.steps import Steps, asked
from kafkacli.zookeeper.protocol import Error


def ended(
    error: BaseException | None, *did: Callable[[Steps], None], names: tuple[object, ...] = ("a", "b", "c")
) -> None:
    with Steps("topics", "deleted", names) as steps:
        for each in did:
            each(steps)
        if error is not None:
            raise error


DONE_A = (lambda steps: steps.begin("a"), lambda steps: steps.end("a"))


@pytest.mark.parametrize(
    ("error", "did", "said"),
    [
        (KeyboardInterrupt(), (*DONE_A, lambda steps: steps.begin("b")), "deleted: a; not known: b; not deleted: c"),
        (SystemExit(143), DONE_A, "deleted: a; not deleted: b, c"),
        (CallTimedOut("late"), (lambda steps: steps.begin("a", "b", "c"),), "not known: a, b, c"),
        (ZooKeeperError(Error.CONNECTION_LOSS), (lambda steps: steps.begin("a", "b", "c"),), "not known: a, b, c"),
        (ZooKeeperError(Error.NO_AUTH), (*DONE_A, lambda steps: steps.begin("b")), "deleted: a; not deleted: b, c"),
        (ApiError(ErrorCode.POLICY_VIOLATION), (*DONE_A, lambda steps: steps.begin("b")), "deleted: a; not deleted: b, c"),
        (CallTimedOut("late"), (*DONE_A, lambda steps: steps.begin("b"), lambda steps: steps.fail("b")), "deleted: a; not deleted: b, c"),
    ],
)  # fmt: skip
def test_what_is_said(
    capsys: pytest.CaptureFixture[str], error: BaseException, did: tuple[Callable[[Steps], None], ...], said: str
) -> None:
    with pytest.raises(type(error)):
        ended(error, *did)
    assert capsys.readouterr() == ("", f"topics {said}\n")


@pytest.mark.parametrize(
    ("error", "did"),
    [
        (None, DONE_A),
        (KeyboardInterrupt(), ()),  # before anything was asked for
        (
            ApiError(ErrorCode.POLICY_VIOLATION),
            (lambda steps: steps.begin("a", "b", "c"),),
        ),  # the answer was no, to all
    ],
)
def test_nothing_is_said_where_nothing_is_half_done(
    capsys: pytest.CaptureFixture[str], error: BaseException | None, did: tuple[Callable[[Steps], None], ...]
) -> None:
    with contextlib.suppress(KeyboardInterrupt, ApiError):
        ended(error, *did)
    assert capsys.readouterr() == ("", "")


def test_partitions_have_their_names_and_many_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    names = tuple(("t", number) for number in range(2000))
    with pytest.raises(KeyboardInterrupt):
        ended(KeyboardInterrupt(), lambda steps: steps.end(*names[:1999]), names=names)
    err = capsys.readouterr().err
    assert err.startswith("topics deleted: t-0, t-1, ")
    assert err.endswith(", t-19 and 1,979 more; not deleted: t-1999\n")


@pytest.mark.parametrize(("dry_run", "said"), [(False, "records not known: a, b\n"), (True, "")])
def test_one_request_for_all(capsys: pytest.CaptureFixture[str], dry_run: bool, said: str) -> None:
    with pytest.raises(KeyboardInterrupt), asked("records", "deleted", "a", "b", dry_run=dry_run):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == said

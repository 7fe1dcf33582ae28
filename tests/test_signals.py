"""Signals that a tool finishes its work after."""

import os
import signal
from select import select

import pytest

from kafkacli.exits import Exit
from kafkacli.signals import Ended, EndingSignals

CASES = [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)]


@pytest.mark.parametrize(("number", "status"), CASES)
def test_a_signal_is_noted(number: signal.Signals, status: Exit) -> None:
    with EndingSignals() as signals:
        assert signals.status is None
        os.kill(os.getpid(), number)
        assert signals.status == status


def test_a_look_at_what_came() -> None:
    with EndingSignals() as signals:
        signals.check()
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Ended):
            signals.check()


def test_one_who_waits_is_woken() -> None:
    before = signal.set_wakeup_fd(-1)
    with EndingSignals() as signals:
        descriptor = signals.descriptor()
        assert select([descriptor], [], [], 0)[0] == []
        os.kill(os.getpid(), signal.SIGINT)
        assert select([signals.descriptor()], [], [], 10)[0] == [descriptor]
    assert signal.set_wakeup_fd(before) == -1


def test_after_the_first_signal_the_next_ends_the_process() -> None:
    with EndingSignals():
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number, _ in CASES]
    with EndingSignals():
        pass
    assert [signal.getsignal(number) for number, _ in CASES] == before

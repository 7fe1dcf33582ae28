"""Signals that a tool finishes its work after."""

import os
import signal

import pytest

from kafkacli.exits import Exit
from kafkacli.signals import Ended, EndingSignals

CASES = [(signal.SIGINT, Exit.INTERRUPTED), (signal.SIGTERM, Exit.TERMINATED)]


@pytest.mark.parametrize(("number", "status"), CASES)
def test_a_signal_is_noted(number: signal.Signals, status: Exit) -> None:
    with EndingSignals(interrupts=False) as signals:
        assert signals.status is None
        os.kill(os.getpid(), number)
        assert signals.status == status


@pytest.mark.parametrize(("number", "status"), CASES)
def test_a_signal_interrupts_where_it_shall(number: signal.Signals, status: Exit) -> None:
    with EndingSignals(interrupts=True) as signals:
        with pytest.raises(Ended):
            os.kill(os.getpid(), number)
        assert signals.status == status


def test_after_the_first_signal_the_next_ends_the_process() -> None:
    with EndingSignals(interrupts=False):
        os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) == signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_handlers_come_back() -> None:
    before = [signal.getsignal(number) for number, _ in CASES]
    with EndingSignals(interrupts=False):
        pass
    assert [signal.getsignal(number) for number, _ in CASES] == before

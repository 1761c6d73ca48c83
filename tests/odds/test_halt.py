"""Ctrl-C while much is played: once to stop, twice to break off."""

from __future__ import annotations

import signal
from threading import Event, Thread

import pytest

from runner.odds.halt import noted


def test_the_first_is_noted_and_the_second_breaks_off() -> None:
    """Nothing is raised by the first, wherever it comes."""
    halt = Event()
    with noted(halt):
        signal.raise_signal(signal.SIGINT)
        assert halt.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_afterwards_ctrl_c_is_what_it_was() -> None:
    """The handler that was there before is there again."""
    before = signal.getsignal(signal.SIGINT)
    with noted(Event()):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_threads_leave_the_handler_alone() -> None:
    """Only the main thread may set one."""
    seen = list[object]()

    def look() -> None:
        with noted(Event()):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]

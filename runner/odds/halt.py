"""Ctrl-C while much is played: the first is a wish to stop, looked at between starts, so that nothing done is lost; a second breaks off."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, current_thread, main_thread
from types import FrameType


@contextmanager
def noted(halt: Event) -> Iterator[None]:
    """Within, Ctrl-C sets `halt`; pressed once more it raises KeyboardInterrupt. Elsewhere than in the main thread nothing changes."""
    if current_thread() is not main_thread():
        yield
        return

    def note(_number: int, _frame: FrameType | None) -> None:
        if halt.is_set():
            raise KeyboardInterrupt
        halt.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

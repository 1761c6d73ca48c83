"""Whether the process that runs a trial still does."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from runner.search.worker import Worker, begun


def test_a_worker_comes_back_from_its_text() -> None:
    """As the study keeps it."""
    worker = Worker.me()
    assert Worker.read(str(worker)) == worker
    assert Worker.read("") is None
    assert Worker.read("a host with spaces") is None


def test_an_earlier_search_of_this_process_is_over() -> None:
    """A process runs one search at a time."""
    now = Worker.me()
    assert now.gone(now) is False
    assert Worker.me().gone(now) is True


def test_a_process_is_there_until_it_is_not() -> None:
    """Another process of this machine is seen; one of its number that began later is not the same."""
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    me = Worker.me()
    theirs = Worker(me.host, other.pid, begun(other.pid), "x")
    assert theirs.gone(me) is False
    assert replace(theirs, begun="1").gone(me) is True
    other.kill()
    other.wait()
    assert other.stdin is not None
    other.stdin.close()
    assert theirs.gone(me) is True


def test_another_host_cannot_be_seen() -> None:
    """Then its signs of life decide."""
    me = Worker.me()
    assert replace(me, host="elsewhere").gone(me) is None

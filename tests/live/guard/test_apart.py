"""The guard's accounts looked at apart: one at a real exchange, others at venues that are not there or never answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from runner.live.guard import Guard, Round, Ward
from runner.live.guard import apart as module
from runner.live.guard.apart import Apart
from runner.live.state import state_of
from tests.live.desks import desk as desk_at
from tests.live.guard.test_guard import SUBJECT, stop_of
from tests.live.loopback import Loopback, loopback


@dataclass
class Both:
    """A guard of two accounts: "mine" with a naked position, and "mute" whose venue takes the question and says nothing."""

    venue: Loopback
    apart: Apart
    said: list[str]
    questions: socket.socket

    def hang_up(self) -> None:
        """The mute venue's connections end, so that looks at it do."""
        self.questions.close()


@pytest.fixture
def both(tmp_path: Path) -> Iterator[Both]:
    """The mute one comes first, and is given a minute for each answer."""
    said: list[str] = []
    with ExitStack() as stack:
        venue = stack.enter_context(loopback())
        questions = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        port = questions.getsockname()[1]
        mute = stack.enter_context(desk_at(f"http://127.0.0.1:{port}", timeout_ms=60_000, repeats=0, protects=True))
        desks = {"mute": mute, "mine": venue.desk}
        wards = [Ward(subject=SUBJECT, state=state_of(tmp_path, name), environment="demo", desk=desks[name]) for name in desks]
        ours = Both(venue=venue, apart=Apart(Guard(wards, said.append)), said=said, questions=questions)
        venue.order()
        yield ours
        ours.hang_up()
        ours.apart.known(5_000)


def test_an_account_that_never_answers_delays_nobody(both: Both) -> None:
    """The other's stop is set while the first is still looked at, its line says so, and it is not looked at twice at a time."""
    begun = monotonic()
    both.apart.begin(both.venue.now_ms)
    first = both.apart.under_way["mute"]
    mute, mine = both.apart.known(1_000)
    assert stop_of(both.venue) is not None
    assert (mute.line(), mine.fault) == ("cannot look: still looking, for 1 s", "")
    assert monotonic() - begun < 2.0
    both.apart.begin(both.venue.now_ms)
    assert both.apart.under_way["mute"] is first
    assert [each.fault for each in both.apart.known(200)][1] == ""


def test_a_look_that_ends_late_counts(both: Both) -> None:
    """What it came to is its account's line from then on, and the next round looks again."""
    both.apart.begin(both.venue.now_ms)
    both.apart.known(200)
    both.hang_up()
    mute, _ = both.apart.known(5_000)
    assert mute.fault.startswith("the venue's answer is unknown: ")
    assert both.apart.under_way == {}


def test_a_look_that_lasts_leaves_the_line_for_a_while(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """For some seconds an account stands as it was last seen, then nobody knows how it stands."""
    both.apart.last["mute"] = before = Round(account="mute", fault="as it was")
    both.apart.begin(both.venue.now_ms)
    assert both.apart.known(50)[0] == before
    monkeypatch.setattr(module, "SLOW_S", 0.05)
    assert both.apart.known(50)[0].line() == "cannot look: still looking, for 0 s"


def test_an_account_that_nobody_has_begun_to_look_at(both: Both) -> None:
    """It does not stand well."""
    assert [each.fault for each in both.apart.known(0)] == ["not looked at yet"] * 2

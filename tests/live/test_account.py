"""What a live account is told, and when it is taken to have happened."""

from __future__ import annotations

from pathlib import Path

from runner.journal.live import LiveJournal
from runner.live.account import LiveAccount
from runner.machine.follower import Follower
from runner.model.following import Told
from tests.live.test_adopt import DAILY, MONDAY, book
from tests.machine.build import FREE, OFF, bars, flat, stream


def test_what_comes_late_does_not_overtake_the_end_of_a_bar(tmp_path: Path) -> None:
    """Something told a moment after a bar's end, before that was told, belongs to the bar: the next one begins all the same."""
    machine = Follower(streams=[stream(bars(flat(3), symbol="BTCUSDT"))], book=book(DAILY), costs=FREE, gate=OFF, start_ms=MONDAY)
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        account = LiveAccount(machine, journal)
        ends = account.boundary_ms()
        account.tell(Told.HALT, ends + 5, amount=1.0)
        assert machine.time_ms == ends
        account.tell(Told.OVER, ends)
        assert account.boundary_ms() > ends

"""A watch over a journal in PostgreSQL: an account's rows, found by its name, also those that were committed out of order."""

from __future__ import annotations

from pathlib import Path

from runner.alert.kinds import Teller
from runner.alert.outbox import Outbox
from runner.alert.standing import Bounds
from runner.alert.watch import Subject, Watch
from runner.journal.live import LiveJournal
from runner.journal.live_schema import NOTE
from runner.live.state import state_of
from runner.schedule.when import AfterReset
from tests.postgres import postgres


def test_notes_of_an_account_on_a_server(tmp_path: Path) -> None:
    """Number 7 is committed before number 3; each is told once, nothing of the other account, nor of one that has not begun."""
    with postgres() as url, Outbox.of(tmp_path) as outbox, LiveJournal.open(url, account="mine") as journal:
        with LiveJournal.open(url, account="other") as other:
            other.note(1, "frozen", {"symbol": "ETHUSDT", "why": "not mine"})
        subject = Subject(state=state_of(tmp_path, "mine"), teller=Teller(account="mine"), journal=url)
        daily = AfterReset(at="00:00", zone="UTC")
        watch = Watch(subject=subject, outbox=outbox, bounds=Bounds(), since_ms=0, stream_ms=1, daily=daily)
        for number in (7, 3):
            row = {"id": number, "time_ms": number, "kind": "frozen", "detail": '{"symbol": "BTCUSDT", "why": "x"}'}
            with journal.store.transaction() as connection:
                connection.execute(NOTE.insert(), row)
            assert (watch.look(10), watch.look(11)) == (1, 0)
        watch.close()
        nobody = Subject(state=state_of(tmp_path, "nobody"), teller=Teller(account="nobody"), journal=url)
        early = Watch(subject=nobody, outbox=outbox, bounds=Bounds(), since_ms=0, stream_ms=1, daily=daily)
        assert [early.look(at_ms) for at_ms in (10, 999_999)] == [0, 0]
        assert [alert.id for alert in outbox.alerts()] == ["mine.note.3", "mine.note.7"]

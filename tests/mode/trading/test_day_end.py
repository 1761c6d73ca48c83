"""A day's evidence is left once, when the day is over, by the bot that trades."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from runner.journal.live import LiveJournal
from runner.live.state import state_of
from runner.machine.follower import Follower
from runner.mode.trading.day_end import DayEnd
from tests.live.loopback import Loopback, loopback
from tests.live.test_evidence import ACCOUNT, DAY
from tests.machine.build import FREE, OFF, START, bars, flat, plan, stream


def day_end(venue: Loopback, journal: LiveJournal, home: Path) -> DayEnd:
    """What a bot at work would hold: the venue, the journal, a machine that has met one plan."""
    machine = Follower(streams=[stream(bars(flat(3), symbol="BTCUSDT"))], book=ACCOUNT.book, costs=FREE, gate=OFF, start_ms=START)
    machine.add_plan("BTCUSDT", "hand", plan(1)[0])
    bot = SimpleNamespace(account=ACCOUNT, settings={"strategy": {"name": "hand"}}, code={})
    gear = SimpleNamespace(bot=bot, journal=journal, state=state_of(home, "mine"), desk=venue.desk)
    trader = SimpleNamespace(account=SimpleNamespace(follower=machine))
    return DayEnd(gear=cast(Any, gear), trader=cast(Any, trader))


def test_a_day_that_ends_leaves_its_bundle_once(tmp_path: Path) -> None:
    """Nothing on the day the bot begins; one folder when the next day has come; nothing more until the one after."""
    with loopback() as venue, LiveJournal.open(state_of(tmp_path, "mine").journal, account="mine") as journal:
        ends, noon = day_end(venue, journal, tmp_path), venue.now_ms // DAY * DAY + DAY // 2
        ends.look(noon)
        assert not state_of(tmp_path, "mine").evidence.exists()
        ends.look(noon + DAY)
        (folder,) = state_of(tmp_path, "mine").evidence.iterdir()
        (folder / "seen").touch()
        ends.look(noon + DAY + 1_000)
        assert (folder / "seen").exists()
        ends.look(noon + 2 * DAY)
        assert len(list(state_of(tmp_path, "mine").evidence.iterdir())) == 2

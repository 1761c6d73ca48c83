"""When a day is over: what the account can show of it is left in its state folder."""

from __future__ import annotations

from dataclasses import dataclass

from loguru import logger

from runner.live.evidence import Evidence, leave
from runner.live.evidence_rows import closest_of, decisions_of, planned_of, statement_of
from runner.live.quality import quality
from runner.live.trader import Trader
from runner.mode.trading.gear import Gear
from runner.model.duration import DAY_MS
from runner.report.fingerprint import config_hash

NAME = "evidence"  # of the day from which the next bundle counts, in the journal


@dataclass(frozen=True)
class DayEnd:
    """Leaves the evidence of each UTC day once, also of one that ended while nobody was at work."""

    gear: Gear
    trader: Trader

    def look(self, now_ms: int) -> None:
        """Leave the last day's bundle where a day has ended. RunnerError where the disk or the venue says no: it is tried again."""
        today, journal = now_ms // DAY_MS * DAY_MS, self.gear.journal
        begun = journal.meta(NAME)
        if begun is not None and int(begun) < today:
            self.leave(today - DAY_MS)
        if begun is None or int(begun) < today:
            journal.set_meta(NAME, str(today))

    def leave(self, day_ms: int) -> None:
        """The bundle of one day."""
        gear, follower = self.gear, self.trader.account.follower
        bundle = Evidence(
            account=gear.bot.account,
            config_hash=config_hash(gear.bot.settings, gear.bot.account.book, [], gear.bot.code),
            day_ms=day_ms,
            statement=statement_of(gear.desk, day_ms),
            decisions=[row for row in decisions_of(follower) if day_ms <= row["time"] < day_ms + DAY_MS],
            closest=closest_of(follower),
            planned=planned_of(follower),
        )
        folder = leave(bundle, gear.journal, gear.state)
        missed = quality(gear.journal, since_ms=day_ms, until_ms=day_ms + DAY_MS, planned=bundle.planned).missed
        logger.info("evidence of the day: {}{}", folder, f"; missed: {', '.join(missed)}" if missed else "")

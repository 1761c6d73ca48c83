"""What a bot does beside trading: signs of life, its lease, halts, money that moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from loguru import logger

from runner.live.outcome import Halting, VenueError
from runner.live.state import beat, halts, line_of
from runner.live.trader import Trader
from runner.mode.trading.day_end import DayEnd
from runner.mode.trading.ended import ended, what_next
from runner.mode.trading.gear import Gear, doing
from runner.mode.trading.group import Group
from runner.mode.trading.past import Money
from runner.mode.trading.telling import Telling
from runner.model.errors import RunnerError
from runner.model.following import Told

HALT_MS, BEAT_MS, LEASE_MS, MONEY_MS, EVIDENCE_MS, GROUP_MS = 1_000, 5_000, 20_000, 60_000, 300_000, 2_000


@dataclass
class Chores:
    """Each at its own pace, on the venue's time."""

    gear: Gear
    trader: Trader
    money: Money
    group: Group
    due_ms: dict[str, int] = field(default_factory=dict)
    over: str = ""  # what ended the account, once that was told
    mute: bool = False  # no sign of life could be left, and that was said
    telling: Telling = field(init=False)

    def __post_init__(self) -> None:
        self.telling = Telling(gear=self.gear, trader=self.trader)

    def do(self) -> None:
        """Everything that is due."""
        now_ms = self.gear.clock.now_ms()
        self.tell_end(now_ms)
        if self._is_due("halt", HALT_MS, now_ms):
            self.heed_halts(now_ms)
        if self._is_due("group", GROUP_MS, now_ms):
            self.group.look(now_ms)
        if self._is_due("beat", BEAT_MS, now_ms):
            self.beat(now_ms)
            self.telling.tell(now_ms)
        self.telling.mark(now_ms)
        if self._is_due("lease", LEASE_MS, now_ms):
            self.gear.renew()
        if self._is_due("money", MONEY_MS, now_ms):
            self.count_money(now_ms)
        if self._is_due("evidence", EVIDENCE_MS, now_ms):
            self.leave_evidence(now_ms)

    def leave_word(self) -> None:
        """Say how the account stands as the bot ends, or its tick."""
        self.telling.tell(self.gear.clock.now_ms())

    def next_ms(self) -> int:
        """When the next of them is due."""
        return min(self.due_ms.values(), default=0)

    def tell_end(self, now_ms: int) -> None:
        """A verdict has ended the account: said loudly once, and at each start; noted once."""
        follower, journal = self.trader.account.follower, self.gear.journal
        if self.over or not follower.ended:
            return
        self.over, next_ = ended(follower), what_next(follower)
        if journal.meta("ended") != self.over:
            with journal.batch():
                journal.set_meta("ended", self.over)
                journal.note(now_ms, "ended", {"why": self.over, "next": next_})
        logger.error("THE ACCOUNT HAS ENDED, nothing is traded on it any more: {}; {}", self.over, next_)
        self.beat(now_ms)
        self.telling.tell(now_ms)

    def heed_halts(self, now_ms: int) -> None:
        """Somebody has halted the account, or has lifted that: the machine is told once."""
        line, told = line_of(halts(self.gear.state, now_ms)), self.gear.journal.meta("halted") or ""
        if line == told:
            return
        account = self.trader.account
        with account.together():
            account.tell(Told.HALT, now_ms, amount=float(bool(line)))
            self.gear.journal.set_meta("halted", line)
            self.gear.journal.note(now_ms, "halt", {"why": line})
        logger.warning("{}", line or "released: entries are taken again")

    def beat(self, now_ms: int) -> None:
        """Leave a sign of life. A disk that does not take it is told once; the journal will say more."""
        try:
            beat(self.gear.state, "bot", now_ms, doing(self.trader))
        except RunnerError as error:
            if not self.mute:
                logger.error("{}", "; ".join(problem.line() for problem in error.problems))
            self.mute = True
        else:
            self.mute = False

    def count_money(self, now_ms: int) -> None:
        """Deposits and withdrawals; a venue that does not tell them is asked again later."""
        try:
            self.money.look(now_ms)
        except Halting:
            raise
        except VenueError as error:
            logger.warning("the venue's ledger could not be read: {}", error)

    def leave_evidence(self, now_ms: int) -> None:
        """What the account can show of a day that has ended; what cannot be left now is tried again."""
        try:
            DayEnd(self.gear, self.trader).look(now_ms)
        except Halting:
            raise
        except RunnerError as error:
            logger.warning("the day's evidence could not be left: {}", " ".join(str(error).split()))

    def _is_due(self, name: str, every_ms: int, now_ms: int) -> bool:
        if self.due_ms.get(name, 0) > now_ms:
            return False
        self.due_ms[name] = now_ms + every_ms
        return True

"""What a trader's bot leaves for whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass, field

from runner.live.marks import Marks
from runner.live.stands import Venue, ledger_of, named, next_bar_ms, status_of, timeframes_of
from runner.live.state import halts, line_of
from runner.live.status import Status
from runner.live.trader import Trader
from runner.live.word import Word
from runner.mode.trading.ended import ended, what_next
from runner.mode.trading.gear import Gear


@dataclass
class Telling:
    """Tells of one trader."""

    gear: Gear
    trader: Trader
    names: Status = field(init=False)
    timeframes: tuple[int, ...] = field(init=False)
    word: Word = field(init=False)

    def __post_init__(self) -> None:
        bot = self.gear.bot
        self.names = named(bot, self.gear.state, bot.account.environment)
        self.timeframes, self.word = timeframes_of(bot), Word(self.gear.state, Marks(self.gear.journal))

    def tell(self, now_ms: int) -> None:
        """Leave the status."""
        self.word.leave(lambda: self.status(now_ms))

    def mark(self, now_ms: int) -> None:
        """Between two boundaries: mark the bar that has closed last."""
        if self.trader.account.turn_ms is None:
            world = self.trader.account.follower.world
            self.word.mark(int(world.close_time[world.symbols["first"]].max()), lambda: self.status(now_ms))

    def status(self, now_ms: int) -> Status:
        """How the account stands."""
        account, executor = self.trader.account, self.trader.executor
        over = ended(account.follower)
        return status_of(
            self.names,
            ledger_of(account.follower),
            now_ms,
            venue=Venue(standing=executor.standing, orders=tuple(executor.orders.open.values())),
            halted=line_of(halts(self.gear.state, now_ms)),
            why=f"{over}; {what_next(account.follower)}" if over else self.held_back(),
            next_bar_ms=0 if over else next_bar_ms(self.timeframes, now_ms),
        )

    def held_back(self) -> str:
        """Why a symbol takes no entries, besides halts and what froze it, which have places of their own."""
        holes = self.trader.reader.holes
        return "; ".join(f"{symbol} takes no entry: {holes[symbol]}" for symbol in self.gear.symbols if holes.get(symbol))

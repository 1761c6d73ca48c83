"""What a bot leaves for whoever watches it: its status as a file, and marks of it in the journal. Neither is in the way of trading."""

from __future__ import annotations

from dataclasses import dataclass, field

from loguru import logger

from runner.live.marks import Marks
from runner.live.stands import Venue, ledger_of, named, next_bar_ms, status_of, timeframes_of
from runner.live.state import halts, line_of
from runner.live.status import Status, leave
from runner.live.trader import Trader
from runner.mode.trading.ended import ended, what_next
from runner.mode.trading.gear import Gear
from runner.model.errors import RunnerError


@dataclass
class Telling:
    """Tells of one trader."""

    gear: Gear
    trader: Trader
    mute: str = ""  # why nothing could be told, which was said
    names: Status = field(init=False)
    timeframes: tuple[int, ...] = field(init=False)
    marks: Marks = field(init=False)

    def __post_init__(self) -> None:
        bot = self.gear.bot
        self.names = named(bot, self.gear.state, bot.account.environment)
        self.timeframes, self.marks = timeframes_of(bot), Marks(self.gear.journal)

    def tell(self, now_ms: int) -> None:
        """Leave the status. What cannot be told is said once, and stops nothing."""
        try:
            leave(self.gear.state, self.status(now_ms))
        except RunnerError as error:
            self._once("; ".join(problem.line() for problem in error.problems))
        except Exception as error:  # noqa: BLE001 - whatever a figure trips over, trading goes on
            self._once(f"the account's status cannot be told: {error!r}")
        else:
            self.mute = ""

    def mark(self, now_ms: int) -> None:
        """Between two boundaries: mark the bar that has closed last, unless that was done, or is too soon."""
        if self.trader.account.turn_ms is not None:
            return
        world = self.trader.account.follower.world
        closed_ms = int(world.close_time[world.symbols["first"]].max())
        try:
            if self.marks.due(closed_ms):
                self.marks.keep(closed_ms, self.status(now_ms))
        except RunnerError as error:
            self._unmarked(closed_ms, "; ".join(problem.line() for problem in error.problems) or str(error))
        except Exception as error:  # noqa: BLE001 - whatever a figure trips over, trading goes on
            self._unmarked(closed_ms, f"the account's status cannot be told: {error!r}")

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
        """Why a symbol takes no entries, besides halts."""
        standing, holes = self.trader.executor.standing, self.trader.reader.holes
        found = ((symbol, standing[symbol].frozen or holes.get(symbol, "")) for symbol in self.gear.symbols)
        return "; ".join(f"{symbol} {why}" for symbol, why in found if why)

    def _unmarked(self, closed_ms: int, why: str) -> None:
        """Leave this bar without a mark; the next one is tried again, not each event, for a journal that is locked takes time."""
        self.marks.last_ms = closed_ms
        self._once(why)

    def _once(self, why: str) -> None:
        if self.mute != why:
            logger.error("{}", why)
        self.mute = why

"""Paper: the venue's live candles, fills by the machine. No orders anywhere, no keys.

At each closed bar the machine runs over the bars since the paper account began, so the same candles give the same account after every
restart; a fill at a bar's open is told when that bar has closed. Exit statuses:

0  ended as asked
2  refused: the configuration, another bot at work on the paper account
3  the venue cannot be reached
4  the journal cannot be written
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Literal

from loguru import logger
from pydantic import BaseModel, ConfigDict, Field

from runner.journal.lease import EVERYTHING
from runner.journal.live import JournalError, LiveJournal
from runner.live.beginning import as_it_began, begin, start_of
from runner.live.clock import WallClock
from runner.live.desk import Desk, Speaking
from runner.live.history import History
from runner.live.marks import Marks
from runner.live.outcome import Unknown, VenueError
from runner.live.outfit import finest, following, outlooks
from runner.live.practised import command, rehearsed
from runner.live.stands import Ledger, named, next_bar_ms, status_of, timeframes_of
from runner.live.state import StateFolder, beat, state_of
from runner.live.status import Status
from runner.live.thinker import Outlook, Thinker
from runner.live.word import Word
from runner.live.worth import keep_worth
from runner.machine import Machine
from runner.mode.compiling import announced
from runner.mode.trading.gear import VenueClock, let_go, log_to, owner
from runner.mode.trading.leave import Ending, ending, last_words, tearable
from runner.mode.trading.statuses import DONE, STATE, VENUE
from runner.model.bot import Bot
from runner.model.errors import UnwritableError
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code
from runner.model.trading import CandleSeen
from runner.pipeline import between
from runner.usage import block, complain
from runner.wire.bybit import BybitDialect

LEAVES_FILES = False
SWEEPS = False
SETTLED_MS = 1_000  # after a bar's end its candle is there
LEASE_MS = 60_000
LOOK_MS = 250
BEAT_MS = 10_000
ROOM = 20_000  # candles


class Options(BaseModel):
    """What `mode.…` may say of paper trading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: Literal["paper"] = "paper"
    history: int = Field(1000, ge=10, le=100_000, description="bars known before the account's first one")
    bars: int | None = Field(None, ge=1, description="end after so many closed bars; null = run until stopped")
    catch_up: bool = Field(False, description="only tell what has come since the last time, then end")
    log: Literal["DEBUG", "INFO", "WARNING"] = Field("INFO", description="lines from this level on, on stderr and in bot.log")


def run(bot: Bot) -> int:
    """Watch until stopped; the statuses are the module's."""
    options = Options(**bot.options)
    with ending(Ending()) as end:
        try:
            with tearable(), opened(bot, options) as paper:
                end.begun = True
                watch(paper, options, end)
                last_words(paper.state, WallClock().now_ms(), end)
        except UnwritableError as error:
            complain(block(error))
            return STATE
        except JournalError as error:
            if not end.begun:
                raise
            logger.error("{}", error)
            return STATE
        except VenueError as error:
            logger.error("{}", error)
            return VENUE
    return DONE


@contextmanager
def opened(bot: Bot, options: Options) -> Iterator[Paper]:
    """The paper account where its journal ends."""
    name = f"{bot.account.name}.paper"
    state, looks = state_of(bot.home, name), outlooks(bot)
    with LiveJournal.open(state.journal, account=name) as journal:
        journal.lease(owner(bot), [EVERYTHING], WallClock().now_ms(), LEASE_MS)
        log_to(state, bot.account.name, "paper", options.log)
        dialect = bot.account.venue.dialect() if isinstance(bot.account.venue, Speaking) else BybitDialect(environment="live")
        desk = Desk(dialect, None, WallClock(), account=bot.account.name)
        try:
            desk.measure_clock()
            clock = VenueClock(desk.rest.offset)
            yield Paper(bot=bot, state=state, journal=journal, desk=desk, clock=clock, looks=looks, history=options.history)
        finally:
            desk.close()
            let_go(journal, bot)


@dataclass
class Paper:
    """A paper account: its candles, and what was told of it."""

    bot: Bot
    state: StateFolder
    journal: LiveJournal
    desk: Desk
    clock: VenueClock
    looks: list[Outlook]
    history: int
    start_ms: int = 0
    histories: dict[str, History] = field(default_factory=dict)
    ledger: Ledger | None = None  # as it stood at the last closed bar

    def __post_init__(self) -> None:
        self.names, self.word = named(self.bot, self.state, "paper"), Word(self.state, Marks(self.journal))
        told = as_it_began(self.journal, self.looks) or any(self.journal.notes(f"paper_{kind}") for kind in ("decision", "fill"))
        self.start_ms = start_of(self.journal, self.looks, self.clock.now_ms(), told=told)
        for symbol, timeframe_ms in finest(self.looks).items():
            longest = max(each.timeframe_ms for each in self.looks if each.symbol == symbol)
            self.histories[symbol] = History(symbol, timeframe_ms, ROOM)
            self._fetch(symbol, self.start_ms - self.history * longest)
        begin(self.journal, self.looks, self.start_ms)
        keep_worth(self.journal, (each.loaded.market.instrument for each in self.looks), self.bot.account.currency)

    @property
    def step_ms(self) -> int:
        """The shortest candle."""
        return min(history.timeframe_ms for history in self.histories.values())

    @property
    def closed_ms(self) -> int:
        """Up to when the candles of every symbol are known."""
        return min(history.closed_ms for history in self.histories.values())

    def fetch(self) -> None:
        """Every candle that has closed since."""
        for symbol, history in self.histories.items():
            self._fetch(symbol, history.closed_ms)

    def _fetch(self, symbol: str, since_ms: int) -> None:
        timeframe_ms = self.histories[symbol].timeframe_ms
        now_ms = self.clock.now_ms() // timeframe_ms * timeframe_ms + timeframe_ms
        for candle in self.desk.candles(symbol, timeframe_ms, start_ms=since_ms, end_ms=now_ms):
            history = roomy(self.histories[symbol])
            self.histories[symbol] = following(history, candle) if candle.open_ms <= self.start_ms else whole(history, candle)

    def play(self) -> Outcome | None:
        """What has happened since the account began; None before its first bar has closed."""
        until, begins = self.closed_ms, self.start_ms
        if until <= begins:
            return None
        streams = [between(stream, begins, until) for stream in Thinker(self.looks, self.histories).streams()]
        account = self.bot.account
        machine = Machine(streams=streams, book=account.book, costs=self.bot.costs, gate=account.gate)
        with announced():
            outcome = machine.run()
        self.ledger = Ledger(world=machine.world, book=account.book, symbols=outcome.symbols, strategies=outcome.strategies)
        return outcome

    def tell(self, outcome: Outcome) -> None:
        """Say and write down what is new."""
        with self.journal.batch():
            for kind, rows in (("decision", decisions(outcome, self.closed_ms)), ("fill", fills(outcome))):
                known = len(self.journal.notes(f"paper_{kind}"))
                for row in sorted(rows, key=itemgetter("time"))[known:]:
                    self.journal.note(row["time"], f"paper_{kind}", row)
                    logger.info("{}  {}", kind, " ".join(f"{name}={value}" for name, value in row.items() if name != "time"))
        self.leave_word()
        last = outcome.equity[-1]
        phase, when = int(last["phase"]), datetime.fromtimestamp(int(last["time"]) / 1000, UTC)
        logger.info(
            "{:%Y-%m-%d %H:%M}  balance {:.2f}, equity {:.2f}, {} open, {}",
            when,
            last["balance"],
            last["close"],
            int(last["open_positions"]),
            outcome.book.phases[phase].name,
        )

    def leave_word(self) -> None:
        """Leave the account's status, and mark its last bar where that is due."""
        ledger = self.ledger
        if ledger is not None:
            self.word.leave(lambda: self.status(ledger))
            self.word.mark(self.closed_ms, lambda: self.status(ledger))

    def status(self, ledger: Ledger) -> Status:
        """How the paper account stands; its orders are the machine's, and rest nowhere."""
        now_ms, over = self.clock.now_ms(), bool(ledger.world.ledger[0]["ended"])
        due_ms = 0 if over else next_bar_ms(timeframes_of(self.bot), now_ms)
        return status_of(self.names, ledger, now_ms, next_bar_ms=due_ms)


def whole(history: History, candle: CandleSeen) -> History:
    """The history with one more candle; Unknown where the venue lacks one since the account began, without which nothing can be told."""
    try:
        history.takes(candle)
    except LookupError as hole:
        raise Unknown(f"{hole}, and the account began before") from None
    return history


def watch(paper: Paper, options: Options, end: Ending) -> None:
    """Tell what comes, bar by bar."""
    seen, told = 0, paper.play()
    if told is not None:
        paper.tell(told)
    if not options.catch_up and rehearsed(paper.bot) is None:
        logger.info("never rehearsed as it is, which paper does not need and real money does: {}", command(paper.bot))
    logger.info("paper trading {} since {:%Y-%m-%d %H:%M}", ", ".join(paper.histories), datetime.fromtimestamp(paper.start_ms / 1000, UTC))
    while not end.stopping and not options.catch_up and seen != options.bars:
        known = paper.closed_ms
        waited(paper, end)
        if fetched(paper) and paper.closed_ms > known:
            seen += 1
            outcome = paper.play()
            if outcome is not None:
                paper.tell(outcome)


def fetched(paper: Paper) -> bool:
    """Whether the venue told its candles; when it did not, it is asked again at the next look."""
    try:
        paper.fetch()
    except VenueError as error:
        logger.warning("the candles did not come: {}", error)
        return False
    return True


def waited(paper: Paper, end: Ending) -> None:
    """Until the next candle should be there, a sign of life now and then."""
    due = max(paper.closed_ms + paper.step_ms + SETTLED_MS, paper.clock.now_ms() + SETTLED_MS)
    alive_ms = 0
    while not end.stopping and paper.clock.now_ms() < due:
        paper.clock.sleep_ms(LOOK_MS)
        now_ms = WallClock().now_ms()
        if now_ms >= alive_ms + BEAT_MS:
            paper.journal.lease(owner(paper.bot), [EVERYTHING], now_ms, LEASE_MS)
            beat(paper.state, "bot", now_ms, "paper")
            paper.leave_word()
            alive_ms = now_ms


def roomy(history: History) -> History:
    """The same candles with room for more: nothing of a paper account is ever dropped."""
    if len(history) < ROOM or len(history) & (len(history) - 1):
        return history
    larger = History(history.symbol, history.timeframe_ms, 2 * len(history))
    larger.fill(history.bars())
    return larger


def fills(outcome: Outcome) -> list[dict[str, Any]]:
    """Fills as they are written down; what the end of the candles closes is still open."""
    return [
        {
            "time": int(row["time"]),
            "symbol": outcome.symbols[row["symbol"]],
            "side": "buy" if row["side"] > 0 else "sell",
            "quantity": float(row["quantity"]),
            "price": float(row["price"]),
            "fee": round(float(row["fee"]), 8),
            "reason": Reason(int(row["reason"])).name.lower(),
            "plan": int(row["plan"]),
        }
        for row in outcome.fills
        if row["reason"] != Reason.END_OF_DATA
    ]


def decisions(outcome: Outcome, closed_ms: int) -> list[dict[str, Any]]:
    """What became of plans whose market has come."""
    names: Sequence[str] = outcome.strategies
    return [
        {
            "time": int(plan["time"]),
            "symbol": outcome.symbols[plan["symbol"]],
            "strategy": names[plan["strategy"]],
            "side": "long" if plan["side"] > 0 else "short",
            "answer": "refused" if row["answer"] == Answer.REFUSED else "approved",
            "code": Code(int(row["code"])).name.lower(),
        }
        for plan, row in zip(outcome.plans, outcome.decisions, strict=True)
        if plan["time"] < closed_ms and row["answer"] != Answer.PENDING
    ]

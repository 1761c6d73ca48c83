"""Once: one tick at the venue, made for cron; started twice it does nothing twice. Between ticks stops and targets rest at the venue.

Bars since the last tick are caught up with, only the one that has just closed is decided on (`mode.latest`). Exit statuses:

0  the tick is made, every position has its stop at the venue
2  refused: configuration, keys, the venue's settings
3  the venue does not let us trade (key, rights, ban) or cannot be reached; stops rest there
4  the journal or the state folder cannot be written; stops rest at the venue
5  a position has no stop at the venue, or the venue did not say
6  the tick is made, entries are held back: halted, a hole in the candles, a symbol somebody must look at, an account that has ended
7  another bot is at work on the account; nothing was done
"""

from __future__ import annotations

from typing import Literal

from loguru import logger
from pydantic import Field

from runner.journal.live import LeaseError
from runner.live.inbox import QueueInbox
from runner.live.outcome import Halting, VenueError
from runner.live.trader import Trader
from runner.mode.trading.chores import Chores
from runner.mode.trading.ended import ended
from runner.mode.trading.gear import Gear, opened
from runner.mode.trading.group import group_of
from runner.mode.trading.leave import Ending, ending, goodbye, tearable
from runner.mode.trading.options import Trading, practised, sworn
from runner.mode.trading.past import begin_account, money_of
from runner.mode.trading.statuses import BARE, BUSY, DONE, HELD, STATE, status_at_start, status_of
from runner.mode.trading.tick import Tick, before, blocked, line
from runner.mode.trading.trader import trader_of
from runner.model.bot import Bot
from runner.model.duration import milliseconds
from runner.model.errors import RunnerError, UnwritableError
from runner.model.terms import Duration
from runner.usage import block, complain

LEAVES_FILES = False
SWEEPS = False
PAUSE_MS = 300


class Options(Trading):
    """What `mode.…` may say of a tick."""

    name: Literal["once"] = "once"
    latest: Duration = Field("5m", description="a bar that closed longer ago is not decided on any more")
    within: Duration = Field("1m", description="for how long orders are waited for that fill at once")
    log: Literal["DEBUG", "INFO", "WARNING"] = Field("WARNING", description="lines from this level on, on stderr and in bot.log")


def run(bot: Bot) -> int:
    """Make one tick; the statuses are the module's."""
    options = Options(**bot.options)
    sworn(bot, options)
    practised(bot, options)
    with ending(Ending()) as end:
        try:
            with tearable(), opened(bot, options) as gear:
                return ticked(gear, options, end)
        except LeaseError as error:
            logger.warning("nothing is done: {}", "; ".join(problem.line() for problem in error.problems))
            return BUSY
        except UnwritableError as error:
            complain(block(error))
            return STATE
        except Halting:
            raise
        except VenueError as error:
            logger.error("{}", error)
            return status_at_start(error)
    return DONE


def ticked(gear: Gear, options: Options, end: Ending) -> int:
    """Make the tick, then say how things stand."""
    status, made = DONE, Tick()
    try:
        with tearable():
            made = tick(gear, options, end)
    except RunnerError as error:
        if not end.begun:
            raise
        logger.error("the tick has failed: {}", error)
        status = status_of(error)
    if made.held:
        logger.warning("entries are held back: {}", made.held)
    protected = goodbye(gear.desk, gear.symbols)
    if made.line:
        print(f"{gear.bot.account.name}@{gear.bot.account.environment} {made.line}", flush=True)
    return status or (BARE if not protected else HELD if made.held else DONE)


def tick(gear: Gear, options: Options, end: Ending) -> Tick:
    """Catch up, decide, look after what is open."""
    begin_account(gear)
    trader = trader_of(gear, QueueInbox(gear.clock))
    chores = Chores(gear=gear, trader=trader, money=money_of(gear, trader), group=group_of(gear, trader))
    end.asked, end.begun = lambda: setattr(trader, "stopping", True), True
    then = before(trader)
    trader.begin()
    trader.work([gear.desk.price(symbol) for symbol in gear.symbols])
    chores.do()
    until = gear.clock.now_ms() + milliseconds(options.within)
    while busy(trader) and gear.clock.now_ms() < until and not end.stopping:
        gear.clock.sleep_ms(PAUSE_MS)
        trader.work([])
        chores.do()
    chores.leave_word()
    return Tick(held=held_back(trader), line=line(trader, then))


def busy(trader: Trader) -> bool:
    """Whether something is under way that another look will bring to its end."""
    now_ms, bare = trader.clock.now_ms(), any(True for _ in trader.executor.bare())
    waits = bare or any(each.believed_until_ms or any(each.wakes(now_ms)) for each in trader.executor.standing.values())
    asked = any(order.uncertain or order.kind == "market" for order in trader.executor.orders.open.values())
    return trader.turn is not None or bool(trader.reader.stale or trader.reader.differ_since) or asked or waits


def held_back(trader: Trader) -> str:
    """Why no entry may be taken: the account has ended, or symbol by symbol."""
    over = ended(trader.account.follower)
    return f"the account has ended: {over}" if over else "; ".join(f"{symbol} {why}" for symbol, why in blocked(trader))

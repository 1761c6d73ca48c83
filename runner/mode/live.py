"""Live: trade an account at its venue until somebody asks to stop.

Ends by SIGTERM or SIGINT within two seconds; positions keep their stops at the venue, and each is named with its stop. Exit statuses:

0  ended as asked, every position protected
2  refused: configuration, keys, the venue's settings, another bot at work; nothing was traded
3  the venue does not let us trade (key, rights, ban) or cannot be reached; stops rest there
4  the journal or the state folder cannot be written; stops rest at the venue
5  ended, and a position has no stop at the venue, or the venue did not say
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from loguru import logger

from runner.live.inbox import QueueInbox
from runner.live.outcome import Halting, VenueError
from runner.live.outfit import finest
from runner.live.streams import Streams
from runner.live.trader import Trader
from runner.mode.trading.chores import Chores
from runner.mode.trading.ended import ended
from runner.mode.trading.gear import Gear, opened
from runner.mode.trading.group import group_of
from runner.mode.trading.leave import Ending, ending, goodbye, last_words, tearable
from runner.mode.trading.options import Trading, practised, remind, sworn
from runner.mode.trading.past import begin_account, money_of
from runner.mode.trading.statuses import BARE, DONE, STATE, status_at_start, status_of
from runner.mode.trading.trader import trader_of
from runner.model.bot import Bot
from runner.model.errors import RunnerError, UnwritableError
from runner.model.trading import StreamTurn
from runner.usage import block, complain

LEAVES_FILES = False
SWEEPS = False
UP_MS = 10_000  # for which the streams are waited for


class Options(Trading):
    """What `mode.…` may say of trading."""

    name: Literal["live"] = "live"


def run(bot: Bot) -> int:
    """Trade until stopped. Raises RunnerError (2) for what is refused before the first order; the other statuses are the module's."""
    options = Options(**bot.options)
    sworn(bot, options)
    practised(bot, options)
    with ending(Ending()) as end:
        try:
            with tearable(), opened(bot, options) as gear:
                remind(bot)
                return traded(gear, end)
        except UnwritableError as error:
            complain(block(error))
            return STATE
        except Halting:
            raise
        except VenueError as error:
            logger.error("{}", error)
            return status_at_start(error)
    return DONE


def traded(gear: Gear, end: Ending) -> int:
    """Trade, then say what stays behind."""
    status, failure = DONE, None
    try:
        with tearable():
            work(gear, end)
    except RunnerError as error:
        if not end.begun:
            raise
        logger.error("trading has stopped: {}", error)
        status, failure = status_of(error), error
    last_words(gear.state, gear.clock.now_ms(), end, failure)
    protected = goodbye(gear.desk, gear.symbols)
    logger.info("the bot has ended; stops rest at the venue, nobody looks after them but a guard")
    return status or (DONE if protected else BARE)


def work(gear: Gear, end: Ending) -> None:
    """Trade until somebody asks to stop."""
    begin_account(gear)
    inbox = QueueInbox(gear.clock)
    with listening(gear, inbox, end) as streams:
        trader = trader_of(gear, inbox, streams.up)
        chores = Chores(gear=gear, trader=trader, money=money_of(gear, trader), group=group_of(gear, trader))
        end.asked = lambda: stop(trader, inbox)
        end.begun = True
        trader.begin()
        chores.do()
        if not ended(trader.account.follower):
            logger.info("trading {} from {}", ", ".join(gear.symbols), owner_line(gear))
        while not end.stopping:
            trader.work(inbox.wait(min(trader.wake_ms(), chores.next_ms())))
            chores.do()
        chores.leave_word()


def owner_line(gear: Gear) -> str:
    """Which strategies, on which bars."""
    return ", ".join(f"{each.name} on {each.timeframe}" for each in gear.bot.strategies)


def stop(trader: Trader, inbox: QueueInbox) -> None:
    """Let the trader end after what it is at, now and not when something comes."""
    trader.stopping = True
    inbox.put(StreamTurn(channel="private", up=False, at_ms=0, why="asked to stop"))


@contextmanager
def listening(gear: Gear, inbox: QueueInbox, end: Ending) -> Iterator[Streams]:
    """The account's streams, up or soon to be."""
    frames = finest(gear.looks)
    streams = Streams(
        gear.desk.dialect,
        gear.keys,
        list(frames),
        sorted(set(frames.values())),
        inbox.put,
        clock=gear.clock,
        venue_ms=gear.clock.now_ms,
        account=gear.bot.account.name,
    )
    streams.start()
    try:
        until = gear.clock.now_ms() + UP_MS
        while not streams.up() and gear.clock.now_ms() < until and not end.stopping:
            gear.clock.sleep_ms(20)
        yield streams
    finally:
        streams.stop()

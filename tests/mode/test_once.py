"""`mode=once` from the command line: ticks as cron makes them, at a real exchange over real sockets."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runner.bars.when import when
from runner.journal.live import LiveJournal
from runner.live.state import Halt, halt, state_of
from runner.live.status import read
from runner.machine.state import TOLD
from runner.model.following import Told
from runner.model.trading import OrderKind
from runner.rehearsal.core.order import Ticket
from tests.command import written
from tests.mode.venue import ACCOUNT, FLAT, KEYS, KNOWN, RISES, TRADES, UP, Process, Venue, awaited, venue, without

ONCE = ("mode=once", *TRADES, "mode.log=INFO")
LAST = (100.5, 101.0, 100.3, 101.0)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lease looks for processes as POSIX does")


def tick(place: Venue, *words: str) -> tuple[int, Process]:
    """One tick; its status and what it said."""
    process = place.start(*ONCE, *words)
    return process.ends(), process


def test_ticks_of_a_day(tmp_path: Path) -> None:
    """The first tick begins the account, the next one enters with a stop, one more sends nothing, the last finds the target filled."""
    with venue(tmp_path, (RISES, UP, (100.5, 103.0, 100.4, 102.9), UP)) as place:
        assert (tick(place)[0], place.sent) == (0, [])
        place.show()
        status, second = tick(place)
        assert (status, len(place.sent), place.fills) == (0, 2, 1), second.text
        assert "BTCUSDT long 119: its stop rests at the venue at 100.1" in second.text
        ends = when(place.now_ms + 60_000)
        assert f"mine@demo tick {when(place.now_ms)}: 1 plan, 1 approved; BTCUSDT long 119, stop at 100.1; next bar {ends}" in second.text
        status_left = read(state_of(place.home, "mine"))
        assert status_left is not None
        assert (status_left.mode, status_left.positions[0].stop, status_left.positions[0].quantity) == ("once", "100.1", "119")
        assert status_left.balance == float(place.exchange.core.state.coins["USDT"])
        assert [order.price for order in status_left.orders] == ["101.4"]
        status, third = tick(place)
        assert (status, len(place.sent), place.fills) == (0, 2, 1), third.text
        place.show(2)
        status, last = tick(place)
        assert (status, len(place.sent), "no position is open" in last.text) == (0, 2, True), last.text


def test_two_at_once(tmp_path: Path) -> None:
    """While a bot is at work a tick does nothing and says so with status 7."""
    with venue(tmp_path) as place:
        bot = place.start("mode=live", *TRADES)
        bot.says("trading BTCUSDT")
        status, process = tick(place)
        assert (status, "the account is traded by quick mode=live" in process.text) == (7, True)
        bot.stop()


def test_what_is_late_is_caught_up_with_and_not_decided_on(tmp_path: Path) -> None:
    """A signal whose bar closed before the last one is passed over; the ledger knows of every bar."""
    with venue(tmp_path, (RISES, UP, LAST, FLAT)) as place:
        assert tick(place)[0] == 0
        place.show(3)
        status, process = tick(place, "mode.latest=30s", "mode.log=WARNING")
        assert (status, place.sent) == (0, []), process.text
        said = process.text.splitlines()[-1]
        assert ": 1 plan, 0 approved (the bar closed 120 s ago); no position; next bar " in said, process.text
        with LiveJournal.open(place.home / "state" / "mine" / "journal.db", account="mine", read_only=True) as journal:
            closes = [np.frombuffer(payload, TOLD)[0]["price"] for _, _, kind, payload in journal.all_told() if kind == Told.CANDLE]
        assert closes == [100.0, 100.5, 100.5, 101.0]


def test_a_trade_that_is_over_in_the_tick_alarms_nobody(tmp_path: Path) -> None:
    """The market is beyond the target when the entry fills: the position is gone before its stop is moved, and told as it was."""
    with venue(tmp_path, (RISES, UP)) as place:
        assert tick(place)[0] == 0
        place.show()
        place.exchange.price("BTCUSDT", "103")
        status, process = tick(place)
        assert (status, place.fills, "no position is open" in process.text) == (0, 2, True), process.text
        with LiveJournal.open(place.home / "state" / "mine" / "journal.db", account="mine") as journal:
            assert not journal.notes("stop_refused")
            assert [note.detail["why"] for note in journal.notes("stop_too_late")] == ["10001 can not set tp/sl/ts for zero position"]


def test_two_accounts_with_one_key_are_refused_though_their_ticks_never_meet(tmp_path: Path) -> None:
    """The second one ends with status 2 and names the first, and which variables hold the same."""
    runs = "runs: {quick: {strategy: quick, every: 1h}}\n"
    with venue(tmp_path, account=ACCOUNT + runs) as place:
        twin = (place.home / "accounts/mine.yaml").read_text().replace("T_KEY", "T_OTHER").replace("name: mine", "name: twin")
        written(place.home, {"accounts/twin.yaml": twin})
        assert tick(place)[0] == 0
        words = ["+account=twin" if word == "+account=mine" else word for word in ONCE]
        second = place.start(*words, T_OTHER=KEYS["T_KEY"])
        assert second.ends() == 2, second.text
        assert "account.secrets  twin has the same key as mine: T_OTHER holds what T_KEY holds; give each account its own" in second.text
        assert tick(place)[0] == 0


def test_a_halt_holds_entries_back(tmp_path: Path) -> None:
    """Status 6 and the reason; nothing is sent."""
    with venue(tmp_path) as place:
        assert tick(place)[0] == 0
        halt(state_of(place.home, "mine"), Halt(by="hand", at_ms=0, why="holiday"))
        place.show()
        status, process = tick(place)
        assert (status, place.sent) == (6, []), process.text
        assert "entries are held back: BTCUSDT halted by hand: holiday" in process.text


def test_a_position_without_a_stop_is_told(tmp_path: Path) -> None:
    """Somebody has taken the stop away where the bot has no plan for one: status 5 names the position."""
    with venue(tmp_path) as place:
        stranger(place)
        status, process = tick(place)
        assert (status, "BTCUSDT long 1: it has NO STOP at the venue" in process.text) == (5, True), process.text


def test_a_frozen_symbol_stays_so_until_somebody_has_looked(tmp_path: Path) -> None:
    """A stranger's order freezes it, also for the ticks after; only `mode.unfreeze` lifts that, and not while the order rests."""
    with venue(tmp_path, (UP, FLAT, RISES, UP, UP)) as place:
        order = foreign(place)
        assert tick(place)[0] == 6
        status, process = tick(place, "mode.unfreeze=true")
        assert (status, "entries are held back: BTCUSDT frozen, order" in process.text) == (6, True), process.text
        last = process.text.splitlines()[-1]
        assert ": no plan; no position; BTCUSDT takes no entry: frozen, order " in last, process.text
        stands = read(state_of(place.home, "mine"))
        assert stands is not None
        assert [each.symbol for each in stands.frozen] == ["BTCUSDT"]
        place.exchange.call(lambda: place.exchange.core.cancel(order))
        place.show(3)
        status, process = tick(place)
        assert (status, place.sent) == (6, []), process.text
        assert "start with mode.unfreeze=true" in process.text
        status, process = tick(place, "mode.unfreeze=true")
        assert (status, "thawed BTCUSDT" in process.text) == (0, True), process.text
        status, process = tick(place)
        assert (status, "is frozen" in process.text) == (0, False), process.text


def foreign(place: Venue) -> Any:
    """Somebody lets an order rest far below the market."""
    ticket = Ticket(market="BTCUSDT", side=1, kind=OrderKind.LIMIT, quantity=Decimal(1), price=Decimal(80))
    return place.exchange.call(lambda: place.exchange.core.place(ticket))


def stranger(place: Venue) -> None:
    """Somebody buys by hand."""
    place.exchange.call(lambda: place.exchange.core.place(Ticket(market="BTCUSDT", side=1, kind=OrderKind.MARKET, quantity=Decimal(1))))
    awaited(lambda: place.fills == 1)


def test_a_refused_start_binds_nothing(tmp_path: Path) -> None:
    """The venue has no candles of the strategy: refused, and nothing begun; with others the account begins and trades."""
    with venue(tmp_path) as place:
        with without(place, 0, KNOWN):
            status, process = tick(place, "strategy.timeframe=5m")
        assert (status, "the venue has no candles of 5 minutes" in process.text) == (2, True), process.text
        assert begun(place) is None
        assert tick(place)[0] == 0
        place.show()
        status, process = tick(place)
        assert (status, place.fills) == (0, 1), process.text


def test_other_bars_on_a_living_journal_are_refused(tmp_path: Path) -> None:
    """With a position open a tick on another timeframe sends nothing and says what to do; on the first one it goes on."""
    with venue(tmp_path) as place:
        assert tick(place)[0] == 0
        place.show()
        assert (tick(place)[0], place.fills, len(place.sent)) == (0, 1, 2)
        status, process = tick(place, "strategy.timeframe=5m")
        assert (status, place.fills, len(place.sent)) == (2, 1, 2), process.text
        assert "began with quick BTCUSDT 1m; now it is quick BTCUSDT 5m" in process.text
        place.show()
        status, process = tick(place)
        assert (status, "BTCUSDT long 119: its stop rests" in process.text) == (0, True), process.text


def test_a_hole_in_the_candles_holds_entries_back(tmp_path: Path) -> None:
    """Status 6 and since when, as people read it; once the candle is there the next tick is whole."""
    with venue(tmp_path) as place:
        assert tick(place)[0] == 0
        place.show(2)
        with without(place, KNOWN, KNOWN + 1):
            status, process = tick(place)
        since = when(int(place.exchange.front.candles["BTCUSDT"].rows[KNOWN].start_ms))
        assert (status, place.sent) == (6, []), process.text
        assert f"entries are held back: BTCUSDT the venue has no candle from {since}" in process.text
        assert tick(place)[0] == 0


def test_a_hole_in_what_was_before_is_no_matter_of_the_account(tmp_path: Path) -> None:
    """What was before it is not looked at; the account begins and trades."""
    with venue(tmp_path) as place, without(place, KNOWN - 30, KNOWN - 29):
        status, process = tick(place)
        assert (status, "what was before is not looked at" in process.text) == (0, True), process.text
        place.show()
        assert (tick(place)[0], place.fills) == (0, 1)


def begun(place: Venue) -> str | None:
    """The account's first instant, as its journal has it."""
    with LiveJournal.open(place.home / "state" / "mine" / "journal.db", account="mine", read_only=True) as journal:
        return journal.meta("start_ms")


def test_a_halt_by_hand_is_not_the_accounts_own(tmp_path: Path) -> None:
    """The status says who has halted it: a hand, and no rule."""
    with venue(tmp_path, (RISES, UP)) as place:
        assert tick(place)[0] == 0
        halt(state_of(place.home, "mine"), Halt(by="hand", at_ms=place.now_ms, why="news"))
        place.show()
        assert tick(place)[0] == 6
        status = read(state_of(place.home, "mine"))
        assert status is not None
        assert (status.halted, status.why) == ("halted by hand: news", "")

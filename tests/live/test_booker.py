"""What somebody else trades on an account is not booked as the bot's: opened, closed again, and closed by stop, guard or by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from runner.live.booker import BESIDE, FOREIGN, HAND
from runner.model.trading import OrderKind, OrderRequest
from tests.live.test_trader import NAME, Desk, trading

ALARM = f"{NAME}: a fill that is not ours"


def traded(desk: Desk, side: int, quantity: str, *, name: str = "") -> None:
    """Somebody buys or sells at the market; the bot reads what has become of it."""
    name = name or f"t{len(desk.trader.journal.fills())}"
    desk.venue.desk.place(OrderRequest(client_order_id=name, symbol=NAME, side=side, kind=OrderKind.MARKET, quantity=Decimal(quantity)))
    desk.trader.reader.read(NAME)


def held(desk: Desk) -> tuple[float, Decimal]:
    """What ledger and venue hold, long positive."""
    position, there = desk.trader.account.follower.position(NAME), desk.venue.desk.position(NAME)
    return 0.0 if position is None else position.side * position.quantity, there.side * there.quantity


def kinds(desk: Desk) -> list[str]:
    """Notes of what was not the bot's, in order."""
    return [note.kind for note in desk.trader.journal.notes() if note.kind in (FOREIGN, BESIDE, HAND)]


@pytest.mark.parametrize("parts", [("0.5",), ("0.2", "0.3")], ids=["at once", "in two parts"])
def test_what_somebody_opened_and_closed_again_leaves_the_bots_position_alone(parts: tuple[str, ...], tmp_path: Path) -> None:
    """As the page of live trading says it is put right: then the symbol may be unfrozen, and one line tells so."""
    with trading(tmp_path) as desk:
        traded(desk, 1, "0.5")
        assert (held(desk), kinds(desk), desk.alarms().count(ALARM)) == ((1.0, Decimal("1.5")), [FOREIGN], 1)
        desk.trader.reader.thaw(NAME)
        assert desk.noted("frozen")[-1] == "the venue holds 1.5, the ledger 1.0"
        for part in parts:
            traded(desk, -1, part)
        assert (held(desk), kinds(desk), desk.alarms().count(ALARM)) == ((1.0, Decimal(1)), [FOREIGN, *[BESIDE] * len(parts)], 1)
        assert desk.noted("thawed") == []
        desk.trader.reader.thaw(NAME)
        assert (len(desk.noted("thawed")), desk.trader.executor.standing[NAME].frozen) == (1, "")


def test_more_than_somebody_opened_closes_the_bots(tmp_path: Path) -> None:
    """And what is more than both has opened something again."""
    with trading(tmp_path) as desk:
        traded(desk, 1, "0.5")
        traded(desk, -1, "0.75")
        assert held(desk) == (0.75, Decimal("0.75"))
        traded(desk, -1, "1")
        assert (held(desk), kinds(desk)) == ((0.0, Decimal("-0.25")), [FOREIGN, BESIDE, HAND, FOREIGN, HAND])
        assert desk.alarms().count(ALARM) == 2


def test_what_is_closed_by_hand_without_anything_beside_is_the_bots(tmp_path: Path) -> None:
    """Somebody has closed half of it: the ledger knows, and it is told; nothing of an earlier quarrel counts any more."""
    with trading(tmp_path) as desk:
        traded(desk, -1, "0.5")
        assert (held(desk), kinds(desk)) == ((0.5, Decimal("0.5")), [HAND])
        assert desk.alarms() == [f"{NAME}: somebody has closed what was the bot's"]
        traded(desk, 1, "0.25")
        traded(desk, -1, "0.25")
        desk.trader.reader.thaw(NAME)
        traded(desk, -1, "0.25")
        assert (held(desk), kinds(desk)) == ((0.25, Decimal("0.25")), [HAND, FOREIGN, BESIDE, HAND])


@pytest.mark.parametrize("letter", ["g", "h"])
def test_guard_and_way_out_close_what_is_there_and_alarm_nobody(letter: str, tmp_path: Path) -> None:
    """The bot's and what is beside it; once more after the ledger is flat, as where it did not know of anything."""
    with trading(tmp_path) as desk:
        traded(desk, 1, "0.5")
        alarmed = desk.alarms()
        traded(desk, -1, "1.25", name=f"{letter}-first")
        assert held(desk) == (0.0, Decimal("0.25"))
        traded(desk, -1, "0.25", name=f"{letter}-second")
        assert (held(desk), kinds(desk)) == ((0.0, Decimal(0)), [FOREIGN, BESIDE, BESIDE])
        assert desk.alarms() == alarmed
        desk.trader.reader.thaw(NAME)
        assert desk.trader.executor.standing[NAME].frozen == ""


def test_a_stop_of_the_venue_closes_the_bots_with_its_own_share_of_the_fee(tmp_path: Path) -> None:
    """The venue's stop is the whole position's."""
    with trading(tmp_path) as desk:
        traded(desk, 1, "0.5")
        desk.venue.exchange.price(NAME, "94")
        desk.trader.reader.read(NAME)
        assert (held(desk), kinds(desk)) == ((0.0, Decimal(0)), [FOREIGN, BESIDE])
        entry, _, stop = (each.fill for each in desk.trader.journal.fills())
        paid = float(entry.fee + stop.fee / Decimal("1.5"))
        assert paid > 0
        assert desk.trader.account.follower.balance == pytest.approx(10_000 - float(entry.price - stop.price) - paid, abs=1e-6)


def test_what_was_beside_before_venue_and_ledger_agreed_counts_no_more(tmp_path: Path) -> None:
    """What is closed by hand afterwards is the bot's; a stop that closes more than the ledger holds alarms nobody."""
    with trading(tmp_path) as desk:
        journal, now = desk.trader.journal, desk.venue.now_ms
        traded(desk, 1, "0.5")
        journal.note(now + 60_000, "thawed", {"symbol": NAME, "why": ""})
        desk.venue.exchange.advance(120_000)
        traded(desk, -1, "0.25")
        assert (held(desk)[0], kinds(desk)) == (0.75, [FOREIGN, HAND])
        desk.venue.exchange.price(NAME, "94")
        desk.trader.reader.read(NAME)
        assert (held(desk), kinds(desk)) == ((0.0, Decimal(0)), [FOREIGN, HAND, BESIDE])


def test_a_way_out_that_closes_what_nobody_knew_of_alarms_nobody(tmp_path: Path) -> None:
    """More than the ledger holds, and nothing was seen beside it."""
    with trading(tmp_path) as desk:
        traded(desk, -1, "1.25", name="h-all")
        assert (held(desk)[0], kinds(desk), desk.alarms()) == (0.0, [BESIDE], [])


def test_an_order_that_still_rests_keeps_its_symbol_frozen(tmp_path: Path) -> None:
    """And so does a venue that does not answer: nobody is told that entries are taken again."""
    with trading(tmp_path) as desk:
        standing, reader = desk.trader.executor.standing[NAME], desk.trader.reader
        desk.venue.limit("90")
        reader.read(NAME)
        why = standing.frozen
        assert why.endswith("is not ours")
        reader.thaw(NAME)
        assert standing.frozen == why
        desk.fault("request_502", "/v5/execution/list", times=9)
        reader.thaw(NAME)
        assert (standing.frozen, NAME in reader.stale, desk.noted("thawed")) == (why, True, [])


def test_a_price_that_was_overtaken_on_its_way_is_passed_over(tmp_path: Path) -> None:
    """The newest one stands."""
    with trading(tmp_path) as desk:
        prices, now = desk.trader.prices, desk.venue.now_ms
        for price, at_ms in ((101.0, now + 5), (90.0, now + 4)):
            prices.take(NAME, price, at_ms)
        assert prices.of(NAME) == 101.0

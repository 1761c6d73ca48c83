"""The house's own ladder at a real exchange: what money alone decides is done by the guard, whatever the bot does."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from runner.live.guard.ladder import left_to_bot
from runner.live.guard.view import Do
from runner.live.state import Halt, halt
from runner.model.rules import Anchor, Code, Family, HouseAction, HouseMeasure, RuleRow, Until
from tests.live.guard.test_guard import BOOK, DAY, SUBJECT, Guarded, guarded

__all__ = ["guarded"]


def rung(act: HouseAction, limit: float = 0.01, key: str = "house.step", **more: object) -> RuleRow:
    """A step from a day's loss of one percent on."""
    fields = {"anchor": Anchor.DAY_START_EQUITY, "measure": HouseMeasure.DAY_LOSS} | more
    return RuleRow(key=key, family=Family.HOUSE, code=Code.HOUSE, firm=0, action=act, limit=limit, **fields)  # type: ignore[arg-type]


def under(guarded: Guarded, *rows: RuleRow, floors: bool = False) -> Guarded:
    """A guard of the same account under house rules, without a firm's unless it is asked for."""
    firm = BOOK.rows if floors else ()
    subject = replace(SUBJECT, book=replace(BOOK, rows=(*firm, *rows)))
    guarded.ward.state.peaks.unlink()
    ours = Guarded(guarded.venue, replace(guarded.ward, subject=subject))
    ours.tick()
    return ours


def lose(ours: Guarded, price: str = "98.9") -> None:
    """A hundred coins bought at 100 with a bid beside them, then the price falls: 110 of 10,000 are lost, and what it costs."""
    ours.venue.order(quantity="100", stop=Decimal(97))
    ours.venue.limit("90", symbol="ETHUSDT", stop=Decimal(85))
    assert ours.done() == []
    ours.venue.exchange.price("BTCUSDT", price)


def midnight(ours: Guarded) -> int:
    """When the day ends."""
    return ours.venue.now_ms // DAY * DAY + DAY


ALL = [(Do.HALT, ""), (Do.CLOSE, "BTCUSDT"), (Do.CANCEL, "ETHUSDT")]


@pytest.mark.parametrize(
    ("row", "ends"),
    [
        (rung(HouseAction.PAUSE), "day"),
        (rung(HouseAction.PAUSE, until=Until.DURATION, duration_ms=3_600_000), "hour"),
        (rung(HouseAction.HALT), "never"),
        (rung(HouseAction.PAUSE, until=Until.PHASE_END), "never"),
        (rung(HouseAction.PAUSE, measure=HouseMeasure.DRAWDOWN), "day"),
    ],
    ids=["pause", "hour", "halt", "phase_end", "drawdown"],
)
def test_a_rung_that_closes_and_blocks_does_both(guarded: Guarded, row: RuleRow, ends: str) -> None:
    """Everything is closed and withdrawn at its level, and the halt lasts as long as the rung says."""
    ours = under(guarded, row)
    lose(ours)
    ends_ms = {"day": midnight(ours), "hour": ours.venue.now_ms + 3_600_000, "never": None}[ends]
    assert ours.done() == ALL
    assert (ours.venue.desk.positions(), ours.venue.resting()) == ([], [])
    assert ours.halt is not None
    assert (ours.halt.by, ours.halt.until_ms) == ("guard", ends_ms)
    assert ours.tick().done == ()


def test_a_rung_above_its_level_does_nothing(guarded: Guarded) -> None:
    """A loss of nine tenths of what it takes; the account's line tells the level."""
    ours = under(guarded, rung(HouseAction.PAUSE))
    lose(ours, "99.2")
    told = ours.tick()
    assert told.actions == ()
    assert "no floor, house level 9900.00 (house.step: pause)" in told.line()


def test_a_rung_that_closes_alone_closes_once(guarded: Guarded) -> None:
    """No halt; what is opened afterwards is left alone, after a restart too, though the loss still stands."""
    ours = under(guarded, rung(HouseAction.FLATTEN))
    lose(ours)
    assert ours.done() == ALL[1:]
    assert ours.done() == []
    ours.venue.order(quantity="1", stop=Decimal(97))
    assert (ours.done(), ours.halt) == ([], None)
    assert ours.again().done() == []


def test_a_rung_that_blocks_withdraws_entries(guarded: Guarded) -> None:
    """Positions keep their stops; the halt ends with the day, when the loss is counted anew."""
    ours = under(guarded, rung(HouseAction.BLOCK))
    lose(ours)
    assert ours.done() == [(Do.HALT, "")]
    assert ours.done() == [(Do.HALT, ""), (Do.CANCEL, "ETHUSDT")]
    assert len(ours.venue.desk.positions()) == 1
    ours.venue.exchange.advance(midnight(ours) - ours.venue.now_ms)
    assert (ours.done(), ours.halt) == ([], None)


def test_a_share_of_the_firms_allowance(guarded: Guarded) -> None:
    """A fifth of the day's five percent: at 9,900, though the firm's floor is far."""
    ours = under(guarded, rung(HouseAction.PAUSE, 0.2, measure=HouseMeasure.FLOOR_USED), floors=True)
    lose(ours)
    assert ours.done() == ALL


def test_a_rung_that_has_fired_is_remembered(guarded: Guarded) -> None:
    """After a restart, and after somebody has lifted the halt and the price is back: the day's pause goes on."""
    ours = under(guarded, rung(HouseAction.PAUSE))
    lose(ours)
    ours.tick()
    (ours.ward.state.halts / "guard.json").unlink()
    again = ours.again()
    assert again.done() == [(Do.HALT, "")]
    assert again.halt is not None
    assert again.halt.until_ms == midnight(ours)
    assert "house.step: day_loss 1." in again.halt.why


def test_a_longer_halt_is_not_cut_short(guarded: Guarded) -> None:
    """One for good and one for the day in force together: the one for good stands."""
    ours = under(guarded, rung(HouseAction.PAUSE), rung(HouseAction.HALT, 0.0105, key="house.last"))
    lose(ours)
    ours.tick()
    ours.tick()
    assert ours.halt is not None
    assert (ours.halt.until_ms, "house.last" in ours.halt.why) == (None, True)


def test_a_halt_that_lasts_longer_is_left_as_it_is(guarded: Guarded) -> None:
    """The guard has halted for good; a pause until midnight must not end that."""
    ours = under(guarded, rung(HouseAction.PAUSE))
    lose(ours)
    halt(ours.ward.state, Halt(by="guard", at_ms=ours.venue.now_ms, why="MAX_LOSS: gone"))
    assert ours.done() == ALL
    assert ours.halt is not None
    assert (ours.halt.until_ms, ours.halt.why) == (None, "MAX_LOSS: gone")


def test_a_rung_that_fired_without_a_fill_is_remembered(guarded: Guarded) -> None:
    """The loss was open and is gone again; after a restart the day's block still stands."""
    ours = under(guarded, rung(HouseAction.BLOCK))
    lose(ours)
    ours.tick()
    ours.venue.exchange.price("BTCUSDT", "100")
    (ours.ward.state.halts / "guard.json").unlink()
    assert (Do.HALT, "") in ours.again().done()


def test_what_the_guard_cannot_do_is_told_once(guarded: Guarded) -> None:
    """Rungs on trades, on profits, and those that change sizes stay with the bot; one line at the start names them."""
    rows = (
        rung(HouseAction.SCALE, key="half", value=0.5),
        rung(HouseAction.PAUSE, 3, key="rest", measure=HouseMeasure.LOSING_STREAK),
        rung(HouseAction.PAUSE, key="until_won", until=Until.WINNING_TRADE),
        rung(HouseAction.ALERT, key="said"),
        rung(HouseAction.PAUSE, key="kept"),
    )
    ours = under(guarded, *rows)
    ours.tick()
    assert len(ours.said) == 1
    assert ours.said[0].endswith("half (day_loss: scale), rest (losing_streak: pause), until_won (day_loss: pause)")
    assert left_to_bot(BOOK) == []
    assert left_to_bot(replace(BOOK, rows=(rows[0], replace(rows[0], phase=1)))) == ["half (day_loss: scale)"]

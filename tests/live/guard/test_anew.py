"""Money that is put back to the beginning: an account given anew is not closed for what the old one did."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import replace
from decimal import Decimal

import pytest

from runner.live.guard.view import Do
from runner.live.state import release
from runner.model.rules import Code, Family, RuleRow
from tests.live.guard.test_guard import BOOK, DAY, SUBJECT, Guarded, guarded

__all__ = ["guarded"]
TARGET = RuleRow(key="rules.target", family=Family.COUNTER, code=Code.PROFIT_TARGET, limit=0.1)


def put_back(ours: Guarded, balance: str = "10000") -> None:
    """The firm sets the balance."""
    body = json.dumps({"balance": balance}).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{ours.venue.exchange.http}/control/wallet", body)) as answer:  # noqa: S310 - loopback
        assert answer.status == 200
    ours.venue.exchange.advance(1_000)


def trade(ours: Guarded, price: str) -> None:
    """A hundred coins bought at 100 and sold at a price, while the guard looks away."""
    ours.venue.exchange.price("BTCUSDT", "100")
    ours.venue.order(quantity="100")
    ours.venue.exchange.price("BTCUSDT", price)
    ours.venue.order(side=-1, quantity="100")
    ours.venue.exchange.price("BTCUSDT", "100")
    ours.venue.exchange.advance(1_000)


def failed(ours: Guarded) -> Guarded:
    """An account that has lost its phase, seen and halted by the guard."""
    trade(ours, "88")
    assert ours.done() == [(Do.HALT, "")]
    assert ours.halt is not None
    assert ours.halt.until_ms is None
    return ours


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "restarted"])
def test_a_failed_account_that_is_given_anew_is_not_closed(guarded: Guarded, restarted: bool) -> None:
    """One line says what was seen and what to do; floors count from the beginning, the halt waits for somebody, a restart knows it."""
    ours = failed(guarded)
    put_back(ours)
    ours = ours.again() if restarted else ours
    ours.venue.order(stop=Decimal(95))
    assert ours.done() == []
    (line,) = [text for text in ours.said if "given anew" in text]
    assert "the balance was put back to 10000.00 (reset of " in line
    assert "lift the halt: runner mode=halt account=hyro mode.release=true" in line
    release(ours.ward.state)
    for again in (ours, ours.again()):
        view = again.tick().view
        assert view is not None
        assert (view.ended, view.halts) == ("", ())
        assert [floor.level for floor in view.floors] == pytest.approx([9_500.0, 9_000.0], abs=1.0)
    again.venue.order("ETHUSDT", stop=Decimal(95))
    view = again.tick().view
    assert view is not None
    assert view.floors[-1].level == 9_000.0
    assert len(ours.venue.desk.positions()) == 2


def test_a_failed_account_that_is_given_anew_is_guarded_again(guarded: Guarded) -> None:
    """It may lose no more than it may: the floors of the new beginning close everything too."""
    ours = failed(guarded)
    put_back(ours)
    ours.tick()
    release(ours.ward.state)
    ours.venue.order(quantity="100", stop=Decimal("94.9"))
    ours.venue.exchange.price("BTCUSDT", "95.1")
    assert ours.done() == [(Do.HALT, ""), (Do.CLOSE, "BTCUSDT")]


def test_a_passed_phase_is_given_anew_when_its_profit_is_taken(guarded: Guarded) -> None:
    """11,000 put back to 10,000 in a phase with a target: floors do not sink with the money."""
    subject = replace(SUBJECT, book=replace(BOOK, rows=(*BOOK.rows, TARGET)))
    ours = Guarded(guarded.venue, replace(guarded.ward, subject=subject))
    ours.tick()
    trade(ours, "111")
    ours.tick()
    put_back(ours)
    view = ours.tick().view
    assert view is not None
    assert [floor.level for floor in view.floors] == [9_500.0, 9_000.0]
    assert "the phase was under way: guarded as an account given anew" in ours.said[-1]


def test_a_loss_that_is_filled_up_allows_no_more(guarded: Guarded) -> None:
    """300 lost and put back in a running phase: floors rise with the money, and a line says how to begin anew."""
    trade(guarded, "97")
    before = guarded.tick().view
    put_back(guarded)
    after = guarded.tick().view
    assert before is not None
    assert after is not None
    assert [floor.level - after.equity for floor in after.floors] == pytest.approx([floor.level - before.equity for floor in before.floors])
    assert guarded.said[-1].endswith("if the firm gave the account anew, set purchased to its day and start the guard again")
    since_ms = guarded.venue.now_ms // DAY * DAY
    told = Guarded(guarded.venue, replace(guarded.ward, subject=replace(SUBJECT, since_ms=since_ms)))
    view = told.tick().view
    assert view is not None
    assert [floor.level for floor in view.floors] == [9_500.0, 9_000.0]
    assert "guarded as given anew at 20" in told.said[0]


def test_a_ledger_with_an_old_failure_is_taken_over_from_the_new_beginning(guarded: Guarded) -> None:
    """The next phase in the account's settings, or a lost file: nothing ends for what was before the money was put back."""
    ours = failed(guarded)
    put_back(ours)
    release(ours.ward.state)
    following = Guarded(ours.venue, replace(ours.ward, subject=replace(SUBJECT, phase="verification")))
    following.venue.order(stop=Decimal(95))
    view = following.tick().view
    assert view is not None
    assert (view.ended, len(ours.venue.desk.positions())) == ("", 1)
    assert view.floors[-1].level == 9_000.0

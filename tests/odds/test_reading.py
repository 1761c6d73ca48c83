"""What a start came to, read from the machine's records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.bot import GateSettings
from runner.model.duration import DAY_MS
from runner.model.plan import WhenOpen
from runner.model.rules import Code, RuleBook
from runner.odds.engine import Played, every_day
from runner.odds.reading import goal
from runner.odds.results import Afterwards, Ending
from tests.machine.build import HOUR, START, bars, book, counter, floor, plan, spec, stream
from tests.odds.stages import stage

FIVE_DAYS = [price for day in range(5) for price in [1_000.0 + 10 * day] * 12 + [1_010.0 + 10 * day] * 12]  # 10 higher at each noon


def steps(prices: list[float]) -> list[tuple[float, float, float, float]]:
    """Hourly bars that open at the last price and close at the next."""
    before = [prices[0], *prices[:-1]]
    return [(a, max(a, b), min(a, b), b) for a, b in zip(before, prices, strict=True)]


def rules(*, days: int = 0, funded: bool = False, loss: float = 0.5) -> RuleBook:
    """A target of 10 %, an overall floor in every phase; a funded phase that pays everything above nothing once a day."""
    rows = [counter(Code.PROFIT_TARGET, limit=0.10), floor(Code.MAX_LOSS, amount_fraction=loss)]
    if days:
        rows.append(counter(Code.INACTIVITY, duration_ms=days * DAY_MS))
    if not funded:
        return book(*rows)
    pays = counter(Code.PAYOUT, phase=1, duration_ms=0, grace_ms=DAY_MS, amount=0.0, limit_2=0.0, value=1.0)
    return book(*rows, floor(Code.MAX_LOSS, amount_fraction=loss, phase=1), pays, following=[1, -1])


def bought(day: int, **more: Any) -> NDArray[Any]:
    """Buy 100 at 01:00 of a day, take 10 in price, which is 10 % of the balance."""
    price = 1_000.0 + 10 * day
    return plan(day * 24 + 1, sizing_value=100.0, targets=[(price + 10, 1.0)], signal_index=day * 24, **more)


def played(book_: RuleBook, *plans: NDArray[Any], prices: list[float] | None = None) -> Played:
    """Every start of five days in which the price is 10 higher at each noon."""
    one = stage([stream(bars(steps(prices or FIVE_DAYS)), plans)], book_)
    return one.play(every_day(one.machine))


def test_a_start_passes_when_its_last_target_is_reached() -> None:
    """Bought at 01:00, sold at noon: half a day, one trading day, one trade; the last day's start has no plan and stays unfinished."""
    found = played(rules(), *(bought(day) for day in range(4))).attempts
    assert found["outcome"].tolist() == [Ending.PASSED] * 4 + [Ending.UNFINISHED]
    assert found["days"][:4] == pytest.approx([13 / 24] * 4)
    assert found["trading_days"].tolist() == [1, 1, 1, 1, 0]
    assert found["trades"].tolist() == [1, 1, 1, 1, 0]
    assert found["start"].tolist() == [START + day * DAY_MS for day in range(5)]
    assert (found["ended"][4] - START) / DAY_MS == 5


def test_a_failure_says_rule_phase_and_time() -> None:
    """No trade for two days: the third midnight ends it."""
    found = played(rules(days=2)).attempts
    assert found["outcome"].tolist() == [Ending.FAILED] * 4 + [Ending.UNFINISHED]
    assert {Code(int(code)) for code in found["code"][:4]} == {Code.INACTIVITY}
    assert found["days"][:4].tolist() == [2.0] * 4
    assert found["rule"][0] == 2
    assert found["phase"].tolist() == [0] * 5


def losing(*, days: int = 0, more: int = 0) -> Played:
    """Every start of ten days, with the gate: one coin a day, 10 lost at its stop; 15 may be lost in all, so the second is refused."""
    prices = [price for _ in range(10) for price in [1_000.0] * 12 + [980.0] * 12]
    low = floor(Code.MAX_LOSS, amount=15.0, margin=0.0)
    rows = [counter(Code.PROFIT_TARGET, limit=0.10), low, *([counter(Code.INACTIVITY, duration_ms=days * DAY_MS)] if days else [])]
    wished = [plan(day * 24 + 1, sizing_value=1.0, stop=990.0, signal_index=day * 24) for day in range(2 + more)]
    bars_ = bars(steps(prices))
    one = stage([stream(bars_, wished, instrument=spec(min_quantity=1.0))], book(*rows), gate=GateSettings())
    return one.play(every_day(one.machine))


def test_an_account_with_nothing_left_to_lose_has_failed() -> None:
    """10 of 15 are lost on the first day and the gate refuses a coin for ever: failed by the overall floor when it first did."""
    first = losing(more=8).attempts[0]
    assert (first["outcome"], first["spent"], first["code"]) == (Ending.FAILED, 1, Code.MAX_LOSS)
    assert (first["ended"] - START) / DAY_MS == pytest.approx(1 + 1 / 24)


def test_silence_after_the_allowance_was_spent_is_no_silence_of_the_strategy() -> None:
    """Inactivity ends it days later; what it is counted under is the spent allowance."""
    first = losing(more=8, days=5).attempts[0]
    assert (first["outcome"], first["spent"], first["code"]) == (Ending.FAILED, 1, Code.INACTIVITY)


def test_a_refusal_beside_an_open_position_is_no_spent_allowance() -> None:
    """The second plan is refused only while the first holds the room; what that won afterwards leaves plenty."""
    prices = [*[1_000.0] * 6, *[1_004.0] * 66]
    wished = [
        plan(1, sizing_value=1.0, stop=990.0, signal_index=0, time_stop_ms=12 * HOUR),
        plan(2, sizing_value=1.0, stop=990.0, when_open=WhenOpen.ADD, signal_index=1),
    ]
    rows = counter(Code.PROFIT_TARGET, limit=0.10), floor(Code.MAX_LOSS, amount=15.0, margin=0.0)
    one = stage([stream(bars(steps(prices)), wished, instrument=spec(min_quantity=1.0))], book(*rows), gate=GateSettings())
    first = one.play(every_day(one.machine)[:1]).attempts[0]
    assert one.machine.world.decisions["code"].tolist()[1] == Code.MAX_LOSS
    assert (first["outcome"], first["spent"], first["trades"]) == (Ending.UNFINISHED, 0, 1)


def test_who_was_not_asked_again_is_not_spent() -> None:
    """One plan that lost, none after it: the account waits, or its own silence ends it."""
    waiting, silent = losing(more=-1).attempts[0], losing(more=-1, days=5).attempts[0]
    assert (waiting["outcome"], waiting["spent"]) == (Ending.UNFINISHED, 0)
    assert (silent["outcome"], silent["spent"], silent["code"]) == (Ending.FAILED, 0, Code.INACTIVITY)


def test_funded_accounts_are_followed_until_they_are_lost() -> None:
    """Passed on the first day, bought again on the next two: paid 1,000 each time at the midnight after; the data ends, it lives."""
    found = played(rules(funded=True), *(bought(day) for day in range(3)))
    first = found.attempts[0]
    assert first["outcome"] == Ending.PASSED
    assert first["afterwards"] == Afterwards.ALIVE
    assert first["funded_days"] == pytest.approx(5 - 13 / 24)
    assert (first["payouts"], first["paid_out"]) == (2, 2_000.0)
    assert first["first_payout"] == START + 2 * DAY_MS
    assert first["balance"] == 10_000.0
    mine = found.payments[found.payments["start"] == 0]
    assert (mine["since"] / HOUR).tolist() == [48 - 13, 72 - 13]
    assert mine["amount"].tolist() == [1_000.0, 1_000.0]


def test_a_funded_account_that_falls_is_lost_and_the_start_still_passed() -> None:
    """After the first day the price falls by 60 while a hundred are held."""
    prices = [*FIVE_DAYS[:36], *[955.0] * 84]
    found = played(rules(funded=True), bought(0), plan(25, sizing_value=100.0, signal_index=24), prices=prices)
    first = found.attempts[0]
    assert first["outcome"] == Ending.PASSED
    assert first["afterwards"] == Afterwards.LOST
    assert Code(int(first["funded_code"])) is Code.MAX_LOSS
    assert first["code"] == Code.NONE
    assert first["payouts"] == 0


def test_paths_hold_the_end_of_every_day_of_every_phase() -> None:
    """Day 0 is 1; passing ends the phase's path at its profit; the funded phase begins anew and falls by what is paid out."""
    path = played(rules(funded=True), *(bought(day) for day in range(3))).paths
    mine = path[path["start"] == 0]
    assert mine["phase"].tolist() == [0, 0, 1, 1, 1, 1, 1, 1]
    assert mine["day"].tolist() == [0, 1, 0, 1, 2, 3, 4, 5]
    assert mine["equity"][:2] == pytest.approx([1.0, 1.1])
    assert mine["equity"][2] == 1.0


def test_what_there_is_to_pass() -> None:
    """The last phase with a target; nothing in an account without one."""
    assert goal(rules(funded=True)) == 0
    assert goal(book(counter(Code.PROFIT_TARGET, limit=0.1), counter(Code.PROFIT_TARGET, limit=0.05, phase=1), following=[1, 2, -1])) == 1
    assert goal(book(floor(Code.MAX_LOSS, amount_fraction=0.1))) is None


def test_every_row_of_a_start_is_of_a_day() -> None:
    """Starts are the resets that a bar follows on the same day: a day without bars is none."""
    times = [hour for hour in range(72) if not 24 <= hour < 48]
    one = stage([stream(bars([(1.0, 1.0, 1.0, 1.0)] * 48, times=times))], rules())
    assert ((every_day(one.machine) - START) / DAY_MS).tolist() == [0.0, 2.0]
    assert np.diff(every_day(one.machine)).tolist() == [2 * DAY_MS]

"""A strategy's own habits: pauses, entries a day, and quantities that follow from what has happened."""

from __future__ import annotations

from typing import Any

import pytest
from numpy.typing import NDArray

from runner.model.habits import Gauge, no_habits
from runner.model.plan import EntryKind, SizingMethod, WhenOpen
from runner.model.records import Outcome, Reason
from tests.machine.build import HOUR, Row, answers, bars, fills, flat, plan, run, stream, trade
from tests.machine.told import Story

LOSES: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(12, 98)]  # a long from bar 1 is stopped at 99 inside it


def habits(**fields: Any) -> NDArray[Any]:
    """Habits with these fields."""
    row = no_habits()
    for name, value in fields.items():
        row[name] = value
    return row


def steps(*rows: tuple[Gauge, float, float]) -> NDArray[Any]:
    """Habits whose quantity follows steps of (gauge, from, factor)."""
    row = no_habits()
    row["step_count"] = len(rows)
    for n, (gauge, at, factor) in enumerate(rows):
        row["step_gauge"][0, n], row["step_from"][0, n], row["step_factor"][0, n] = gauge, at, factor
    return row


def traded(rows: list[Row], plans: list[NDArray[Any]], **fields: Any) -> Outcome:
    """One symbol under habits."""
    return run(stream(rows, plans, habits=habits(**fields)))


@pytest.mark.parametrize(
    ("at", "answer"),
    [pytest.param(7, "REFUSED", id="an hour before"), pytest.param(8, "APPROVED", id="when it is over"), (9, "APPROVED")],
)
def test_a_pause_after_a_loss_counts_from_the_end_of_its_bar(at: int, answer: str) -> None:
    """Stopped inside bar 1, which ends at hour 2: six hours are over at hour 8."""
    outcome = traded(LOSES, [plan(1, stop=99), plan(at, stop=90)], loss_cooldown_ms=6 * HOUR)
    assert answers(outcome)[1] == (answer, "COOLDOWN" if answer == "REFUSED" else "SIZING")
    if answer == "REFUSED":
        assert (outcome.decisions[1]["value"], outcome.decisions[1]["limit"]) == (5 * HOUR, 6 * HOUR)


def test_a_win_begins_no_pause_after_losses_but_one_after_any_trade() -> None:
    """Taken at 101; the next plan comes an hour after."""
    rows: list[Row] = [*flat(1), (100, 101, 100, 101), *flat(4, 101)]
    plans = [plan(1, stop=99, targets=[(101, 1.0)]), plan(3, stop=90)]
    assert answers(traded(rows, plans, loss_cooldown_ms=24 * HOUR))[1] == ("APPROVED", "SIZING")
    assert answers(traded(rows, plans, cooldown_ms=24 * HOUR))[1] == ("REFUSED", "COOLDOWN")


@pytest.mark.parametrize(("across", "answer"), [(0, "APPROVED"), (1, "REFUSED")])
def test_a_pause_is_the_symbols_own_or_the_whole_strategys(across: int, answer: str) -> None:
    """AAA has lost; BBB is asked three hours later."""
    own = habits(loss_cooldown_ms=24 * HOUR, cooldown_across=across)
    first = stream(bars(LOSES, "AAA"), [plan(1, stop=99)], habits=own)
    second = stream(bars(flat(14), "BBB"), [plan(5, stop=90)], habits=own)
    assert answers(run(first, second))[1][0] == answer


def test_each_strategy_pauses_for_itself() -> None:
    """Another strategy on the same symbol has no part in it."""
    first = stream(LOSES, [plan(1, stop=99)], strategy="one", habits=habits(loss_cooldown_ms=24 * HOUR))
    second = stream(LOSES, [plan(5, stop=90)], strategy="two")
    assert answers(run(first, second))[1] == ("APPROVED", "SIZING")


def test_a_reversal_goes_on_at_once_though_it_closes_a_loss() -> None:
    """The long is closed at 98 by the short that takes its place; a pause after that would forbid every reversal of a loser."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(2, 98)]
    outcome = traded(rows, [plan(1, stop=90), plan(2, -1, stop=105, when_open=WhenOpen.REVERSE)], loss_cooldown_ms=24 * HOUR)
    assert fills(outcome) == [("ENTRY", 1, 100), ("REVERSE", -1, 98), ("ENTRY", -1, 98)]


@pytest.mark.parametrize(("count", "answer"), [(1, "REFUSED"), (2, "APPROVED")])
def test_entries_of_a_day_are_counted(count: int, answer: str) -> None:
    """The second entry of the day, and the first of the next."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(30, 98)]
    outcome = traded(rows, [plan(1, stop=99), plan(5, stop=97, time_stop_ms=HOUR), plan(25, stop=90)], day_entries=count)
    assert [found for found, _ in answers(outcome)] == ["APPROVED", answer, "APPROVED"]
    assert answers(outcome)[1][1] == ("ENTRIES_PER_DAY" if answer == "REFUSED" else "SIZING")


def test_an_entry_that_waits_is_one_of_the_days() -> None:
    """A limit rests on AAA; BBB may not enter, for both count together."""
    own = habits(day_entries=1, day_across=1)
    first = stream(bars(flat(6), "AAA"), [plan(1, stop=90, entry_kind=EntryKind.LIMIT, entry_price=95)], habits=own)
    second = stream(bars(flat(6), "BBB"), [plan(2, stop=90)], habits=own)
    assert answers(run(first, second))[1] == ("REFUSED", "ENTRIES_PER_DAY")


@pytest.mark.parametrize(("at", "answer"), [(4, "REFUSED"), (5, "APPROVED")])
def test_entries_keep_their_distance_in_time(at: int, answer: str) -> None:
    """Entered at hour 1 and out within the bar: four hours later, not three."""
    outcome = traded(LOSES, [plan(1, stop=99), plan(at, stop=90)], interval_ms=4 * HOUR)
    assert answers(outcome)[1] == (answer, "ENTRY_INTERVAL" if answer == "REFUSED" else "SIZING")


def test_a_follower_counts_a_close_inside_a_bar_from_the_bars_end() -> None:
    """Stopped ten minutes into the bar of hour 1; as in a backtest the pause of two hours is over at hour 4, not at hour 3."""
    story = Story(habits=habits(loss_cooldown_ms=2 * HOUR))
    story.bought(plan(1, stop=99))
    story.fill(1.0, 99.0, role=Reason.STOP, time_ms=story.now_ms + 600_000, plan=0)
    for hour, code in ((2, "COOLDOWN"), (3, "COOLDOWN"), (4, "SIZING")):
        story.turn()
        assert story.code(story.consider(plan(hour, stop=90))) == code
        story.begin()


@pytest.mark.parametrize(
    ("gauge", "at", "quantity"),
    [
        pytest.param(Gauge.DRAWDOWN, 0.01, 5.0, id="drawdown at the step"),
        pytest.param(Gauge.DRAWDOWN, 0.0101, 10.0, id="drawdown below it"),
        pytest.param(Gauge.DAY_LOSS, 0.01, 5.0, id="loss of the day"),
        pytest.param(Gauge.DAY_PROFIT, 0.01, 10.0, id="no profit of the day"),
        pytest.param(Gauge.LOSING_STREAK, 1, 5.0, id="one loss"),
        pytest.param(Gauge.LOSING_STREAK, 2, 10.0, id="not two"),
        pytest.param(Gauge.WINNING_STREAK, 1, 10.0, id="no win"),
    ],
)
def test_quantities_follow_what_has_happened(gauge: Gauge, at: float, quantity: float) -> None:
    """One trade of 100 units has lost 100, a hundredth of the balance."""
    plans = [plan(1, stop=99, sizing_value=100), plan(5, stop=90, sizing_value=10)]
    outcome = run(stream(LOSES, plans, habits=steps((gauge, at, 0.5))))
    assert outcome.decisions[1]["quantity"] == quantity


def test_of_each_gauge_the_highest_step_counts_and_gauges_multiply() -> None:
    """Nothing holds for the first trade; after its loss drawdown says a quarter and the streak a half."""
    own = steps((Gauge.DRAWDOWN, 0.005, 0.5), (Gauge.DRAWDOWN, 0.01, 0.25), (Gauge.DRAWDOWN, 0.02, 0.1), (Gauge.LOSING_STREAK, 1, 0.5))
    plans = [plan(1, stop=99, sizing_value=100), plan(5, stop=90, sizing_value=80)]
    outcome = run(stream(LOSES, plans, habits=own))
    assert [float(d["quantity"]) for d in outcome.decisions] == [100, 10]


def test_a_factor_of_nothing_refuses() -> None:
    """Zero times the quantity is below every minimum."""
    outcome = run(stream(LOSES, [plan(1, stop=99, sizing_value=100), plan(5, stop=90)], habits=steps((Gauge.LOSING_STREAK, 1, 0.0))))
    assert answers(outcome)[1] == ("REFUSED", "MIN_QUANTITY")


def test_risk_of_balance_does_not_see_open_results() -> None:
    """BBB is asked while AAA stands at -100 open: 1 % of the balance of 10,000 over a stop 10 away is 10 units, of equity 9.9."""
    sizes = []
    for method in (SizingMethod.RISK_OF_BALANCE, SizingMethod.RISK_OF_EQUITY):
        first = stream(bars([*flat(1), (100, 100, 99, 99), *flat(4, 99)], "AAA"), [plan(1, stop=90, sizing_value=100)])
        second = stream(bars(flat(6), "BBB"), [plan(3, stop=90, sizing_method=method, sizing_value=0.01)])
        sizes.append(float(run(first, second).decisions[1]["quantity"]))
    assert sizes == [10.0, 9.9]


def kelly(wins: int, losses: int, share: float = 1.0, least_trades: int = 2) -> float:
    """The risk fraction that a Kelly plan takes after so many wins of 2 R and losses of 1 R, each a trade of one bar."""
    rows: list[Row] = [*flat(1)]
    plans: list[NDArray[Any]] = []
    for won in [True] * wins + [False] * losses:
        plans.append(plan(len(rows), stop=99, targets=[(102, 1.0)], sizing_value=0.01))
        rows += [(100, 102, 100, 100) if won else (100, 100, 99, 100)]
    plans.append(plan(len(rows), stop=99, sizing_method=SizingMethod.KELLY, sizing_value=share))
    own = habits(kelly_trades=least_trades, kelly_start=0.005, kelly_least=0.001, kelly_most=0.5)
    outcome = run(stream([*rows, *flat(1)], plans, habits=own))
    balance = float(outcome.balance)
    return float(outcome.decisions[-1]["wanted"]) / balance


@pytest.mark.parametrize(
    ("wins", "losses", "share", "risk"),
    [
        pytest.param(5, 5, 1.0, 0.25, id="half won at 2 R: 0.5 - 0.5 / 2"),
        pytest.param(5, 5, 0.5, 0.125, id="half Kelly"),
        pytest.param(3, 7, 1.0, 0.001, id="an edge below zero: the least"),
        pytest.param(4, 0, 1.0, 0.5, id="no loss yet: the most"),
        pytest.param(0, 4, 1.0, 0.001, id="no win yet: the least"),
        pytest.param(1, 0, 1.0, 0.005, id="too few trades: the start"),
    ],
)
def test_kelly_follows_the_closed_trades(wins: int, losses: int, share: float, risk: float) -> None:
    """The fraction is p / a - (1 - p) / b with a = 1 and b = 2; a stop 1 away makes the quantity the money at risk."""
    assert kelly(wins, losses, share) == pytest.approx(risk, rel=1e-9)


def test_without_habits_nothing_is_held_back() -> None:
    """The same trades with a stream's own default."""
    assert [found for found, _ in answers(trade(LOSES, plan(1, stop=99), plan(3, stop=90)))] == ["APPROVED", "APPROVED"]

"""The house ladder: what each rung does, when it acts, and how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runner.model.rules import Anchor, Code, HouseAction, HouseMeasure, Reset, RuleRow, Until
from tests.machine.build import (
    FREE,
    HOUR,
    Row,
    answers,
    bars,
    book,
    counter,
    fills,
    flat,
    funding,
    hours,
    machine,
    plan,
    run,
    rung,
    spec,
    stream,
    trade,
)

DIP: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(4, 97)]
LOSS = {"measure": HouseMeasure.DAY_LOSS, "limit": 0.02, "anchor": Anchor.DAY_START_BALANCE}


@pytest.mark.parametrize(("low", "acts"), [(98.01, False), (98.0, True), (97.99, True)])
def test_a_rung_acts_at_its_limit(low: float, acts: bool) -> None:
    """100 units, 2 % of 10,000: two points below the entry, at the price of the waypoint."""
    rules = book(rung(**LOSS, action=HouseAction.FLATTEN))
    outcome = trade([*flat(1), (100, 100, low, 99), *flat(1, 99)], plan(1, sizing_value=100.0), rules=rules)
    assert fills(outcome)[1:] == ([("HOUSE", -100, low)] if acts else [])
    assert outcome.rule_states["count"][0] == acts
    assert outcome.rule_states["worst_value"][0] == pytest.approx((100 - low) / 100)


@pytest.mark.parametrize(
    ("action", "answer", "quantity"),
    [
        (HouseAction.SCALE, ("APPROVED", "HOUSE"), 0.5),
        (HouseAction.BLOCK, ("REFUSED", "HOUSE"), 0.0),
        (HouseAction.FLATTEN, ("APPROVED", "SIZING"), 1.0),
        (HouseAction.PAUSE, ("REFUSED", "HOUSE"), 0.0),
        (HouseAction.HALT, ("REFUSED", "HALTED"), 0.0),
    ],
)
def test_what_a_rung_leaves_of_the_next_plan(action: HouseAction, answer: tuple[str, str], quantity: float) -> None:
    """The day has lost 3 %; a plan for one unit follows."""
    rules = book(rung(**LOSS, action=action, value=0.5))
    outcome = trade(DIP, plan(1, sizing_value=100.0, stop=97.5), plan(3), rules=rules)
    assert answers(outcome)[1] == answer
    assert outcome.decisions["quantity"][1] == quantity


def test_a_rung_says_what_it_measured_when_it_acted() -> None:
    """3 % are lost on one day and 2.1 % on the next: the plan refused then is told 2.1 %, not the worst there ever was."""
    rules = book(rung(**{**LOSS, "limit": 0.02}, action=HouseAction.BLOCK, until=Until.RESET))
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(24, 97), (97, 97, 94.9, 94.9), *flat(3, 94.9)]
    plans = plan(1, sizing_value=100.0, stop=97.0), plan(26, sizing_value=100.0, stop=94.9), plan(28)
    outcome = trade(rows, *plans, rules=rules)
    assert answers(outcome)[2] == ("REFUSED", "HOUSE")
    assert outcome.decisions["value"][2] == pytest.approx(0.021)


@pytest.mark.parametrize(("low", "acts"), [(98.01, False), (98.0, True)])
def test_a_payment_that_lifts_the_balance_lifts_what_a_rung_hangs_from(low: float, acts: bool) -> None:
    """1 % on 10,000 received at 03:00 makes 10,100 the day's highest balance; 200 below it is a price of 98, without it 97."""
    ladder = rung(measure=HouseMeasure.DAY_LOSS, limit=0.02, anchor=Anchor.DAY_PEAK_BALANCE, action=HouseAction.FLATTEN)
    rows: list[Row] = [*flat(1), (100, 102, 100, 100), *flat(2), (100, 100, low, 100), *flat(1)]
    costs = replace(FREE, funding=True)
    outcome = trade(rows, plan(1, sizing_value=100.0), rules=book(ladder), costs=costs, funding=funding((3, -0.01)))
    assert fills(outcome)[1:] == ([("HOUSE", -100, low)] if acts else [])


@pytest.mark.parametrize(("at", "answer"), [(2, "REFUSED"), (3, "REFUSED")])
def test_a_losing_streak_blocks_from_the_next_plan_on(at: float, answer: str) -> None:
    """A loss taken at an open (a time stop) counts before the plan of the same open."""
    rules = book(rung(measure=HouseMeasure.LOSING_STREAK, limit=1.0, action=HouseAction.BLOCK, until=Until.RESET))
    outcome = trade([*flat(2), *flat(4, 99)], plan(1, time_stop_ms=HOUR), plan(at), rules=rules)
    assert answers(outcome)[1] == (answer, "HOUSE")


@pytest.mark.parametrize(
    ("side", "turn", "hit", "stop"),
    [
        pytest.param(1, 98, 96, 96.5, id="long: 98 less half of three"),
        pytest.param(-1, 102, 104, 103.5, id="short: 102 and half of three"),
        pytest.param(1, 98, 96.51, None, id="long: a tick short of the new stop"),
        pytest.param(-1, 102, 103.49, None, id="short: a tick short of the new stop"),
    ],
)
def test_tighten_brings_the_stop_to_a_share_of_its_distance(side: int, turn: float, hit: float, stop: float | None) -> None:
    """100 units at 100 with the stop five away; where the day has lost 2 % three are left, and half of them stay."""
    rows: list[Row] = [*flat(1), (100, max(100, turn), min(100, turn), turn), (turn, max(turn, hit), min(turn, hit), turn)]
    rules = book(rung(**LOSS, action=HouseAction.TIGHTEN, value=0.5))
    outcome = trade(rows, plan(1, side, sizing_value=100.0, stop=100 - 5 * side), rules=rules)
    assert fills(outcome)[1:] == ([("STOP", -100 * side, stop)] if stop else [])
    assert outcome.rule_states["count"][0] == 1
    assert [HouseAction(int(event["action"])) for event in outcome.events] == [HouseAction.TIGHTEN]


def test_tighten_acts_once_while_it_is_in_force_and_again_when_its_time_is_over() -> None:
    """Stop 95, mark 98: 96.5 from 02:00 on. Three hours later the day is still at its limit: 98 less half of 1.5 is 97.25."""
    rules = book(rung(**LOSS, action=HouseAction.TIGHTEN, value=0.5, until=Until.DURATION, duration_ms=3 * HOUR))
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(3, 98), (98, 98, 97, 97)]
    outcome = trade(rows, plan(1, sizing_value=100.0, stop=95), rules=rules)
    assert hours(outcome.events["time"]) == [2, 5]
    assert fills(outcome)[1:] == [("STOP", -100, 97.25)]


def test_tighten_leaves_a_position_without_a_stop_alone() -> None:
    """There is no distance to take a share of."""
    outcome = trade(DIP, plan(1, sizing_value=100.0), rules=book(rung(**LOSS, action=HouseAction.TIGHTEN, value=0.5)))
    assert (len(outcome.fills), outcome.rule_states["count"][0]) == (1, 1)


def closed_by_the_ladder(*closes: float, **ladder: Any) -> list[tuple[str, float]]:
    """Symbols AAA, BBB, … with 100 units each that go to these closes; (symbol, price) of what the ladder closes at a loss of 2 %."""
    streams = [
        stream(bars([*flat(1), (100, max(100, close), min(100, close), close), *flat(1, close)], name * 3), [plan(1, sizing_value=100.0)])
        for name, close in zip("ABCD", closes, strict=False)
    ]
    outcome = run(*streams, rules=book(rung(**LOSS, **{"action": HouseAction.CLOSE_WORST_HALF, **ladder})))
    return [(outcome.symbols[fill["symbol"]], float(fill["price"])) for fill in outcome.fills[len(streams) :]]


@pytest.mark.parametrize(
    ("closes", "closed"),
    [
        pytest.param((98,), [("AAA", 98)], id="one of one"),
        pytest.param((99, 98.5), [("BBB", 98.5)], id="one of two: −150 before −100"),
        pytest.param((99, 99), [("AAA", 99)], id="a tie goes by the order of the configuration"),
        pytest.param((99, 98.5, 101), [("BBB", 98.5), ("AAA", 99)], id="two of three, the third still at 100"),
        pytest.param((101, 98.5, 98.5), [("BBB", 98.5), ("CCC", 98.5)], id="two of three, the winner stays"),
        pytest.param((99.5, 99.25, 99.75, 98.5), [("DDD", 98.5), ("BBB", 99.25)], id="two of four: −150 and −75"),
        pytest.param((99.5, 98.51), [], id="a loss of 199"),
    ],
)
def test_close_worst_half(closes: tuple[float, ...], closed: list[tuple[str, float]]) -> None:
    """Half of the positions rounded up, those with the worst open results, at their marks."""
    assert closed_by_the_ladder(*closes) == closed


def blocked(*rules: RuleRow, rows: list[Row], at: tuple[float, ...], **more: Any) -> list[str]:
    """Answers to one-unit plans at these bars after 100 units were bought at bar 1; each closes an hour later."""
    plans = [plan(hour, sizing_value=1.0, time_stop_ms=HOUR) for hour in at]
    return [answer for answer, _ in answers(trade(rows, plan(1, sizing_value=100.0, stop=97.0), *plans, rules=book(*rules), **more))[1:]]


def test_a_rung_until_the_reset_ends_at_midnight() -> None:
    """Stopped out at 97 in bar 1, a loss of 300: the block holds at 23:00 and is over at 00:00 with the new day's balance."""
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(25, 97)]
    assert blocked(rung(**LOSS, action=HouseAction.BLOCK), rows=rows, at=(2, 23, 24)) == ["REFUSED", "REFUSED", "APPROVED"]


@pytest.mark.parametrize(
    ("back", "said", "fired"),
    [
        pytest.param(100, ["REFUSED", "REFUSED", "APPROVED"], 1, id="recovered: over at the third hour"),
        pytest.param(98, ["REFUSED", "REFUSED", "REFUSED"], 2, id="still there: it fires again"),
    ],
)
def test_a_rung_of_a_duration_ends_after_it(back: float, said: list[str], fired: int) -> None:
    """Fired at 98 in the bar that ends at 02:00, for three hours; the 100 units are held on."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(5, back)]
    streams = [
        stream(bars(rows), [plan(1, sizing_value=100.0)]),
        stream(bars(flat(7), "BBB"), [plan(hour, when_open=1) for hour in (2, 4, 5)]),
    ]
    rules = book(rung(**LOSS, action=HouseAction.BLOCK, until=Until.DURATION, duration_ms=3 * HOUR))
    outcome = run(*streams, rules=rules)
    assert [answer for answer, _ in answers(outcome)[1:]] == said
    assert len(outcome.events) == fired


def test_a_rung_until_the_end_of_the_phase_outlasts_the_day() -> None:
    """The block of the first day still holds on the second; the phase's time is over at 30:00, and the account bought again trades."""
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(31, 97)]
    rules = (rung(**LOSS, action=HouseAction.BLOCK, until=Until.PHASE_END), counter(Code.TIME_LIMIT, duration_ms=30 * HOUR))
    assert blocked(*rules, rows=rows, at=(2, 24, 31), after_failure="restart") == ["REFUSED", "REFUSED", "APPROVED"]


def test_a_rung_until_a_winning_trade_ends_with_it() -> None:
    """Half size after a loss, through another loss and the reset, until a trade has won."""
    rows: list[Row] = [(100, 100, 99, 99), (99, 99, 98, 98), *flat(22, 98), (98, 99, 98, 99), *flat(2, 99)]
    plans = [plan(0, stop=99), plan(1, stop=98), plan(24, targets=[(99, 1)]), plan(25)]
    rules = book(
        rung(measure=HouseMeasure.LOSING_STREAK, limit=1.0, action=HouseAction.SCALE, value=0.5, until=Until.WINNING_TRADE, clock=0)
    )
    outcome = trade(rows, *plans, rules=rules)
    assert outcome.decisions["quantity"].tolist() == [1, 0.5, 0.5, 1]


WON, LOST = 1, -1


def closed_together(first: int, second: int, rule: RuleRow, *, at_open: bool) -> list[float]:
    """Quantities approved: two units lose at 00:00; two more end together as said, AAA before BBB; one unit each follows at 03:00."""
    streams = []
    for name, result in (("AAA", first), ("BBB", second)):
        end = 100 + result
        inside: list[Row] = [(100, 100, 99, 100), (100, max(100, end), min(100, end), end), *flat(3, end)]
        later: list[Row] = [(100, 100, 99, 100), *flat(1), *flat(3, end)]
        exits: dict[str, Any] = {"time_stop_ms": HOUR} if at_open else {"targets": [(end, 1)]} if result == WON else {"stop": end}
        plans = [plan(0, stop=99), plan(1, **exits), plan(3)]
        streams.append(stream(bars(later if at_open else inside, name), plans))
    outcome = run(*streams, rules=book(rule))
    return [float(outcome.decisions["quantity"][n]) for n in (1, 4, 2, 5)]


@pytest.mark.parametrize("at_open", [False, True], ids=["inside a bar", "at an open"])
@pytest.mark.parametrize(
    ("first", "second", "limit", "until", "quantities"),
    [
        pytest.param(WON, LOST, 2, Until.WINNING_TRADE, [0.5, 0.5, 1, 1], id="won, lost: released, and one loss is no streak of two"),
        pytest.param(LOST, WON, 2, Until.WINNING_TRADE, [0.5, 0.5, 1, 1], id="lost, won: released"),
        pytest.param(WON, LOST, 1, Until.WINNING_TRADE, [0.5, 0.5, 0.5, 0.5], id="won, lost: released, and on again with the loss"),
        pytest.param(LOST, LOST, 2, Until.WINNING_TRADE, [0.5, 0.5, 0.5, 0.5], id="lost, lost: still on"),
        pytest.param(LOST, WON, 3, Until.RESET, [1, 1, 0.5, 0.5], id="lost, won: the third loss came before the winner"),
        pytest.param(WON, LOST, 3, Until.RESET, [1, 1, 1, 1], id="won, lost: never three in a row"),
    ],
)
def test_trades_that_end_in_one_instant_count_one_by_one(
    first: int, second: int, limit: int, until: Until, quantities: list[float], *, at_open: bool
) -> None:
    """In the order of the configuration, so that a winner between losers ends the streak and what waits for it."""
    rule = rung(measure=HouseMeasure.LOSING_STREAK, limit=float(limit), action=HouseAction.SCALE, value=0.5, until=until)
    assert closed_together(first, second, rule, at_open=at_open) == quantities


TARGET = counter(Code.PROFIT_TARGET, amount=1_000.0)


@pytest.mark.parametrize(("low", "acts"), [(98.01, False), (98.0, True), (97.99, True)])
def test_an_alert_is_written_down_and_nothing_else_happens(low: float, acts: bool) -> None:
    """An event with what was measured; the position stays and the next plan is answered as ever."""
    rows: list[Row] = [*flat(1), (100, 100, low, 99), *flat(2, 99)]
    outcome = trade(rows, plan(1, sizing_value=100.0), plan(3, when_open=1), rules=book(rung(**LOSS, action=HouseAction.ALERT)))
    assert [HouseAction(int(e["action"])) for e in outcome.events] == [HouseAction.ALERT] * acts
    assert fills(outcome)[1:] == [("ENTRY", 1, 99)]


@pytest.mark.parametrize(
    ("count", "closed"),
    [
        pytest.param(1, [("DDD", 98.5)], id="the worst"),
        pytest.param(2, [("DDD", 98.5), ("BBB", 99.25)], id="the two worst"),
        pytest.param(9, [("DDD", 98.5), ("BBB", 99.25), ("AAA", 99.5), ("CCC", 99.75)], id="more than there are"),
    ],
)
def test_close_worst(count: int, closed: list[tuple[str, float]]) -> None:
    """So many positions, the worst open results first."""
    assert closed_by_the_ladder(99.5, 99.25, 99.75, 98.5, action=HouseAction.CLOSE_WORST, value=float(count)) == closed


@pytest.mark.parametrize(
    ("share", "step", "closed", "left"),
    [
        pytest.param(0.9, 0.001, 90.0, 10.0, id="nine tenths"),
        pytest.param(0.9, 25.0, 75.0, 25.0, id="down to whole steps"),
        pytest.param(0.2, 25.0, None, 100.0, id="less than a step: nothing"),
    ],
)
def test_reduce_closes_a_share_of_every_position(share: float, step: float, closed: float | None, left: float) -> None:
    """Of 100 units at the price where the day has lost 2 %; what is left goes on."""
    rows: list[Row] = [*flat(1), (100, 100, 98, 98), *flat(1, 98)]
    rules = book(rung(**LOSS, action=HouseAction.REDUCE, value=share))
    made = machine(stream(bars(rows), [plan(1, sizing_value=100.0)], instrument=spec(quantity_step=step)), rules=rules)
    outcome = made.run()
    assert fills(outcome)[1:] == ([("HOUSE", -closed, 98)] if closed else [])
    assert made.world.positions[0]["quantity"] == left


@pytest.mark.parametrize(("high", "acts"), [(103.99, False), (104.0, True), (104.01, True)])
def test_a_share_of_the_target_is_reached_by_one_day(high: float, acts: bool) -> None:
    """Forty percent of 1,000 is four points of 100 units: at the price of the waypoint, open result included."""
    rules = book(TARGET, rung(measure=HouseMeasure.PROFIT_SHARE, limit=0.4, action=HouseAction.REDUCE, value=0.9))
    outcome = trade([*flat(1), (100, high, 100, 101), *flat(1, 101)], plan(1, sizing_value=100.0), rules=rules)
    assert fills(outcome)[1:] == ([("HOUSE", -90, high)] if acts else [])
    assert outcome.rule_states["worst_value"][1] == pytest.approx((high - 100) / 10)


@pytest.mark.parametrize(("price", "acts"), [(103.99, False), (104.0, True)])
def test_what_is_open_belongs_to_the_day_that_begins(price: float, acts: bool) -> None:
    """The limit stands above the first day's profit; at midnight the whole open result is the new day's."""
    ladder = rung(measure=HouseMeasure.PROFIT_SHARE, limit=0.4, action=HouseAction.ALERT)
    rows: list[Row] = [*flat(1), (100, price, 100, price), *flat(24, price)]
    outcome = trade(rows, plan(1, sizing_value=100.0), rules=book(TARGET, ladder))
    assert hours(outcome.events["time"]) == ([2, 24] if acts else [])


@pytest.mark.parametrize(
    ("second", "acts"),
    [
        pytest.param(100.66, False, id="66 of 166: 39.8 percent"),
        pytest.param(100.67, True, id="67 of 167: 40.1 percent"),
    ],
)
def test_without_a_target_a_day_is_a_share_of_all_profit(second: float, acts: bool) -> None:
    """100 on the first day, which has nothing to be a share of; the second day's profit against both."""
    rules = book(rung(measure=HouseMeasure.PROFIT_SHARE, limit=0.4, action=HouseAction.FLATTEN))
    rows: list[Row] = [*flat(1), (100, 101, 100, 101), *flat(23, 100), (100, second, 100, second), *flat(1, second)]
    plans = [plan(1, sizing_value=100.0, targets=[(101, 1)]), plan(25, sizing_value=100.0)]
    assert fills(trade(rows, *plans, rules=rules))[3:] == ([("HOUSE", -100, second)] if acts else [])


def trades_of(*closes: float, **more: Any) -> list[tuple[str, float, float]]:
    """Symbols with 100 units each that go to these closes: (symbol, quantity, price) of what a rung at 40 % of 1,000 closes."""
    streams = [
        stream(bars([*flat(1), (100, max(100, close), min(100, close), close), *flat(2, close)], name * 3), [plan(1, sizing_value=100.0)])
        for name, close in zip("ABCD", closes, strict=False)
    ]
    ladder = rung(measure=HouseMeasure.TRADE_SHARE, limit=0.4, action=HouseAction.REDUCE, value=0.9)
    outcome = run(*streams, rules=book(TARGET, ladder), **more)
    return [(outcome.symbols[f["symbol"]], float(f["quantity"]), float(f["price"])) for f in outcome.fills[len(streams) :]]


@pytest.mark.parametrize(
    ("closes", "closed"),
    [
        pytest.param((103.99, 103), [], id="one just below, though both together are far above"),
        pytest.param((104, 103), [("AAA", 90, 104)], id="only the one that is there"),
        pytest.param((103, 104.5), [("BBB", 90, 104.5)], id="only the other"),
        pytest.param((104, 105), [("AAA", 90, 104), ("BBB", 90, 105)], id="both, each once"),
    ],
)
def test_a_rung_on_single_trades_takes_from_those_alone(closes: tuple[float, ...], closed: list[tuple[str, float, float]]) -> None:
    """Nine tenths of a position that has brought 40 % of the target; the tenth that is left goes on above the limit untouched."""
    assert trades_of(*closes) == closed


def test_a_rung_on_single_trades_acts_on_the_next_trade_of_the_same_day() -> None:
    """A bit for each position, not one for the day."""
    rows: list[Row] = [*flat(1), (100, 104, 100, 100), (100, 100, 99, 99), (99, 103, 99, 103), *flat(1, 103)]
    plans = [plan(1, sizing_value=100.0, stop=99.5), plan(3, sizing_value=100.0)]
    ladder = rung(measure=HouseMeasure.TRADE_SHARE, limit=0.4, action=HouseAction.REDUCE, value=0.9)
    outcome = trade(rows, *plans, rules=book(TARGET, ladder))
    assert fills(outcome) == [("ENTRY", 100, 100), ("HOUSE", -90, 104), ("STOP", -10, 99.5), ("ENTRY", 100, 99), ("HOUSE", -90, 103)]


@pytest.mark.parametrize(("gain", "factor"), [(1.99, 1.0), (2.0, 0.7), (2.01, 0.7)])
def test_the_day_after_a_target_day_is_traded_smaller(gain: float, factor: float) -> None:
    """200 of 10,000 won on the first day: from the first plan of the second, until its end."""
    ladder = rung(measure=HouseMeasure.DAY_BEFORE_PROFIT, limit=0.02, action=HouseAction.SCALE, value=0.7)
    rows: list[Row] = [*flat(1), (100, 100 + gain, 100, 100 + gain), *flat(48, 100)]
    plans = [plan(1, sizing_value=100.0, targets=[(100 + gain, 1)]), *(plan(at, time_stop_ms=HOUR) for at in (23, 24, 47, 48))]
    outcome = trade(rows, *plans, rules=book(ladder))
    assert outcome.decisions["quantity"][1:].tolist() == [1.0, factor, factor, 1.0]
    assert len(outcome.events) == (factor < 1)


def test_a_rung_on_the_day_before_acts_at_the_reset_alone() -> None:
    """For three hours of the day after, not again when they are over though the day before stays what it was."""
    ladder = rung(measure=HouseMeasure.DAY_BEFORE_PROFIT, limit=0.02, action=HouseAction.BLOCK, until=Until.DURATION, duration_ms=3 * HOUR)
    rows: list[Row] = [*flat(1), (100, 103, 100, 103), *flat(27, 100)]
    plans = [plan(1, sizing_value=100.0, targets=[(103, 1)]), *(plan(at, time_stop_ms=HOUR) for at in (24, 26, 27, 28))]
    assert [answer for answer, _ in answers(trade(rows, *plans, rules=book(ladder)))[1:]] == ["REFUSED", "REFUSED", "APPROVED", "APPROVED"]


WEEK = Reset(at="00:00", zone="UTC", weekdays=(0,))


@pytest.mark.parametrize(("loss", "said"), [(4.99, "APPROVED"), (5.0, "REFUSED")])
def test_a_weekly_loss_adds_up_over_the_days_and_starts_over_on_monday(loss: float, said: str) -> None:
    """Monday loses 300, Tuesday the rest of the 5 %; Wednesday is still blocked, the next Monday is not."""
    ladder = rung(measure=HouseMeasure.DAY_LOSS, limit=0.05, anchor=Anchor.DAY_START_BALANCE, action=HouseAction.BLOCK, clock=0)
    rows: list[Row] = [*flat(1), (100, 100, 97, 97), *flat(23, 97), (97, 97, 100 - loss, 100 - loss), *flat(150, 95)]
    plans = [
        plan(1, sizing_value=100.0, stop=97),
        plan(25, sizing_value=100.0, stop=100 - loss),
        plan(49, time_stop_ms=HOUR),
        plan(168),
    ]
    outcome = trade(rows, *plans, rules=book(ladder, clocks=(WEEK,)))
    assert [answer for answer, _ in answers(outcome)[2:]] == [said, "APPROVED"]


STREAK = {"measure": HouseMeasure.LOSING_STREAK, "action": HouseAction.PAUSE, "until": Until.DURATION, "duration_ms": 4 * HOUR}
MINUTE = HOUR // 60


def opened(minute: int, **fields: Any) -> Any:
    """A plan of one unit at a minute's open."""
    return plan(minute / 60, **fields)


@pytest.mark.parametrize(
    ("losses", "minute", "said"), [(1, 241, "APPROVED"), (2, 241, "REFUSED"), (2, 242, "APPROVED"), (2, 243, "APPROVED")]
)
def test_a_pause_after_a_losing_streak_lasts_to_the_minute(losses: int, minute: int, said: str) -> None:
    """Two losses, the second taken in the minute that ends at 00:02: four hours from then, and not once more for the same losses."""
    lower: list[Row] = [(100, 100, 99, 99), (99, 99, 98, 98)]
    rows = [*lower[:losses], *flat(260 - losses, 98)]
    plans = [opened(0, stop=99), opened(1, stop=98)][:losses]
    outcome = trade(bars(rows, timeframe_ms=MINUTE), *plans, opened(minute), rules=book(rung(**STREAK, limit=2.0)))
    assert answers(outcome)[-1][0] == said


def test_another_loss_brings_the_next_pause() -> None:
    """The second loss pauses, the third one, after the pause, pauses again; a winner begins a new streak."""
    rows: list[Row] = [
        (100, 100, 99, 99),
        (99, 99, 98, 98),
        *flat(4, 98),
        (98, 98, 97, 97),
        *flat(4, 97),
        (97, 98, 96, 98),
        (98, 98, 97, 97),
    ]
    plans = [plan(0, stop=99), plan(1, stop=98), plan(6, stop=97), plan(11, targets=[(98, 1)], stop=90), plan(12, stop=97)]
    outcome = trade([*rows, *flat(2, 97)], *plans, plan(13), rules=book(rung(**STREAK, limit=2.0)))
    assert hours(outcome.events["time"]) == [2, 7]
    assert [answer for answer, _ in answers(outcome)] == ["APPROVED"] * 6

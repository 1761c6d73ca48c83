"""Caps on one symbol, on contracts, on the size and the pace of entries, on moved stops and on other accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Answer
from runner.model.rules import NO_STEPS, AmountOf, Code, RuleRow, Severity, State
from tests.machine.build import FREE, HOUR, OFF, Row, answers, bars, book, cap, fills, flat, machine, plan, run, spec, stream, trade

PLENTY = replace(FREE, leverage=None)


def quantities(outcome: Any) -> list[float]:
    """What was approved, plan by plan."""
    return [float(quantity) for quantity in outcome.decisions["quantity"]]


@pytest.mark.parametrize(
    ("wanted", "allowed", "code"),
    [(9.999, 9.999, "SIZING"), (10.0, 10.0, "SIZING"), (10.001, 10.0, "POSITION_NOTIONAL")],
)
def test_one_symbol_may_be_worth_a_tenth(wanted: float, allowed: float, code: str) -> None:
    """1,000 of 10,000 at a price of 100: ten units; the answer says what is held and what may be."""
    outcome = trade(flat(3), plan(1, sizing_value=wanted), rules=book(cap(Code.POSITION_NOTIONAL, limit=0.1)))
    assert (quantities(outcome), answers(outcome)) == ([allowed], [("APPROVED", code)])
    if code != "SIZING":
        assert (outcome.decisions["value"][0], outcome.decisions["limit"][0], outcome.decisions["rule"][0]) == (0.0, 1_000.0, 0)


def test_a_cap_on_one_symbol_counts_each_on_its_own() -> None:
    """Six units each of two symbols are within it; four more of one are, a fifth is not."""
    plans = [plan(1, sizing_value=6.0), plan(2, sizing_value=5.0, when_open=WhenOpen.ADD)]
    streams = [stream(bars(flat(4), "AAA"), plans), stream(bars(flat(4), "BBB"), [plan(1, sizing_value=6.0)])]
    assert quantities(run(*streams, rules=book(cap(Code.POSITION_NOTIONAL, limit=0.1)))) == [6.0, 4.0, 6.0]


@pytest.mark.parametrize(
    ("wanted", "allowed", "code"),
    [(199.999, 199.999, "SIZING"), (200.0, 200.0, "SIZING"), (200.001, 200.0, "LEVERAGE_CAP")],
)
def test_leverage_is_of_the_equity(wanted: float, allowed: float, code: str) -> None:
    """Twice 10,000 at a price of 100."""
    outcome = trade(flat(3), plan(1, sizing_value=wanted), rules=book(cap(Code.LEVERAGE_CAP, limit=2.0, members=1)), costs=PLENTY)
    assert (quantities(outcome), answers(outcome)) == ([allowed], [("APPROVED", code)])


def test_leverage_follows_the_equity_open_results_included() -> None:
    """200 units of AAA have lost 10 points: twice 8,000 are 160 units of BBB; CCC is no member."""
    fall: list[Row] = [*flat(1), (100, 100, 90, 90), *flat(2, 90)]
    streams = [
        stream(bars(fall, "AAA"), [plan(1, sizing_value=200.0)]),
        stream(bars(flat(4), "BBB"), [plan(2, sizing_value=500.0)]),
        stream(bars(flat(4), "CCC"), [plan(2, sizing_value=300.0)]),
    ]
    rules = book(cap(Code.LEVERAGE_CAP, limit=2.0, members=0b011))
    assert quantities(run(*streams, rules=rules, costs=PLENTY)) == [200.0, 160.0, 300.0]


def test_leverage_leaves_room_for_the_fee() -> None:
    """Ten basis points of the value leave the equity: 20,000 / (100 + 2 · 0.1) = 199.6 units, worth no more than twice what is left."""
    rules = book(cap(Code.LEVERAGE_CAP, limit=2.0, members=1))
    outcome = trade(flat(3), plan(1, sizing_value=500.0), rules=rules, costs=replace(PLENTY, taker_fee_bps=10.0))
    assert quantities(outcome) == [199.6]
    assert 199.6 * 100 <= 2 * outcome.fills["balance"][0] < 199.7 * 100


@pytest.mark.parametrize(
    ("wanted", "said"), [(0.099, ("REFUSED", "MIN_TRADE")), (0.1, ("APPROVED", "SIZING")), (0.101, ("APPROVED", "SIZING"))]
)
def test_a_trade_worth_less_than_the_smallest_is_refused(wanted: float, said: tuple[str, str]) -> None:
    """Ten in account currency at a price of 100; the answer says what it would have been worth."""
    outcome = trade(flat(3), plan(1, sizing_value=wanted), rules=book(cap(Code.MIN_TRADE, amount=10.0)))
    assert answers(outcome) == [said]
    if said[0] == "REFUSED":
        assert (outcome.decisions["value"][0], outcome.decisions["limit"][0]) == (pytest.approx(9.9), 10.0)


def test_what_another_rule_leaves_may_be_too_small() -> None:
    """A cap leaves a tenth of a unit of the wanted one: ten are worth trading, more is asked for."""
    rules = book(cap(Code.POSITION_NOTIONAL, limit=0.001), cap(Code.MIN_TRADE, amount=10.01))
    assert answers(trade(flat(3), plan(1), rules=rules)) == [("REFUSED", "MIN_TRADE")]


MINUTE = HOUR // 60


def after_minutes(*minutes: int, per_symbol: int = 0, second: tuple[int, ...] = ()) -> list[str]:
    """Answers to plans at these minutes, each closed a minute later, with four hours between entries; `second`: of another symbol."""
    rules = book(cap(Code.MIN_INTERVAL, duration_ms=4 * HOUR, count=per_symbol))
    rows = bars(flat(max(minutes) + 3), timeframe_ms=MINUTE)
    streams = [stream(rows, [plan(minute / 60, time_stop_ms=MINUTE) for minute in minutes])]
    if second:
        other = bars(flat(max(minutes) + 3), "BBB", timeframe_ms=MINUTE)
        streams.append(stream(other, [plan(minute / 60, time_stop_ms=MINUTE) for minute in second]))
    return [answer for answer, _ in answers(run(*streams, rules=rules))]


@pytest.mark.parametrize(("minute", "said"), [(239, "REFUSED"), (240, "APPROVED"), (241, "APPROVED")])
def test_four_hours_between_two_entries(minute: int, said: str) -> None:
    """To the minute; a refused plan is no entry."""
    assert after_minutes(0, 100, minute) == ["APPROVED", "REFUSED", said]


@pytest.mark.parametrize(("per_symbol", "said"), [(0, "REFUSED"), (1, "APPROVED")], ids=["of the account", "of each symbol"])
def test_entries_of_another_symbol(per_symbol: int, said: str) -> None:
    """At the same open as the first symbol's."""
    assert after_minutes(0, per_symbol=per_symbol, second=(0,)) == ["APPROVED", said]


def test_the_answer_says_how_long_ago_the_last_entry_was() -> None:
    """Two hours of four, in milliseconds."""
    rules = book(cap(Code.MIN_INTERVAL, duration_ms=4 * HOUR))
    outcome = trade(flat(6), plan(1, time_stop_ms=HOUR), plan(3), rules=rules)
    assert (outcome.decisions["value"][1], outcome.decisions["limit"][1]) == (2 * HOUR, 4 * HOUR)


def test_no_other_entry_is_sent_while_one_is_waiting() -> None:
    """A limit order rests at 90 and fills in the bar that ends at 06:00; from its end the four hours count."""
    resting = plan(1, entry_kind=EntryKind.LIMIT, entry_price=90.0, time_stop_ms=HOUR)
    rows: list[Row] = [*flat(5), (100, 100, 90, 100), *flat(6)]
    streams = [
        stream(bars(rows, "AAA"), [resting]),
        stream(bars(flat(12), "BBB"), [plan(at, time_stop_ms=HOUR) for at in (4, 6, 9, 10)]),
    ]
    outcome = run(*streams, rules=book(cap(Code.MIN_INTERVAL, duration_ms=4 * HOUR)))
    assert [answer for answer, _ in answers(outcome)] == ["APPROVED", "REFUSED", "REFUSED", "REFUSED", "APPROVED"]


def tiers(*pairs: tuple[float, float]) -> tuple[float, ...]:
    """Profits and quantities as a row keeps them."""
    numbers = tuple(number for pair in pairs for number in pair)
    return numbers + NO_STEPS[len(numbers) :]


@pytest.mark.parametrize(("wanted", "allowed", "code"), [(4, 4, "SIZING"), (5, 5, "SIZING"), (6, 5, "CONTRACTS")])
def test_contracts_of_all_symbols_together(wanted: float, allowed: float, code: str) -> None:
    """Ten in all, five of them held in AAA."""
    streams = [
        stream(bars(flat(4), "AAA"), [plan(1, sizing_value=5.0)], instrument=spec(quantity_step=1.0)),
        stream(bars(flat(4), "BBB"), [plan(2, sizing_value=wanted)], instrument=spec("BBB", quantity_step=1.0)),
    ]
    outcome = run(*streams, rules=book(cap(Code.CONTRACTS, limit=10.0)))
    assert (quantities(outcome)[1], answers(outcome)[1]) == (allowed, ("APPROVED", code))


@pytest.mark.parametrize(
    ("won", "allowed"),
    [(1_499, 2.0), (1_500, 3.0), (1_501, 3.0), (1_999, 3.0), (2_000, 5.0), (9_000, 5.0), (-900, 2.0)],
)
def test_contracts_grow_with_the_profit_of_the_day_before(won: float, allowed: float) -> None:
    """Two, three from 1,500, five from 2,000: not within the day that earns it, from the reset on."""
    step, end = spec(quantity_step=1.0, contract_size=10.0), 100 + won / 20
    rows: list[Row] = [*flat(1), (100, max(100, end), min(100, end), end), *flat(24, 100)]
    first = plan(1, sizing_value=9.0, **({"targets": [(end, 1)]} if won > 0 else {"stop": end}))
    plans = [first, plan(23, sizing_value=9.0, time_stop_ms=HOUR), plan(24, sizing_value=9.0)]
    rules = book(cap(Code.CONTRACTS, limit=5.0, steps=tiers((0, 2), (1_500, 3), (2_000, 5))))
    assert quantities(trade(rows, *plans, rules=rules, instrument=step)) == [2.0, 2.0, allowed]


def test_what_rests_is_withdrawn_when_the_reset_allows_less() -> None:
    """An order for five rests when the profit falls back to nothing: at the reset it goes, for two may be held."""
    step = spec(quantity_step=1.0)
    rules = book(cap(Code.CONTRACTS, limit=5.0, steps=tiers((0, 2), (100, 5))))
    gain: list[Row] = [*flat(1), (100, 150, 100, 150), *flat(22, 150), *flat(1, 150), (150, 150, 90, 90), *flat(22, 90), *flat(3, 90)]
    plans = [
        plan(1, sizing_value=9.0, targets=[(150, 1)]),
        plan(24, sizing_value=2.0, stop=90.0),
        plan(26, sizing_value=9.0, entry_kind=EntryKind.LIMIT, entry_price=80.0, stop=70.0),
    ]
    outcome = trade(gain, *plans, rules=rules, instrument=step)
    assert quantities(outcome) == [2.0, 2.0, 5.0]
    assert Answer(int(outcome.decisions["answer"][2])) is Answer.CANCELLED


@pytest.mark.parametrize(("other", "side", "said"), [(1, 1, "APPROVED"), (1, -1, "REFUSED"), (-1, 1, "REFUSED"), (0, 1, "APPROVED")])
def test_the_other_side_of_another_account_is_refused(other: int, side: int, said: str) -> None:
    """Long there, short here; of another symbol it says nothing."""
    streams = [stream(bars(flat(3), "AAA"), [plan(1, side)]), stream(bars(flat(3), "BBB"), [plan(1, side)])]
    outcome = machine(*streams, rules=book(cap(Code.OTHER_ACCOUNTS)), others={"AAA": other}).run()
    assert answers(outcome)[0] == (said, "OTHER_ACCOUNTS" if said == "REFUSED" else "SIZING")
    assert answers(outcome)[1] == ("APPROVED", "SIZING")


def test_other_accounts_count_only_where_a_rule_says_so() -> None:
    """Without the rule the same pair is allowed."""
    outcome = machine(stream(bars(flat(3)), [plan(1, -1)]), rules=book(), others={"AAA": 1}).run()
    assert answers(outcome) == [("APPROVED", "SIZING")]


def moved_stops(count: int, severity: Severity) -> Any:
    """A trail that moves the stop with each of three new highs, by 02:00, 03:00 and 04:00, and once after midnight."""
    rows: list[Row] = [*flat(1), (100, 101, 100, 101), (101, 102, 101, 102), (102, 103, 102, 103), *flat(20, 103), (103, 104, 103, 104)]
    rules = book(cap(Code.MODIFICATIONS_PER_DAY, count=count, severity=severity))
    return trade([*rows, *flat(2, 104)], plan(1, stop=95.0, trail_distance=3.0), rules=rules)


@pytest.mark.parametrize(("count", "state", "at"), [(2, State.FAILED, 4), (3, State.ACTIVE, None), (4, State.ACTIVE, None)])
def test_moved_stops_are_counted_until_the_reset(count: int, state: State, at: int | None) -> None:
    """Three in the first day; the fourth belongs to the second. The stop is where the trail wants it all the same."""
    outcome = moved_stops(count, Severity.FAIL)
    assert outcome.phases["state"][-1] == state
    assert [float(price) for price in outcome.stops["price"]][:4] == [97.0, 98.0, 99.0, 100.0][: len(outcome.stops)]
    assert outcome.rule_states["worst_value"][0] == 3
    if at is not None:
        assert (outcome.phases["ended"][-1] - outcome.phases["started"][-1]) / HOUR == at


def test_a_warning_is_counted_once_a_day() -> None:
    """One is allowed: the second goes over it, the third adds nothing; nothing is closed for it."""
    outcome = moved_stops(1, Severity.WARN)
    assert (outcome.rule_states["count"][0], outcome.phases["state"][-1]) == (1, State.ACTIVE)
    assert [reason for reason, *_ in fills(outcome)] == ["ENTRY"]


@pytest.mark.parametrize(
    ("amount_of", "low", "allowed"),
    [
        pytest.param(AmountOf.ANCHOR, 90.01, 100.0, id="of the balance, nothing lost yet"),
        pytest.param(AmountOf.ANCHOR, 90.0, 90.0, id="of the 9,000 that are left"),
        pytest.param(AmountOf.INITIAL, 90.0, 100.0, id="of the initial balance"),
    ],
)
def test_risk_as_a_share_of_the_balance(amount_of: AmountOf, low: float, allowed: float) -> None:
    """A tenth, at stops ten points away: the first 100 units may lose 1,000, and do where the low meets their stop."""
    rule = cap(Code.RISK_PER_TRADE, amount_fraction=0.1, amount_of=amount_of, margin=0.0)
    rows: list[Row] = [*flat(1), (100, 100, low, 100), *flat(3)]
    plans = [plan(1, sizing_value=500.0, stop=90.0, time_stop_ms=HOUR), plan(3, sizing_value=500.0, stop=90.0)]
    outcome = trade(rows, *plans, rules=book(rule))
    assert quantities(outcome) == [100.0, allowed]
    assert outcome.phases["state"][-1] == State.ACTIVE


def resting(at: float) -> Any:
    """An order that never fills, beside any that rests already."""
    return plan(at, entry_kind=EntryKind.LIMIT, entry_price=50.0, when_open=WhenOpen.ADD)


@pytest.mark.parametrize(
    ("rule", "plans"),
    [
        pytest.param(cap(Code.POSITION_NOTIONAL, limit=0.1), [plan(1, sizing_value=11.0)], id="one symbol"),
        pytest.param(cap(Code.LEVERAGE_CAP, limit=0.1, members=1), [plan(1, sizing_value=11.0)], id="leverage"),
        pytest.param(cap(Code.CONTRACTS, limit=10.0), [plan(1, sizing_value=11.0)], id="contracts"),
        pytest.param(cap(Code.MIN_INTERVAL, duration_ms=4 * HOUR), [plan(1, time_stop_ms=HOUR), plan(3)], id="two entries"),
        pytest.param(cap(Code.INSTRUMENTS, members=0b10), [plan(1)], id="a symbol that is not allowed"),
        pytest.param(cap(Code.DIRECTION, direction=-1), [plan(1)], id="a side that is not allowed"),
        pytest.param(cap(Code.OPEN_ORDERS, count=1), [resting(1), resting(2)], id="one order too many"),
    ],
)
def test_with_the_gate_off_the_entry_breaches(rule: RuleRow, plans: list[Any]) -> None:
    """What the gate would have cut or refused ends the account."""
    held, off = trade(flat(6), *plans, rules=book(rule)), trade(flat(6), *plans, rules=book(rule), gate=OFF)
    assert [int(outcome.phases["state"][-1]) for outcome in (held, off)] == [State.ACTIVE, State.FAILED]
    assert Code(int(off.phases["code"][-1])) is rule.code

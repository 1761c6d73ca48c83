"""An account fed by what is seen of it: the same floors and verdicts as bars give, stops and their deadline, restarts."""

from __future__ import annotations

import math

import pytest

from runner.machine.observer import Observer, Standing
from runner.model.records import Outcome
from runner.model.rules import Anchor, Code, Compare, Event, Family, Reset, Restart, RuleRow, Severity, State, Window
from tests.machine.build import HOUR, INITIAL, OFF, START, UTC_MIDNIGHT, Row, book, cap, counter, floor, plan, row, trade

DAY, MINUTE, SECOND = 24 * HOUR, HOUR // 60, 1000
NEW_YORK = Reset(at="17:00", zone="America/New_York")
FLOORS = {
    "day_start_balance": floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_BALANCE, amount=200.0),
    "day_start_equity": floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_EQUITY, amount=200.0),
    "max_day_start": floor(Code.DAILY_LOSS, anchor=Anchor.MAX_DAY_START, amount=200.0, compare=Compare.LT),
    "day_peak_equity": floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount=200.0),
    "day_peak_balance": floor(Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_BALANCE, amount=200.0),
    "eod_balance": floor(anchor=Anchor.EOD_BALANCE_HIGH, amount=300.0, lock=INITIAL),
    "eod_equity": floor(anchor=Anchor.EOD_EQUITY_HIGH, amount=300.0),
    "closed_balance": floor(anchor=Anchor.CLOSED_BALANCE_HIGH, amount=300.0),
    "equity": floor(anchor=Anchor.EQUITY_HIGH, amount=300.0),
    "a pause": floor(Code.DAILY_LOSS, anchor=Anchor.DAY_START_BALANCE, amount=150.0, severity=Severity.PAUSE),
}


def steps(*prices: float) -> list[Row]:
    """Bars in which nothing trades but one price each: what happens, happens between them."""
    return [(price, price, price, price) for price in prices]


def wave(count: int, height: float) -> list[Row]:
    """A price that swings, further each time, around a rising line."""
    return steps(*(round(100 + 0.02 * n + height * (n / count) * math.sin(n / 3.0), 2) for n in range(count)))


def observer(*rules: RuleRow, start: int = START, clocks: tuple[Reset, ...] = (UTC_MIDNIGHT,)) -> Observer:
    """An account of one symbol with these rules."""
    return Observer(book=book(*rules, clocks=clocks), symbols=("AAA",), start_ms=start)


def swings(rule: RuleRow, clock: Reset = UTC_MIDNIGHT) -> Outcome:
    """Positions of half a day each, without the gate, in a market that swings further and further."""
    plans = [plan(1 + 15 * n, sizing_value=6.0, time_stop_ms=13 * HOUR) for n in range(8)]
    return trade(wave(120, 60.0), *plans, rules=book(rule, clocks=(clock,)), gate=OFF)


@pytest.mark.parametrize("clock", [UTC_MIDNIGHT, NEW_YORK], ids=["midnight UTC", "New York"])
@pytest.mark.parametrize("rule", FLOORS.values(), ids=list(FLOORS))
def test_marks_of_a_run_give_its_floors_and_its_verdict(rule: RuleRow, clock: Reset) -> None:
    """Balance and equity of every bar's close, told to an observer, leave the same floor each time and the same end.

    A run writes down the floors of the day that ends at a reset, an observer those of the day that begins.
    """
    outcome = swings(rule, clock)
    resets = set(outcome.book.resets(START, START + 6 * DAY)[0].tolist())
    account = observer(rule, clocks=(clock,))
    standing = account.pass_time(START)
    for each in outcome.equity:
        standing = account.mark(int(each["time"]), balance=each["balance"], equity=each["close"])
        if int(each["time"]) not in resets:
            assert standing.floor == each["floor"][0]
    expected = outcome.phases[-1]
    paused = expected["state"] == State.PAUSED
    assert (standing.state, standing.code, standing.paused) == (State.ACTIVE if paused else expected["state"], expected["code"], paused)
    assert standing.failed is False or (standing.time, standing.floor) == (expected["ended"], expected["floor"])


def test_the_runs_of_that_comparison_end_differently() -> None:
    """The swings break some of the floors and keep others: a comparison of accounts that never fail would prove little."""
    states = [State(int(swings(rule).phases[-1]["state"])) for rule in FLOORS.values()]
    assert states.count(State.FAILED) > 2
    assert states.count(State.ACTIVE) > 0


def test_a_carried_loss_breaches_at_the_reset() -> None:
    """Nothing is seen between 23:00 and 01:00, but the day that began at midnight hung the floor from the balance."""
    account = observer(FLOORS["day_start_balance"])
    account.mark(START + 10 * HOUR, balance=10_300, equity=10_300)
    assert account.mark(START + 23 * HOUR, balance=10_300, equity=10_050).state == State.ACTIVE
    standing = account.mark(START + 25 * HOUR, balance=10_300, equity=10_300)
    assert (standing.state, standing.floor) == (State.FAILED, 10_100)


@pytest.mark.parametrize(("equity", "paused"), [(9_850.0, True), (9_850.01, False)], ids=["at the floor", "above it"])
def test_a_pause_ends_with_the_day(equity: float, paused: bool) -> None:
    """The account stays paused when equity recovers, and trades again from the reset on."""
    account = observer(FLOORS["a pause"])
    assert account.mark(START + HOUR, balance=10_000, equity=equity).paused == paused
    assert account.mark(START + 2 * HOUR, balance=10_000, equity=10_000).paused == paused
    assert not account.mark(START + DAY, balance=10_000, equity=10_000).paused


def test_trades_count_like_those_of_the_tape() -> None:
    """A day counts by a closed trade of its size, once; results go to the balance."""
    days = counter(Code.TRADING_DAYS, count=9, limit=0.05, limit_2=0.01)
    account = observer(days)
    for hour, notional, result in ((1, 499.0, 90.0), (2, 600.0, 90.0), (3, 600.0, 90.0), (26, 600.0, 5.0)):
        time = START + hour * HOUR
        account.trade(time, symbol="AAA", opened_ms=time - MINUTE, notional=notional, result=result)
    standing = account.standing()
    assert (standing.days_counted, standing.balance, standing.equity) == (1, 10_275.0, 10_275.0)


def test_what_happens_at_the_reset_happens_in_the_new_day() -> None:
    """Openings at midnight and in the last millisecond before the next one are of one day; two trades so apart make one good day."""
    opened = observer(counter(Code.TRADING_DAYS, count=9, event=Event.OPEN))
    for time in (START + DAY, START + 2 * DAY - 1):
        opened.opened(time, symbol="AAA")
    assert opened.standing().days_counted == 1
    closed = observer(counter(Code.PROFITABLE_DAYS, count=9, amount=10.0))
    for time in (START + DAY, START + 2 * DAY - 1):
        closed.trade(time, symbol="AAA", opened_ms=time - MINUTE, notional=100.0, result=5.0)
    assert closed.pass_time(START + 2 * DAY).profitable_days == 1


@pytest.mark.parametrize(("late", "state"), [(-1, State.ACTIVE), (0, State.FAILED), (1, State.FAILED)])
@pytest.mark.parametrize("event", [Event.OPEN, Event.CLOSE], ids=lambda event: event.name.lower())
def test_activity_after_the_deadline_does_not_undo_it(event: Event, late: int, state: State) -> None:
    """Ten days and two hours without a word, and then something happens."""
    rest = 10 * DAY + 2 * HOUR
    account = observer(counter(Code.INACTIVITY, duration_ms=rest, event=event))
    time = START + rest + late
    if event == Event.OPEN:
        account.opened(time, symbol="AAA")
    else:
        account.trade(time, symbol="AAA", opened_ms=time - MINUTE, notional=100.0, result=5.0)
    assert account.standing().state == state


def test_a_payout_in_the_middle_of_a_day_begins_its_cycle_there() -> None:
    """500 won before noon belong to the old cycle; of the 300 that follow, no day may be more than half."""
    account = observer(counter(Code.CONSISTENCY, limit=0.5, severity=Severity.BLOCK_PAYOUT, window=Window.PAYOUT_CYCLE))
    account.trade(START + 10 * HOUR, symbol="AAA", opened_ms=START, notional=100.0, result=500.0)
    account.mark(START + 12 * HOUR, balance=10_000.0, equity=10_000.0, payout=500.0)
    account.trade(START + 14 * HOUR, symbol="AAA", opened_ms=START, notional=100.0, result=100.0)
    standing = account.trade(START + DAY + HOUR, symbol="AAA", opened_ms=START, notional=100.0, result=200.0)
    assert standing.share is not None
    assert (standing.share.best, standing.share.whole) == (200.0, 300.0)


def test_the_loss_of_a_symbol_is_held_against_its_limit() -> None:
    """300 of 10,000 may be lost; reaching it breaches."""
    loss = cap(Code.SYMBOL_DAILY_LOSS, amount_fraction=0.03, anchor=Anchor.INITIAL)
    account = observer(loss)
    assert account.symbol_result(START + HOUR, symbol="AAA", result=-299.99).state == State.ACTIVE
    standing = account.symbol_result(START + 2 * HOUR, symbol="AAA", result=-300.0)
    assert (standing.state, standing.code) == (State.FAILED, Code.SYMBOL_DAILY_LOSS)


def duty(**fields: object) -> RuleRow:
    """Five minutes for the stop."""
    return row(Family.TIMER, Code.STOP_DEADLINE, duration_ms=5 * MINUTE, **fields)


def position(account: Observer, *, stop: float | None = None, cancelled: float | None = None, resized: bool = False) -> Standing:
    """A position opened at the start; its stop set and taken away so many seconds later."""
    standing = account.opened(START, symbol="AAA")
    if stop is not None:
        standing = account.stop_set(START + int(stop * SECOND), symbol="AAA")
    if cancelled is not None:
        standing = account.stop_cancelled(START + int(cancelled * SECOND), symbol="AAA", size_changed=resized)
    return standing


@pytest.mark.parametrize(
    ("seconds", "state"), [(300, State.ACTIVE), (300.001, State.FAILED), (0, State.ACTIVE)], ids=["at the deadline", "after it", "at once"]
)
def test_a_stop_must_be_set_in_time(seconds: float, state: State) -> None:
    """Up to and including the deadline it is in time."""
    assert position(observer(duty()), stop=seconds).state == state


def test_a_missing_stop_is_due() -> None:
    """The next instant by which it must stand; none when it does."""
    account = observer(duty())
    assert account.opened(START, symbol="AAA").stop_due == START + 5 * MINUTE
    assert account.stop_set(START + MINUTE, symbol="AAA").stop_due is None


@pytest.mark.parametrize(
    ("seconds", "state"), [(300 + 3600, State.ACTIVE), (300 + 3600.001, State.FAILED)], ids=["when the hour is over", "after it"]
)
def test_an_offence_may_be_repaired(seconds: float, state: State) -> None:
    """One second chance: an hour from the deadline on."""
    standing = position(observer(duty(grace_ms=HOUR, count=1)), stop=seconds)
    assert (standing.state, standing.offences) == (state, 1 if state == State.ACTIVE else 2)


def test_the_second_offence_has_no_second_chance() -> None:
    """The one there is was used by the position before."""
    account = observer(duty(grace_ms=HOUR, count=1))
    assert position(account, stop=301).state == State.ACTIVE
    account.closed(START + HOUR, symbol="AAA")
    account.opened(START + 2 * HOUR, symbol="AAA")
    assert account.stop_set(START + 2 * HOUR + 301 * SECOND, symbol="AAA").state == State.FAILED


@pytest.mark.parametrize(
    ("restarts", "resized", "state"),
    [
        (Restart.NEVER, True, State.FAILED),
        (Restart.ONLY_IF_SIZE_CHANGED, False, State.FAILED),
        (Restart.ONLY_IF_SIZE_CHANGED, True, State.ACTIVE),
        (Restart.ALWAYS, False, State.ACTIVE),
    ],
)
def test_taking_the_stop_away(restarts: Restart, resized: bool, state: State) -> None:
    """After twenty minutes nothing is left of the deadline, unless it starts anew; then it ends five minutes later."""
    account = observer(duty(restarts=restarts))
    assert position(account, stop=60, cancelled=1200, resized=resized).state == state
    assert account.pass_time(START + 1500 * SECOND).state == state
    assert account.pass_time(START + 1501 * SECOND).state == State.FAILED


@pytest.mark.parametrize(("risk", "offences"), [(0.02, 0), (0.0201, 1)], ids=["at the limit", "above it"])
def test_a_stop_that_risks_too_much_is_an_offence(risk: float, offences: int) -> None:
    """It is only counted where the rule warns; counted once."""
    account = observer(duty(limit=0.02, severity=Severity.WARN))
    account.opened(START, symbol="AAA")
    account.stop_set(START + MINUTE, symbol="AAA", risk_fraction=risk)
    standing = account.pass_time(START + HOUR)
    assert (standing.state, standing.offences) == (State.ACTIVE, offences)


def test_the_last_of_the_offences_fails() -> None:
    """Two are counted, the third ends the account."""
    account = observer(duty(limit_2=3.0))
    states = []
    for n in range(3):
        account.opened(START + n * HOUR, symbol="AAA")
        states.append(account.stop_set(START + n * HOUR + 301 * SECOND, symbol="AAA").state)
        account.closed(START + n * HOUR + 302 * SECOND, symbol="AAA")
    assert states == [State.ACTIVE, State.ACTIVE, State.FAILED]


def test_years_without_a_word() -> None:
    """Days are counted however long nothing is seen, also beyond what was worked out ahead."""
    account = observer(FLOORS["day_start_equity"])
    standing = account.mark(START + 1500 * DAY + HOUR, balance=10_000, equity=10_000)
    assert (standing.state, len(account.state()["days"]) // account.world.days.itemsize) == (State.ACTIVE, 1500)


def test_a_restart_leaves_the_same_bytes() -> None:
    """An account told half, written down and taken up by another observer goes on as if nothing had happened."""
    rules = (FLOORS["day_peak_equity"], FLOORS["equity"], duty(grace_ms=HOUR, count=1))
    one, other = observer(*rules), observer(*rules)
    for account, hours in ((one, range(1, 60)), (other, range(1, 31))):
        tell(account, hours)
    restored = observer(*rules)
    restored.restore(other.state())
    tell(restored, range(31, 60))
    assert restored.state() == one.state()
    assert restored.standing() == one.standing()


def tell(account: Observer, hours: range) -> None:
    """One hour after the other: a position every day, marks and a trade."""
    for hour in hours:
        time = START + hour * HOUR
        account.mark(time, balance=10_000 + 2 * hour, equity=10_000 + 2 * hour + 20 * math.sin(hour))
        if hour % 24 == 5:
            account.opened(time, symbol="AAA")
        if hour % 24 == 6:
            account.stop_set(time, symbol="AAA")
        if hour % 24 == 20:
            account.closed(time, symbol="AAA")
            account.trade(time, symbol="AAA", opened_ms=time - HOUR, notional=1_000.0, result=-3.0)


def test_what_comes_too_late_is_refused() -> None:
    """Time does not run backwards."""
    account = observer(FLOORS["equity"])
    account.mark(START + HOUR, balance=10_000, equity=10_000)
    with pytest.raises(ValueError, match="in the order of time"):
        account.mark(START, balance=10_000, equity=10_000)

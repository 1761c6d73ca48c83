"""An adopted account goes on in the machine that trades it: same floors, same days, same bytes each time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.live.adopt import Adopted, Known
from runner.live.take_over import handed_over, take_over
from runner.machine.follower import Follower
from runner.machine.observer import Observer
from runner.model.errors import RunnerError
from runner.model.rules import RuleBook
from tests.live.test_adopt import DAILY, DAY, DAYS, HOUR, MONDAY, SHARE, STARTED, TARGET, TOTAL, TRAILS, Told, book, taken
from tests.machine.build import FREE, OFF, bars, flat, stream

NOW = MONDAY + 3 * DAY + 2 * HOUR
RULES = (DAILY, TRAILS, DAYS, SHARE, TARGET)


def adopted(*rules: object, known: Known | None = None) -> Adopted:
    """An account with a good and a bad day, an hour into Thursday."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 5 * HOUR, 300.0)
    told.trade(MONDAY + DAY + HOUR, MONDAY + DAY + 5 * HOUR, -98.0)
    told.trade(MONDAY + 3 * DAY + HOUR // 2, MONDAY + 3 * DAY + HOUR, 52.0)
    said = known or Known(day="2025-10-16", day_peak_equity=10_400.0, peak_equity=10_700.0)
    return taken(told, *(rules or RULES), at=NOW, known=said)  # type: ignore[arg-type]


def follower(rules: RuleBook, start_ms: int) -> Follower:
    """A machine that is about to trade the account."""
    market = stream(bars(flat(3), symbol="BTCUSDT"))
    return Follower(streams=[market], book=rules, costs=FREE, gate=OFF, start_ms=start_ms)


@pytest.mark.parametrize("begins", [NOW - 2 * HOUR, NOW - 3 * HOUR, NOW], ids=["since midnight", "before midnight", "now"])
def test_the_machine_remembers_what_the_ledger_told(begins: int) -> None:
    """Money, days and peaks; the running day's reset is not met again."""
    account = adopted()
    machine = follower(book(*RULES), begins)
    take_over(machine, handed_over(account.seen.observer))
    ledger, clock = machine.world.ledger[0], machine.world.clocks[0]
    assert (machine.balance, ledger["days_counted"], ledger["equity_high"]) == (10_248.0, 2, 10_700.0)
    assert (clock["peak_equity"], clock["start_balance"], clock["started"]) == (10_400.0, 10_198.0, MONDAY + 3 * DAY)
    assert machine.next_reset_ms() == MONDAY + 4 * DAY


def test_the_same_hand_over_gives_the_same_bytes() -> None:
    """A restart tells the machine what the journal holds."""
    payload = handed_over(adopted().seen.observer)
    one, two = follower(book(*RULES), NOW), follower(book(*RULES), NOW)
    for machine in (one, two):
        take_over(machine, payload)
    assert one.state() == two.state()
    assert payload == handed_over(adopted().seen.observer)


def test_an_account_stands_as_before() -> None:
    """Seen on by another observer it has the same floors, share and credit, now and after the next reset."""
    account = adopted()
    other = Observer(book=book(*RULES), symbols=("BTCUSDT",), start_ms=NOW)
    take_over(other, handed_over(account.seen.observer))
    for time in (NOW + 1, NOW + DAY):
        one = account.seen.observer.mark(time, balance=10_248.0, equity=10_250.0)
        two = other.mark(time, balance=10_248.0, equity=10_250.0)
        assert one == two


def test_an_account_that_has_failed_is_not_taken_over() -> None:
    """Its own ledger shows a day that lost more than was allowed."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 2 * HOUR, -600.0)
    account = taken(told, STARTED, TOTAL, at=NOW)
    with pytest.raises(RunnerError, match="failed daily_loss"):
        handed_over(account.seen.observer)


def test_other_rules_are_refused() -> None:
    """A rule more than when it was handed over."""
    payload = handed_over(adopted(DAILY).seen.observer)
    with pytest.raises(RunnerError, match="rules have changed"):
        take_over(follower(book(DAILY, replace(TOTAL, key="more")), NOW), payload)

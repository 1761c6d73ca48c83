"""An account that has traded before: its ledger gives back what its rules remember."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from runner.live.adopt import Adopted, Known, Past, adopt
from runner.live.money import Meaning
from runner.model.rules import (
    NO_PHASE_END,
    Anchor,
    Code,
    Compare,
    DayResult,
    Family,
    PhaseFacts,
    Reset,
    RuleBook,
    RuleRow,
    Severity,
)
from runner.model.trading import FillKind, FillSeen, LedgerKind, LedgerSeen, Origin, WalletSeen

DAY, HOUR = 86_400_000, 3_600_000
MONDAY = 1_760_313_600_000  # 2025-10-13 00:00 UTC
INITIAL = 10_000.0
DAILY = RuleRow(key="daily", family=Family.FLOOR, code=Code.DAILY_LOSS, anchor=Anchor.DAY_PEAK_EQUITY, amount_fraction=0.05)
STARTED = RuleRow(key="daily", family=Family.FLOOR, code=Code.DAILY_LOSS, anchor=Anchor.MAX_DAY_START, amount_fraction=0.05)
TRAILS = RuleRow(key="total", family=Family.FLOOR, code=Code.MAX_LOSS, anchor=Anchor.EQUITY_HIGH, amount_fraction=0.1)
TOTAL = RuleRow(key="total", family=Family.FLOOR, code=Code.MAX_LOSS, amount_fraction=0.1)
DAYS = RuleRow(key="days", family=Family.COUNTER, code=Code.TRADING_DAYS, count=5, limit=0.05, limit_2=0.01)
SHARE = RuleRow(
    key="share",
    family=Family.COUNTER,
    code=Code.CONSISTENCY,
    limit=0.4,
    denominator=DayResult.TOTAL_NET,
    compare=Compare.LE,
    severity=Severity.ADJUST,
)
TARGET = RuleRow(key="target", family=Family.COUNTER, code=Code.PROFIT_TARGET, limit=0.1)
PAYOUT = RuleRow(key="payout", family=Family.COUNTER, code=Code.PAYOUT, duration_ms=30 * DAY, grace_ms=14 * DAY, amount=0.0, value=1.0)


def book(*rows: RuleRow) -> RuleBook:
    """A phase with these rules whose day begins at midnight."""
    phase = PhaseFacts(name="challenge", next=NO_PHASE_END)
    return RuleBook(initial=INITIAL, currency="USDT", phases=(phase,), rows=rows, clocks=(Reset(at="00:00", zone="UTC"),))


class Told:
    """A venue's ledger, written row by row with its balance."""

    def __init__(self, balance: float = INITIAL) -> None:
        self.balance = Decimal(repr(balance))
        self.rows: list[LedgerSeen] = []
        self.fills: list[FillSeen] = []

    def row(self, at_ms: int, kind: LedgerKind, change: float, fee: float = 0.0, word: str = "") -> None:
        """One row; `change` includes the fee."""
        self.balance += Decimal(repr(change))
        self.rows.append(
            LedgerSeen(
                id=str(len(self.rows)),
                kind=kind,
                symbol="BTCUSDT" if kind in (LedgerKind.TRADE, LedgerKind.FUNDING) else "",
                change=Decimal(repr(change)),
                fee=Decimal(repr(fee)),
                funding=Decimal(0),
                balance=self.balance,
                at_ms=at_ms,
                word=word,
            )
        )

    def fill(self, at_ms: int, side: int, quantity: float, price: float = 1_000.0) -> None:
        """The execution behind a row of that time."""
        self.fills.append(
            FillSeen(
                execution_id=str(len(self.fills)),
                order_id="o",
                client_order_id="",
                symbol="BTCUSDT",
                side=side,
                quantity=Decimal(repr(quantity)),
                price=Decimal(repr(price)),
                fee=Decimal(1),
                maker=False,
                kind=FillKind.TRADE,
                origin=Origin.USER,
                at_ms=at_ms,
            )
        )

    def trade(self, opened_ms: int, closed_ms: int, profit: float, *, executed: bool = True) -> None:
        """One coin bought for 1,000 and sold; each side costs a fee of one."""
        self.row(opened_ms, LedgerKind.TRADE, -1.0, 1.0)
        self.row(closed_ms, LedgerKind.TRADE, profit - 1.0, 1.0)
        if executed:
            self.fill(opened_ms, 1, 1.0)
            self.fill(closed_ms, -1, 1.0)

    def past(self, equity: float | None = None, open_symbols: Sequence[str] = ()) -> Past:
        """The account as its venue tells it now."""
        worth = self.balance if equity is None else Decimal(repr(equity))
        wallet = WalletSeen(balance=self.balance, equity=worth, available=worth, margin=Decimal(0), maintenance=Decimal(0), at_ms=0)
        return Past(rows=self.rows, fills=self.fills, wallet=wallet, open_symbols=frozenset(open_symbols), taker_fee=0.001)


def taken(told: Told, *rows: RuleRow, at: int = MONDAY + 3 * DAY, known: Known | None = None, **past: object) -> Adopted:
    """The account as it is taken over on Thursday."""
    return adopt(book(*rows), ("BTCUSDT",), told.past(**past), known or Known(), at)  # type: ignore[arg-type]


def names(adopted: Adopted) -> list[str]:
    """What is asked for."""
    return [question.name for question in adopted.questions]


@pytest.mark.parametrize("executed", [True, False], ids=["sizes from executions", "sizes from fees"])
def test_days_results_and_credit_come_from_the_ledger(executed: bool) -> None:
    """Two days of 298 and 98: both counted, the better is the best day, of which two fifths of the whole are credited."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 5 * HOUR, 300.0, executed=executed)
    told.trade(MONDAY + DAY + HOUR, MONDAY + DAY + 5 * HOUR, 100.0, executed=executed)
    adopted = taken(told, TOTAL, DAYS, SHARE, TARGET)
    stands = adopted.standing
    assert (stands.balance, stands.days_counted, names(adopted)) == (10_396.0, 2, [])
    assert stands.share is not None
    assert (stands.share.best, stands.share.whole) == (298.0, 396.0)
    assert stands.credited == pytest.approx(98 + 0.4 * 396)
    assert adopted.sources["sizes"] == ("executions" if executed else "fees")
    assert [(closing.notional, closing.result) for closing in adopted.closings] == [(1_000.0, 298.0), (1_000.0, 98.0)]


def test_a_day_too_small_does_not_count() -> None:
    """A result under one percent of the notional."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 5 * HOUR, 5.0)
    assert taken(told, DAYS).standing.days_counted == 0


def test_a_partial_exit_is_a_closing_of_its_own() -> None:
    """Half at a profit, half later; the fee of opening counts once."""
    told = Told()
    for hour, side, quantity, change in ((1, 1, 1.0, -1.0), (2, -1, 0.5, 99.5), (3, -1, 0.5, 49.5)):
        told.row(MONDAY + hour * HOUR, LedgerKind.TRADE, change, 1.0 if hour == 1 else 0.5)
        told.fill(MONDAY + hour * HOUR, side, quantity)
    adopted = taken(told, SHARE)
    assert [closing.result for closing in adopted.closings] == [98.5, 49.5]
    assert adopted.standing.balance == 10_148.0


@pytest.mark.parametrize("first", [10_000.0, 100_000.0], ids=["as large as the account", "larger"])
def test_what_a_new_account_was_given_is_no_profit(first: float) -> None:
    """Demo money given before the first trade is what it begins with, whatever the venue calls it."""
    told = Told(0.0)
    told.row(MONDAY, LedgerKind.DEPOSIT, first, word="TRANSFER_IN")
    told.trade(MONDAY + HOUR, MONDAY + 5 * HOUR, -100.0)
    adopted = taken(told, TOTAL)
    assert (adopted.standing.balance, adopted.standing.headroom, names(adopted)) == (9_898.0, 898.0, [])
    assert adopted.seen.floors_at_venue() == (9_000.0 + first - 10_000.0,)


def test_money_that_came_or_went_is_neither_profit_nor_loss() -> None:
    """A deposit lifts no peak, a withdrawal breaks no floor, a reset forgives no loss."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 2 * HOUR, -198.0)
    told.row(MONDAY + 3 * HOUR, LedgerKind.DEPOSIT, 5_000.0)
    told.row(MONDAY + 4 * HOUR, LedgerKind.WITHDRAWAL, -5_500.0)
    told.row(MONDAY + 5 * HOUR, LedgerKind.DEPOSIT, 700.0)
    adopted = taken(told, TRAILS, SHARE, at=MONDAY + 6 * HOUR, known=Known(peak_equity=10_000.0))
    assert [move.meaning for move in adopted.moves] == [Meaning.DEPOSIT, Meaning.WITHDRAWAL, Meaning.RESET]
    assert (adopted.standing.balance, adopted.standing.headroom, adopted.standing.failed) == (9_800.0, 800.0, False)
    assert adopted.standing.share is not None
    assert adopted.standing.share.best == 0.0


def test_a_payout_is_recognised_where_the_phase_knows_payouts() -> None:
    """Profit that leaves is a payout and no loss of the day; it does leave the balance."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 2 * HOUR, 502.0)
    told.row(MONDAY + 2 * DAY + HOUR, LedgerKind.WITHDRAWAL, -400.0)
    adopted = taken(told, TOTAL, STARTED, PAYOUT, at=MONDAY + 2 * DAY + 2 * HOUR)
    assert [move.meaning for move in adopted.moves] == [Meaning.PAYOUT]
    assert (adopted.standing.balance, adopted.standing.failed) == (10_100.0, False)


def test_the_days_beginning_is_taken_from_the_ledger() -> None:
    """Thursday began with 10,298, so its floor stands 500 below."""
    told = Told()
    told.trade(MONDAY + HOUR, MONDAY + 2 * HOUR, 300.0)
    told.trade(MONDAY + 3 * DAY + HOUR, MONDAY + 3 * DAY + 2 * HOUR, -100.0)
    adopted = taken(told, STARTED, at=MONDAY + 3 * DAY + 3 * HOUR)
    assert (adopted.standing.floor, adopted.standing.balance, names(adopted)) == (9_798.0, 10_196.0, [])


@pytest.mark.parametrize(
    ("rule", "asked"), [(DAILY, ["day_peak_equity"]), (STARTED, ["day_start_equity"]), (TRAILS, ["peak_equity"]), (TOTAL, [])]
)
def test_open_profit_is_asked_for(rule: RuleRow, asked: list[str]) -> None:
    """A position that was open over the reset: what it was worth no ledger tells; a floor that does not need it asks nothing."""
    told = Told()
    told.trade(MONDAY + 2 * DAY + HOUR, MONDAY + 3 * DAY + HOUR, 300.0)
    assert names(taken(told, rule, at=MONDAY + 3 * DAY + 2 * HOUR)) == asked


def test_a_position_that_is_still_open_is_asked_about() -> None:
    """Its ledger has an opening and nothing else."""
    told = Told()
    told.row(MONDAY + 3 * DAY + HOUR, LedgerKind.TRADE, -1.0, 1.0)
    assert names(taken(told, DAILY, at=MONDAY + 3 * DAY + 2 * HOUR, equity=10_100.0)) == ["day_peak_equity"]


@pytest.mark.parametrize(
    ("rule", "known", "floor"),
    [
        (DAILY, Known(day="2025-10-16", day_peak_equity=10_600.0, source="the firm's page"), 10_100.0),
        (STARTED, Known(day="2025-10-16", day_start_equity=10_200.0), 9_700.0),
        (STARTED, Known(day="2025-10-16", day_start_equity=10_200.0, day_start_balance=10_400.0), 9_900.0),
        (TRAILS, Known(peak_equity=10_800.0), 9_800.0),
    ],
    ids=["the day's peak", "its first equity", "its first balance", "the phase's peak"],
)
def test_what_was_said_lifts_the_floor_and_is_written_down(rule: RuleRow, known: Known, floor: float) -> None:
    """Each figure at its place in time, with the source it was said to have."""
    told = Told()
    told.trade(MONDAY + 2 * DAY + HOUR, MONDAY + 3 * DAY + HOUR, 300.0)
    adopted = taken(told, rule, at=MONDAY + 3 * DAY + 2 * HOUR, known=known)
    assert (adopted.standing.floor, names(adopted)) == (floor, [])
    said = adopted.record()["sources"]
    assert {said[name] for name in known.said()} == {known.source or "said in the account's settings"}


def test_figures_of_another_day_are_passed_over() -> None:
    """What was said on Wednesday says nothing of Thursday: it is asked for again."""
    told = Told()
    told.trade(MONDAY + 2 * DAY + HOUR, MONDAY + 3 * DAY + HOUR, 300.0)
    known = Known(day="2025-10-15", day_peak_equity=10_600.0)
    assert names(taken(told, DAILY, at=MONDAY + 3 * DAY + 2 * HOUR, known=known)) == ["day_peak_equity"]


def test_a_ledger_that_begins_later_asks_for_what_was_before() -> None:
    """The first row known met a balance of 10,500: days and the best of them are said, or none are assumed."""
    told = Told(10_500.0)
    told.trade(MONDAY + HOUR, MONDAY + 2 * HOUR, 102.0)
    assert names(taken(told, DAYS, SHARE)) == ["trading_days", "best_day"]
    adopted = taken(told, DAYS, SHARE, known=Known(trading_days=3, best_day=400.0))
    assert (adopted.standing.days_counted, names(adopted)) == (4, [])
    assert adopted.standing.share is not None
    assert (adopted.standing.share.best, adopted.standing.share.whole) == (400.0, 600.0)


def test_an_account_without_a_past_has_none() -> None:
    """Nothing is asked of a new one; one whose money does not fit is asked about, and its loss is not forgiven."""
    assert names(taken(Told(), DAILY, TRAILS, DAYS)) == []
    adopted = taken(Told(9_700.0), TOTAL)
    assert (adopted.standing.headroom, names(adopted)) == (700.0, ["trading_days", "best_day"])

"""The figures of a report, gathered: nothing is computed that a bot has written down already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from runner.journal.live import IntentState, LiveJournal, Note, Step
from runner.live.closed import Closed, closed, profit_factor
from runner.live.status import Status, of_record
from runner.live.worth import worth_of
from runner.mode.reporting.span import Span, date

REFUSED = ("order_refused", "stop_refused", "amend_refused")
UNSENT = "not sent: "  # how the detail of an order begins that was held back at the last moment
SILENT = ("order_unknown", "stop_unknown", "position_unknown")


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the firm: how it ended, and what was closed in it. None where no mark of it was kept."""

    date: str
    balance: float | None
    equity: float | None
    result: float | None
    least_left: float | None
    trades: tuple[Closed, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A day or a week of an account. status: how it stood at the end. notes: how often each kind of thing happened."""

    account: str
    period: str
    span: Span
    status: Status
    days: tuple[Day, ...]
    trades: tuple[Closed, ...]
    notes: Mapping[str, int]
    reasons: tuple[tuple[str, int], ...]
    sent: int
    lost_streams: int

    @property
    def won(self) -> int:
        """Trades that made money."""
        return sum(trade.won for trade in self.trades)

    @property
    def factor(self) -> float | None:
        """What was won over what was lost."""
        return profit_factor(self.trades)

    @property
    def result(self) -> float:
        """Of the trades that were closed, account currency."""
        return float(sum(trade.result for trade in self.trades))

    @property
    def refused(self) -> int:
        """Orders, stops and changes of orders that the venue refused."""
        return sum(self.notes.get(kind, 0) for kind in REFUSED)

    @property
    def unanswered(self) -> int:
        """Requests that nobody knows the answer of."""
        return sum(self.notes.get(kind, 0) for kind in SILENT)

    def record(self) -> dict[str, Any]:
        """As plain data, for JSON; times are UTC milliseconds."""
        figures = {"won": self.won, "profit_factor": self.factor, "result": self.result, "refused": self.refused}
        return {
            "account": self.account,
            "period": self.period,
            "begin_ms": self.span.begin_ms,
            "end_ms": self.span.end_ms,
            "status": self.status.record(),
            "days": [asdict(day) | {"trades": len(day.trades), "won": sum(trade.won for trade in day.trades)} for day in self.days],
            "trades": [asdict(trade) | {"quantity": str(trade.quantity), "result": float(trade.result)} for trade in self.trades],
            "blocked": [{"why": why, "times": times} for why, times in self.reasons],
            "notes": dict(self.notes),
            "sent": self.sent,
            "connection_lost": self.lost_streams,
            **figures,
        }


def gathered(journal: LiveJournal, span: Span, period: str, now: Status | None) -> Report | None:
    """A report out of a journal. now: how the account stands, for a day that still runs. None where nothing says how it stood."""
    found = journal.notes(since_ms=span.begin_ms)
    notes, marks = [note for note in found if note.time_ms < span.end_ms], [note for note in found if note.kind == "mark"]
    at_end = None if span.over else now
    status = at_end or ended(marks, *span.days[-1]) or last(marks, span.begin_ms, span.end_ms) or before(journal, span) or now
    if status is None:
        return None
    every = closed((each.fill for each in journal.fills()), worth_of(journal, status.currency))
    trades = [trade for trade in every if span.begin_ms <= trade.closed_ms < span.end_ms]
    return Report(
        account=status.account,
        period=period,
        span=span,
        status=status,
        days=tuple(day(edge, span, marks, trades, at_end) for edge in span.days),
        trades=tuple(trades),
        notes=Counter(note.kind for note in notes if note.kind != "mark"),
        reasons=tuple(Counter(str(note.detail.get("why", "")) for note in notes if note.kind == "blocked").most_common(5)),
        sent=sent(journal.steps(span.begin_ms), span.end_ms),
        lost_streams=sum(note.kind == "stream" and not note.detail.get("up") for note in notes),
    )


def sent(steps: Sequence[Step], end_ms: int) -> int:
    """How many orders that were written down before the end have left for the venue, whatever it answered. steps: since the begin."""
    written = {step.client_order_id for step in steps if step.state is IntentState.INTENDED and step.time_ms < end_ms}
    return len(written & {step.client_order_id for step in steps if left(step)})


def left(step: Step) -> bool:
    """Whether an order of which this has become was sent."""
    if step.state is IntentState.REJECTED:
        return not step.detail.startswith(UNSENT)
    return step.state not in (IntentState.INTENDED, IntentState.ABSENT)


def ended(marks: Sequence[Note], begin_ms: int, end_ms: int) -> Status | None:
    """How the account stood when a day of its ended: its last mark, with the money of the mark at the reset, where there is one.

    That one is of the day that begins, so what it has won or lost by then is taken off: what is left is what the day has ended with.
    """
    status, after = last(marks, begin_ms, end_ms), last(marks, end_ms, end_ms + 1)
    if status is None or after is None or status.day_result is None or after.day_result is None:
        return status
    equity = cents(after.equity - after.day_result)
    result = cents(equity - (status.equity - status.day_result))
    return replace(status, at_ms=end_ms, balance=after.balance, equity=equity, day_result=result)


def cents(money: float) -> float:
    """Without the dust that a difference leaves."""
    return round(money, 8)


def last(marks: Sequence[Note], begin_ms: int, end_ms: int) -> Status | None:
    """How the account stood when it was last marked in [begin, end): a mark at the reset itself is of the day that begins."""
    return next((status for note in reversed(marks) if begin_ms <= note.time_ms < end_ms and (status := read(note)) is not None), None)


def before(journal: LiveJournal, span: Span) -> Status | None:
    """How it stood when it was last marked at all before the end."""
    note = journal.last_note("mark", before_ms=span.end_ms)
    return None if note is None else read(note)


def read(note: Note) -> Status | None:
    """The status of a mark; None of one that another version wrote."""
    try:
        return of_record(note.detail)
    except (KeyError, TypeError, ValueError):
        return None


def day(edge: tuple[int, int], span: Span, marks: Sequence[Note], trades: Sequence[Closed], now: Status | None) -> Day:
    """One day of the span."""
    begin, end = edge
    status = now if now is not None and end == span.end_ms else ended(marks, begin, end)
    left = [rule.share_left for rule in status.rules if rule.firm and rule.share_left is not None] if status is not None else []
    return Day(
        date=date(begin, span.zone),
        balance=None if status is None else status.balance,
        equity=None if status is None else status.equity,
        result=None if status is None else status.day_result,
        least_left=min(left, default=None),
        trades=tuple(trade for trade in trades if begin <= trade.closed_ms < end),
    )

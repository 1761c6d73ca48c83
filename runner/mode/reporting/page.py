"""A report as plain text of at most 80 columns, which a terminal shows, Markdown leaves alone and a mail carries."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from runner.board.words import measured
from runner.live.closed import Closed, profit_factor
from runner.live.status import PositionStatus, RuleStatus
from runner.mode.reporting.gathered import Report
from runner.schedule.when import local
from runner.words import aligned, counted

PAYOUT = "PAYOUT"
WIDTH = 80
SIDES = {1: "long", -1: "short"}


def title(report: Report) -> str:
    """`hyro_2step@demo: day of 2026-11-21, equity 10,120.40 USDT, 2 trades`."""
    status = report.status
    return (
        f"{report.account}@{status.environment}: {report.period} of {report.span.name}, "
        f"equity {status.equity:,.2f} {status.currency}, {counted(len(report.trades), 'trade')}"
    )


def page(report: Report) -> str:
    """The whole page."""
    parts = [head(report), money(report), rules(report), trades(report), positions(report), work(report), payouts(report)]
    if report.period == "week":
        parts.insert(2, days(report))
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part))) + "\n"


def head(report: Report) -> Iterator[str]:
    """Whose page it is, and of when."""
    status, span = report.status, report.span
    yield f"# {report.account}  {status.firm} {status.program}, {status.phase}, {status.environment}".rstrip(", ")
    begin, end = (f"{local(each, span.zone):%a %Y-%m-%d %H:%M}" for each in (span.begin_ms, span.end_ms))
    yield f"{report.period} from {begin} to {end} {span.zone}{'' if span.over else ', still running'}"
    if status.at_ms < span.begin_ms:
        yield f"nothing was heard of it in that time; figures as of {local(status.at_ms, span.zone):%Y-%m-%d %H:%M}"
    elif not span.over:
        yield f"figures as of {local(status.at_ms, span.zone):%Y-%m-%d %H:%M}, when it was last heard of"
    elif status.at_ms < span.end_ms:
        yield f"figures as of {local(status.at_ms, span.zone):%Y-%m-%d %H:%M}, when it was last heard of in that time"
    if status.state != "active" or status.halted:
        yield "; ".join(part for part in (status.state, status.why, status.halted) if part)
    for each in status.frozen:
        yield from wrap(each.line(), WIDTH)
    for odd in status.uncounted:
        yield from wrap(f"NOT COUNTED: {odd.otherwise()}; equity, day and rules leave that out", WIDTH)


def money(report: Report) -> Iterator[str]:
    """Balance, equity, the day and the target."""
    status, rows = report.status, []
    rows.append(["balance", f"{status.balance:,.2f} {status.currency}"])
    rows.append(["equity", f"{status.equity:,.2f} {status.currency}"])
    if status.day_result is not None:
        rows.append(["day's result", f"{status.day_result:+,.2f}"])
    if status.target is not None and status.target > 0:
        made = status.balance - status.initial
        rows.append(["profit target", f"{status.target:,.2f}; made {made:+,.2f}, {made / status.target:.0%} of it"])
    if status.days_needed:
        missing = max(0, status.days_needed - status.days)
        rows.append(["trading days", f"{status.days} of {status.days_needed}{f', {missing} to go' if missing else ', enough'}"])
    yield from aligned(rows)


def days(report: Report) -> Iterator[str]:
    """The week's days as a table."""
    yield "## Days"
    rows = [["date", "balance", "equity", "result", "least left", "trades", "won"]]
    for day in report.days:
        figures = [number(day.balance), number(day.equity), number(day.result, "+,.2f"), number(day.least_left, ".0%")]
        rows.append([day.date, *figures, str(len(day.trades)), str(sum(trade.won for trade in day.trades))])
    yield from aligned(rows, right=range(1, 7))


def number(value: float | None, how: str = ",.2f") -> str:
    """A figure, or a dash where it is not known."""
    return "-" if value is None else format(value, how)


def rules(report: Report) -> Iterator[str]:
    """How much is left of each rule's allowance, the tightest first."""
    known = sorted((rule for rule in report.status.rules if rule.share_left is not None), key=share)
    if known:
        yield f"## Left of each rule{', as the ledger counts' if report.status.uncounted else ''}"
        rows = [
            [f"{share(rule):.0%}", rule.rule.rpartition(".")[2], rule.code, "" if rule.firm else "ours", amounts(rule)] for rule in known
        ]
        yield from aligned(rows, right=[0])


def share(rule: RuleStatus) -> float:
    """What is left, 0 to 1."""
    return 1.0 if rule.share_left is None else rule.share_left


def amounts(rule: RuleStatus) -> str:
    """`at 120.00, limit 500.00`; times in days and hours, shares in percent."""
    return "" if rule.value is None or rule.limit is None else f"at {measured(rule, rule.value)}, limit {measured(rule, rule.limit)}"


def trades(report: Report) -> Iterator[str]:
    """What was closed."""
    closed = report.trades
    yield "## Trades closed"
    if not closed:
        yield "none"
        return
    factor = profit_factor(closed)
    rate = f"{report.won} of {len(closed)} won ({report.won / len(closed):.0%})"
    yield f"{rate}, result {report.result:+,.2f}, profit factor {'-' if factor is None else f'{factor:.2f}'}"
    yield from aligned([row(trade, report.span.zone) for trade in closed], right=[4])


def row(trade: Closed, zone: str) -> list[str]:
    """A trade."""
    return [
        f"{local(trade.closed_ms, zone):%a %H:%M}",
        trade.symbol,
        SIDES[trade.side],
        f"{trade.quantity.normalize():f}",
        f"{trade.result:+,.2f}",
    ]


def positions(report: Report) -> Iterator[str]:
    """What is open, with its stop."""
    held = report.status.positions
    if held:
        yield "## Open positions"
        yield from aligned([holding(each) for each in held])


def holding(each: PositionStatus) -> list[str]:
    """A position."""
    result = "" if each.open_result is None else f"{each.open_result:+,.2f}"
    stop = f"stop {each.stop}" if each.stop else "no stop"
    return [each.symbol, SIDES[each.side], each.quantity, f"from {each.entry}" if each.entry else "", stop, result]


def work(report: Report) -> Iterator[str]:
    """What the bot did, and why it did not do more."""
    yield "## Orders and decisions"
    yield f"{counted(report.sent, 'order')} sent, {report.refused} refused, {report.unanswered} without an answer"
    yield f"connection lost {counted(report.lost_streams, 'time')}"
    blocked = report.notes.get("blocked", 0)
    yield f"entries held back: {blocked}" if blocked else "no entry was held back"
    yield from aligned([[f"{times} x", why] for why, times in report.reasons], right=[0])


def payouts(report: Report) -> Iterator[str]:
    """Whether profit may be asked for."""
    rule = next((rule for rule in report.status.rules if rule.code == PAYOUT), None)
    if rule is not None:
        least = f", at least {rule.limit:,.2f}" if rule.limit else ""
        yield f"payout: {rule.value:,.2f} may be asked for" if rule.value else f"payout: nothing may be asked for yet{least}"

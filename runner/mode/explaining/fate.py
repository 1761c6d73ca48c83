"""What became of a plan: its fills, why it ended, what it brought."""

from __future__ import annotations

from runner.mode.explaining.question import Question
from runner.mode.explaining.reopen import Run
from runner.mode.explaining.wording import BAD, GOOD, PLAIN, Line, Section, exact, money
from runner.model.duration import MINUTE_MS, text
from runner.model.records import Answer, Reason
from runner.report.figures import minute

ENDS = {
    Answer.EXPIRED: "approved, but expired before it was filled",
    Answer.CANCELLED: "approved, but withdrawn before it was filled",
    Answer.PENDING: "the run ended before it was decided",
}


def fate(run: Run, question: Question) -> Section | None:
    """The fills of the position and its result; None for a plan that was refused."""
    decision = run.outcome.decisions[question.plan]
    answer = Answer(int(decision["answer"]))
    if answer is Answer.REFUSED:
        return None
    position = int(decision["position"])
    if not position:
        return "What became of it", [Line(ENDS.get(answer, "approved, and not filled before the run ended"), BAD)]
    return "What became of it", [*fills(run, position), *result(run, position)]


def fills(run: Run, position: int) -> list[Line]:
    """One line for each fill."""
    mine = run.outcome.fills[run.outcome.fills["position"] == position]
    return [
        Line(f"{minute(int(fill['time']))}  {what(fill):<14} {side(fill)} {exact(fill['quantity'])} at {exact(fill['price'])}")
        for fill in mine
    ]


def what(fill: object) -> str:
    """'target 1', 'time stop'."""
    name = Reason(int(fill["reason"])).name.lower().replace("_", " ")  # type: ignore[index]
    return f"{name} {fill['target']}" if fill["target"] and name in ("target", "add", "adverse") else name  # type: ignore[index]


def side(fill: object) -> str:
    """Bought or sold."""
    return "buy" if fill["side"] > 0 else "sell"  # type: ignore[index]


def result(run: Run, position: int) -> list[Line]:
    """The trade's result; nothing while it is open."""
    closed = run.outcome.trades[run.outcome.trades["position"] == position]
    if not len(closed):
        return [Line("still open where the run ends")]
    trade, currency = closed[-1], run.bot.account.currency
    held = max(0, int(trade["closed"]) - int(trade["opened"])) // MINUTE_MS * MINUTE_MS
    reason = Reason(int(trade["reason"])).name.lower().replace("_", " ")
    in_r = f", {trade['profit'] / trade['risk']:+.2f} R" if 0 < trade["risk"] < float("inf") else ""
    words = f"closed by {reason} after {text(held) if held else 'less than a minute'}: {trade['profit']:+,.2f} {currency} net{in_r}"
    costs = f"fees {money(float(trade['fees']), currency)}, funding {money(float(trade['funding']), currency)}"
    return [Line(words, GOOD if trade["profit"] > 0 else BAD), Line(costs, PLAIN)]

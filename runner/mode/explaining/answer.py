"""The rule book's answer to a plan: the quantity or the code, what was measured and against which limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from runner.mode.explaining.question import Question
from runner.mode.explaining.reopen import Run
from runner.mode.explaining.wanted import plan_row
from runner.mode.explaining.wording import BAD, DIM, GOOD, PLAIN, Line, Section, exact, figure, money, percent, wrapped
from runner.model.plan import SizingMethod
from runner.model.records import Answer
from runner.model.rules import Code, Family, HouseAction, RuleRow, State
from runner.report.figures import minute
from runner.report.sentences import shown, span
from runner.report.words import UNITS, phase_name, refusal, short, unit

FULL = (Code.NONE, Code.SIZING)


def book(run: Run, question: Question) -> Section:
    """How the account stood, what was wanted, what was approved and by what it was bound."""
    decision = run.outcome.decisions[question.plan]
    if Answer(int(decision["answer"])) is Answer.PENDING:
        return "Rule book", [Line("not asked: the run ended before", DIM)]
    lines = [*standing(run, decision), *arithmetic(run, question, decision), *verdict(run, question, decision), *measured(run, decision)]
    return "Rule book", [line for text, style in lines for line in wrapped("", text, style)]


def code_of(decision: Any) -> Code:
    """The code behind the answer."""
    return Code(int(decision["code"]))


def rule_of(run: Run, decision: Any) -> RuleRow | None:
    """The rule behind the answer, if it is one of the book."""
    number = int(decision["rule"])
    return run.outcome.book.rows[number] if number >= 0 else None


def state_at(run: Run, time: int) -> Any | None:
    """The account at an instant, a row of equity; None before its first."""
    row = int(np.searchsorted(run.outcome.equity["time"], time, side="right")) - 1
    return run.outcome.equity[row] if row >= 0 else None


def standing(run: Run, decision: Any) -> Iterator[tuple[str, str]]:
    """When it was asked and how the account stood."""
    state = state_at(run, int(decision["time"]))
    if state is None or code_of(decision) is Code.PHASE_OVER:
        return
    account = f"balance {state['balance']:,.2f}, equity {state['close']:,.2f}, {state['open_positions']} open"
    yield f"asked at {minute(int(decision['time']))} UTC: {account}, {phase_name(run.outcome.book, int(state['phase']))}", DIM


def arithmetic(run: Run, question: Question, decision: Any) -> Iterator[tuple[str, str]]:
    """How the sizing came to the quantity it wanted."""
    wanted, row, symbol = float(decision["wanted"]), plan_row(question), question.stream.symbol
    if not np.isfinite(wanted) or wanted <= 0:
        return
    method, value = SizingMethod(int(row["sizing_method"])), float(row["sizing_value"])
    base = based_on(run, method, decision)
    if method is SizingMethod.FIXED_QUANTITY:
        yield f"wanted {figure(wanted)} {symbol}", PLAIN
        return
    sum_ = value if base is None else value * base
    times = figure(sum_) if base is None else f"{figure(value)} x {base:,.2f}"
    each = "lost per unit at the stop, costs included" if method in (SizingMethod.RISK_OF_INITIAL, SizingMethod.RISK_OF_EQUITY) else "each"
    yield f"wanted {times} / {figure(sum_ / wanted)} {each} = {figure(wanted)} {symbol}", PLAIN


def based_on(run: Run, method: SizingMethod, decision: Any) -> float | None:
    """The money a sizing takes its share of; None for one that takes none."""
    if method is SizingMethod.RISK_OF_INITIAL:
        return run.outcome.book.initial
    state = state_at(run, int(decision["time"]))
    if method in (SizingMethod.RISK_OF_EQUITY, SizingMethod.NOTIONAL_OF_EQUITY) and state is not None:
        return max(0.0, min(float(state["balance"]), float(state["close"])))
    return None


def verdict(run: Run, question: Question, decision: Any) -> Iterator[tuple[str, str]]:
    """The answer in one line."""
    code, rule, symbol = code_of(decision), rule_of(run, decision), question.stream.symbol
    by = f"{code.name} ({short(rule.key)})" if rule is not None else code.name
    quantity, wanted, allowed = float(decision["quantity"]), float(decision["wanted"]), float(decision["allowed"])
    if Answer(int(decision["answer"])) is Answer.REFUSED:
        least = f"; it leaves {figure(allowed)} {symbol}" if allowed > 0 and code not in FULL else ""
        yield f"refused by {by}: {refusal(code)}{least}", BAD
    elif code in FULL:
        step = question.stream.market.instrument.quantity_step
        rounded = f", rounded down to steps of {exact(step)}" if quantity < wanted * (1 - 1e-9) else ""
        yield f"approved {exact(quantity)} {symbol}, all that was wanted{rounded}", GOOD
    else:
        yield f"approved {exact(quantity)} of {figure(wanted)} {symbol}, bound by {by}", BAD


def measured(run: Run, decision: Any) -> Iterator[tuple[str, str]]:
    """The number and the limit behind the answer."""
    code, value, limit = code_of(decision), float(decision["value"]), float(decision["limit"])
    rule, currency = rule_of(run, decision), run.bot.account.currency
    if rule is not None and rule.family is Family.FLOOR:
        yield f"worst-case equity {money(value, currency)}; it must stay above {money(limit, currency)}, floor and margin together", PLAIN
        yield from left_to_later(run, decision, rule)
    elif rule is not None and rule.family is Family.HOUSE:
        action = HouseAction(rule.action).name.lower().replace("_", " ")
        yield (
            f"the rung {short(rule.key)} acts ({action}): it measured {shown(value, unit(rule))}, and acts from {shown(limit, unit(rule))}",
            PLAIN,
        )
    elif rule is not None and rule.family is Family.CALENDAR:
        yield until(rule, int(decision["time"]), value, limit), PLAIN
    elif rule is not None:
        yield f"measured {shown(value, unit(rule))} without this plan, the limit is {shown(limit, unit(rule))}", PLAIN
        yield from kept_free(rule, currency)
    elif code in OTHER:
        yield OTHER[code].format(value=figure(value), limit=figure(limit)), PLAIN
    elif code in HABITS:
        yield HABITS[code].format(value=shown(value, UNITS[code]), limit=shown(limit, UNITS[code])), PLAIN
    elif code in (Code.PHASE_OVER, Code.PAUSED, Code.HALTED):
        yield from ended(run, decision)


def until(rule: RuleRow, time_ms: int, left_ms: float, limit_ms: float) -> str:
    """Which release or end of a session kept a plan out: when it is, how far from the plan, and the time kept free around it."""
    when = f"{minute(int(time_ms + left_ms))} UTC"
    how = f"{span(left_ms)} ahead" if left_ms > 0 else f"{span(-left_ms)} ago" if left_ms < 0 else "at this instant"
    if rule.code is Code.NEWS:
        return (
            f"the release of {when} is {how}; {span(limit_ms)} on this side of it are kept free, and the whole bar that reaches into them"
        )
    return f"everything is closed by {when}, {how}; {span(limit_ms)} before it are kept free, and the bar it falls into"


def left_to_later(run: Run, decision: Any, rule: RuleRow) -> Iterator[tuple[str, str]]:
    """A floor that rises with profit also looks ahead: said where that, and not the floor now, bound the quantity."""
    allowed = rule.amount if np.isfinite(rule.amount) else rule.amount_fraction * run.outcome.book.initial
    kept = allowed * (1 - rule.margin)
    if float(decision["value"]) - float(decision["limit"]) > kept + 1e-6:
        yield f"what is open and what is wanted may together lose or give back {kept:,.2f}, the allowance without its margin", PLAIN


def kept_free(rule: RuleRow, currency: str) -> Iterator[tuple[str, str]]:
    """The share of a limit that the gate keeps free."""
    if rule.code in (Code.RISK_PER_TRADE, Code.SYMBOL_DAILY_LOSS) and rule.margin:
        yield f"{percent(rule.margin)} of the limit stays unused (account.gate.margin_fraction), in {currency}", DIM


HABITS = {
    Code.COOLDOWN: "{value} had passed since the trade that it pauses after; the pause is {limit}",
    Code.ENTRIES_PER_DAY: "{value} entries of the day were made or waited; {limit} are allowed",
    Code.ENTRY_INTERVAL: "{value} had passed since the entry before; the interval is {limit}",
}
OTHER = {
    Code.QUOTES_TOO_TIGHT: "from level to level it is {value}; two orders cost {limit} in fees",
    Code.LEVERAGE: "open positions are worth {value}; balance and leverage allow {limit}",
    Code.MIN_QUANTITY: "the quantity came to {value}; the instrument's least is {limit}",
    Code.MIN_NOTIONAL: "the value came to {value}; the instrument's least is {limit}",
    Code.MAX_QUANTITY: "{value} were wanted; the instrument's most is {limit}",
    Code.STOP_WRONG_SIDE: "the entry is reckoned at {value}, the stop lies at {limit}",
    Code.STOP_BEYOND_LIQUIDATION: "the stop lies at {value}, the liquidation price at {limit}",
    Code.MARKET_BEYOND_STOP: "the market opened at {value}, the stop lies at {limit}",
    Code.POSITION_OPEN: "{value} were open in this symbol",
    Code.TOO_MANY_ORDERS: "{value} orders rest, and {limit} may",
}


def ended(run: Run, decision: Any) -> Iterator[tuple[str, str]]:
    """What ended the phase, or paused or halted the account, before the plan came."""
    time, outcome = int(decision["time"]), run.outcome
    if code_of(decision) is Code.PHASE_OVER:
        over = outcome.phases[outcome.phases["ended"] <= time]
        if len(over):
            last = over[-1]
            rule = outcome.book.rows[int(last["rule"])] if last["rule"] >= 0 else None
            by = f" by {Code(int(last['code'])).name} ({short(rule.key)})" if rule is not None else ""
            yield (
                f"{phase_name(outcome.book, int(last['phase']))} {State(int(last['state'])).name} at {minute(int(last['ended']))} UTC{by}",
                PLAIN,
            )
        return
    last = stopped_by(run, decision)
    if last is not None:
        rule = outcome.book.rows[int(last["rule"])]
        figures = f"{shown(float(last['value']), unit(rule))} against {shown(float(last['limit']), unit(rule))}"
        yield f"by {short(rule.key)} at {minute(int(last['time']))} UTC: {figures}", PLAIN


def stopped_by(run: Run, decision: Any) -> Any | None:
    """The event that paused or halted the account before a decision; None when no rule did."""
    events, action = run.outcome.events, HouseAction.HALT if code_of(decision) is Code.HALTED else HouseAction.PAUSE
    found = events[(events["time"] <= int(decision["time"])) & (events["action"] == action) & (events["rule"] >= 0)]
    return found[-1] if len(found) else None

"""The smallest change that would have changed the answer, each proved by running the machine again with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from runner.machine.funding import complete
from runner.mode.backtest import play
from runner.mode.explaining.answer import FULL, code_of, rule_of, stopped_by
from runner.mode.explaining.question import Question
from runner.mode.explaining.reopen import Run
from runner.mode.explaining.wanted import plan_row
from runner.mode.explaining.wording import Line, exact, figure, money, wrapped
from runner.model.block import Sizing
from runner.model.plan import EntryKind, WhenOpen
from runner.model.records import Answer
from runner.model.rules import Code, Family, RuleRow, State, Until
from runner.model.stream import Stream
from runner.pipeline import between
from runner.report.decisions import plan_rows
from runner.report.figures import minute
from runner.report.sentences import shown, span
from runner.report.words import short, unit

BPS = 1e-4
# caps that allow a value, a loss, or a number of units
BY_VALUE = (Code.NOTIONAL, Code.BUCKET_NOTIONAL, Code.POSITION_NOTIONAL, Code.LEVERAGE_CAP, Code.LEVERAGE)
BY_LOSS = (Code.DAILY_LOSS, Code.MAX_LOSS, Code.RISK_PER_TRADE, Code.SYMBOL_DAILY_LOSS)
BY_UNITS = (Code.CONTRACTS, Code.QUANTITY_PER_ORDER, Code.MARGIN)
TOO_SMALL = {
    Code.MIN_QUANTITY: "the instrument's least",
    Code.MIN_NOTIONAL: "the instrument's least",
    Code.MIN_TRADE: "the least worth trading",
}
COUNTED = {Code.OPEN_POSITIONS: "open or resting", Code.OPEN_ORDERS: "resting", Code.ORDERS_PER_DAY: "orders that day"}


def changes(run: Run, question: Question) -> list[Line]:
    """What would have led to another answer, each on a line; empty for a plan that got all it wanted."""
    decision = run.outcome.decisions[question.plan]
    answer, code = Answer(int(decision["answer"])), code_of(decision)
    if answer in (Answer.PENDING, Answer.EXPIRED, Answer.CANCELLED) or (answer is Answer.APPROVED and code in FULL):
        return []
    found = [*sizes(run, question, decision), *room(run, question, decision), *others(run, question, decision)]
    return [line for text in found for line in wrapped("- ", text)]


def tried(run: Run, question: Question, **fields: Any) -> Any:
    """The decision on the same plan with these fields changed, everything before it the same."""
    end = int(run.outcome.decisions[question.plan]["time"]) + longest(run)
    number = next(n for n, stream in enumerate(run.streams) if stream is question.stream)
    streams = [between(changed(stream, question.row, fields) if n == number else stream, None, end) for n, stream in enumerate(run.streams)]
    outcome = play(run.bot, run.options, streams)
    return outcome.decisions[int(plan_rows(outcome, streams[number])[question.row])]


def longest(run: Run) -> int:
    """The longest bar of the run, ms: bars that begin with the decision are still walked."""
    return max(stream.market.bars.timeframe_ms for stream in run.streams)


def changed(stream: Stream, row: int, fields: dict[str, Any]) -> Stream:
    """The stream with other fields in the plan of bar `row`."""
    plans = stream.plans.copy()
    for name, value in fields.items():
        plans[name][plans["signal_index"] == row] = value
    return replace(stream, plans=plans)


def sizes(run: Run, question: Question, decision: Any) -> Iterator[str]:
    """A size that would have been approved in full."""
    path, value = sized_by(run, question)
    quantity, wanted, code = float(decision["quantity"]), float(decision["wanted"]), code_of(decision)
    if not wanted > 0:
        return
    if quantity > 0:
        less = smaller(run, question, value * quantity / wanted)
        if less is not None:
            yield f"{path}{figure(less)} or less would have been approved in full"
    elif code in TOO_SMALL:
        more = larger(run, question, value * float(decision["limit"]) / float(decision["value"])) if decision["value"] > 0 else None
        if more is not None:
            yield f"{path}{figure(more)} or more would have been enough for {TOO_SMALL[code]}"


def sized_by(run: Run, question: Question) -> tuple[str, float]:
    """(how to set it, value) of the number the sizing takes."""
    value = float(plan_row(question)["sizing_value"])
    place = setting(question.strategy.sizing, value)
    return f"{path_of(run, question)}.sizing.{place}=" if place else "a sizing of ", value


def setting(sizing: Sizing, value: float) -> str:
    """The parameter that gave the plan its value, that of the innermost sizing where one wraps another; empty when none is equal to it."""
    for name, inner in sizing:
        if isinstance(inner, Sizing):
            place = setting(inner, value)
            return f"{name}.{place}" if place else ""
    return next((name for name, own in sizing if own == value), "")


def path_of(run: Run, question: Question) -> str:
    """Where the strategy stands in the configuration."""
    return f"portfolio.strategies.{question.strategy.name}" if run.bot.settings.get("portfolio") else "strategy"


def smaller(run: Run, question: Question, value: float) -> float | None:
    """The largest value with three digits, at or a little below `value`, that is approved in full; None when none is."""
    for digits, share in ((3, 1.0), (3, 0.995), (2, 0.98)):
        candidate = rounded_down(value * share, digits)
        if code_of(tried(run, question, sizing_value=candidate)) in FULL:
            return candidate
    return None


def larger(run: Run, question: Question, value: float) -> float | None:
    """The smallest value with three digits, at or a little above `value`, that is approved; None when none is."""
    for share in (1.0, 1.02, 1.05):
        candidate = rounded_up(value * share)
        if Answer(int(tried(run, question, sizing_value=candidate)["answer"])) is Answer.APPROVED:
            return candidate
    return None


def rounded_down(value: float, digits: int = 3) -> float:
    """The largest number of so many digits that is not above `value`."""
    grain = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    return float(f"{math.floor(value / grain * (1 + 1e-12)) * grain:.{digits}g}")


def rounded_up(value: float, digits: int = 3) -> float:
    """The smallest number of so many digits that is not below `value`."""
    grain = 10.0 ** (math.floor(math.log10(value)) - digits + 1)
    return float(f"{math.ceil(value / grain * (1 - 1e-12)) * grain:.{digits}g}")


def room(run: Run, question: Question, decision: Any) -> Iterator[str]:
    """How much more room the rule that bound the quantity would have had to leave."""
    code, rule, wanted = code_of(decision), rule_of(run, decision), float(decision["wanted"])
    if wanted > 0 and code in BY_UNITS and rule is not None:
        more = f"{figure(wanted - float(decision['allowed']))} more {question.stream.symbol}"
        yield f"{more} under {short(rule.key)} would have let all of it pass"
    if not wanted > 0 or code not in (*BY_LOSS, *BY_VALUE):
        return
    each = value_each(run, question, decision) if code in BY_VALUE else loss_each(run, question, decision)
    if not math.isfinite(each):
        return
    if rule is None:
        more = money((wanted - float(decision["allowed"])) * each, run.bot.account.currency)
        yield f"{more} more of position value; account.venue.leverage and the sizing's max_leverage say how much there may be"
        return
    left, currency = float(decision["allowed"]) * each, run.bot.account.currency
    free = "headroom under" if rule.family is Family.FLOOR else "room under"
    yield f"{money(wanted * each - left, currency)} more {free} {short(rule.key)} would have let all of it pass"
    least = smallest(question, int(decision["time"]))
    if not decision["quantity"] and least < wanted:
        yield f"{money(max(0.0, least * each - left), currency)} more for {exact(least)} {question.stream.symbol}, the least there is"


def smallest(question: Question, time: int) -> float:
    """The least quantity the instrument allows at that instant."""
    instrument = question.stream.market.instrument
    worth = market_price(question, time) * point_value(question, time)
    steps = math.ceil(max(instrument.min_quantity, instrument.min_notional / worth) / instrument.quantity_step * (1 - 1e-9))
    return max(1, steps) * instrument.quantity_step


def market_price(question: Question, time: int) -> float:
    """The open of the bar on which a plan was decided at `time`; the plan's own price for a resting order."""
    row, bars = plan_row(question), question.stream.execution
    if EntryKind(int(row["entry_kind"])) is not EntryKind.MARKET:
        return float(row["entry_price"])
    place = int(np.searchsorted(bars.open_time, time))
    return float(bars.open[place]) if place < len(bars) else math.nan


def value_each(run: Run, question: Question, decision: Any) -> float:
    """What one unit is worth in account currency, slippage included."""
    price, slip = market_price(question, int(decision["time"])), run.bot.costs.slippage_bps * BPS
    grid = question.stream.market.instrument.tick if slip > 0 else 0.0
    return (price * (1 + slip) + grid) * point_value(question, int(decision["time"]))


def point_value(question: Question, time: int) -> float:
    """Account currency for one point of one unit."""
    stream = question.stream
    if stream.conversion is None:
        return stream.market.instrument.contract_size
    place = max(0, int(np.searchsorted(stream.execution.close_time, time, side="right")) - 1)
    return stream.market.instrument.contract_size * float(stream.conversion[place])


def loss_each(run: Run, question: Question, decision: Any) -> float:
    """What one unit loses at its stop in account currency: distance, fees, slippage, funding kept free."""
    row, costs, instrument, time = plan_row(question), run.bot.costs, question.stream.market.instrument, int(decision["time"])
    price, side, slip = market_price(question, time), int(row["side"]), costs.slippage_bps * BPS
    taker = (instrument.taker_fee_bps if costs.taker_fee_bps is None else costs.taker_fee_bps) * BPS
    maker = (instrument.maker_fee_bps if costs.maker_fee_bps is None else costs.maker_fee_bps) * BPS
    grid = instrument.tick if slip > 0 else 0.0
    paid = EntryKind(int(row["entry_kind"])) is not EntryKind.LIMIT
    into = price + side * (price * slip + grid) if paid else price
    out = float(row["stop"]) - side * (float(row["stop"]) * slip + grid)
    funded = complete(question.stream.funding, instrument, question.stream.execution, costs) is not None
    reserve = costs.funding_reserve * abs(costs.funding_rate) * price if funded else 0.0
    half = costs.spread_ticks * instrument.tick / 2
    spread = half * (2 if paid else 1)
    loss = side * (into - out) + into * (taker if paid else maker) + out * taker + spread + reserve
    return loss * point_value(question, time) + 2 * costs.fee_per_lot


def others(run: Run, question: Question, decision: Any) -> Iterator[str]:
    """Changes that are not a size: of what a plan does with an open position, of a rung, of the phase."""
    code, rule = code_of(decision), rule_of(run, decision)
    if code is Code.POSITION_OPEN:
        yield from while_open(run, question, decision)
    elif code is Code.HOUSE and rule is not None:
        above = shown(float(decision["value"]), unit(rule))
        yield f"{rung_path(rule)} above {above}: the rung would not have acted then"
    elif code is Code.PHASE_OVER:
        yield from after_the_end(run, decision)
    elif code is Code.MIN_INTERVAL:
        yield f"a signal {span(float(decision['limit']) - float(decision['value']))} later"
    elif code in COUNTED:
        yield f"{decision['value'] - decision['limit'] + 1:.0f} fewer {COUNTED[code]} would have left room for this one"
    elif code in (Code.PAUSED, Code.HALTED):
        yield from while_stopped(run, decision)
    elif code is Code.NO_STOP:
        yield f"an exit that sets a stop, such as +exit@{path_of(run, question)}.exit.stop=atr_stop"
    elif code is Code.STOP_BEYOND_LIQUIDATION:
        yield f"a stop before {figure(float(decision['limit']))}, or less leverage (account.venue.leverage)"
    elif code is Code.MARKET_BEYOND_STOP:
        yield f"an open beyond the stop means the plan was overtaken; a stop wider than {figure(float(decision['value']))} would have stood"


def rung_path(rule: RuleRow) -> str:
    """Where the number at which a rung acts stands in the account."""
    ladder, _, rung = rule.key.rpartition(".")
    return f"account.{ladder}.rungs.{rung}.at"


def while_open(run: Run, question: Question, decision: Any) -> Iterator[str]:
    """What was open, and which `when_open` would have let the plan pass."""
    time, trades = int(decision["time"]), run.outcome.trades
    symbol = run.outcome.symbols.index(question.stream.symbol)
    held = trades[(trades["symbol"] == symbol) & (trades["opened"] <= time) & (trades["closed"] > time)]
    if len(held):
        yield f"a signal after {minute(int(held[-1]['closed']))} UTC, when position {held[-1]['position']} was closed"
    ways = [WhenOpen.ADD, WhenOpen.REVERSE, WhenOpen.REPLACE]
    passing = [way.name.lower() for way in ways if Answer(int(tried(run, question, when_open=int(way))["answer"])) is Answer.APPROVED]
    if passing and "when_open" in type(question.strategy.entry).model_fields:
        yield f"{path_of(run, question)}.entry.when_open={' or '.join(passing)} would have let it pass"


def after_the_end(run: Run, decision: Any) -> Iterator[str]:
    """What would have kept a failed phase going."""
    over = run.outcome.phases[run.outcome.phases["ended"] <= int(decision["time"])]
    if len(over) and over[-1]["state"] == State.FAILED:
        yield "mode.after_failure=restart goes on with a new account after a failed phase"
        if over[-1]["rule"] >= 0:
            yield f"account.{run.outcome.book.rows[int(over[-1]['rule'])].key}.severity=warn goes on with the same one, to see"


def while_stopped(run: Run, decision: Any) -> Iterator[str]:
    """When a pause is over, and the number at which the rung that stopped the account would not have acted."""
    event = stopped_by(run, decision)
    if event is None:
        return
    rule, time = run.outcome.book.rows[int(event["rule"])], int(event["time"])
    if code_of(decision) is Code.PAUSED and (rule.family is Family.FLOOR or rule.until == Until.RESET):
        over = run.outcome.book.resets(time, time)[rule.clock]
        yield f"a signal after {minute(int(over[over > time][0]))} UTC, when the pause was over"
    if rule.family is Family.HOUSE:
        yield f"{short(rule.key)} set above {shown(float(event['value']), unit(rule))} would not have acted then"

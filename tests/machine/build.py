"""Small markets written by hand: bars as rows, plans as keywords, rule books as rows, and fills in short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.machine import Machine
from runner.model.bars import Bars
from runner.model.bot import Costs, GateSettings
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import PLAN, empty_plans
from runner.model.records import Answer, Outcome, Reason
from runner.model.rules import Code, Family, PhaseFacts, Reset, RuleBook, RuleRow
from runner.model.signal import Signals
from runner.model.stream import Funding, Stream

HOUR = 3_600_000
START = 1_704_067_200_000  # 2024-01-01 00:00 UTC, a Monday
INITIAL = 10_000.0
FREE = Costs(taker_fee_bps=0.0, maker_fee_bps=0.0, slippage_bps=0.0, leverage=None, isolated_margin=False, funding=False, funding_rate=0.0)
OFF = GateSettings(enabled=False)
UTC_MIDNIGHT = Reset(at="00:00", zone="UTC")
Row = tuple[float, float, float, float]


def bars(
    rows: Sequence[Row], symbol: str = "AAA", *, start: int = START, timeframe_ms: int = HOUR, times: Sequence[int] | None = None
) -> Bars:
    """Candles from (open, high, low, close) rows, one after the other from `start`, or at the given bar numbers in `times`."""
    table = np.array(rows, np.float64).reshape(-1, 4)
    places = np.arange(len(table)) if times is None else np.array(times)
    opened = start + timeframe_ms * places.astype(np.int64)
    first, high, low, last = (np.ascontiguousarray(table[:, n]) for n in range(4))
    volume = np.ones(len(table))
    return Bars(symbol=symbol, timeframe_ms=timeframe_ms, open_time=opened, open=first, high=high, low=low, close=last, volume=volume)


def flat(count: int, price: float = 100.0) -> list[Row]:
    """`count` bars in which nothing trades but one price."""
    return [(price, price, price, price)] * count


def spec(symbol: str = "AAA", **changes: Any) -> Instrument:
    """A linear perpetual in ticks of 0.01 and steps of 0.001, without minimums, fees in the account's costs."""
    values: dict[str, Any] = {
        "symbol": symbol,
        "quote": "USDT",
        "tick": 0.01,
        "quantity_step": 0.001,
        "min_quantity": 0.0,
        "max_quantity": 0.0,
        "min_notional": 0.0,
        "contract_size": 1.0,
        "taker_fee_bps": 0.0,
        "maker_fee_bps": 0.0,
        "maintenance_margin_fraction": 0.005,
        "max_leverage": 100.0,
        "funding_interval_ms": 8 * HOUR,
    }
    return Instrument(**{**values, **changes})


def plan(at: float = 1, side: int = 1, **fields: Any) -> NDArray[Any]:
    """One plan that acts from bar `at`'s open on: market, one unit, no exits; `targets`, `adverse`, `adds`, `tiers`, `closes` as pairs."""
    row = empty_plans(1)
    row["time"], row["side"], row["sizing_value"], row["reference_price"] = START + int(at * HOUR), side, 1.0, 100.0
    for short, count, names in (
        ("targets", "target_count", ("target_price", "target_fraction")),
        ("adverse", "adverse_count", ("adverse_price", "adverse_fraction")),
        ("adds", "add_count", ("add_price", "add_fraction")),
        ("tiers", "tier_count", ("tier_profit", "tier_distance")),
        ("closes", "adverse_close_count", ("adverse_close_after", "adverse_close_fraction")),
    ):
        pairs = fields.pop(short, [])
        row[count] = len(pairs)
        for n, pair in enumerate(pairs):
            for name, value in zip(names, pair, strict=True):
                row[name][0, n] = value
    for name, value in fields.items():
        row[name] = value
    return row


def stream(
    rows: Bars | Sequence[Row],
    plans: Sequence[NDArray[Any]] = (),
    *,
    columns: Sequence[Sequence[float]] = (),
    execution: Bars | None = None,
    instrument: Instrument | None = None,
    strategy: str = "hand",
    **more: Any,
) -> Stream:
    """One strategy on one symbol; columns are aligned with the signal bars."""
    signal = rows if isinstance(rows, Bars) else bars(rows)
    nothing = Signals(direction=np.zeros(len(signal), np.int8), strength=np.zeros(len(signal)))
    return Stream(
        strategy=strategy,
        market=Market(bars=signal, instrument=instrument or spec(signal.symbol)),
        execution=signal if execution is None else execution,
        plans=np.concatenate(list(plans)) if len(plans) else np.zeros(0, PLAN),
        columns=[np.array(column, np.float64) for column in columns],
        signals=nothing,
        passed=np.ones(len(signal), np.bool_),
        **more,
    )


def funding(*payments: tuple[float, float]) -> Funding:
    """Funding due at the open of bar `number`, at `rate`."""
    return Funding(time=np.array([START + int(n * HOUR) for n, _ in payments], np.int64), rate=np.array([rate for _, rate in payments]))


def book(
    *rows: RuleRow, clocks: tuple[Reset, ...] = (UTC_MIDNIGHT,), following: Sequence[int] = (-1,), initial: float = INITIAL
) -> RuleBook:
    """A rule book of phases named by number; `following` gives each one's next."""
    phases = tuple(PhaseFacts(name=str(n), next=then) for n, then in enumerate(following))
    return RuleBook(initial=initial, currency="USDT", phases=phases, rows=rows, clocks=clocks)


def row(family: Family, code: Code, **fields: Any) -> RuleRow:
    """A rule row named by its code."""
    return RuleRow(key=code.name.lower(), family=family, code=code, **fields)


def floor(code: Code = Code.MAX_LOSS, **fields: Any) -> RuleRow:
    """A floor without the gate's margin unless given."""
    return row(Family.FLOOR, code, **{"margin": 0.0, **fields})


def cap(code: Code, **fields: Any) -> RuleRow:
    """A cap at the gate."""
    return row(Family.CAP, code, **fields)


def counter(code: Code, **fields: Any) -> RuleRow:
    """A day or phase counter."""
    return row(Family.COUNTER, code, **fields)


def rung(**fields: Any) -> RuleRow:
    """A rung of the house ladder."""
    return row(Family.HOUSE, Code.HOUSE, firm=0, **fields)


def machine(*streams: Stream, rules: RuleBook | None = None, costs: Costs = FREE, gate: GateSettings | None = None, **more: Any) -> Machine:
    """A machine over hand-made streams; by default no rules and no costs."""
    return Machine(streams=streams, book=rules or book(), costs=costs, gate=gate, **more)


def run(*streams: Stream, **more: Any) -> Outcome:
    """Run hand-made streams to the end."""
    return machine(*streams, **more).run()


def trade(rows: Bars | Sequence[Row], *plans: NDArray[Any], **more: Any) -> Outcome:
    """Run one stream: `columns`, `execution`, `instrument`, `funding` and `conversion` go to the stream, the rest to the machine."""
    own = {name: more.pop(name) for name in ("columns", "execution", "instrument", "funding", "conversion") if name in more}
    return run(stream(rows, plans, **own), **more)


def fills(outcome: Outcome) -> list[tuple[str, float, float]]:
    """Fills in short: (reason, signed quantity, price)."""
    return [(Reason(int(f["reason"])).name, float(f["side"] * f["quantity"]), float(f["price"])) for f in outcome.fills]


def answers(outcome: Outcome) -> list[tuple[str, str]]:
    """Decisions in short: (answer, code)."""
    return [(Answer(int(d["answer"])).name, Code(int(d["code"])).name) for d in outcome.decisions]


def hours(times: NDArray[Any]) -> list[float]:
    """Instants as hours since the first bar, places inside a bar cut off."""
    return [float((int(t) - START) // 1000 * 1000 / HOUR) for t in times]


def records(outcome: Outcome) -> Mapping[str, NDArray[Any]]:
    """Every table of an outcome that is a result."""
    names = ("fills", "trades", "stops", "equity", "decisions", "days", "phases", "events", "rule_states")
    return {name: getattr(outcome, name) for name in names}

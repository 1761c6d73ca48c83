"""Small outcomes written by hand: three trades under two rules, nothing computed that a test could get wrong twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runner.model.bars import Bars
from runner.model.block import Entry, Sizing
from runner.model.bot import Account, Bot, Costs, GateSettings, Strategy
from runner.model.duration import DAY_MS, HOUR_MS
from runner.model.instrument import Instrument
from runner.model.market import Market
from runner.model.plan import PLAN, empty_plans
from runner.model.records import (
    DAY,
    DECISION,
    EQUITY,
    EVENT,
    FILL,
    MARK,
    PHASE_RESULT,
    RULE_STATE,
    STOP_MOVE,
    STRETCH,
    TRADE,
    Answer,
    EquityRecord,
    Outcome,
    Reason,
)
from runner.model.rules import Code, Family, HouseAction, PhaseFacts, Reset, RuleBook, RuleRow, State
from runner.model.signal import Signals
from runner.model.stream import Funding, Stream

MIDNIGHT = 1_704_067_200_000  # 2024-01-01, a Monday
BAR_MS = 4 * HOUR_MS
INITIAL = 10_000.0
KEY = "program.phases.challenge.rules"


def row(dtype: np.dtype[Any], **values: Any) -> NDArray[Any]:
    """One record; fields that are not named are zero."""
    made = np.zeros(1, dtype)
    for name, value in values.items():
        made[name] = value
    return made


def table(dtype: np.dtype[Any], *rows: NDArray[Any]) -> NDArray[Any]:
    """Records under each other."""
    return np.concatenate(rows) if rows else np.zeros(0, dtype)


def bars(symbol: str = "BTCUSDT", count: int = 24, origin: str = "binance/futures BTCUSDT-4h") -> Bars:
    """`count` 4h bars from Monday, 2024-01-01, around 100."""
    close = 100.0 + np.arange(count, dtype=np.float64)
    return Bars(
        symbol=symbol,
        timeframe_ms=BAR_MS,
        open_time=MIDNIGHT + BAR_MS * np.arange(count),
        open=close - 1.0,
        high=close + 2.0,
        low=close - 2.0,
        close=close,
        volume=np.full(count, 10.0),
        origin=origin,
    )


def instrument(symbol: str = "BTCUSDT", *, inferred: bool = False) -> Instrument:
    """A linear perpetual."""
    return Instrument(
        symbol=symbol,
        quote="USDT",
        tick=0.1,
        quantity_step=0.001,
        min_quantity=0.001,
        max_quantity=100.0,
        min_notional=5.0,
        contract_size=1.0,
        taker_fee_bps=5.5,
        maker_fee_bps=2.0,
        maintenance_margin_fraction=0.005,
        max_leverage=100.0,
        funding_interval_ms=8 * HOUR_MS,
        inferred=inferred,
    )


def book(*extra: RuleRow) -> RuleBook:
    """A challenge with a daily floor, a stop deadline and a target, and our own ladder; then a verification."""
    rows = (
        RuleRow(key=f"{KEY}.daily", family=Family.FLOOR, code=Code.DAILY_LOSS, amount_fraction=0.05),
        RuleRow(key=f"{KEY}.deadline", family=Family.TIMER, code=Code.STOP_DEADLINE, duration_ms=300_000),
        RuleRow(key=f"{KEY}.target", family=Family.COUNTER, code=Code.PROFIT_TARGET, limit=0.1),
        RuleRow(key="house.daily", family=Family.HOUSE, code=Code.HOUSE, action=HouseAction.SCALE, limit=0.025, value=0.5, firm=0),
        RuleRow(key="program.phases.verification.rules.daily", family=Family.FLOOR, code=Code.DAILY_LOSS, amount_fraction=0.05, phase=1),
    )
    phases = (PhaseFacts(name="challenge", next=1), PhaseFacts(name="verification", next=-1))
    return RuleBook(initial=INITIAL, currency="USDT", phases=phases, rows=rows + extra, clocks=(Reset(at="00:00", zone="UTC"),))


def plans() -> NDArray[Any]:
    """Four plans, at the closes of bars 1, 5, 9 and 13."""
    made = empty_plans(4)
    made["signal_index"] = [1, 5, 9, 13]
    made["time"] = MIDNIGHT + BAR_MS * (made["signal_index"] + 1)
    made["side"] = [1, 1, -1, 1]
    return made


def decisions() -> NDArray[Any]:
    """Three approvals, the second bound by the daily floor, and a refusal by our ladder."""
    return table(
        DECISION,
        row(DECISION, time=plans()["time"][0], answer=Answer.APPROVED, code=Code.SIZING, rule=-1, wanted=2.0, quantity=2.0, position=1),
        row(DECISION, time=plans()["time"][1], answer=Answer.APPROVED, code=Code.DAILY_LOSS, rule=0, wanted=3.0, quantity=1.0, position=2),
        row(DECISION, time=plans()["time"][2], answer=Answer.APPROVED, code=Code.SIZING, rule=-1, wanted=1.0, quantity=1.0, position=3),
        row(DECISION, time=plans()["time"][3], answer=Answer.REFUSED, code=Code.HOUSE, rule=3, wanted=1.0, value=0.04, limit=0.025),
    )


def fill(bar: int, position: int, side: int, quantity: float, price: float, **values: Any) -> NDArray[Any]:
    """A fill at the open of a bar; plan and position go together."""
    return row(
        FILL, time=MIDNIGHT + BAR_MS * bar, position=position, plan=position - 1, side=side, quantity=quantity, price=price, **values
    )


def fills() -> NDArray[Any]:
    """A winner sold in two parts (+290 net), a loser (-102 net), a short winner that pays funding (+45.5 net)."""
    return table(
        FILL,
        fill(2, 1, 1, 2.0, 101.0, fee=2.0, reason=Reason.ENTRY, balance=9_998.0, open_quantity=2.0),
        fill(4, 1, -1, 1.0, 201.0, fee=1.0, profit=100.0, reason=Reason.TARGET, target=1, balance=10_097.0, open_quantity=1.0),
        fill(5, 1, -1, 1.0, 295.0, fee=1.0, profit=194.0, reason=Reason.TRAIL, balance=10_290.0),
        fill(6, 2, 1, 1.0, 105.0, fee=1.0, reason=Reason.ENTRY, balance=10_289.0, open_quantity=1.0),
        fill(8, 2, -1, 1.0, 5.0, fee=1.0, profit=-100.0, reason=Reason.STOP, balance=10_188.0),
        fill(10, 3, -1, 1.0, 109.0, fee=1.0, reason=Reason.ENTRY, balance=10_187.0, open_quantity=1.0),
        fill(14, 3, 1, 1.0, 60.0, fee=1.0, profit=49.0, reason=Reason.END_OF_DATA, balance=10_233.5),
    )


def trades() -> NDArray[Any]:
    """The same three positions: 290, -102 and 45.5 net, the last after 1.5 of funding."""
    return table(
        TRADE,
        row(
            TRADE,
            position=1,
            plan=0,
            side=1,
            opened=MIDNIGHT + 2 * BAR_MS,
            closed=MIDNIGHT + 5 * BAR_MS,
            profit=290.0,
            fees=4.0,
            risk=100.0,
        ),
        row(
            TRADE,
            position=2,
            plan=1,
            side=1,
            opened=MIDNIGHT + 6 * BAR_MS,
            closed=MIDNIGHT + 8 * BAR_MS,
            profit=-102.0,
            fees=2.0,
            risk=100.0,
        ),
        row(
            TRADE,
            position=3,
            plan=2,
            side=-1,
            opened=MIDNIGHT + 10 * BAR_MS,
            closed=MIDNIGHT + 14 * BAR_MS,
            profit=45.5,
            fees=2.0,
            funding=1.5,
            risk=50.0,
            reason=Reason.END_OF_DATA,
        ),
    )


def marks(*closes: float, phase: int = 0, first: int = 1) -> NDArray[Any]:
    """A mark at the end of every day, 30 above and 40 below it in between; the floor 500 below the initial balance."""
    made = np.zeros(len(closes), EQUITY)
    made["time"] = MIDNIGHT + DAY_MS * (first + np.arange(len(closes)))
    for name, offset in (("balance", 0.0), ("close", 0.0), ("high", 30.0), ("low", -40.0)):
        made[name] = np.array(closes) + offset
    made["floor"] = [INITIAL - 500.0, np.nan, np.nan, np.nan]
    made["phase"] = phase
    return made


def kept(rows: NDArray[Any]) -> EquityRecord:
    """Rows of equity as the machine keeps them, each a stretch of its own."""
    stretches, marks = np.zeros(len(rows), STRETCH), np.zeros(len(rows), MARK)
    stretches["row"] = np.arange(len(rows))
    for name in ("balance", "floor", "phase", "open_positions"):
        stretches[name] = rows[name]
    for name in ("high", "low", "close"):
        marks[name] = rows[name]
    return EquityRecord(time=rows["time"], stretches=stretches, marks=marks)


def rule_states(count: int = 5) -> NDArray[Any]:
    """The daily floor came within 352 on the second day; our ladder within 0.005; the rest was never measured."""
    made = np.zeros(count, RULE_STATE)
    made["worst_headroom"] = np.inf
    made["worst_value"] = made["worst_limit"] = np.nan
    for place, seen in ((0, (352.0, 10_148.0, 9_796.0)), (3, (0.005, 0.02, 0.025))):
        for name, value in zip(("worst_headroom", "worst_value", "worst_limit"), seen, strict=True):
            made[name][place] = value
        made["worst_at"][place] = MIDNIGHT + 8 * BAR_MS
    made["count"][3] = 1
    return made


def phases(**values: Any) -> NDArray[Any]:
    """A challenge that goes on."""
    settled = {
        "state": State.ACTIVE,
        "rule": -1,
        "started": MIDNIGHT,
        "ended": MIDNIGHT + 3 * DAY_MS,
        "value": np.nan,
        "floor": np.nan,
        "balance": 10_233.5,
        "equity": 10_233.5,
        "credited": 233.5,
        "target": 1_000.0,
        "days_counted": 3,
        "days_needed": 10,
    }
    return row(PHASE_RESULT, **(settled | values))


def outcome(**changes: Any) -> Outcome:
    """Three trades over three days, the challenge not decided."""
    made = Outcome(
        symbols=("BTCUSDT",),
        strategies=("fvg",),
        book=book(),
        plans=plans(),
        fills=fills(),
        trades=trades(),
        stops=np.zeros(0, STOP_MOVE),
        equity_record=kept(marks(10_290.0, 10_188.0, 10_233.5)),
        decisions=decisions(),
        days=np.zeros(0, DAY),
        rule_states=rule_states(),
        phases=phases(),
        events=row(
            EVENT, time=MIDNIGHT + 8 * BAR_MS, code=Code.HOUSE, rule=3, action=HouseAction.SCALE, symbol=-1, value=0.026, limit=0.025
        ),
        floor_rules=((0,), (4,)),
        balance=10_233.5,
        equity_now=10_233.5,
        ambiguous_resolved=0,
        ambiguous_failed=0,
    )
    if "equity" in changes:
        changes["equity_record"] = kept(changes.pop("equity"))
    return replace(made, **changes)


def nothing(equity: NDArray[Any] | None = None) -> Outcome:
    """A strategy that never signalled."""
    return outcome(
        plans=np.zeros(0, PLAN),
        fills=np.zeros(0, FILL),
        trades=np.zeros(0, TRADE),
        decisions=np.zeros(0, DECISION),
        events=np.zeros(0, EVENT),
        equity=np.zeros(0, EQUITY) if equity is None else equity,
        balance=INITIAL,
        equity_now=INITIAL,
        phases=phases(balance=INITIAL, equity=INITIAL),
    )


def stream(
    symbol: str = "BTCUSDT", *, silent: bool = False, count: int = 24, origin: str = "binance/futures BTCUSDT-4h", **changes: Any
) -> Stream:
    """Signals at bars 1, 5, 9, 13 (plans) and 17 (filtered), 21 (passed, but without a complete plan)."""
    candles = bars(symbol, count, origin)
    direction = np.zeros(count, np.int8)
    rows = np.array([] if silent else [1, 5, 9, 13, 17, 21], np.int64)
    direction[rows] = [1, 1, -1, 1, 1, -1][: len(rows)]
    trend = np.ones(count, np.bool_)
    trend[17:18] = False
    made = Stream(
        strategy="fvg",
        market=Market(bars=candles, instrument=instrument(symbol)),
        execution=candles,
        plans=np.zeros(0, PLAN) if silent else plans(),
        columns=[],
        signals=Signals(
            direction=direction,
            strength=np.ones(count),
            levels={"zone_lower": candles.low},
            contributions={"gap_fraction": np.full(count, 0.006)},
        ),
        passed=trend & (direction != 0),
        filters={"trend": trend},
        funding=Funding(time=candles.open_time, rate=np.full(count, 0.0001)),
    )
    return replace(made, **changes)


def bot(folder: Path, **settings: Any) -> Bot:
    """A bot of one strategy on one account, with settings as they are composed."""
    account = Account(
        name="hyro_2step",
        size=INITIAL,
        currency="USDT",
        phase="challenge",
        variant="standard",
        purchased="2026-10-01",
        book=book(),
        gate=GateSettings(),
    )
    strategy = Strategy(name="fvg", symbols=("BTCUSDT",), timeframe="4h", detail_timeframe=None, entry=Entry(), exits={}, sizing=Sizing())
    composed = {"strategy": {"name": "fvg"}, "mode": {"name": "backtest", "output": str(folder)}, "source": {"root": str(folder)}}
    return Bot(
        account=account,
        strategies=(strategy,),
        costs=Costs(),
        source=None,
        mode="backtest",
        options={},
        settings=composed | settings,
        home=folder,
        folder=folder,
    )

"""summary.json: the whole run on one page, for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from runner import __version__
from runner.model.bot import Bot
from runner.model.duration import text
from runner.model.records import Outcome
from runner.model.stream import Stream
from runner.report.analysis.whole import analysis
from runner.report.daily import days_per_year
from runner.report.figures import iso, money, number
from runner.report.fingerprint import config_hash
from runner.report.headroom import used
from runner.report.metrics import Figures, metrics
from runner.report.objective import paths
from runner.report.verdict import payouts, phases, reductions, refusals, rules, verdict
from runner.report.warnings import end, start, warnings

STAGES = ("load", "columns", "plans", "machine", "report")


def summary(bot: Bot, outcome: Outcome, streams: Sequence[Stream], seconds: Mapping[str, float]) -> dict[str, Any]:
    """Everything a program may ask of a run. Keys in a fixed order; equal runs differ in `seconds` only."""
    figures = metrics(outcome, days_per_year([stream.market.bars for stream in streams]))
    return {
        **identity(bot, streams),
        **results(outcome, figures),
        "analysis": analysis(bot, outcome, streams, figures) if analysed(bot.options) else None,
        "warnings": warnings(bot, outcome, streams),
        "config_hash": config_hash(bot.settings, outcome.book, streams, bot.code),
        "version": __version__,
        "seconds": rounded(seconds),
    }


def results(outcome: Outcome, figures: Figures) -> dict[str, Any]:
    """What came of a run, whichever bars it ran on; `figures` are its metrics."""
    return {
        "trades": len(outcome.trades),
        "net_profit": net_profit(outcome),
        **per_headroom(outcome),
        "max_drawdown": figures["max_drawdown"],
        "verdict": verdict(outcome),
        "phases": phases(outcome),
        "payouts": payouts(outcome),
        "rules": rules(outcome),
        "refusals": refusals(outcome),
        "reductions": reductions(outcome),
        "ambiguous": {"resolved": int(outcome.ambiguous_resolved), "counted_failed": int(outcome.ambiguous_failed)},
        "metrics": figures,
    }


def analysed(options: Mapping[str, Any]) -> bool:
    """Whether the analysis is wanted: with a report, and where runs are compared by a figure of it."""
    words = options.get("objective") or ()
    asked = paths([words] if isinstance(words, str) else words)
    return bool(options.get("report", True)) or any(path.startswith("analysis.") for path in asked)


def identity(bot: Bot, streams: Sequence[Stream]) -> dict[str, Any]:
    """What was run on which bars."""
    held = [stream.market.bars for stream in streams if len(stream.market.bars)]
    return {
        "strategy": strategy_name(bot),
        "account": bot.account.name,
        "mode": bot.mode,
        "currency": bot.account.currency,
        "initial": money(bot.account.size),
        "bars": sum(len(bars) for bars in {(bars.symbol, bars.timeframe_ms): bars for bars in held}.values()),
        "symbols": list(dict.fromkeys(stream.symbol for stream in streams)),
        "start": iso(min((start(bars) for bars in held), default=0)),
        "end": iso(max((end(bars) for bars in held), default=0)),
        "streams": [coverage(stream) for stream in streams],
    }


def strategy_name(bot: Bot) -> str:
    """The strategy's name; of several, the portfolio's."""
    portfolio = bot.settings.get("portfolio")
    named = portfolio.get("name") if isinstance(portfolio, Mapping) else None
    return str(named or "+".join(strategy.name for strategy in bot.strategies))


def coverage(stream: Stream) -> dict[str, Any]:
    """One strategy on one symbol: bars read, bars walked, range, opinions."""
    bars = stream.market.bars
    return {
        "strategy": stream.strategy,
        "symbol": stream.symbol,
        "timeframe": text(bars.timeframe_ms),
        "walked": text(stream.execution.timeframe_ms),
        "bars": len(bars),
        "start": iso(start(bars)) if len(bars) else None,
        "end": iso(end(bars)) if len(bars) else None,
        "signals": int((stream.signals.direction != 0).sum()),
        "plans": len(stream.plans),
    }


def net_profit(outcome: Outcome) -> float | None:
    """Result of all fills: profit less fees and funding, in account currency."""
    return money(outcome.fills["profit"].sum() - outcome.fills["fee"].sum() - outcome.trades["funding"].sum())


def per_headroom(outcome: Outcome) -> dict[str, float | None]:
    """Net profit for each unit of headroom that was used, and that headroom in money; None where none was."""
    headroom, profit = used(outcome), net_profit(outcome)
    ratio = number(profit / headroom) if headroom > 0 and profit is not None else None
    return {"profit_per_headroom": ratio, "headroom_used": money(headroom)}


def rounded(seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds of every stage, to a tenth of a millisecond; 0 for one that did not run."""
    return {stage: round(float(seconds.get(stage, 0.0)), 4) for stage in STAGES}


def dumps(content: Mapping[str, Any]) -> str:
    """The summary as JSON text; refuses NaN."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"

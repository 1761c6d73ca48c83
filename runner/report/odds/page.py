"""challenge.json: everything challenge mode found, for programs. docs/odds.md says what each key means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from runner import __version__
from runner.model.rules import Code
from runner.odds.results import Afterwards, Approach, Cause, Challenge, Curve, Histories, Interval, Point, Ruin, Shares, Spread, Value
from runner.report.figures import iso, money, number
from runner.report.words import MONEY, UNITS

Page = dict[str, Any]


def page(found: Challenge, seconds: Mapping[str, float], config_hash: str) -> Page:
    """The whole; keys in a fixed order, equal runs differ in `seconds` only."""
    return {
        "strategy": found.strategy,
        "account": found.account,
        "mode": "challenge",
        "line": found.line,
        "firm": found.firm,
        "program": found.program,
        "size": money(found.size),
        "currency": found.currency,
        "phases": list(found.phases),
        "goal": found.phases[found.goal],
        "days": found.planned,
        "starts": len(found.attempts),
        "stopped": found.stopped or found.interrupted,
        "first_start": iso(int(found.attempts["start"][0])) if len(found.attempts) else None,
        "last_start": iso(int(found.attempts["start"][-1])) if len(found.attempts) else None,
        "shares": shares(found.shares),
        "ambiguous": {"resolved": found.resolved, "counted_failed": found.shares.ambiguous},
        "odds": interval(found.odds),
        "odds_of_decided": interval(found.decided),
        "block_days": number(found.block_days),
        "days_to_pass": spread(found.days),
        "trading_days_to_pass": spread(found.trading_days),
        "funded": funded(found),
        "approaches": [approach(one, found.phases) for one in found.approaches],
        "levels": [
            {"phase": found.phases[one.phase], "kind": one.kind, "path": one.key, "rule": Code(one.code).name, "level": number(one.level)}
            for one in found.levels
        ],
        "value": value(found.value, found.currency),
        "ruin": ruin(found.ruin),
        "ceiling": {
            "share": number(found.ceiling.share),
            "phases": [number(one) for one in found.ceiling.phases],
            "how": list(found.ceiling.how),
        },
        "published": [
            {"who": one.who, "what": one.what, "share": number(one.share), "weight": one.weight, "source": one.source}
            for one in found.published
        ],
        "own_risk": number(found.own_risk),
        "curve": None if found.curve is None else curve(found.curve),
        "better": None if found.better is None else point(found.better),
        "histories": None if found.histories is None else histories(found.histories),
        "warnings": list(found.warnings),
        "config_hash": config_hash,
        "version": __version__,
        "seconds": {name: round(spent, 4) for name, spent in seconds.items()},
    }


def interval(one: Interval | None) -> Page | None:
    """A figure and what it may really be."""
    if one is None or math.isnan(one.value):
        return None
    return {"value": number(one.value), "low": number(one.low), "high": number(one.high), "level": one.level}


def shares(found: Shares) -> Page:
    """Counts and shares; they add up to all starts."""
    whole = max(1, found.starts)
    return {
        "starts": found.starts,
        "passed": {"count": found.passed, "share": number(found.passed / whole)},
        "failed": {"count": found.failed, "share": number(found.failed / whole)},
        "unfinished": {"count": found.unfinished, "share": number(found.unfinished / whole)},
        "causes": [cause(one) for one in found.causes],
    }


def cause(one: Cause) -> Page:
    """One cause of failure."""
    return {
        "cause": one.label,
        "phase": one.phase,
        "rule": Code(one.code).name,
        "count": one.count,
        "share": number(one.share),
        "ambiguous": one.ambiguous,
    }


def spread(one: Spread) -> Page | None:
    """A distribution in six numbers."""
    if not one.count:
        return None
    names = ("least", "lower", "median", "upper", "most")
    return {"count": one.count, **{name: number(getattr(one, name)) for name in names}}


def funded(found: Challenge) -> Page:
    """What became of the funded accounts."""
    attempts = found.attempts
    reached = attempts[attempts["afterwards"] != Afterwards.NEVER]
    causes = {
        Code(int(code)).name: int((reached["funded_code"] == code).sum()) for code in sorted(set(reached["funded_code"].tolist())) if code
    }
    return {
        "accounts": len(reached),
        "alive": int((reached["afterwards"] == Afterwards.ALIVE).sum()),
        "complete": int((reached["afterwards"] == Afterwards.COMPLETE).sum()),
        "lost": int((reached["afterwards"] == Afterwards.LOST).sum()),
        "lost_by": causes,
        "mean_days": number(reached["funded_days"].mean()) if len(reached) else None,
        "payouts": int(reached["payouts"].sum()),
        "with_payout": int((reached["payouts"] > 0).sum()),
    }


def approach(one: Approach, phases: tuple[str, ...]) -> Page:
    """How close the starts came to a rule, in its own unit."""
    code = Code(one.code)
    return {
        "rule": code.name,
        "path": one.key,
        "phase": phases[one.phase],
        "unit": UNITS.get(code, MONEY),
        "closest": number(one.closest),
        "value": number(one.closest_value),
        "limit": number(one.closest_limit),
        "start": iso(one.closest_start),
        "median": number(one.median),
        "ended": number(one.touched),
    }


def value(found: Value, currency: str) -> Page:
    """What an attempt is worth, and from what that was worked out."""
    parts = {name: None if (part := getattr(found, name)) is None else money(part) for name in ("cost", "refund", "received", "paid_out")}
    return {
        "currency": currency,
        "total": interval(found.total),
        **parts,
        "reached_payout": number(found.reached_payout),
        "inputs": [
            {
                "name": one.name,
                "value": None if one.value is None else number(one.value),
                "unit": one.unit,
                "source": one.source,
                "missing": one.missing,
            }
            for one in found.inputs
        ],
        "missing": list(found.missing),
        "without": list(found.without),
    }


def ruin(found: Ruin) -> Page:
    """How often accounts are lost before they pay."""
    red = None if found.in_the_red is None else number(found.in_the_red)
    return {"lost_first": interval(found.lost_first), "accounts": found.attempts, "in_the_red": red, "chains": found.chains}


def curve(found: Curve) -> Page:
    """The sizes that were compared."""
    return {
        "unit": found.unit,
        "starts": found.starts,
        "stopped": found.stopped,
        "best_odds": found.best_odds,
        "best_value": found.best_value,
        "points": [point(one) for one in found.points],
    }


def histories(found: Histories) -> Page:
    """The odds over drawn histories."""
    return {
        "planned": found.planned,
        "drawn": found.drawn,
        "stopped": found.stopped,
        "seed": found.seed,
        "block_days": number(found.block_days),
        "from": iso(found.first),
        "until": iso(found.last),
        "odds": interval(found.odds),
        "odds_of_decided": interval(found.decided),
        "shares": shares(found.shares),
        "days_to_pass": spread(found.days),
        "passed": {"spread": spread(found.spread), "each": [number(one) for one in found.passed]},
        "notes": list(found.notes),
    }


def point(one: Point) -> Page:
    """One size."""
    return {
        "risk": number(one.risk),
        "factor": number(one.factor),
        "own": one.own,
        "odds": interval(one.odds),
        "value": interval(one.value),
        "lost_first": interval(one.ruin),
        "days_to_pass": spread(one.days),
        "shares": shares(one.shares),
    }

"""overfit.json: everything mode=overfit found, for programs. docs/studies.md says what each key means."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from runner.model.duration import DAY_MS
from runner.report.figures import money, number
from runner.report.study.about import day
from runner.report.study.overfit.found import Overfitted, Try
from runner.report.study.overfit.sentence import sentence, verdict

Page = dict[str, Any]
MULTIPLES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)


def page(found: Overfitted) -> Page:
    """The whole; keys in a fixed order, equal studies differ in `seconds` only."""
    own = {
        "line": sentence(found),
        "verdict": verdict(found),
        "first_day": day(int(found.days[0]) * DAY_MS),
        "last_day": day(int(found.days[-1]) * DAY_MS),
        "days_compared": len(found.days),
        "days_per_year": found.year,
        "tries": counts(found),
        "best": best(found),
        "overfitting": overfitting(found),
        "deflated": deflated(found),
        "each": [one(found, each) for each in found.tries],
    }
    return found.about.page() | own | found.about.end()


def counts(found: Overfitted) -> Page:
    """How many tries there were, and what they are worth."""
    return {
        "asked": len(found.tries),
        "compared": found.deflated.trials,
        "left_out": len(found.tries) - found.deflated.trials,
        "before": found.deflated.before,
        "counted": found.deflated.counted,
        "average_correlation": number(found.deflated.correlation),
        "independent": number(found.deflated.independent),
    }


def best(found: Overfitted) -> Page:
    """The try with the highest Sharpe ratio."""
    record = found.deflated.found
    return {
        "number": found.best.number,
        "values": values(found, found.best),
        "profit": money(found.best.profit),
        "sharpe": number(found.yearly(record.sharpe)),
        "skew": number(record.skew),
        "kurtosis": number(record.kurtosis),
        "trades": found.best.trades,
    }


def overfitting(found: Overfitted) -> Page:
    """What became of the best in sample out of sample."""
    made = found.overfit
    return {
        "probability": number(made.probability),
        "blocks": made.blocks,
        "splits": len(made.held),
        "loss": number(made.loss),
        "inside": number(found.shown(float(np.median(made.inside)))),
        "outside": number(found.shown(float(np.median(made.outside)))),
        "degradation": {
            "slope": number(made.degradation.slope),
            "intercept": number(found.shown(made.degradation.intercept)),
            "r2": number(made.degradation.r2),
        },
        "dominance": {"first_order": made.dominance.first, "second_order": made.dominance.second},
    }


def deflated(found: Overfitted) -> Page:
    """The best Sharpe ratio against luck; ratios a year."""
    made = found.deflated
    most = max(MULTIPLES[3], made.counted * 10)
    against = sorted({each for each in MULTIPLES if each <= most} | {made.counted})
    return {
        "probability": number(made.probability),
        "significant": made.significant,
        "expected_maximum": number(found.yearly(made.expected)),
        "spread": number(found.yearly(made.spread)),
        "without_choice": number(made.alone),
        "p_value": number(1.0 - made.alone),
        "adjusted_p_value": number(made.adjusted),
        "haircut": number(made.haircut),
        "days_needed": number(made.days_needed) if math.isfinite(made.days_needed) else None,
        "against": [{"tries": each, "probability": number(made.among(each))} for each in against],
        "if_independent": number(made.among(made.independent)),
    }


def one(found: Overfitted, each: Try) -> Page:
    """One try."""
    return {
        "number": each.number,
        "values": values(found, each),
        "profit": money(each.profit),
        "sharpe": number(each.sharpe),
        "trades": each.trades,
        "best_in_sample": number(found.chosen(each)),
        "left_out": each.why or None,
    }


def values(found: Overfitted, each: Try) -> Page:
    """What sets a try apart, by key as typed."""
    return dict(found.about.values[each.number - 1])

"""How far apart the days of a run lie: the spread of daily profit and loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from runner.report.analysis.excursions import at
from runner.report.days import Days, iso_day
from runner.report.figures import money

PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
NOTHING = 0.005  # a day that changed equity by less did not move


def spread(days: Days) -> dict[str, Any]:
    """Mean, standard deviation (of a sample), best and worst day, percentiles (linear between neighbours), and days by sign."""
    made, count = days.money, len(days.money)
    ordered = np.sort(made)
    return {
        "days": count,
        "won": int((made >= NOTHING).sum()),
        "lost": int((made <= -NOTHING).sum()),
        "mean": money(made.mean()) if count else None,
        "standard_deviation": money(made.std(ddof=1)) if count > 1 else None,
        "best": day(days, int(np.argmax(made))) if count else None,
        "worst": day(days, int(np.argmin(made))) if count else None,
        "percentiles": {str(each): money(at(ordered, each / 100)) if count else None for each in PERCENTILES},
    }


def day(days: Days, row: int) -> dict[str, Any]:
    """One day: when, and what it brought."""
    return {"day": iso_day(int(days.number[row])), "profit": money(days.money[row])}

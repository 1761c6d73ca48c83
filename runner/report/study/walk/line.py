"""A walk-forward in one plain sentence."""

from __future__ import annotations

import math

from runner.report.study.say import of, percent, signed
from runner.study.walked import Walked


def line(walked: Walked, currency: str) -> str:
    """What choosing on the past would have brought, against what the past itself showed."""
    inside, outside, count = walked.in_sample, walked.out_of_sample, len(walked.windows)
    if not outside.made:
        return "Nothing was chosen: no trial could be measured on the past of any window, so nothing was traded"
    made = f"{signed(outside.pace)} {currency} a year"
    before = f"{signed(inside.pace)}"
    kept = f" ({percent(walked.efficiency)} of it)" if not math.isnan(walked.efficiency) and outside.pace > 0 else ""
    won = f"{of(outside.won, count, 'window')} ended with a profit"
    if len(walked.values) == 1:
        return f"One trial, so nothing was chosen: it made {made} in the tests against {before} in the trains before them{kept}; {won}"
    idle = count - len(outside.made)
    waited = f"; in {idle} of them no trial could be measured on the past, and nothing was traded" if idle else ""
    return f"Chosen on the past, it made {made} out of sample against {before} in sample{kept}; {won}{waited}"

"""Mean prices weighted by volume."""

from __future__ import annotations

import numpy as np

from runner.columns.moving import unknown
from runner.columns.oscillators import typical
from runner.columns.sessions import sessions
from runner.columns.windows import padded, quotient
from runner.model.bars import Bars, Floats
from runner.model.rules import Reset


def session_vwap(bars: Bars, clock: Reset) -> Floats:
    """Mean typical price since the session began, weighted by volume; NaN before the first begin and where nothing was traded since one."""
    if len(bars) == 0:
        return unknown(0)
    import pandas as pd

    days = sessions(bars, clock)
    price = typical(bars)
    anchor = price[days.first][days.of]
    frame = pd.DataFrame({"paid": (price - anchor) * bars.volume, "volume": bars.volume}).groupby(days.of).cumsum()
    column: Floats = anchor + quotient(frame["paid"].to_numpy(), frame["volume"].to_numpy())
    return column if days.whole else np.where(days.of == 0, np.nan, column)


def rolling_vwap(bars: Bars, length: int) -> Floats:
    """Mean typical price of the last `length` bars, weighted by volume; NaN before there are as many or where nothing was traded."""
    span = len(bars) - length + 1
    if span <= 0:
        return unknown(len(bars))
    price, volume = typical(bars), bars.volume
    latest, paid, traded = price[length - 1 :], np.zeros(span), np.zeros(span)
    for first in range(length):
        part = volume[first : first + span]
        paid += (price[first : first + span] - latest) * part
        traded += part
    return padded(latest + quotient(paid, traded), len(bars))

"""One column of an indicator."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import AfterValidator, ValidationInfo

from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.duration import HOUR_MS
from runner.model.errors import ConfigError, Problem
from runner.words import nearest


def picked(indicator: Indicator, column: str | None, bars: Bars) -> tuple[str, Floats]:
    """The column's name and its values, float64, shape (n,); None: the first. Another name is a ConfigError with those there are."""
    columns = indicator.columns(bars)
    name = column or next(iter(columns))
    if name not in columns:
        raise ConfigError("no such column", [Problem(path=name, message=f"{type(indicator).__name__} gives {', '.join(columns)}")])
    return name, columns[name]


def _known(column: str | None, info: ValidationInfo) -> str | None:
    """Refuses a column that the parameter `indicator`, which stands before it, does not give."""
    indicator = info.data.get("indicator")
    names = _names(indicator) if isinstance(indicator, Indicator) else ()
    if column is None or not names or column in names:
        return column
    raise ValueError(f"{type(indicator).__name__} gives {', '.join(names)}, was {column!r}{nearest(column, names)}")


def _names(indicator: Indicator) -> tuple[str, ...]:
    """The columns it gives of no bars; none where it cannot do without, then the first bars tell."""
    try:
        return tuple(indicator.columns(_no_bars()))
    except Exception:  # noqa: BLE001 - a block of the user's own may fail in its own way; with bars that is reported
        return ()


def _no_bars() -> Bars:
    none = np.empty(0)
    return Bars(symbol="", timeframe_ms=HOUR_MS, open_time=np.empty(0, np.int64), open=none, high=none, low=none, close=none, volume=none)


ColumnName = Annotated[str | None, AfterValidator(_known)]  # of a block's `indicator`; None = its first

"""One column of an indicator."""

from __future__ import annotations

from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.errors import ConfigError, Problem


def picked(indicator: Indicator, column: str | None, bars: Bars) -> tuple[str, Floats]:
    """The column's name and its values, float64, shape (n,); None: the first. Another name is a ConfigError with those there are."""
    columns = indicator.columns(bars)
    name = column or next(iter(columns))
    if name not in columns:
        raise ConfigError("no such column", [Problem(path=name, message=f"{type(indicator).__name__} gives {', '.join(columns)}")])
    return name, columns[name]

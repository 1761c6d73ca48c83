"""A column of an indicator by its name."""

from __future__ import annotations

from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.errors import ConfigError, Problem


def named(indicator: Indicator, column: str | None, bars: Bars) -> tuple[str, Floats]:
    """The column's name and its values, float64, shape (n,); None takes the first. An unknown one is a ConfigError that names all."""
    columns = indicator.columns(bars)
    name = column or next(iter(columns))
    if name not in columns:
        raise ConfigError("no such column", [Problem(path=name, message=f"{type(indicator).__name__} gives {', '.join(columns)}")])
    return name, columns[name]

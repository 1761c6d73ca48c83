"""Columns by name."""

import numpy as np
import pytest
from pydantic import Field

from blocks.filter.indicator_range import IndicatorRange
from blocks.indicator.adx import Adx
from runner.columns.picked import picked
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from runner.model.errors import ConfigError
from tests.samples import bars, market


class NeedsBars(Indicator):
    """Written by somebody who never had no bars."""

    shift: float = Field(0.0, description="added to the last close")

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The last close, at every bar."""
        return {"last": np.full(len(bars), bars.close[-1] + self.shift)}


def test_the_first_is_meant_when_none_is_named() -> None:
    """Its name comes with it."""
    assert picked(Adx(), None, bars([1, 2]))[0] == "adx"
    assert picked(Adx(), "minus_di", bars([1, 2]))[0] == "minus_di"


def test_an_unknown_one_is_refused_when_the_block_is_built() -> None:
    """With those there are and the nearest; no bars are needed to say so."""
    with pytest.raises(ValueError, match="Adx gives adx, plus_di, minus_di, was 'plus_id'; nearest is 'plus_di'"):
        IndicatorRange(indicator=Adx(), column="plus_id", lower=25.0)


def test_an_indicator_that_fails_without_bars_is_asked_when_there_are_some() -> None:
    """Building says nothing; the first bars do."""
    block = IndicatorRange(indicator=NeedsBars(), column="first", lower=1.0)
    with pytest.raises(ConfigError, match="NeedsBars gives last"):
        block.passes(market([1, 2]), 1)
    assert IndicatorRange(indicator=NeedsBars(), column="last", lower=2.0).passes(market([1, 2]), 1).all()

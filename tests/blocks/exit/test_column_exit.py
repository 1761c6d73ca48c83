"""The exit `column_exit`."""

from typing import Any

import numpy as np
import pytest

from blocks.exit.column_exit import ColumnExit
from runner.model.bars import Bars, Floats
from runner.model.block import Indicator
from tests.blocks.drafts import pair

NAN = float("nan")


class Given(Indicator):
    """A column of numbers as they are given, NaN after them."""

    values: list[float]

    def columns(self, bars: Bars) -> dict[str, Floats]:
        """The numbers."""
        return {"value": np.array(self.values + [NAN] * (len(bars) - len(self.values)))}


def marks(values: list[float], **settings: Any) -> dict[int, float]:
    """Bars that the exit marks, and how."""
    draft = pair()
    ColumnExit(indicator=Given(values=values), **settings).complete(draft)
    column = draft.columns[int(draft.plans["exit_column"][0])]
    return {int(row): float(column[row]) for row in np.flatnonzero(column)}


VALUES = [75, 60, 70, 71, 72, 70, 29, 30, 71]


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        pytest.param({"long_above": 70}, {3: 1, 8: 1}, id="above: at the bar that passes it, the first bar passes nothing"),
        pytest.param({"long_above": 70, "when": "beyond"}, {0: 1, 3: 1, 4: 1, 8: 1}, id="beyond: wherever it is above"),
        pytest.param({"short_below": 30}, {6: -1}, id="shorts have their own level"),
        pytest.param({"long_below": 30, "short_below": 30}, {6: 2}, id="both sides at one bar"),
        pytest.param({"short_above": 70, "long_below": 71}, {1: 1, 3: -1, 5: 1, 8: -1}, id="each side its way"),
    ],
)
def test_levels(settings: dict[str, Any], found: dict[int, float]) -> None:
    """70 itself is not above 70."""
    assert marks([float(each) for each in VALUES], **settings) == found


def test_an_unknown_value_marks_nothing_and_is_no_side_to_come_from() -> None:
    """After a hole the column has to be seen below before it can pass."""
    assert marks([60, NAN, 80, 60, 80], long_above=70.0) == {4: 1}


def test_the_close_against_the_column() -> None:
    """The price is 100 throughout: an average that rises over it is passed from above."""
    assert marks([98, 99, 101, 99], measure="close_minus_column", long_below=0.0, short_above=0.0) == {2: 1, 3: -1}


def test_no_level_is_refused() -> None:
    """It would never close anything."""
    with pytest.raises(ValueError, match="at least one of"):
        ColumnExit(indicator=Given(values=[]))


def test_an_unknown_column_is_refused_by_name() -> None:
    """The message says what there is."""
    with pytest.raises(ValueError, match="Given gives value"):
        ColumnExit(indicator=Given(values=[]), column="worth", long_above=1.0)

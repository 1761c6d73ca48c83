"""What a user's own function says of bars, as directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from runner.columns.merge import Directions
from runner.columns.user_file import UserFunction
from runner.model.bars import Bars
from runner.words import nearest

if TYPE_CHECKING:
    import pandas as pd

Values = Mapping[str | float, int]  # what stands in the column, in lower case, and the direction it means


def frame_of(bars: Bars) -> pd.DataFrame:
    """A copy of the bars: open, high, low, close, volume; the index is their opening times, UTC."""
    import pandas as pd

    index = pd.DatetimeIndex(pd.to_datetime(bars.open_time, unit="ms", utc=True), name="time")
    columns = {name: np.array(getattr(bars, name)) for name in ("open", "high", "low", "close", "volume")}
    return pd.DataFrame(columns, index=index)


def directions(function: UserFunction, column: str, values: Values, bars: Bars) -> Directions:
    """+1, -1 or 0 at each bar, int8, shape (n,); bars the function leaves out are 0. BlockError for an answer that cannot be read."""
    if not len(bars):
        return np.empty(0, np.int8)
    import pandas as pd

    frame = frame_of(bars)
    index = frame.index
    answer = function(frame)
    told = _aligned(function, _column(function, answer, column), index)
    try:
        codes, said = pd.factorize(told, use_na_sentinel=True)
    except TypeError:  # lists and the like
        raise function.fault(f"{function.name} must say a word or a number per bar, was {told.iloc[0]!r}") from None
    meant = [_meant(function, value, values, index[int(np.argmax(codes == number))]) for number, value in enumerate(said.tolist())]
    side: Directions = np.array([*meant, 0], np.int8)[codes]  # -1, nothing said, finds the 0 at the end
    return side


def _column(function: UserFunction, answer: Any, column: str) -> pd.Series:
    import pandas as pd

    if not isinstance(answer, pd.DataFrame):
        raise function.fault(f"{function.name} must return a DataFrame, was {type(answer).__name__}")
    if column not in answer.columns:
        known = [str(name) for name in answer.columns]
        raise function.fault(f"{function.name} returned no column {column!r}{nearest(column, known, also='it has')}")
    found = answer[column]
    if not isinstance(found, pd.Series):
        raise function.fault(f"{function.name} returned {found.shape[1]} columns {column!r}")
    return found


def _aligned(function: UserFunction, told: pd.Series, index: pd.DatetimeIndex) -> pd.Series:
    """The column on the bars' own index: by time where it has times, else row by row."""
    import pandas as pd

    if not isinstance(told.index, pd.DatetimeIndex):
        if len(told) != len(index):
            raise function.fault(
                f"{function.name} must return a row per bar ({len(index)}) or keep the index of times, was {len(told)} rows"
            )
        return told.set_axis(index)
    at = told.index.tz_localize("UTC") if told.index.tz is None else told.index.tz_convert("UTC")
    strange = ~at.isin(index)
    if strange.any() or not at.is_unique:
        what = f"{int(strange.sum())} rows at times of no bar, first {at[strange][0]}" if strange.any() else "times that come twice"
        raise function.fault(f"{function.name} returned {what}")
    return told.set_axis(at).reindex(index)


def _meant(function: UserFunction, value: Any, values: Values, time: Any) -> int:
    """The direction a value stands for; `time` is the first bar it was said at."""
    key = value.strip().casefold() if isinstance(value, str) else value
    if key not in values:
        known = ", ".join(repr(each) for each in values)
        raise function.fault(f"{function.name} says {value!r} at {time}; expected one of {known}")
    return values[key]

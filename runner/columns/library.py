"""pandas-ta, imported when the first column asks for it."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any


@cache
def library() -> Any:
    """The module `pandas_ta`. Call its functions with `talib=False`: its TA-Lib path gives other numbers.

    Its import uses a pandas name that newer pandas warns about, which is nothing a user can act on.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import pandas_ta
    return pandas_ta

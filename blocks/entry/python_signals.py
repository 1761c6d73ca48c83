"""Signals of a Python file of your own."""

from typing import Literal, Self

import numpy as np
from pydantic import Field, PrivateAttr, model_validator

from runner.columns.moving import constant
from runner.columns.user_file import UserFunction, trusted_file, user_function
from runner.columns.user_signals import Values, directions
from runner.model.block import Entry
from runner.model.market import Market
from runner.model.plan import WhenOpen
from runner.model.reason import Reason
from runner.model.signal import Signals

Meaning = list[str | int | float]


class PythonSignals(Entry):
    """A function `generate_signals(df) -> df` of your file says buy, sell or hold at each bar; it acts at the bar's close.

    df: open, high, low, close, volume, and an index of opening times in UTC. The file runs as part of the program, so it must lie
    in your own folder or in one you trust.
    """

    file: str = Field(min_length=1, description="your file: relative to $RUNNER_HOME, or absolute")
    function: str = Field("generate_signals", min_length=1, description="the function of it that is called with the bars")
    column: str = Field("signal", min_length=1, description="column of its answer that says what to do")
    buy: Meaning = Field(default=["buy", 1], min_length=1, description="what means long; capitals do not matter")
    sell: Meaning = Field(default=["sell", -1], description="what means short; empty = never")
    hold: Meaning = Field(default=["hold", "", 0], description="what means nothing; None and NaN always do")
    when_open: Literal["ignore", "add", "reverse", "replace"] = Field("reverse", description="what a signal does while a position is open")
    _call: UserFunction = PrivateAttr()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """The file is read here, once."""
        said = [each.casefold() if isinstance(each, str) else each for each in (*self.buy, *self.sell, *self.hold)]
        if twice := sorted({repr(each) for each in said if said.count(each) > 1}):
            raise ValueError(f"buy, sell and hold must not share a value, was {', '.join(twice)} more than once")
        self._call = user_function(trusted_file(self.file), self.function)
        return self

    def code_read(self) -> dict[str, str]:
        """The file, as it was read."""
        return {self.file: self._call.text}

    def signals(self, market: Market) -> Signals:
        """What the function says. A fault of it is a BlockError that names file and line."""
        meanings = ((self.buy, 1), (self.sell, -1), (self.hold, 0))
        values: Values = {each.casefold() if isinstance(each, str) else each: side for listed, side in meanings for each in listed}
        side = market.bars.once((self._call, self.column), lambda: directions(self._call, self.column, values, market.bars))
        when, strength = WhenOpen[self.when_open.upper()], constant(1.0, len(side))
        return Signals(direction=side.astype(np.int8), strength=strength, plan={"when_open": when})

    def explain(self, market: Market, row: int) -> list[Reason]:
        """What it said."""
        said = self.signals(market).direction[row]
        return [Reason(name=f"what {self.function} says", holds=said != 0, measured=float(said), unit="signed")]

"""Stop to break-even."""

import numpy as np
from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TARGETS


class BreakEven(Exit):
    """Moves the stop to the entry once a target is hit."""

    part = "break_even"
    after_target: int = Field(1, ge=1, le=MAX_TARGETS, description="which target, 1 = the first")
    offset_fraction: float = Field(0.0, ge=0, lt=1, description="of the entry price beyond it, in the position's favour (pays the fees)")
    offset_r: float = Field(0.0, ge=0, allow_inf_nan=False, description="and of the distance between entry and stop")
    offset_ticks: float = Field(0.0, ge=0, allow_inf_nan=False, description="and ticks of the instrument")

    def complete(self, draft: Draft) -> None:
        """Needs `stop` for offset_r, `targets` where there are any; gives `break_even_after`, `break_even_offset`.

        Withdraws plans whose stop would stand where the market has not been when that target is hit: at the target or beyond it.
        """
        offset = self.offset_fraction * draft.entry + self.offset_ticks * draft.market.instrument.tick
        if self.offset_r:
            offset += self.offset_r * draft.risk
        draft.plans["break_even_after"] = self.after_target
        draft.plans["break_even_offset"] = offset
        draft.withdraw(np.isnan(offset))
        won = draft.side * (draft.plans["target_price"][:, self.after_target - 1] - draft.entry)
        draft.withdraw(won - offset < draft.market.instrument.tick * (1 - 1e-9), "its break-even would lie at its target or beyond it")

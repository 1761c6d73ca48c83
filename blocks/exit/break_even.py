"""Stop to break-even."""

from pydantic import Field

from runner.model.block import Exit
from runner.model.draft import Draft
from runner.model.plan import MAX_TARGETS


class BreakEven(Exit):
    """Moves the stop to the entry once a target is hit."""

    part = "break_even"
    after_target: int = Field(1, ge=1, le=MAX_TARGETS, description="which target, 1 = the first")
    offset_fraction: float = Field(0.0, ge=0, lt=1, description="of the entry price beyond it, in the position's favour (pays the fees)")

    def complete(self, draft: Draft) -> None:
        """Needs nothing; gives `break_even_after`, `break_even_offset`."""
        draft.plans["break_even_after"] = self.after_target
        draft.plans["break_even_offset"] = self.offset_fraction * draft.entry

"""A venue known by its fees."""

from typing import Any

from pydantic import Field

from runner.model.block import Venue


class Template(Venue):
    """What this venue charges; whatever is not said here is as runner.model.bot.Costs has it."""

    taker_fee_bps: float | None = Field(None, ge=-10, le=100, description="basis points on market and stop fills; null = the instrument's")
    maker_fee_bps: float | None = Field(None, ge=-10, le=100, description="basis points on resting fills; null = the instrument's")

    def options(self) -> dict[str, Any]:
        """Fields of Costs."""
        return self.model_dump()

"""Always the same share of the equity."""

from pydantic import Field

from runner.model.block import Sizing
from runner.model.draft import Draft
from runner.model.plan import SizingMethod


class Template(Sizing):
    """A position worth `equity_multiple` times the present equity, before the rule book answers."""

    equity_multiple: float = Field(1.0, gt=0, description="position value over equity, 1.0 = all of it once")

    def complete(self, draft: Draft) -> None:
        """Gives `sizing_method` and `sizing_value`."""
        draft.plans["sizing_method"] = SizingMethod.NOTIONAL_OF_EQUITY
        draft.plans["sizing_value"] = self.equity_multiple

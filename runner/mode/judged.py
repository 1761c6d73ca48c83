"""What runs of a mode are compared by: the option that backtest, challenge and the studies share."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from runner.model.errors import ConfigError
from runner.report.objective import Objective, objectives

SAID = (
    "figure of summary.json or challenge.json that runs are compared by, metrics.sharpe, or -max_drawdown where less is better; a list: "
    "ties are broken by the next; null = profit_per_headroom, of a challenge value.total and then odds"
)


class Judged(BaseModel):
    """Options of a mode whose runs are compared with each other."""

    objective: str | list[str] | None = Field(None, description=SAID)

    @field_validator("objective")
    @classmethod
    def _known(cls, words: str | list[str] | None) -> str | list[str] | None:
        """Refuses what no page of this mode's runs holds, before anything runs."""
        try:
            objectives(words, cls.page_of())
        except ConfigError as error:
            raise ValueError("; ".join(problem.message for problem in error.problems)) from None
        return words

    @classmethod
    def page_of(cls) -> str:
        """The mode whose page the words are looked up in."""
        return str(cls.model_fields["name"].default)

    def objectives(self) -> tuple[Objective, ...]:
        """What its runs are compared by, the most important first."""
        return objectives(self.objective, self.page_of())

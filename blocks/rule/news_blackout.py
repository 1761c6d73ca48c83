"""When scheduled releases forbid trading."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from runner.columns.news import chosen
from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, Forbidden, HouseAction, RuleRow, Severity
from runner.model.terms import Duration, duration_ms

Action = Literal["open", "close", "pending_activation", "stop_fill", "take_profit_fill"]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]
EVERYTHING: list[Action] = ["open", "close", "pending_activation", "stop_fill", "take_profit_fill"]


class NewsBlackout(Rule):
    """Nothing that `forbids` names may happen around the releases of the calendar; both edges belong to the window.

    gives: one CALENDAR row per currency, with the symbols its releases move. refuses: a window of no length, text that is no duration.
    """

    before: Duration | None = Field(default=None, description="window before a release, '2m'; null = none")
    after: Duration | None = Field(default=None, description="window after a release, '2m'; null = none")
    forbids: list[Action] = Field(
        default_factory=lambda: list(EVERYTHING), min_length=1, description="what may not happen inside the window"
    )
    currencies: list[Currency] = Field(
        default_factory=list, description="whose releases, for every symbol; empty = those a symbol is made of"
    )
    events: list[str] = Field(default_factory=list, description="which releases, such as US_CPI; empty = all in the calendar")
    flat: bool = Field(default=True, description="close before the window what could be filled in it against the rule")
    severity: Literal["fail", "warn", "adjust", "manual"] = Field(
        default="fail", description="what a forbidden fill does to the account; adjust = the trade's profit does not count"
    )

    @model_validator(mode="after")
    def _has_length(self) -> NewsBlackout:
        """Refuses an empty window."""
        if self.before is None and self.after is None:
            raise ValueError("expected before, after or both")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One forbidden window around every release of a currency; a row without a calendar where none is known."""
        releases = facts.releases()
        times = {currency: chosen(releases, [currency], self.events) for currency in self.currencies or sorted({*releases.currency})}
        given = [
            self._row(currency, facts.members(list(facts.symbols)) if self.currencies else facts.moved_by(currency), facts.calendar(found))
            for currency, found in times.items()
            if len(found)
        ]
        return given or [self._row("", facts.members(list(facts.symbols)), -1)]

    def warnings(self, facts: AccountFacts) -> tuple[str, ...]:
        """That nothing is known to judge by."""
        known = facts.releases()
        return () if any(len(chosen(known, [c], self.events)) for c in self.currencies or {*known.currency}) else (UNKNOWN,)

    def _row(self, currency: str, members: int, calendar: int) -> RuleRow:
        """The row of one currency's releases."""
        forbids = sum(Forbidden[name.upper()] for name in {*self.forbids})
        fillable = Forbidden.CLOSE | Forbidden.STOP_FILL | Forbidden.TAKE_PROFIT_FILL
        flat = self.flat and bool(forbids & fillable)
        return RuleRow(
            key=currency,
            family=Family.CALENDAR,
            code=Code.NEWS,
            severity=Severity[self.severity.upper()],
            action=HouseAction.FLATTEN if flat else HouseAction.BLOCK,
            duration_ms=duration_ms(self.before),
            grace_ms=duration_ms(self.after),
            members=members,
            calendar=calendar,
            forbids=forbids,
        )


UNKNOWN = "the calendar of releases has none that this rule is about; nothing is judged"

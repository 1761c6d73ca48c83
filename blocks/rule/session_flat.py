"""When everything must be closed."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from runner.model.block import Rule
from runner.model.rules import AccountFacts, Code, Family, Reset, RuleRow, Severity
from runner.model.terms import Clock, Duration, Weekday, duration_ms, weekday_numbers

NO_CLOCK = -1


class SessionFlat(Rule):
    """No position may be held past a time of day or into a long market break; none is opened in the time before it.

    gives: a CALENDAR row for the time of day and one for breaks. refuses: neither of them, weekdays written twice, an unquoted time,
    an unknown zone, text that is no duration.
    """

    flat_by: Clock | None = Field(default=None, description="time of day at which everything is closed; null = none")
    weekdays: list[Weekday] = Field(default_factory=list, description="only on these days of its zone, [fri]; empty = every day")
    longest_break: Duration | None = Field(default=None, description="closed before the market shuts for longer than this; null = none")
    before: Duration | None = Field(default=None, description="no new entries for this long before, '15m'; null = none")
    severity: Literal["fail", "warn"] = Field(default="fail", description="what holding on does to the account")

    @model_validator(mode="after")
    def _says_when(self) -> SessionFlat:
        """Refuses a rule without a time, and days without one time they belong to."""
        if self.flat_by is None and self.longest_break is None:
            raise ValueError("expected flat_by, longest_break or both")
        if self.weekdays and (self.flat_by is None or self.flat_by.weekdays):
            raise ValueError("weekdays belong to flat_by and stand in one place, here or in flat_by")
        return self

    def rows(self, facts: AccountFacts) -> list[RuleRow]:
        """One forced time, on every day or on some; one for breaks."""
        rows = []
        if self.flat_by is not None:
            days = weekday_numbers(self.weekdays or self.flat_by.weekdays)
            rows.append(self._row("", facts.clock(Reset(at=self.flat_by.at, zone=self.flat_by.zone, weekdays=days)), 0))
        if self.longest_break is not None:
            rows.append(self._row("longest_break" if rows else "", NO_CLOCK, duration_ms(self.longest_break)))
        return rows

    def _row(self, key: str, clock: int, longest_break_ms: int) -> RuleRow:
        """One row; either a clock or a length of break."""
        return RuleRow(
            key=key,
            family=Family.CALENDAR,
            code=Code.SESSION_FLAT,
            severity=Severity[self.severity.upper()],
            duration_ms=duration_ms(self.before),
            grace_ms=longest_break_ms,
            clock=clock,
        )

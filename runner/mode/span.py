"""The days a mode looks at: what backtest and challenge have in common."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from runner.model.duration import DAY_MS


def iso_date(text: str) -> str:
    """The text itself when it is a calendar date; ValueError otherwise."""
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"expected a date such as '2024-01-31', was {text!r}") from None
    return text


Date = Annotated[str, AfterValidator(iso_date)]


class Span(BaseModel):
    """Options of a mode that trades a stretch of the bars and leaves files."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    start: Date | None = Field(None, description="first day traded, UTC; null = as far back as the bars go")
    end: Date | None = Field(None, description="last day traded, UTC, inclusive; null = until the bars end")
    output: str | None = Field(None, min_length=1, description="folder for the files; null = a new one for this run")

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: str | None, info: ValidationInfo) -> str | None:
        """Refuses an end before the start; said at `mode.end`, where one of the two stands."""
        start = info.data.get("start")
        if start and end and end < start:
            raise ValueError(f"expected a day on or after mode.start, {start!r}, was {end!r}; are the two the wrong way round?")
        return end

    def start_ms(self) -> int | None:
        """First instant traded, UTC ms."""
        return None if self.start is None else midnight_ms(self.start)

    def end_ms(self) -> int | None:
        """Last instant traded, UTC ms: the midnight that ends the last day."""
        return None if self.end is None else midnight_ms(self.end) + DAY_MS


def midnight_ms(day: str) -> int:
    """UTC milliseconds at which the day begins."""
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp() * 1000)

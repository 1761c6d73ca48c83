"""What several rules share: quoted clocks, fractions, money, durations and allowances."""

from __future__ import annotations

from datetime import time
from difflib import get_close_matches
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from runner.model.block import Rule
from runner.model.duration import milliseconds
from runner.model.rules import AccountFacts, Reset


def _duration(text: str) -> str:
    """The text itself when it is a duration; ValueError otherwise."""
    milliseconds(text)
    return text


Fraction = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Multiple = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Money = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Duration = Annotated[str, AfterValidator(_duration)]


def number(value: float | None) -> float:
    """A number for a rule row: NaN where there is none."""
    return np.nan if value is None else float(value)


def duration_ms(text: str | None) -> int:
    """A duration as milliseconds; 0 where there is none."""
    return 0 if text is None else milliseconds(text)


class Clock(BaseModel):
    """A wall-clock time of day in an IANA zone, both quoted in YAML: `{at: '17:00', zone: America/New_York}`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    at: str = Field(description="time of day, quoted: '00:00' or '16:59:30'")
    zone: str = Field(description="IANA time zone: UTC, Europe/Prague, America/New_York")

    @field_validator("at", mode="before")
    @classmethod
    def _time_of_day(cls, value: Any) -> str:
        """Refuses what YAML made of an unquoted time (17:00 is read as the number 1020)."""
        if not isinstance(value, str) or not _is_time(value):
            raise ValueError(f"expected a time of day in quotes such as '17:00', was {value!r}{_unquoted(value)}")
        return value

    @field_validator("zone", mode="before")
    @classmethod
    def _known_zone(cls, value: Any) -> str:
        """Refuses unknown zones and fixed offsets, which ignore daylight saving."""
        if not isinstance(value, str) or not _is_zone(value):
            hint = _unquoted(value) or _nearest_zone(value)
            raise ValueError(f"expected a time zone such as UTC or America/New_York, was {value!r}{hint}")
        return value

    def reset(self) -> Reset:
        """The clock as the rule book keeps it."""
        return Reset(at=self.at, zone=self.zone)

    def number(self, facts: AccountFacts) -> int:
        """The clock's number in the account's list; equal clocks share one."""
        return facts.clock(self.reset())


def _unquoted(value: Any) -> str:
    """What to do about a value that YAML did not leave as text, as the end of a sentence."""
    return "" if isinstance(value, str) else " (put quotes around it)"


def _is_time(value: str) -> bool:
    """Whether the text is HH:MM or HH:MM:SS, without an offset."""
    try:
        found = time.fromisoformat(value)
    except ValueError:
        return False
    return value in (found.strftime("%H:%M"), found.strftime("%H:%M:%S"))


def _is_zone(value: str) -> bool:
    """Whether the text is UTC or names a place; fixed offsets (EST, Etc/GMT+5) know no daylight saving."""
    if value != "UTC" and ("/" not in value or value.startswith("Etc/")):
        return False
    try:
        ZoneInfo(value)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _nearest_zone(value: str) -> str:
    """The nearest zone as the end of a sentence; empty when none is near."""
    near = [zone for zone in get_close_matches(value, sorted(available_timezones())) if _is_zone(zone)]
    return f"; nearest is {near[0]!r}" if near else ""


class Allowance(Rule):
    """A rule with an amount of money: a share (`amount_fraction`) or a fixed sum (`amount`), exactly one of them."""

    amount_fraction: Fraction | None = Field(default=None, description="allowed loss as a fraction, 0.05 = 5 %")
    amount: Money | None = Field(default=None, description="allowed loss as money in account currency, instead of the fraction")

    @model_validator(mode="after")
    def _one_amount(self) -> Allowance:
        """Refuses two amounts and none."""
        if (self.amount_fraction is None) == (self.amount is None):
            raise ValueError("expected exactly one of amount_fraction and amount")
        return self

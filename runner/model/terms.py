"""What several rules share: quoted clocks, fractions, money, tables by account size, durations and allowances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from runner.model.block import Rule
from runner.model.duration import milliseconds
from runner.model.rules import AccountFacts, Reset


def _duration(text: str) -> str:
    """The text itself when it is a duration; ValueError otherwise."""
    milliseconds(text)
    return text


def _text_keys(table: Any) -> Any:
    """Sizes as text, however they were written: YAML keys are text here and numbers elsewhere."""
    return {str(size): value for size, value in table.items()} if isinstance(table, Mapping) else table


def _sizes(table: dict[str, Any]) -> dict[str, Any]:
    """The table itself when its keys are account sizes; ValueError otherwise."""
    wrong = [size for size in table if not size.isdecimal() or size != str(int(size)) or int(size) == 0]
    if wrong or not table:
        raise ValueError(f"expected account sizes such as 50000 with a value each, was {', '.join(wrong) or 'nothing'}")
    return table


Fraction = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Multiple = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Money = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1)]
Duration = Annotated[str, AfterValidator(_duration)]
SizeKeys = BeforeValidator(_text_keys)
Sizes = AfterValidator(_sizes)
BySize = Annotated[dict[str, Money], SizeKeys, Sizes]  # account size as text -> number; the field's name ends in by_size
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def number(value: float | None) -> float:
    """A number for a rule row: NaN where there is none."""
    return np.nan if value is None else float(value)


def size_key(initial: float) -> str:
    """How an account size stands in a table by size."""
    return f"{initial:.12g}"


def chosen(plain: float | None, by_size: Mapping[str, float] | None, initial: float) -> float:
    """The number for this account size, or the one that holds for every size; NaN where there is neither."""
    return number(plain if by_size is None else by_size[size_key(initial)])


def duration_ms(text: str | None) -> int:
    """A duration as milliseconds; 0 where there is none."""
    return 0 if text is None else milliseconds(text)


def weekday_numbers(names: list[Weekday]) -> tuple[int, ...]:
    """Days of the week as a `Reset` keeps them, 0 = Monday; none where all seven are named."""
    numbers = sorted({WEEKDAYS.index(name) for name in names})
    return tuple(numbers) if len(numbers) < len(WEEKDAYS) else ()


def _time_of_day(value: Any) -> str:
    """Refuses what YAML made of an unquoted time (17:00 is read as the number 1020)."""
    if not isinstance(value, str) or not _is_time(value):
        raise ValueError(f"expected a time of day in quotes such as '17:00', was {value!r}{_unquoted(value)}")
    return value


def _known_zone(value: Any) -> str:
    """Refuses unknown zones and fixed offsets, which ignore daylight saving."""
    if not isinstance(value, str) or not _is_zone(value):
        hint = _unquoted(value) or nearest_zone(value)
        raise ValueError(f"expected a time zone such as UTC or America/New_York, was {value!r}{hint}")
    return value


Zone = Annotated[str, BeforeValidator(_known_zone)]


class Clock(BaseModel):
    """A wall-clock time of day in an IANA zone: `{at: '17:00', zone: America/New_York}`; on some weekdays only where any are named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    at: str = Field(description="time of day, quoted: '00:00' or '16:59:30'")
    zone: str = Field(description="IANA time zone: UTC, Europe/Prague, America/New_York")
    weekdays: list[Weekday] = Field(default_factory=list, description="only on these days, [mon] for once a week; empty = every day")

    _time_of_day = field_validator("at", mode="before")(_time_of_day)
    _known_zone = field_validator("zone", mode="before")(_known_zone)

    def reset(self) -> Reset:
        """The clock as the rule book keeps it."""
        return Reset(at=self.at, zone=self.zone, weekdays=weekday_numbers(self.weekdays))

    def number(self, facts: AccountFacts) -> int:
        """The clock's number in the account's list; equal clocks share one."""
        return facts.clock(self.reset())


class Window(BaseModel):
    """A stretch of the day in an IANA zone, over midnight where it closes no later than it opens; equal times are a whole day."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    opens: str = Field(description="time of day, quoted, from which on: '09:30'")
    closes: str = Field(description="time of day, quoted, before which: '16:00'; no later than opens = on the next day")
    zone: str = Field(description="IANA time zone: UTC, Europe/London, America/New_York")
    weekdays: list[Weekday] = Field(default_factory=list, description="only where it opens on these days, [mon, fri]; empty = every day")

    _time_of_day = field_validator("opens", "closes", mode="before")(_time_of_day)
    _known_zone = field_validator("zone", mode="before")(_known_zone)

    def key(self) -> tuple[str, ...]:
        """What tells windows apart."""
        return (self.opens, self.closes, self.zone, *self.weekdays)


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


def nearest_zone(value: str) -> str:
    """The nearest zones as the end of a sentence: of that place, of what the letters usually stand for, or else how zones are called."""
    known = [zone for zone in sorted(available_timezones()) if _is_zone(zone)]
    by_lower = {zone.lower(): zone for zone in known}
    written = value.strip().lower().replace(" ", "_")
    by_place = {zone.rpartition("/")[2].lower(): zone for zone in known}
    near = [by_lower[written]] if written in by_lower else []
    near = near or [LETTERS[letters] for letters in (written,) if letters in LETTERS]
    near = near or [by_place[place] for place in get_close_matches(written.rpartition("/")[2], by_place, 1, 0.8)]
    if not any(letter.isdigit() for letter in written):  # UTC+1 is not meant to be UTC
        near = near or [by_lower[zone] for zone in get_close_matches(written, by_lower, 2, 0.65)]
    if near:
        return f"; nearest {'is' if len(near) == 1 else 'are'} {' and '.join(map(repr, near))}"
    return f"; a zone is UTC or area/place, its area {', '.join(sorted({zone.partition('/')[0] for zone in known} & AREAS))}"


AREAS = {"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
LETTERS = {
    **dict.fromkeys(("z", "gmt", "utc+0", "gmt+0", "etc/utc", "etc/gmt", "zulu"), "UTC"),
    **dict.fromkeys(("et", "est", "edt", "est5edt", "us/eastern", "eastern"), "America/New_York"),
    **dict.fromkeys(("ct", "cst", "cdt", "cst6cdt", "us/central", "central"), "America/Chicago"),
    **dict.fromkeys(("pt", "pst", "pdt", "pst8pdt", "us/pacific", "pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("cet", "cest", "met"), "Europe/Berlin"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("bst", "gb"), "Europe/London"),
    "jst": "Asia/Tokyo",
}  # letters that say no daylight saving, or of several places at once


class Allowance(Rule):
    """A rule with an amount of money: a share (`amount_fraction`), a fixed sum (`amount`) or one by account size, exactly one of them."""

    amount_fraction: Fraction | None = Field(default=None, description="allowed loss as a fraction, 0.05 = 5 %")
    amount: Money | None = Field(default=None, description="allowed loss as money in account currency, instead of the fraction")
    amount_by_size: BySize | None = Field(default=None, description="allowed loss as money for each account size, instead of both")

    @model_validator(mode="after")
    def _one_amount(self) -> Allowance:
        """Refuses two amounts and none."""
        if sum(given is not None for given in (self.amount_fraction, self.amount, self.amount_by_size)) != 1:
            raise ValueError("expected exactly one of amount_fraction, amount and amount_by_size")
        return self

    def money(self, facts: AccountFacts) -> float:
        """The fixed sum for this account; NaN where the fraction decides."""
        return chosen(self.amount, self.amount_by_size, facts.initial)

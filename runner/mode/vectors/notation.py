"""How worked examples are written: percentages as numbers, clocks as `{time, tz}`, times with their offset.

What may be said is what somebody asks for: a key that nobody has asked for is one that nothing would check.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from runner.words import nearest, shown

EARLIEST, LATEST = 1970, 2200  # years
TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")
MISSING: Any = object()


class ComplaintError(Exception):
    """Something in an example that cannot be read as what it should be."""

    def __init__(self, what: str, expected: str, found: str) -> None:
        self.what, self.expected, self.found = what, expected, found
        super().__init__(f"{what}: expected {expected}, found {found}")


class Part:
    """One mapping of an example. `path` says where it stands; every reading that fails is a ComplaintError."""

    def __init__(self, data: Mapping[Any, Any], path: str = "") -> None:
        self.data = data
        self.path = path
        self.asked: dict[str, None] = {}
        self.inner: list[Part] = []

    def unknown(self) -> Iterator[ComplaintError]:
        """Keys that were never asked for, here and inside."""
        for key in self.data:
            if key not in self.asked:
                yield ComplaintError(
                    self._at(str(key)), f"no such key{nearest(str(key), self.asked, also='known are')}", shown(self.data[key])
                )
        for part in self.inner:
            yield from part.unknown()

    def has(self, key: str) -> bool:
        """Whether something stands there."""
        self.asked[key] = None
        return self.data.get(key) is not None

    def know(self, *keys: str) -> None:
        """These keys may stand here, asked for or not."""
        self.asked |= dict.fromkeys(keys)

    def number(self, key: str, default: float | None = MISSING) -> Any:
        """A finite number, with the decimals it was written with."""
        return self._read(key, default, "a number", is_number)

    def numbers(self, key: str) -> list[float]:
        """A list of numbers, at least one."""
        found = self._read(key, MISSING, "a list of numbers", lambda value: bool(value) and isinstance(value, list))
        for n, value in enumerate(found, 1):
            if not is_number(value):
                raise ComplaintError(self._at(f"{key} {n}"), "a number", shown(value))
        return list(found)

    def whole(self, key: str, default: int = MISSING) -> int:
        """A whole number, not below 0."""
        found = self._read(key, default, "a whole number", lambda v: is_number(v) and v >= 0 and v == int(v))
        return int(found)

    def flag(self, key: str, default: bool = MISSING) -> bool:  # noqa: FBT001 - what stands where nothing is said
        """True or false."""
        return bool(self._read(key, default, "true or false", lambda value: isinstance(value, bool)))

    def text(self, key: str, default: str = MISSING) -> str:
        """Any text."""
        return str(self._read(key, default, "text", lambda value: isinstance(value, str)))

    def word(self, key: str, choices: Sequence[str], default: str = MISSING) -> str:
        """One of these words."""
        return str(self._read(key, default, " or ".join(choices), lambda value: isinstance(value, str) and value in choices))

    def words(self, key: str, choices: Sequence[str] | None = None) -> list[str]:
        """A list of words, of these where `choices` are given."""
        expected = "a list of words" + ("" if choices is None else f" of {', '.join(choices)}")
        return list(
            self._read(
                key,
                MISSING,
                expected,
                lambda v: isinstance(v, list) and all(isinstance(w, str) and (choices is None or w in choices) for w in v),
            )
        )

    def percent(self, key: str) -> float:
        """A percentage as a fraction, 5 → 0.05."""
        return as_fraction(self.number(key))

    def given(self, key: str) -> Any:
        """Whatever stands there."""
        return self._read(key, MISSING, "a value", lambda value: value is not None)

    def part(self, key: str) -> Part:
        """A mapping inside this one."""
        found = Part(self._read(key, MISSING, "a mapping", lambda value: isinstance(value, Mapping)), self._at(key))
        self.inner.append(found)
        return found

    def rows(self, key: str) -> list[Part]:
        """The rows under `key`, each a mapping; at least one."""
        found = self._read(key, MISSING, "rows", lambda value: bool(value) and isinstance(value, list))
        for n, value in enumerate(found, 1):
            if not isinstance(value, Mapping):
                raise ComplaintError(self._at(f"{key} {n}"), "a mapping", shown(value))
        rows = [Part(value, self._at(f"{key} {n}")) for n, value in enumerate(found, 1)]
        self.inner += rows
        return rows

    def clock(self, key: str) -> dict[str, Any]:
        """A clock `{time, tz}` as rules name it, `{at, zone}`; the rule itself says what it thinks of the values."""
        part = self.part(key)
        return {"at": part.given("time"), "zone": part.given("tz")}

    def instant(self, key: str) -> int:
        """An instant with its offset ('2026-01-05T09:00:00Z') as UTC milliseconds."""
        expected = "a time with its offset such as '2026-01-05T09:00:00Z'"
        found = self._read(key, MISSING, expected, lambda value: isinstance(value, str))
        try:
            when = datetime.fromisoformat(found)
        except ValueError:
            raise ComplaintError(self._at(key), expected, shown(found)) from None
        if when.tzinfo is None or not EARLIEST <= when.year <= LATEST:
            raise ComplaintError(self._at(key), expected, shown(found))
        return round(when.timestamp() * 1000)

    def day(self, key: str) -> date:
        """A day of the calendar."""
        expected = "a day such as '2023-03-13'"
        found = self._read(key, MISSING, expected, lambda value: isinstance(value, str))
        try:
            day = date.fromisoformat(found)
        except ValueError:
            raise ComplaintError(self._at(key), expected, shown(found)) from None
        if not EARLIEST <= day.year <= LATEST:
            raise ComplaintError(self._at(key), expected, shown(found))
        return day

    def seconds(self, key: str) -> int:
        """A time of day ('10:04:59') as seconds since midnight. YAML reads it as that number itself where it stands without quotes."""
        expected = "a time of day such as '10:04:59'"
        found = self._read(key, MISSING, expected, lambda value: isinstance(value, str) or (is_number(value) and value == int(value)))
        if not isinstance(found, str):
            return int(found)
        match = TIME_OF_DAY.fullmatch(found)
        if match is None:
            raise ComplaintError(self._at(key), expected, shown(found))
        hours, minutes, seconds = (int(group or 0) for group in match.groups())
        return hours * 3600 + minutes * 60 + seconds

    def _read(self, key: str, default: Any, expected: str, fits: Any) -> Any:
        if not self.has(key) and default is not MISSING:
            return default
        found = self.data.get(key)
        if not fits(found):
            raise ComplaintError(self._at(key), expected, shown(found) if key in self.data else "nothing")
        return found

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key


class Written(float):
    """A number that remembers with how many decimals it was written."""

    decimals: int = 0


def as_written(text: str) -> Written:
    """The number in a text; underscores may stand between digits. ValueError where there is none."""
    plain = text.replace("_", "")
    number = Written(plain)
    number.decimals = len(plain.partition(".")[2]) if plain.lstrip("+-").replace(".", "", 1).isdigit() else 0
    return number


def is_number(value: object) -> bool:
    """A finite number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def as_fraction(percent: float) -> float:
    """5 → 0.05, without the dust that dividing leaves."""
    return round(float(percent) / 100, 12)

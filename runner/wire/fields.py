"""Reading a venue's rows: every value by name, by type, and a refusal that names the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from runner.model.errors import DataError

NOTHING = ("", None)


@dataclass(frozen=True)
class Row:
    """One object of a payload. `where` says what it is in refusals: 'order', 'position'.

    Missing and extra fields are borne wherever a default makes sense; a value of another type never is.
    """

    data: Mapping[str, Any]
    where: str

    def fail(self, name: str, wanted: str) -> NoReturn:
        """Refuse the field."""
        was = repr(self.data[name])[:80] if name in self.data else "missing"
        raise DataError(f"the venue's {self.where}.{name} cannot be read: expected {wanted}, was {was}")

    def has(self, name: str) -> bool:
        """Whether it says anything about `name`."""
        return self.data.get(name) not in NOTHING

    def text(self, name: str, default: str | None = None) -> str:
        """Text; `default` where the field is missing or null."""
        value = self.data.get(name)
        if value is None:
            value = default
        if not isinstance(value, str):
            self.fail(name, "text")
        return value

    def maybe(self, name: str) -> Decimal | None:
        """A number, None where there is none."""
        value = self.data.get(name)
        if value in NOTHING:
            return None
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(name, "a number")
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            self.fail(name, "a number")
        if not number.is_finite():
            self.fail(name, "a finite number")
        return number

    def number(self, name: str, default: Decimal | None = None) -> Decimal:
        """A number; `default` where there is none."""
        value = self.maybe(name)
        if value is None and default is None:
            self.fail(name, "a number")
        return default if value is None and default is not None else value  # type: ignore[return-value]  # fail() never returns

    def positive(self, name: str) -> Decimal | None:
        """A number above zero: venues write '0' and '' for a price that is not set."""
        value = self.maybe(name)
        return value if value is not None and value > 0 else None

    def real(self, name: str) -> float | None:
        """A number for the eye, None where there is none."""
        value = self.maybe(name)
        return None if value is None else float(value)

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number, as an int or as text."""
        value = self.number(name, None if default is None else Decimal(default))
        if value != value.to_integral_value():
            self.fail(name, "a whole number")
        return int(value)

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """True or false, as such or as text."""
        value = self.data.get(name)
        if value in NOTHING and default is not None:
            return default
        if isinstance(value, str) and value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            self.fail(name, "true or false")
        return value

    def moment(self, name: str) -> int:
        """UTC milliseconds of an ISO time; 0 where there is none, or one before anybody traded here."""
        text = self.text(name, "")
        try:
            at_ms = round(datetime.fromisoformat(text).timestamp() * 1000) if text else 0
        except ValueError:
            self.fail(name, "a moment such as 2026-10-01T00:00:00Z")
        return max(at_ms, 0)

    def row(self, name: str) -> Row:
        """An object inside this one."""
        value = self.data.get(name)
        if not isinstance(value, Mapping):
            self.fail(name, "an object")
        return Row(value, f"{self.where}.{name}")

    def rows(self, name: str, where: str) -> list[Row]:
        """The objects of a list inside this one."""
        return list(self._each(name, where))

    def lists(self, name: str, length: int) -> list[list[Any]]:
        """The lists of a list inside this one, each of at least `length` values."""
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(each, list) and len(each) >= length for each in value):
            self.fail(name, f"a list of lists of {length} values")
        return value

    def _each(self, name: str, where: str) -> Iterator[Row]:
        value = self.data.get(name)
        if not isinstance(value, list):
            self.fail(name, "a list")
        for each in value:
            if not isinstance(each, Mapping):
                self.fail(name, "a list of objects")
            yield Row(each, where)


def chosen[T](row: Row, name: str, meanings: Mapping[str, T]) -> T:
    """What the field's word means; a word nobody knows is refused."""
    word = row.text(name)
    if word not in meanings:
        row.fail(name, f"one of {', '.join(sorted(meanings))}")
    return meanings[word]

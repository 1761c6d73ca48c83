"""What a search may choose from: Hydra's sweep syntax, read as dimensions; a point of the space is words again."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from hydra.core.override_parser.types import IntervalSweep, Override

from runner.compose.overrides import COMMAND, key_of, parsed
from runner.compose.ranges import Steps
from runner.model.errors import ConfigError, Problem

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

type Kind = Literal["choice", "whole", "real"]
type Value = str | int | float

LOG = "log"
LONGEST = 1_000_000  # values of one range; a longer one is an interval that was written otherwise


@dataclass(frozen=True, kw_only=True)
class Dimension:
    """One swept setting.

    key: as Hydra composes it, sign included; name: as it is typed. choice: one of `texts`, each as it is typed. whole, real: from
    `low` to `high`, both included, in steps of `step` (0: no steps, any number); log: equal ratios are equally likely.
    """

    key: str
    name: str
    kind: Kind
    texts: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    step: float = 0
    log: bool = False

    def text(self, value: Value) -> str:
        """A value as it is typed."""
        if self.kind == "choice":
            return str(value)
        if self.kind == "whole":
            return str(int(value))
        return repr(self._on_step(float(value)) if self.step else self._short(float(value)))

    def count(self) -> float:
        """How many values there are; infinite without steps."""
        if self.kind == "choice":
            return len(self.texts)
        return round((self.high - self.low) / self.step) + 1 if self.step else math.inf

    def values(self) -> list[Value]:
        """Every value, in order. ValueError where there are no steps."""
        if self.kind == "choice":
            return list(self.texts)
        if not self.step:
            raise ValueError("an interval cannot be enumerated")
        exact = (Decimal(str(self.low)) + k * Decimal(str(self.step)) for k in range(int(self.count())))
        return [int(value) if self.kind == "whole" else float(value) for value in exact]

    def at(self, share: float) -> Value:
        """The value at a share of the way from the first (0) to the last (1)."""
        if self.count() < math.inf:
            values = self.values()
            return values[round(share * (len(values) - 1))]
        return self.low + share * (self.high - self.low)

    def described(self) -> str:
        """The dimension in one line, the same for every way of writing it."""
        if self.kind == "choice":
            return f"choice({','.join(self.texts)})"
        bounds = f"{self.text(self.low)}..{self.text(self.high)}"
        return f"{self.kind}({bounds}{f' by {self.text(self.step)}' if self.step else ''}{' log' if self.log else ''})"

    def distribution(self) -> BaseDistribution:
        """The dimension as Optuna knows it."""
        from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

        if self.kind == "choice":
            return CategoricalDistribution(self.texts)
        if self.kind == "whole":
            return IntDistribution(int(self.low), int(self.high), log=self.log, step=int(self.step))
        return FloatDistribution(self.low, self.high, log=self.log, step=self.step or None)

    def _short(self, value: float) -> float:
        """Six digits are read more easily than seventeen, and are the same on every machine."""
        return min(max(float(f"{value:.6g}"), self.low), self.high)

    def _on_step(self, value: float) -> float:
        low, step = Decimal(str(self.low)), Decimal(str(self.step))
        return float(low + round((Decimal(str(value)) - low) / step) * step)


@dataclass(frozen=True, kw_only=True)
class Space:
    """The words of a search: those that stand, and the dimensions that are chosen, in the order they were typed.

    groups: names of dimensions whose choices decide which settings there are (`strategy`); silent: for their texts, the keys that are
    left out because there is no such setting then.
    """

    words: tuple[str | Dimension, ...]
    groups: tuple[str, ...] = ()
    silent: Mapping[tuple[str, ...], frozenset[str]] = field(default_factory=dict)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What is chosen."""
        return tuple(word for word in self.words if isinstance(word, Dimension))

    @property
    def fixed(self) -> tuple[str, ...]:
        """The words that stand."""
        return tuple(word for word in self.words if isinstance(word, str))

    def typed(self, point: Mapping[str, Value]) -> list[str]:
        """The words of one job: `point` holds a value for each dimension's name."""
        unheard = self._unheard(point)
        return [self._word(word, point) for word in self.words if (bare(word) if isinstance(word, str) else word.name) not in unheard]

    @staticmethod
    def _word(word: str | Dimension, point: Mapping[str, Value]) -> str:
        return word if isinstance(word, str) else f"{word.key}={word.text(point[word.name])}"

    def settled(self, point: Mapping[str, Value]) -> dict[str, str]:
        """The point as text, by name: equal for points that make the same job."""
        unheard = self._unheard(point)
        return {each.name: each.text(point[each.name]) for each in self.dimensions if each.name not in unheard}

    def _unheard(self, point: Mapping[str, Value]) -> frozenset[str]:
        return self.silent.get(tuple(str(point[name]) for name in self.groups), frozenset())

    def size(self) -> float:
        """How many points there are; infinite where a dimension has no steps."""
        return math.prod(dimension.count() for dimension in self.dimensions)

    def corner(self, share: float) -> dict[str, Value]:
        """The point at the same share of the way along every dimension."""
        return {dimension.name: dimension.at(share) for dimension in self.dimensions}

    def points(self) -> Iterator[dict[str, Value]]:
        """Every point, the last dimension turning fastest. ValueError where a dimension has no steps."""
        names = [dimension.name for dimension in self.dimensions]
        return (dict(zip(names, values, strict=True)) for values in product(*(each.values() for each in self.dimensions)))

    def described(self) -> dict[str, str]:
        """Each dimension in one line, by name, sorted."""
        return {dimension.name: dimension.described() for dimension in sorted(self.dimensions, key=lambda each: each.name)}

    def distributions(self) -> dict[str, BaseDistribution]:
        """The space as Optuna knows it."""
        return {dimension.name: dimension.distribution() for dimension in self.dimensions}


def space(overrides: Sequence[Override]) -> Space:
    """The words of a search (none of them Hydra's own). ConfigError with every one that is no part of a space, or when nothing is swept."""
    words: list[str | Dimension] = []
    problems: list[Problem] = []
    for override in overrides:
        try:
            words.append(_word(override))
        except ValueError as error:
            problems.append(Problem(path=key_of(override), message=str(error), where=COMMAND))
    if not problems and not any(isinstance(word, Dimension) for word in words):
        hint = "expected a setting to search over, such as 'strategy.entry.fast=range(5,30)' or 'strategy.exit.stop.multiple=interval(1,4)'"
        problems.append(Problem(path="hydra/sweeper=optuna", message=hint, where=COMMAND))
    if problems:
        raise unsearchable(problems)
    return Space(words=tuple(words))


def unsearchable(problems: Sequence[Problem]) -> ConfigError:
    """The problems of a search, under its title."""
    return ConfigError(f"this search will not run: {len(problems)} problem{'s' if len(problems) != 1 else ''}", problems)


def bare(word: str) -> str:
    """The key of a word, without its sign."""
    return word.partition("=")[0].lstrip("+~")


def differing(point: Mapping[str, str]) -> dict[str, Any]:
    """A settled point's values as plain data: what sets its job apart from the others."""
    return {name: parsed([f"{name}={text}"])[0].value() for name, text in point.items()}


def key(params: Mapping[str, Value]) -> tuple[tuple[str, Value], ...]:
    """A point as something to compare."""
    return tuple(sorted(params.items()))


def _word(override: Override) -> str | Dimension:
    if not override.is_sweep_override():
        if override.is_delete():
            return str(override.input_line)
        return f"{override.get_key_element()}={override.get_value_element_as_str()}"
    tags: set[str] = getattr(override.value(), "tags", set())
    if tags - {LOG}:
        raise ValueError(f"expected no tag but 'log', was {', '.join(map(repr, sorted(map(str, tags - {LOG}))))}")
    if override.is_interval_sweep():
        return _interval(override, log=LOG in tags)
    return _range(override, log=LOG in tags) if override.is_range_sweep() else _choice(override, log=LOG in tags)


def _interval(override: Override, *, log: bool) -> Dimension:
    sweep = override.value()
    if not isinstance(sweep, IntervalSweep) or sweep.start is None or sweep.end is None:
        raise ValueError("expected interval(LOW,HIGH)")
    low, high = sweep.start, sweep.end
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"expected two finite bounds, was interval({low:g},{high:g})")
    if low >= high:
        raise ValueError(f"expected interval(LOW,HIGH) with LOW below HIGH, was interval({low:g},{high:g})")
    whole = isinstance(low, int) and isinstance(high, int)
    return _dimension(override, "whole" if whole else "real", low, high, step=1 if whole else 0, log=log)


def _range(override: Override, *, log: bool) -> Dimension:
    sweep = override.value()
    if not isinstance(sweep, Steps):
        raise ValueError("expected range(START,STOP,STEP)")  # noqa: TRY004 - said of what was typed
    typed, count = f"range({sweep.start:g},{sweep.stop:g},{sweep.step:g})", sweep.count()
    if not count:
        raise ValueError(f"{typed} holds no value: it runs from START up to but without STOP")
    if count > LONGEST:
        raise ValueError(f"{typed} holds more than {LONGEST:,} values; type interval(LOW,HIGH)")
    if log and not (sweep.whole and abs(sweep.step) == 1):
        raise ValueError(f"expected whole numbers in steps of 1 under tag(log, …), was {typed}; type tag(log, interval(LOW,HIGH))")
    low, high = sorted((sweep.at(0), sweep.at(count - 1)))
    return _dimension(override, "whole" if sweep.whole else "real", low, high, step=abs(sweep.step), log=log)


def _choice(override: Override, *, log: bool) -> Dimension:
    texts = tuple(dict.fromkeys(sorted(override.sweep_string_iterator()) if _shuffled(override) else override.sweep_string_iterator()))
    if log:
        raise ValueError("a choice has no logarithm; tag(log, …) goes with interval and range")
    if not texts:
        raise ValueError("holds no value")
    return Dimension(key=override.get_key_element(), name=key_of(override), kind="choice", texts=texts)


def _shuffled(override: Override) -> bool:
    """Whether the order of the choices is left to chance: then they are sorted, so that every host sees the same space."""
    return bool(getattr(override.value(), "shuffle", False))


def _dimension(override: Override, kind: Kind, low: float, high: float, *, step: float, log: bool) -> Dimension:
    if log and low <= 0:
        raise ValueError(f"expected bounds above 0 under tag(log, …), was {low:g}")
    return Dimension(key=override.get_key_element(), name=key_of(override), kind=kind, low=low, high=high, step=step, log=log)

"""From the rules of an example to a rule book: the YAML of the menu with the example's numbers in it, settled like any account."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import ValidationError

from runner.compose.document import read
from runner.machine.observer import Observer
from runner.menu import shipped
from runner.mode.vectors.notation import ComplaintError
from runner.model.block import Rule
from runner.model.errors import RunnerError
from runner.model.market import Releases
from runner.model.rules import RuleBook
from runner.rulebook import settle
from runner.trust import PACKAGE, locate

MIDNIGHT = {"at": "00:00", "zone": "UTC"}
SYMBOL = "SYMBOL"  # where an example names none
START = 1_767_225_600_000  # 2026-01-01 00:00 UTC, a midnight to count days from where an example names no time
DAY, HOUR = 86_400_000, 3_600_000
UNSET = "???"


def rule(name: str, **parameters: Any) -> Rule:
    """A rule as `conf/rule/NAME.yaml` writes it, with these parameters in it. What it refuses is a ComplaintError."""
    target, given = menu(name)
    settings = {key: value for key, value in {**given, **parameters}.items() if value != UNSET}
    try:
        built = locate(target, (PACKAGE,))(**settings)
    except ValidationError as error:
        said = "; ".join(
            dict.fromkeys(f"{'.'.join(map(str, e['loc']))} {str(e['msg']).removeprefix('Value error, ')}".strip() for e in error.errors())
        )
        raise ComplaintError(name, "a rule that can be built", said) from None
    if not isinstance(built, Rule):
        raise ComplaintError(name, "a rule", type(built).__name__)
    return built


@cache
def menu(name: str) -> tuple[str, Mapping[str, Any]]:
    """A shipped rule's `_target_` and the values it is written with."""
    data = dict(read(shipped("conf") / "rule" / f"{name}.yaml").data)
    return str(data.pop("_target_")), data


def book(
    rules: Mapping[str, Rule],
    *,
    initial: float = 100_000.0,
    symbols: Sequence[str] = (SYMBOL,),
    releases: Callable[[], Releases] = Releases,
) -> RuleBook:
    """The rule book of an account of this size with one phase and these rules, no margin kept free. What it refuses is a ComplaintError."""
    account = {
        "name": "example",
        "size": float(initial),
        "currency": "",
        "phase": "phase",
        "variant": "standard",
        "purchased": "",
        "program": {"phases": {"phase": {"rules": dict(rules), "next": None}}},
        "house": {},
        "gate": {"margin_fraction": 0.0},
    }
    try:
        return settle(account, tuple(symbols), releases)
    except RunnerError as error:
        raise ComplaintError("rules", "a rule book", "; ".join(problem.line() for problem in error.problems) or str(error)) from None


def observer(
    rules: Mapping[str, Rule], *, initial: float = 100_000.0, symbols: Sequence[str] = (SYMBOL,), start_ms: int = START
) -> Observer:
    """An account with these rules that has just begun."""
    return Observer(book=book(rules, initial=initial, symbols=symbols), symbols=symbols, start_ms=start_ms)

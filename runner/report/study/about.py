"""What every study says of itself: who, on what, by which objective, and one hash for all that decides its result."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from runner import __version__
from runner.model.bot import Bot, Trial
from runner.model.stream import Stream
from runner.report.figures import iso, money
from runner.report.fingerprint import config_hash, plain, stream
from runner.report.objective import Objective
from runner.report.summary import strategy_name
from runner.study.segment import DAY_MS, Segment

READING = (
    "objective",
    "output",
    "quiet",
    "report",
    "threads",
)  # of `mode`: they decide nothing; what is compared counts as it was understood
RESTARTED = "an account that fails is bought again at once, so that every day of the bars counts; each stretch begins with a new account"

Page = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class About:
    """A study before its findings.

    mode: as it is typed with an underscore. values: what sets each trial apart, in the order typed. span: the whole days looked at.
    warnings: what a reader must know, as sentences.
    """

    mode: str
    strategy: str
    account: str
    currency: str
    initial: float
    values: tuple[Mapping[str, Any], ...]
    objectives: tuple[Objective, ...]
    span: Segment
    warnings: tuple[str, ...]
    config_hash: str

    @property
    def who(self) -> str:
        """'ema_cross on hyro_1step'."""
        return f"{self.strategy} on {self.account}"

    @property
    def objective(self) -> str:
        """The first objective, which decides but for ties."""
        return str(self.objectives[0])

    @property
    def labels(self) -> list[str]:
        """Each trial in short: 'fast=13 slow=34'; the strategy's name where nothing sets it apart."""
        return labels(self.values, self.strategy)

    @property
    def scope(self) -> str:
        """'6 trials, 2022-12-26 to 2025-11-30, 10,000 USDT; compared by profit_per_headroom'."""
        count = f"{len(self.values):,} trials" if len(self.values) != 1 else "1 trial"
        by = ", then ".join(str(each) for each in self.objectives)
        return f"{count}, {dates(self.span)}, {self.initial:,.0f} {self.currency}; compared by {by}"

    def page(self) -> Page:
        """The beginning of the study's JSON."""
        return {
            "strategy": self.strategy,
            "account": self.account,
            "mode": self.mode,
            "currency": self.currency,
            "initial": money(self.initial),
            "objectives": [str(each) for each in self.objectives],
            "trials": len(self.values),
            "parameters": parameters(self.values),
            "start": iso(self.span.start_ms),
            "end": iso(self.span.end_ms),
            "days": round(self.span.days),
            "after_failure": "restart",
        }

    def end(self) -> Page:
        """Its end; `seconds` is filled in when it is written."""
        return {"warnings": list(self.warnings), "config_hash": self.config_hash, "version": __version__, "seconds": {}}


def about(
    bot: Bot,
    mode: str,
    trials: Sequence[tuple[Trial, Sequence[Stream]]],
    objectives: Sequence[Objective],
    span: Segment,
    warnings: Iterable[str],
) -> About:
    """The study `mode` over these trials and their streams."""
    return About(
        mode=mode,
        strategy=one_of([strategy_name(trial.bot) for trial, _ in trials], "strategies"),
        account=one_of([trial.bot.account.name for trial, _ in trials], "accounts"),
        currency=bot.account.currency,
        initial=bot.account.size,
        values=tuple(trial.values for trial, _ in trials),
        objectives=tuple(objectives),
        span=span,
        warnings=tuple(dict.fromkeys(warnings)),
        config_hash=study_hash(bot, mode, trials, objectives),
    )


def one_of(names: Sequence[str], what: str) -> str:
    """The name that all share, or how many there are."""
    distinct = dict.fromkeys(names)
    return names[0] if len(distinct) == 1 else f"{len(distinct)} {what}"


def study_hash(bot: Bot, mode: str, trials: Sequence[tuple[Trial, Sequence[Stream]]], objectives: Sequence[Objective]) -> str:
    """SHA-256 over the study's own options and objectives, every trial as `config_hash` sees it, and all that was read, each once."""
    own = {key: value for key, value in bot.options.items() if key not in READING}
    read = {(id(each.market.bars), id(each.execution), each.strategy): stream(each) for _, streams in trials for each in streams}
    content = {
        "mode": mode,
        "options": plain(own),
        "objectives": [str(each) for each in objectives],
        "trials": [config_hash(without_mode(trial.bot.settings), trial.bot.account.book, (), trial.bot.code) for trial, _ in trials],
        "read": list(read.values()),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def without_mode(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings but for the mode's."""
    return {key: value for key, value in settings.items() if key != "mode"}


def parameters(values: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Every value that was tried, by key as typed, in the order tried."""
    keys = list(dict.fromkeys(key for each in values for key in each))
    return {key: list(dict.fromkeys(each[key] for each in values if key in each)) for key in keys}


def short(keys: Sequence[str]) -> dict[str, str]:
    """Each key by as few of its last words as tell it from the others: `fast` for `strategy.entry.fast`."""
    return {key: next((end for end in ends(key) if sum(f".{other}".endswith(f".{end}") for other in keys) == 1), key) for key in keys}


def ends(key: str) -> list[str]:
    """`c`, `b.c`, `a.b.c`."""
    words = key.split(".")
    return [".".join(words[first:]) for first in range(len(words) - 1, -1, -1)]


def labels(values: Sequence[Mapping[str, Any]], alone: str) -> list[str]:
    """Trials in short, by what sets them apart."""
    names = short(list(parameters(values)))
    return [" ".join(f"{names[key]}={value}" for key, value in each.items()) or alone for each in values]


def day(time_ms: int) -> str:
    """UTC milliseconds as a date."""
    return (iso(time_ms) or "")[:10]


def dates(span: Segment) -> str:
    """The first and the last day of a segment of whole days."""
    return f"{day(span.start_ms)} to {day(span.end_ms - DAY_MS)}"

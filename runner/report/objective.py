"""What runs are compared by: a figure of their page, and whether more or less of it is better."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from runner.model.errors import ConfigError, Problem
from runner.report.vocabulary import COUNTED, LESS, figures
from runner.words import closest, counted, listed

Page = Mapping[str, Any]
LESS_IS_BETTER = "-"
DEFAULT = ("profit_per_headroom",)
DEFAULTS: Mapping[str, tuple[str, ...]] = {"challenge": ("value.total", "odds")}


@dataclass(frozen=True)
class Objective:
    """A figure by its dotted path in summary.json or challenge.json; `larger`: more of it is better."""

    path: str
    larger: bool = True

    @classmethod
    def read(cls, word: str) -> Self:
        """From its text form: `metrics.sharpe`, or `-max_drawdown` where less is better."""
        return cls(word.removeprefix(LESS_IS_BETTER), not word.startswith(LESS_IS_BETTER))

    def __str__(self) -> str:
        return self.path if self.larger else f"{LESS_IS_BETTER}{self.path}"

    def of(self, page: Page | None) -> float | None:
        """The figure of a page; None where it was not measured, or where there is no page."""
        return None if page is None else measured(page, self.path)

    def score(self, page: Page | None) -> float:
        """The figure with its sign: the larger the better; minus infinity where it was not measured."""
        value = self.of(page)
        return -math.inf if value is None else value if self.larger else -value


def objectives(words: str | Iterable[str] | None, mode: str) -> tuple[Objective, ...]:
    """What the words ask for, the most important first; without any, what runs of `mode` are compared by.

    ConfigError names every word that the page of such a run does not hold, with the nearest that it does.
    """
    asked = [words] if isinstance(words, str) else list(words or DEFAULTS.get(mode, DEFAULT))
    wrong = [message for word in asked if (message := fault(word, mode))]
    wrong += [
        f"expected each figure once, was {word!r} again"
        for place, word in enumerate(asked)
        if Objective.read(word).path in paths(asked[:place])
    ]
    if wrong:
        raise ConfigError(f"this will not run: {counted(len(wrong))}", [Problem(path="mode.objective", message=each) for each in wrong])
    return tuple(Objective.read(word) for word in asked)


def paths(words: Iterable[str]) -> list[str]:
    """The figures, whichever way they are better."""
    return [Objective.read(word).path for word in words]


def fault(word: str, mode: str) -> str:
    """Why this is no objective of a run of `mode`; '' when it is one."""
    asked, known = Objective.read(word), figures(mode)
    if asked.path not in known:
        page = "challenge.json" if mode == "challenge" else "summary.json"
        return f"expected a figure of {page}, was {asked.path!r}{near(asked.path, known)}"
    if asked.path in LESS and asked.larger:
        return f"less of it is better; expected '{LESS_IS_BETTER}{asked.path}', was {word!r}"
    return ""


def near(path: str, known: Sequence[str]) -> str:
    """The figure that was meant: by its last word, else by the whole; else a few of those there are."""
    ends: dict[str, str] = {}
    for name in known:
        ends.setdefault(name.rpartition(".")[2], name)
    found = closest(path.rpartition(".")[2], ends)
    meant = ends[found] if found is not None else closest(path, known)
    return f"; nearest is {meant!r}" if meant is not None else f"; there are {listed(known)}"


def score(page: Page | None, wanted: Sequence[Objective]) -> tuple[float, ...]:
    """A run by its objectives, the larger the better; what was not measured is below everything that was."""
    return tuple(each.score(page) for each in wanted)


def measured(page: Page, path: str) -> float | None:
    """The number at a dotted path. Of an interval its value, of a distribution its median; of rules of one code the closest."""
    node: Any = page
    head, _, _ = path.partition(".")
    for word in path.split("."):
        node = inside(node, word)
    if isinstance(node, Mapping):
        node = node.get("value", node.get("median"))
    if isinstance(node, bool) or not isinstance(node, int | float):
        return 0.0 if node is None and head in COUNTED and isinstance(page.get(head), Mapping) else None
    return float(node) if math.isfinite(node) else None


def inside(node: Any, word: str) -> Any:
    """What a word leads to: a key, or of a list of rules the one of that code with the least headroom."""
    if isinstance(node, Mapping):
        return node.get(word)
    if not isinstance(node, list):
        return None
    rules = [rule for rule in node if isinstance(rule, Mapping) and rule.get("code") == word]
    return min(rules, key=lambda rule: math.inf if rule["headroom"] is None else rule["headroom"], default=None)

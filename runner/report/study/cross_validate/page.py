"""cross_validate.json: everything mode=cross_validate found, for programs. docs/studies.md says what each key means."""

from __future__ import annotations

from typing import Any

from runner.report.figures import money, number
from runner.report.study.about import dates
from runner.report.study.cross_validate.found import CrossValidated, Floats, sentence, spread
from runner.study.crossed import Path

Page = dict[str, Any]
NAMES = ("least", "lower", "median", "upper", "most")


def page(found: CrossValidated) -> Page:
    """The whole; keys in a fixed order, equal studies differ in `seconds` only."""
    crossed = found.crossed
    own = {
        "line": sentence(found),
        "days_per_year": crossed.year,
        "groups": [dates(each) for each in crossed.groups],
        "held": found.held,
        "splits": len(crossed.splits),
        "paths": len(crossed.paths),
        "purge": found.purge or "trades",
        "purged_parts": crossed.purged,
        "embargo_days": number(found.embargo_days),
        "in_sample": distribution(found, crossed.inside),
        "out_of_sample": distribution(found, crossed.outside),
        "losing_paths": number(found.lost / len(crossed.paths)),
        "profit": spread_of(found.profits),
        "sharpe": spread_of(found.sharpes),
        "drawdown": spread_of(found.drawdowns),
        "each": [one(found, path) | {"path": place + 1} for place, path in enumerate(crossed.paths)],
        "hindsight": one(found, crossed.hindsight),
        "chosen": [{"values": dict(found.about.values[trial]), "splits": count} for trial, count in found.picked()],
    }
    return found.about.page() | own | found.about.end()


def distribution(found: CrossValidated, scores: Floats) -> Page:
    """The first objective over the splits."""
    shown = scores if found.about.objectives[0].larger else -scores
    return spread_of(shown)


def spread_of(values: Floats) -> Page:
    """Five numbers; null where nothing was measured."""
    made = spread(values)
    return {name: number(getattr(made, name)) for name in NAMES}


def one(found: CrossValidated, path: Path) -> Page:
    """A path."""
    return {
        "profit": money(path.profit),
        "sharpe": number(found.yearly(path.sharpe)),
        "drawdown": money(path.drawdown),
        "objective": number(found.shown(path.score)),
        "failed_accounts": path.failed,
        "trials": [trial + 1 for trial in path.trials],
    }

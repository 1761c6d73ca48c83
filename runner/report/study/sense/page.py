"""sensitivity.json: everything a sensitivity found, for programs, and its table. docs/studies.md says what each key means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from runner.report.figures import iso, money, number, text
from runner.report.study.about import About
from runner.report.study.sense.line import even, line
from runner.study.sensitivity import BreakEven, Sensitivity, Standing

Page = dict[str, Any]
TABLES = ("cases.csv",)
CASES = (
    "trial",
    "values",
    "case",
    "fees",
    "slippage_bps",
    "delay_bars",
    "verdict",
    "rule",
    "ended",
    "objective",
    "net_profit",
    "profit_per_year",
    "trades",
    "accounts_passed",
    "accounts_failed",
)


def page(about: About, found: Sequence[Sensitivity]) -> Page:
    """The whole; `found` begins with the trial that is best as it is. Equal studies differ in `seconds` only."""
    first = found[0]
    return {
        **about.page(),
        "line": line(first, about.currency),
        "notes": even(first),
        "values": dict(first.values),
        "break_even": {"fees": crossing(first.fees_gone), "slippage_bps": crossing(first.slippage_gone)},
        "cases": [case(each, about) for each in first.cases],
        "each_trial": [{"values": dict(one.values), "as_it_is": case(one.base, about), "worst": case(one.worst, about)} for one in found],
        **about.end(),
    }


def crossing(one: BreakEven) -> Page:
    """Where the profit is gone, or up to where it is not."""
    return {"at": number(one.at), "none_up_to": number(one.beyond)}


def case(one: Standing, about: About) -> Page:
    """One world and what became of the account in it."""
    return {
        "case": one.case.label,
        "fees": one.case.fees,
        "slippage_bps": one.case.slippage,
        "delay_bars": one.case.delay,
        "verdict": str(one.fate),
        "rule": one.rule or None,
        "ended": iso(one.ended),
        "objective": objective(one, about),
        "net_profit": money(one.result.profit),
        "profit_per_year": money(one.pace),
        "trades": int(one.result.page.get("trades", 0)),
        "accounts_passed": one.passed,
        "accounts_failed": one.failed,
    }


def objective(one: Standing, about: About) -> float | None:
    """The first objective as it stands in summary.json; None where it was not measured."""
    score = one.result.score[0]
    return number(score if about.objectives[0].larger else -score) if math.isfinite(score) else None


def tables(about: About, found: Sequence[Sensitivity]) -> dict[str, list[Sequence[str]]]:
    """cases.csv: one row for each trial in each case, the best trial first."""
    rows: list[Sequence[str]] = [CASES]
    for place, one in enumerate(found):
        for said in (case(each, about) for each in one.cases):
            figures = (
                text(said[name]) for name in ("objective", "net_profit", "profit_per_year", "trades", "accounts_passed", "accounts_failed")
            )
            world = (said["case"], text(said["fees"]), text(said["slippage_bps"]), str(said["delay_bars"]))
            rows.append((str(place + 1), about.labels[place], *world, said["verdict"], said["rule"] or "", said["ended"] or "", *figures))
    return {TABLES[0]: rows}

"""A sensitivity in one plain sentence, and what it leaves out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from runner.report.study.say import signed
from runner.study.sensitivity import BETTER, BreakEven, Fate, Sensitivity, Standing, holds

VERBS = {Fate.PASSED: "passes", Fate.KEPT: "is kept", Fate.UNDECIDED: "is not decided", Fate.FAILED: "fails"}
STILL = {Fate.PASSED: "still passes", Fate.KEPT: "is still kept", Fate.UNDECIDED: "still earns", Fate.FAILED: "still earns"}


def line(found: Sensitivity, currency: str) -> str:
    """How much harder the world may be before verdict or profit is gone."""
    base = found.base
    own = f"As it is, the account {fate(base)} and the strategy makes {signed(base.pace)} {currency} a year"
    if base.fate is Fate.FAILED and base.result.profit <= 0:
        return f"{own}, so there is nothing to lose; {without_fees(found, currency)}"
    turns = (
        limit([each for each in found.fees if each.case.fees >= 1], base, lambda one: f"{one.case.fees:g} times the fees"),
        limit(found.slippage, base, lambda one: f"{one.case.slippage:g} bps more slippage"),
        limit(found.delay, base, lambda one: f"a delay of {one.case.delay} bar{'' if one.case.delay == 1 else 's'}"),
    )
    good = [name for name, _, _ in turns if name]
    held = f"it {STILL[base.fate]} with {joined(good)}" if good else ""
    broken: dict[str, list[str]] = {}
    for _, name, one in turns:
        if one is not None:
            broken.setdefault(turned(one, base, currency), []).append(name)
    together = "" if broken or holds(found.worst, base) else f"all of it together {turned(found.worst, base, currency)}"
    return "; ".join(filter(None, [own, held, ", ".join(happens(names, what) for what, names in broken.items()), together]))


def happens(names: Sequence[str], what: str) -> str:
    """'3 times the fees leave it undecided', '10 bps more slippage leaves it undecided'."""
    several = len(names) > 1 or "times" in names[0]
    verb, _, rest = what.partition(" ")
    return f"{joined(names)} {verb.removesuffix('s') if several else verb} {rest}"


def joined(names: Sequence[str]) -> str:
    """'a, b and c'."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def fate(one: Standing) -> str:
    """'passes', 'fails (DAILY_LOSS)'."""
    return f"{VERBS[one.fate]}{f' ({one.rule})' if one.rule else ''}"


def limit(cases: Sequence[Standing], base: Standing, name: Callable[[Standing], str]) -> tuple[str, str, Standing | None]:
    """How far one thing may be turned: (the last turn that changes nothing, the first that does, what that one is); '' and None for none.

    cases: ascending, the case as it is first.
    """
    turns = [each for each in cases if each.case != base.case]
    lost = next((place for place, each in enumerate(turns) if not holds(each, base)), None)
    good = turns if lost is None else turns[:lost]
    bad = None if lost is None else turns[lost]
    return name(good[-1]) if good else "", "" if bad is None else name(bad), bad


def turned(one: Standing, base: Standing, currency: str) -> str:
    """What became of it instead."""
    if BETTER.index(one.fate) > BETTER.index(base.fate):
        return f"turns it into a failure ({one.rule})" if one.fate is Fate.FAILED else "leaves it undecided"
    return f"turns it into a loss of {signed(-one.pace).lstrip('+')} {currency} a year"


def without_fees(found: Sensitivity, currency: str) -> str:
    """What is left of an account that fails as it is."""
    cheapest = found.fees[0]
    if cheapest.case.fees >= 1:
        return "dearer worlds only make it worse"
    with_what = "without fees" if cheapest.case.fees == 0 else f"with {cheapest.case.fees:g} times the fees"
    return f"{with_what} it {fate(cheapest)} and makes {signed(cheapest.pace)} {currency} a year"


def even(found: Sensitivity) -> list[str]:
    """Where the profit is gone."""
    fees = crossing(found.fees_gone, "{:.2g} times the fees", "no loss up to {:g} times the fees")
    slippage = crossing(found.slippage_gone, "{:.2g} bps more slippage", "no loss up to {:g} bps more slippage")
    if not fees and not slippage:
        return ["there is no profit to lose as it is"] if found.base.result.profit <= 0 else []
    return [f"break-even: {', '.join(filter(None, [fees, slippage]))}; each turned up by itself"]


def crossing(one: BreakEven, at: str, beyond: str) -> str:
    """Where, or how far it was looked for."""
    if not math.isnan(one.at):
        return at.format(one.at)
    return "" if math.isnan(one.beyond) else beyond.format(one.beyond)

"""What may not happen around a release."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from runner.machine.observer import Observer
from runner.mode.vectors.account import DAY, SYMBOL, book, rule
from runner.mode.vectors.answers import Answer, Pair, one_by_one
from runner.mode.vectors.notation import Part
from runner.model.block import Rule
from runner.model.market import Releases
from runner.model.rules import Forbidden, RuleBook

ACTIONS = ("open", "close", "pending_activation", "stop_fill", "take_profit_fill")
VERDICTS = ("ok", "violation")
CURRENCY = "USD"  # any: which symbols a release targets is written in the example


def check(example: Part) -> Iterator[Answer]:
    """One answer an action: inside the window, forbidden, on a targeted symbol, in a phase that the rule is for."""
    params, event = example.part("params"), example.part("event")
    blackout = news_blackout(params)
    phases = params.words("phases") if params.has("phases") else None
    event.has("name")
    release = event.instant("t")
    targeted = event.words("targeted") if event.has("targeted") else None
    untargeted = event.words("untargeted") if event.has("untargeted") else None

    def answer(case: Part) -> Iterator[Pair]:
        symbol, phase = case.text("symbol", SYMBOL), case.text("phase", "")
        concerned = phases is None or phase in phases
        rules = {"news": blackout} if concerned else {"nothing": rule("no_limit")}
        settled = around(rules, release, symbol, hits=is_targeted(symbol, targeted, untargeted))
        time = case.instant("t")
        account = Observer(book=settled, symbols=(symbol,), start_ms=time - DAY)
        standing = account.action(time, symbol=symbol, action=Forbidden[case.word("action", ACTIONS).upper()])
        if case.has("verdict"):
            yield Pair("verdict", case.word("verdict", VERDICTS), "violation" if standing.forbidden >= 0 else "ok")

    yield from one_by_one(example, "cases", answer)


def news_blackout(params: Part) -> Rule:
    """The rule as the menu writes it."""
    window = {key: f"{params.whole(f'{key}_s')}s" for key in ("before", "after") if params.has(f"{key}_s")}
    forbids = params.words("forbids", ACTIONS) if params.has("forbids") else list(ACTIONS)
    return rule("news_blackout", **window, forbids=forbids, currencies=[CURRENCY])


def is_targeted(symbol: str, targeted: list[str] | None, untargeted: list[str] | None) -> bool:
    """Whether a release moves a symbol; one that stands in no list is taken to be moved where there is a list of those that are not."""
    if targeted is not None and symbol in targeted:
        return True
    return symbol not in untargeted if untargeted is not None else targeted is None


def around(rules: dict[str, Rule], release: int, symbol: str, *, hits: bool) -> RuleBook:
    """A rule book with one release in its calendar, which moves the symbol or does not."""
    calendar = Releases(time=np.array([release], np.int64), event=("RELEASE",), currency=(CURRENCY,))
    settled = book(rules, symbols=(symbol,), releases=lambda: calendar)
    return replace(settled, rows=tuple(replace(row, members=int(hits)) for row in settled.rows))

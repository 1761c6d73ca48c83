"""The window around releases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from blocks.rule.news_blackout import UNKNOWN, NewsBlackout
from runner.model.market import Releases
from runner.model.rules import AccountFacts, Code, Family, Forbidden, HouseAction, Severity
from tests.rulebooks import refusal, rows

PAIRS = ("EURUSD", "EURGBP", "USDJPY", "BTCUSDT", "SUGAR")
ALL = sum(Forbidden)


def facts(symbols: tuple[str, ...] = PAIRS) -> AccountFacts:
    """An account that knows five releases of three currencies."""
    events = (("US_CPI", "USD"), ("ECB_DECISION", "EUR"), ("US_NFP", "USD"), ("BOE_DECISION", "GBP"), ("US_CPI", "USD"))
    known = Releases(time=np.arange(1000, 6000, 1000), event=tuple(e for e, _ in events), currency=tuple(c for _, c in events))
    return AccountFacts(initial=10_000.0, currency="USD", symbols=symbols, releases=lambda: known)


def targets(rule: NewsBlackout, account: AccountFacts | None = None) -> dict[str, tuple[list[int], list[str]]]:
    """By row: when its releases are and which symbols they concern."""
    account = account or facts()
    given = rule.rows(account)
    names = {row.key: [s for n, s in enumerate(account.symbols) if row.members >> n & 1] for row in given}
    return {row.key: (account.calendars[row.calendar].tolist(), names[row.key]) for row in given}


def test_window() -> None:
    """Before and after, either may be missing; without a calendar the row stands and says that it knows no release."""
    common = {"family": Family.CALENDAR, "code": Code.NEWS, "members": 7, "forbids": ALL, "action": HouseAction.FLATTEN}
    assert rows(NewsBlackout(before="2m", after="3m")) == [{**common, "duration_ms": 120_000, "grace_ms": 180_000}]
    assert rows(NewsBlackout(before="2h")) == [{**common, "duration_ms": 7_200_000}]
    assert rows(NewsBlackout(after="2m")) == [{**common, "grace_ms": 120_000}]


def test_each_currency_moves_the_symbols_made_of_it() -> None:
    """Base or quote, stable coins count as dollars, and a symbol that does not tell is restricted by every release."""
    assert targets(NewsBlackout(before="2m")) == {
        "EUR": ([2000], ["EURUSD", "EURGBP", "SUGAR"]),
        "GBP": ([4000], ["EURGBP", "SUGAR"]),
        "USD": ([1000, 3000, 5000], ["EURUSD", "USDJPY", "BTCUSDT", "SUGAR"]),
    }


def test_named_currencies_concern_every_symbol() -> None:
    """Naming them says whose releases matter, whatever is traded."""
    assert targets(NewsBlackout(before="2m", currencies=["USD"])) == {"USD": ([1000, 3000, 5000], list(PAIRS))}


def test_named_events_only() -> None:
    """Other releases of the same currency are free."""
    assert {key: times for key, (times, _) in targets(NewsBlackout(before="2m", events=["US_CPI", "BOE_DECISION"])).items()} == {
        "GBP": [4000],
        "USD": [1000, 5000],
    }


def test_phases_share_a_calendar() -> None:
    """The same releases are kept once."""
    account = facts()
    assert [row.calendar for _ in range(2) for row in NewsBlackout(before="2m").rows(account)] == [0, 1, 2, 0, 1, 2]


@pytest.mark.parametrize(
    ("parameters", "forbids", "action"),
    [
        pytest.param({}, ALL, HouseAction.FLATTEN, id="everything is forbidden, so nothing is held"),
        pytest.param({"forbids": ["open", "pending_activation"]}, 5, HouseAction.BLOCK, id="what was opened before may be held"),
        pytest.param({"forbids": ["open", "stop_fill"]}, 9, HouseAction.FLATTEN, id="a stop could fill"),
        pytest.param({"forbids": ["close"], "flat": False}, 2, HouseAction.BLOCK, id="held on purpose"),
        pytest.param({"forbids": ["open", "open"], "flat": True}, 1, HouseAction.BLOCK, id="nothing could be filled against it"),
    ],
)
def test_what_is_forbidden(parameters: dict[str, Any], forbids: int, action: HouseAction) -> None:
    """Bits of what may not happen; positions are closed where that could happen to them, unless said otherwise."""
    row = NewsBlackout(before="2m", **parameters).rows(facts())[0]
    assert (row.forbids, row.action) == (forbids, action)


def test_severity() -> None:
    """What a forbidden fill does to the account."""
    assert NewsBlackout(before="2m", severity="adjust").rows(facts())[0].severity == Severity.ADJUST


def test_says_when_nothing_is_known() -> None:
    """A currency or event that the calendar lacks judges nothing, and the account's check says so."""
    assert NewsBlackout(before="2m", events=["JP_CPI"]).warnings(facts()) == (UNKNOWN,)
    assert NewsBlackout(before="2m", currencies=["JPY"]).warnings(facts()) == (UNKNOWN,)
    assert NewsBlackout(before="2m").warnings(facts()) == ()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({}, "expected before, after or both", id="no window"),
        pytest.param({"before": 120}, "valid string", id="a bare number"),
        pytest.param({"before": "2m", "forbids": []}, "at least 1 item", id="nothing is forbidden"),
        pytest.param({"before": "2m", "forbids": ["hold"]}, "'stop_fill'", id="an unknown action"),
        pytest.param({"before": "2m", "currencies": ["usd"]}, "should match pattern", id="a currency in small letters"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(NewsBlackout, **parameters)

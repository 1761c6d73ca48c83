"""The verdict's words: times in a unit that fits, and what came when it must not."""

from __future__ import annotations

import pytest

from runner.report.sentences import brief, failed, shown
from runner.report.words import DURATION


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        pytest.param(30_000, "30.0 s", id="seconds"),
        pytest.param(120_000, "2.0 min", id="minutes"),
        pytest.param(-5_400_000, "-1.5 h", id="hours, the other way"),
        pytest.param(86_400_000, "1.0 d", id="a day"),
        pytest.param(0, "0.0 d", id="nothing"),
    ],
)
def test_times_are_said_in_the_unit_that_fits(milliseconds: float, text: str) -> None:
    """From seconds around a release to the days of a time limit."""
    assert shown(milliseconds, DURATION) == text


@pytest.mark.parametrize(
    ("rule", "ambiguous", "said"),
    [
        pytest.param("NEWS", False, "NEWS (challenge.x): a forbidden fill 1.0 min from a release, inside the window of 2.0 min", id="news"),
        pytest.param(
            "SESSION_FLAT", True, "held 1.0 min past the time by which everything is closed; only the time inside", id="a session"
        ),
    ],
)
def test_what_came_at_the_wrong_time_is_said_so(rule: str, said: str, *, ambiguous: bool) -> None:
    """No limit was reached: something happened when it must not."""
    phase = {"rule": rule, "path": "program.phases.challenge.rules.x", "unit": DURATION, "value": 60_000, "floor": 120_000}
    assert said in failed({**phase, "ambiguous": ambiguous})


def test_a_rehearsal_in_a_part_of_a_line() -> None:
    """What a sweep prints of it: good or not, both shares, what was made to go wrong."""
    section = {"good": False, "parity": {"decisions": 1.0, "fills": 0.5}, "faults": {"wick": 2, "adl": 1}, "kills": 4}
    assert brief({"rehearsal": section}) == "NOT GOOD: decisions 100%, fills 50%, 3 faults, 4 kills"
    idle = {"good": True, "orders": 0, "parity": {"decisions": 1.0}, "faults": {}, "kills": 0}
    assert brief({"rehearsal": idle}) == "no orders, so nothing was tried: decisions 100%, 0 faults, 0 kills"
    assert brief({"rehearsal": idle | {"orders": 1}}) == "good: decisions 100%, 0 faults, 0 kills"


@pytest.mark.parametrize(
    ("refusals", "state", "said"),
    [
        pytest.param({"HALTED": 5}, "active", "trading still ACTIVE, but the house halted it on 2023-01-20", id="halted"),
        pytest.param({"NO_MARKET": 5}, "active", "trading still ACTIVE, net", id="trading on"),
        pytest.param({"HALTED": 5}, "passed", "trading PASSED, net", id="it has passed"),
    ],
)
def test_an_account_the_house_halted_says_so(refusals: dict[str, int], state: str, said: str) -> None:
    """It still stands, but because nothing may trade any more."""
    rule = {"code": "HOUSE", "headroom": -0.003, "at": "2023-01-20T20:00:00Z"}
    page = {
        "verdict": {"state": state, "phase": "trading", "path": None, "rule": None, "time": None},
        "refusals": refusals,
        "phases": [{}],
        "rules": [rule, {"code": "RISK_PER_TRADE", "headroom": 15.0, "at": "2024-01-06T12:00:00Z"}],
        "net_profit": 1.0,
        "currency": "USDT",
    }
    assert brief(page).startswith(said)

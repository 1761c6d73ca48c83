"""The sentences, in every turn they take."""

from __future__ import annotations

import math

import pytest

from runner.report.study.say import percent, plain, ratio, signed
from runner.report.study.sense.line import even
from runner.report.study.sense.line import line as sense_line
from runner.report.study.walk.line import line as walk_line
from runner.study.sensitivity import BreakEven, Case, Fate, Sensitivity
from runner.study.walked import Walked
from tests.report.study.findings import half, idle, sensed, single, stands, two
from tests.study.results import result, walked


def lost() -> Walked:
    """Nothing was earned in sample, and less out of it."""
    return walked([[result(-1.0, -5.0), result(-2.0, -9.0)]], [[result(0.0, -2.0, first=10), result(0.0, 0.0, first=10)]])


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param(
            two(),
            "Chosen on the past, it made +1,825 USDT a year out of sample against +3,650 in sample (50 % of it); "
            "1 of 2 windows ended with a profit",
            id="as it should be",
        ),
        pytest.param(
            half(),
            "Chosen on the past, it made -912.50 USDT a year out of sample against +1,825 in sample; 0 of 2 windows ended with a profit; "
            "in 1 of them no trial could be measured on the past, and nothing was traded",
            id="a window without a choice",
        ),
        pytest.param(
            idle(),
            "Nothing was chosen: no trial could be measured on the past of any window, so nothing was traded",
            id="no choice at all",
        ),
        pytest.param(
            single(),
            "One trial, so nothing was chosen: it made +4,562 USDT a year in the tests against +1,825 in the trains before them "
            "(250 % of it); 1 of 1 window ended with a profit",
            id="one trial",
        ),
        pytest.param(
            lost(),
            "Chosen on the past, it made -365.00 USDT a year out of sample against -182.50 in sample; 0 of 1 window ended with a profit",
            id="losses have no share",
        ),
    ],
)
def test_a_walk_in_a_sentence(found: Walked, wanted: str) -> None:
    """What it made out of sample against in sample."""
    assert walk_line(found, "USDT") == wanted


WELL = "As it is, the account passes and the strategy makes +1,000 USDT a year"


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param(
            sensed(),
            f"{WELL}; it still passes with 3 times the fees, 10 bps more slippage and a delay of 1 bar",
            id="everything holds",
        ),
        pytest.param(
            sensed(stands(Case(fees=3.0), 10.0, Fate.UNDECIDED), stands(Case(delay=1), 10.0, Fate.FAILED, "DAILY_LOSS")),
            f"{WELL}; it still passes with 2 times the fees and 10 bps more slippage; 3 times the fees leave it undecided, "
            "a delay of 1 bar turns it into a failure (DAILY_LOSS)",
            id="two things break it",
        ),
        pytest.param(
            sensed(stands(Case(fees=2.0), -30.0), stands(Case(slippage=5.0), -30.0)),
            f"{WELL}; it still passes with a delay of 1 bar; 2 times the fees and 5 bps more slippage "
            "turn it into a loss of 30.00 USDT a year",
            id="two in the same way",
        ),
        pytest.param(
            sensed(stands(Case(fees=3.0, slippage=10.0, delay=1), -2_000.0)),
            f"{WELL}; it still passes with 3 times the fees, 10 bps more slippage and a delay of 1 bar; "
            "all of it together turns it into a loss of 2,000 USDT a year",
            id="only all of it",
        ),
        pytest.param(
            sensed(base=stands(Case(), 500.0, Fate.KEPT)),
            "As it is, the account is kept and the strategy makes +500.00 USDT a year; "
            "it is still kept with 3 times the fees, 10 bps more slippage and a delay of 1 bar",
            id="nothing to pass",
        ),
        pytest.param(
            sensed(stands(Case(fees=0.0), 70.0, Fate.UNDECIDED), base=stands(Case(), -500.0, Fate.FAILED, "MAX_LOSS")),
            "As it is, the account fails (MAX_LOSS) and the strategy makes -500.00 USDT a year, so there is nothing to lose; "
            "without fees it is not decided and makes +70.00 USDT a year",
            id="nothing to lose",
        ),
    ],
)
def test_a_sensitivity_in_a_sentence(found: Sensitivity, wanted: str) -> None:
    """What still holds, and what breaks it."""
    assert sense_line(found, "USDT") == wanted


def test_where_the_profit_is_gone() -> None:
    """Found, beyond what was tried, or not there from the first."""
    assert even(sensed()) == ["break-even: 4.3 times the fees, no loss up to 100 bps more slippage; each turned up by itself"]
    none = BreakEven()
    assert even(sensed(fees_gone=none, slippage_gone=none, base=stands(Case(), -1.0))) == ["there is no profit to lose as it is"]


def test_numbers_as_people_read_them() -> None:
    """A dash where there is none."""
    assert [signed(-12.3), signed(12_345.6), signed(math.nan)] == ["-12.30", "+12,346", "–"]
    assert [percent(0.222), percent(math.nan)] == ["22 %", "–"]
    assert [plain(0.01234), plain(1_450.4), plain(-math.inf)] == ["0.0123", "1,450", "–"]
    assert [ratio(1.2345), ratio(math.nan)] == ["1.23", "–"]

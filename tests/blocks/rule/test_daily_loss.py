"""The daily floor as a row, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from blocks.rule.daily_loss import DailyLoss
from runner.model.rules import AmountOf, Anchor, Code, Compare, Measure, Severity
from tests.rulebooks import NEW_YORK, UTC, facts, refusal, rows

FIVE: dict[str, Any] = {"amount_fraction": 0.05, "anchor": "day_peak_equity", "reset": UTC}


def test_hangs_from_the_day_peak() -> None:
    """The common form: a share of the initial balance below the day's highest equity."""
    expected = {"code": Code.DAILY_LOSS, "anchor": Anchor.DAY_PEAK_EQUITY, "amount_fraction": 0.05}
    assert rows(DailyLoss(**FIVE)) == [expected]


@pytest.mark.parametrize(
    "anchor", ["initial", "day_start_balance", "day_start_equity", "max_day_start", "day_peak_equity", "day_peak_balance"]
)
def test_every_anchor_has_its_number(anchor: str) -> None:
    """The word in YAML is the anchor of the row."""
    assert DailyLoss(**{**FIVE, "anchor": anchor}).rows(facts())[0].anchor == Anchor[anchor.upper()]


def test_every_other_choice_reaches_the_row() -> None:
    """Money instead of a share, a soft limit, judged on the lower of balance and equity, only below the floor."""
    rule = DailyLoss(
        amount=1_000,
        anchor="day_start_balance",
        reset=NEW_YORK,
        measure="min_balance_equity",
        compare="lt",
        severity="pause",
        amount_of="anchor",
    )
    expected = {
        "code": Code.DAILY_LOSS,
        "anchor": Anchor.DAY_START_BALANCE,
        "amount": 1_000.0,
        "measure": Measure.MIN_BALANCE_EQUITY,
        "compare": Compare.LT,
        "severity": Severity.PAUSE,
        "amount_of": AmountOf.ANCHOR,
    }
    assert rows(rule) == [expected]


def test_money_by_account_size() -> None:
    """The row holds the money of this account's size."""
    rule = DailyLoss(amount_by_size={"10000": 500, "50000": 1_000}, anchor="day_start_balance", reset=UTC)
    assert [rule.rows(facts(initial=size))[0].amount for size in (10_000.0, 50_000.0)] == [500.0, 1_000.0]


def test_shares_equal_clocks() -> None:
    """Two rules with one reset use one clock, another reset gets its own."""
    account = facts()
    clocks = [DailyLoss(**{**FIVE, "reset": reset}).rows(account)[0].clock for reset in (UTC, NEW_YORK, UTC)]
    assert clocks == [0, 1, 0]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param({"amount_fraction": 0.0}, "greater than 0", id="nothing allowed"),
        pytest.param({"amount_fraction": 1.01}, "less than or equal to 1", id="more than everything"),
        pytest.param({"amount_fraction": "5%"}, "valid number", id="text for a number"),
        pytest.param({"amount_fraction": float("nan")}, "finite number", id="not a number"),
        pytest.param({"amount": 500.0}, "exactly one of amount_fraction, amount and amount_by_size", id="two amounts"),
        pytest.param({"amount_fraction": None}, "exactly one of amount_fraction, amount and amount_by_size", id="no amount"),
        pytest.param({"anchor": "day_high"}, "'day_peak_equity'", id="unknown anchor"),
        pytest.param(
            {"reset": {"at": 1020, "zone": "UTC"}}, "in quotes such as '17:00', was 1020 (put quotes around it)", id="unquoted time"
        ),
        pytest.param({"reset": {"at": "24:00", "zone": "UTC"}}, "was '24:00'", id="no such time"),
        pytest.param({"reset": {"at": "9:30", "zone": "UTC"}}, "was '9:30'", id="one digit for the hour"),
        pytest.param({"reset": {"at": "17:00+01:00", "zone": "UTC"}}, "was '17:00+01:00'", id="an offset"),
        pytest.param({"reset": {"at": "17:00", "zone": "America/NewYork"}}, "nearest is 'America/New_York'", id="misspelt zone"),
        pytest.param({"reset": {"at": "17:00", "zone": "EST"}}, "was 'EST'", id="a zone without daylight saving"),
        pytest.param({"reset": {"at": "17:00", "zone": 2}}, "(put quotes around it)", id="a number for a zone"),
        pytest.param({"reset": {"at": "17:00"}}, "reset.zone: Field required", id="no zone"),
        pytest.param({"resett": UTC}, "resett: Extra inputs", id="unknown key"),
        pytest.param({"confidence": "C"}, "'A', 'B' or '?'", id="unknown confidence"),
        pytest.param({"purchased_from": "2026-1-1"}, "in quotes such as '2026-10-01', was '2026-1-1'", id="a date that is none"),
        pytest.param({"read_on": "2026-13"}, "was '2026-13'", id="a month that is none"),
    ],
)
def test_refuses(parameters: dict[str, Any], message: str) -> None:
    """What cannot be meant is refused with a sentence that says what to write."""
    assert message in refusal(DailyLoss, **{**FIVE, **parameters})

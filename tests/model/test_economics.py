"""What a program costs and pays: what may be written, and how a split grows."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from runner.model.duration import DAY_MS
from runner.model.economics import Economics, Split


def test_sizes_may_come_as_text_from_the_command_line() -> None:
    """Keys of a table by size are account sizes, however they were written."""
    assert Economics(currency="USD", price={"10000": 119.0, 25000: 249.0}).price == {10000: 119.0, 25000: 249.0}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"price": {"ten": 1.0}}, id="a size that is no number"),
        pytest.param({"price": {10000: -1.0}}, id="a negative price"),
        pytest.param({"monthly": -0.01}, id="a negative fee"),
        pytest.param({"refund_fraction": 1.0}, id="a refund without its payout"),
        pytest.param({"refund_fraction": 1.01, "refund_at_payout": 1}, id="more than all of the price back"),
        pytest.param({"refund_fraction": 1.0, "refund_at_payout": 0}, id="a refund with no payout"),
        pytest.param({"exchange_rate": 0.0}, id="a rate of nothing"),
        pytest.param({"as_of": "last week"}, id="a day that is no date"),
        pytest.param({"cost": 1.0}, id="an unknown key"),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    """Each mistake is refused when the section is built."""
    with pytest.raises(ValidationError):
        Economics(currency="USD", **wrong)  # type: ignore[arg-type]


def test_no_refund_needs_no_payout() -> None:
    """0 says that nothing comes back."""
    assert Economics(currency="USD", refund_fraction=0.0).refund_at_payout is None


@pytest.mark.parametrize(
    ("days", "share"),
    [
        pytest.param(0, 0.8, id="at the start"),
        pytest.param(119, 0.8, id="the day before the first step"),
        pytest.param(120, 0.85, id="on the first step"),
        pytest.param(240, 0.9, id="at the cap"),
        pytest.param(3600, 0.9, id="never above the cap"),
    ],
)
def test_the_split_grows_step_by_step_up_to_its_cap(days: int, share: float) -> None:
    """80 %, five points more every 120 days, at most 90 %."""
    split = Split(start=0.8, step=0.05, every="120d", cap=0.9)
    assert split.at(days * DAY_MS) == pytest.approx(share)


def test_a_split_without_a_time_stays_as_it_is() -> None:
    """One share for good."""
    assert Split(start=0.9).at(10_000 * DAY_MS) == 0.9

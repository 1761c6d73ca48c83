"""What an attempt is worth: three cases worked out by hand, every missing input said, ruin counted as defined."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from runner.model.bot import Account, GateSettings
from runner.model.duration import DAY_MS
from runner.model.economics import Economics, Split
from runner.odds.interval import overlap
from runner.odds.reading import PAYMENT
from runner.odds.results import ATTEMPT, Afterwards, Ending, Value
from runner.odds.value import chains, lost_first, terms, value, write
from tests.machine.build import START, book

HYRO = Economics(
    currency="USD",
    price={10_000: 119.0},
    variant_price={"swing": {10_000: 49.0}},
    monthly=0.0,
    activation=0.0,
    refund_fraction=1.0,
    refund_at_payout=1,
    split=Split(start=0.7, step=0.05, every="120d", cap=0.9),
    exchange_rate=1.0,
    source="a page",
    as_of="2026-09-20",
    confidence="B",
)
MONTHLY = Economics(
    currency="USD",
    price=0.0,
    monthly={50_000: 49.0},
    activation=129.0,
    refund_fraction=0.0,
    split=Split(start=0.9),
    exchange_rate=1.0,
)


def account(economics: Economics | None = HYRO, **changes: Any) -> Account:
    """An account of 10,000 USDT under these terms."""
    given = {"name": "mine", "size": 10_000.0, "currency": "USDT", "phase": "challenge", "variant": "standard", "purchased": ""}
    return Account(**{**given, "book": book(), "gate": GateSettings(), "economics": economics, **changes})


def attempt(outcome: Ending, start: int, days: float, **more: Any) -> NDArray[Any]:
    """One start: on day `start`, `days` until it was passed or failed; `funded` days lived afterwards, `alive` or lost."""
    row = np.zeros(1, ATTEMPT)
    row["start"], row["days"], row["outcome"] = START + start * DAY_MS, days, outcome
    row["ended"] = row["start"] + int(days * DAY_MS)
    if outcome is Ending.PASSED:
        row["funded_from"], row["funded_days"] = row["ended"], more.get("funded", 0.0)
        row["afterwards"] = Afterwards.ALIVE if more.get("alive", True) else Afterwards.LOST
    return row


def payment(start: int, since_days: float, amount: float) -> NDArray[Any]:
    """A payout of the start at place `start`, some days after it was funded."""
    row = np.zeros(1, PAYMENT)
    row["start"], row["since"], row["amount"] = start, int(since_days * DAY_MS), amount
    return row


def worth(
    who: Account, attempts: list[NDArray[Any]], payments: Sequence[NDArray[Any]] = (), *, payouts: bool = True
) -> tuple[Value, NDArray[Any]]:
    """The value of these attempts, and their rows."""
    rows, given = np.concatenate(attempts), terms(who, payouts=payouts)
    paid = np.concatenate([np.zeros(0, PAYMENT), *payments])
    for one in paid:
        rows["payouts"][one["start"]] += 1
    write(rows, paid, given)
    return value(rows, given, overlap(rows["days"], 1.0), seed=1), rows


def test_first_case_every_attempt_fails() -> None:
    """Two accounts of 119 are lost: -119 each."""
    found, rows = worth(account(), [attempt(Ending.FAILED, 0, 3), attempt(Ending.FAILED, 1, 9)])
    assert rows["value"].tolist() == [-119.0, -119.0]
    assert found.total is not None
    assert (found.total.value, found.cost, found.refund, found.received) == (-119.0, 119.0, 0.0, 0.0)


def test_second_case_one_of_four_is_paid_twice() -> None:
    """Three are lost, one pays 400 after 10 days and 600 after 130.

    It receives 0.70 · 400 + 0.75 · 600 = 730 and its fee of 119: 730 + 119 - 119 = 730; together (730 - 3 · 119) / 4 = 93.25.
    """
    lost = [attempt(Ending.FAILED, day, 5) for day in range(3)]
    found, rows = worth(account(), [*lost, attempt(Ending.PASSED, 3, 30, funded=200)], [payment(3, 10, 400.0), payment(3, 130, 600.0)])
    assert rows["value"].tolist() == [-119.0, -119.0, -119.0, 730.0]
    assert found.total is not None
    assert found.total.value == pytest.approx(93.25)
    assert (found.cost, found.refund, found.received, found.reached_payout) == (119.0, 29.75, 182.5, 0.25)


def test_third_case_a_monthly_fee_and_an_activation() -> None:
    """Failed after 45 days: two months, 98. Passed after 20 days, funded, paid 1,000 at 90 %: 900 - 49 - 129 = 722; mean 312."""
    who = account(MONTHLY, size=50_000.0)
    found, rows = worth(who, [attempt(Ending.FAILED, 0, 45), attempt(Ending.PASSED, 1, 20, funded=60)], [payment(1, 14, 1_000.0)])
    assert rows["value"].tolist() == [-98.0, 722.0]
    assert found.total is not None
    assert found.total.value == pytest.approx(312.0)


def test_what_was_paid_and_the_variant_replace_and_raise_the_price() -> None:
    """account.paid is taken as it is; the swing variant costs 49 more; the refund is of what was paid."""
    assert terms(account(paid=80.0), payouts=True).price == 80.0
    assert terms(account(paid=80.0), payouts=True).refund == 80.0
    assert terms(account(variant="swing"), payouts=True).price == 168.0
    assert terms(account(HYRO.model_copy(update={"exchange_rate": 1.1})), payouts=True).price == pytest.approx(130.9)


@pytest.mark.parametrize(
    ("economics", "changes", "payouts", "said"),
    [
        pytest.param(None, {}, True, "price (the price of an account of 10,000 is not known: set account.paid)", id="no economics at all"),
        pytest.param(
            HYRO, {"size": 20_000.0}, True, "price (the price of an account of 20,000 is not known: set account.paid)", id="a size"
        ),
        pytest.param(
            HYRO.model_copy(update={"variant_price": {"swing": None}}),
            {"variant": "swing"},
            True,
            "price (what the variant swing costs at 10,000 is not known: set account.paid)",
            id="a variant",
        ),
        pytest.param(
            HYRO.model_copy(update={"exchange_rate": None}),
            {},
            True,
            "price (prices are in USD, the account in USDT: set account.program.economics.exchange_rate)",
            id="an exchange rate",
        ),
        pytest.param(HYRO.model_copy(update={"split": None}), {}, True, "split (not found)", id="a split"),
        pytest.param(HYRO, {}, False, "when the funded phase pays out (it has no payout rule)", id="a payout rule"),
    ],
)
def test_without_a_needed_input_there_is_no_value(economics: Economics | None, changes: dict[str, Any], payouts: bool, said: str) -> None:
    """It is said which, and nothing is invented."""
    found, rows = worth(account(economics, **changes), [attempt(Ending.FAILED, 0, 3)], payouts=payouts)
    assert found.total is None
    assert said in found.missing
    assert np.isnan(rows["value"]).all()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("monthly", "monthly fee (not found)", id="the monthly fee"),
        pytest.param("activation", "activation fee (not found)", id="the activation fee"),
        pytest.param("refund_fraction", "refund (not found)", id="the refund"),
    ],
)
def test_small_inputs_that_are_missing_are_left_out_and_named(name: str, said: str) -> None:
    """The value is given "without" them."""
    found, _ = worth(account(HYRO.model_copy(update={name: None})), [attempt(Ending.FAILED, 0, 3)])
    assert found.total is not None
    assert found.total.value == -119.0
    assert found.without == (said,)


def test_every_input_has_a_source() -> None:
    """Page, day and confidence beside each number."""
    found = terms(account(), payouts=True)
    assert [one.name for one in found.inputs] == ["price", "monthly", "activation", "refund", "split"]
    assert all("a page, read 2026-09-20 (confidence B)" in one.source for one in found.inputs)
    assert found.inputs[0].source.endswith("USD at 1")


def test_accounts_are_lost_before_their_first_payout() -> None:
    """A failed evaluation and a funded account lost unpaid count; one paid before it was lost, one alive and one unfinished do not."""
    rows = np.concatenate(
        [
            attempt(Ending.FAILED, 0, 3),
            attempt(Ending.PASSED, 1, 3, alive=False),
            attempt(Ending.PASSED, 2, 3, alive=False),
            attempt(Ending.PASSED, 3, 3),
            attempt(Ending.UNFINISHED, 4, 3),
        ]
    )
    rows["payouts"][2] = 1
    assert lost_first(rows, payouts=True).tolist() == [True, True, False, False, False]
    assert lost_first(rows, payouts=False).tolist() == [True, False, False, False, False]


def test_chains_of_accounts_end_with_a_payout_or_the_last_loss() -> None:
    """Bought on days 0, 2 and 4, each lost after two days, the third paid out: -119 · 2 + 81 is in the red, alone it is not.

    A chain that begins with the account still running when the data ends is not counted.
    """
    rows = np.concatenate(
        [*(attempt(Ending.FAILED, day, 2) for day in range(4)), attempt(Ending.PASSED, 4, 1), attempt(Ending.UNFINISHED, 5, 1)]
    )
    rows["payouts"][4] = 1
    rows["value"] = [-119.0, -119.0, -119.0, -119.0, 81.0, -119.0]
    # day 0: days 0, 2, 4 → -157; day 1: 1, 3, 5 → unfinished; day 2: 2, 4 → -38; day 3: 3, 5 → unfinished; day 4: 81; day 5 unfinished
    for length, share, complete in ((3, 2 / 3, 3), (1, 4 / 5, 5)):
        red, counted = chains(rows, length)
        assert red == pytest.approx(share)
        assert counted == complete


def test_the_documentation_works_out_the_same_cases() -> None:
    """The page's three cases end in these numbers."""
    page = (Path(__file__).parent.parent.parent / "docs" / "odds.md").read_text(encoding="utf-8")
    for number in ("−119.00", "93.25", "312.00"):
        assert number in page


def test_another_attempt_may_be_cheaper() -> None:
    """59 instead of 65 saves 6 on every account after the first; a dearer one or an unknown one saves nothing."""
    cheaper = HYRO.model_copy(update={"price": 65.0, "reset_price": 59.0})
    assert terms(account(cheaper), payouts=True).saved == 6.0
    assert terms(account(HYRO.model_copy(update={"reset_price": 500.0})), payouts=True).saved == 0.0
    assert terms(account(), payouts=True).saved == 0.0
    rows = np.concatenate([attempt(Ending.FAILED, 0, 1), attempt(Ending.PASSED, 1, 1)])
    rows["payouts"][1], rows["value"] = 1, [-65.0, 63.0]
    assert chains(rows, 2)[0] == 0.5
    assert chains(rows, 2, saved=6.0)[0] == 0.0

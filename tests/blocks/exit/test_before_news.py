"""The exit `before_news`."""

import numpy as np
import pytest

from blocks.exit.before_news import BeforeNews
from runner.model.draft import Draft
from runner.model.market import Market
from tests.blocks.drafts import flat, pair, with_releases


def completed(market: Market) -> Draft:
    """Plans on a market of 4h bars, closed two hours before releases."""
    draft = pair(market)
    BeforeNews(before="2h").complete(draft)
    return draft


@pytest.mark.parametrize(
    ("release", "closes"),
    [
        pytest.param(12.5, [8, 12], id="12:30: out at 08:00, the last close two hours ahead"),
        pytest.param(14.0, [12], id="14:00: 12:00 is exactly two hours ahead"),
        pytest.param(13.99, [8, 12], id="13:59: 12:00 is too late"),
        pytest.param(12.0, [8], id="12:00: the close at the release itself is free again"),
    ],
)
def test_last_close_far_enough_ahead(release: float, closes: list[int]) -> None:
    """Bars close every four hours; both sides are closed and resting entries withdrawn."""
    draft = completed(with_releases(flat(), release))
    flagged = draft.market.bars.close_time[draft.columns[0] == 2] // 3_600_000
    assert flagged.tolist() == closes
    assert draft.plans["exit_column"].tolist() == draft.plans["cancel_column"].tolist() == [0, 0]


def test_other_currencies_do_not_matter() -> None:
    """A European release closes nothing that watches the dollar."""
    assert not np.any(completed(with_releases(flat(), 12.5, currency="EUR")).columns[0])


def test_a_wrong_duration_is_refused() -> None:
    """Durations carry their unit."""
    with pytest.raises(ValueError, match="expected a duration"):
        BeforeNews(before="2")

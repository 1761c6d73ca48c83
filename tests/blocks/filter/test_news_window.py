"""The filter `news_window`."""

import pytest

from blocks.filter.news_window import NewsWindow
from tests.blocks.drafts import flat, with_releases


@pytest.mark.parametrize(
    ("release", "after", "refused"),
    [
        pytest.param(12.5, None, [8, 12], id="what opens at 08:00 is still held at 10:30"),
        pytest.param(14.0, None, [12], id="the window begins at 12:00 sharp"),
        pytest.param(12.5, "4h", [8, 12, 16], id="and lasts until 16:30"),
        pytest.param(12.5, "3h", [8, 12], id="or only until 15:30"),
    ],
)
def test_refuses_signals_whose_bar_reaches_the_window(release: float, after: str | None, refused: list[int]) -> None:
    """Bars close every four hours."""
    market = with_releases(flat(), release)
    passes = NewsWindow(before="2h", after=after).passes(market, 1)
    assert (market.bars.close_time[~passes] // 3_600_000).tolist() == refused


@pytest.mark.parametrize(
    ("currencies", "events", "refused"), [(["USD"], [], True), (["EUR"], [], False), (["USD"], ["FOMC_DECISION"], False)]
)
def test_only_chosen_releases_count(currencies: list[str], events: list[str], refused: bool) -> None:
    """The release is a US one of prices."""
    market = with_releases(flat(), 12.5)
    assert (not NewsWindow(currencies=currencies, events=events).passes(market, -1).all()) == refused

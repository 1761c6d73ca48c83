"""report.html as a whole: it parses, weighs little, asks nobody, says what summary.json says, and is the same every time."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from time import perf_counter
from typing import Any

import html5lib
import numpy as np
import pytest

from runner.model.rules import Code, State
from runner.report.html.page import FLOORS
from runner.report.sentences import amount
from tests.report import cases
from tests.report.html.drawn import figures, valid
from tests.report.html.stories import MAIN, RUNS, page, played, told, written

LIGHT = 3_000_000  # bytes
LONGEST = 0.8  # seconds


def no_bars() -> str:
    """A run whose only symbol has no bars in range."""
    return page(told(cases.nothing(), cases.stream(silent=True, count=0)))


def one_bar() -> str:
    """A run of one bar."""
    return page(told(cases.nothing(cases.marks(10_000.0)), cases.stream(silent=True, count=1)))


def failed() -> str:
    """A challenge that broke its daily floor."""
    broken = cases.phases(state=State.FAILED, rule=0, code=Code.DAILY_LOSS, value=9_490.0, floor=9_500.0)
    return page(told(cases.outcome(phases=broken)))


def hostile() -> str:
    """Names and warnings with everything HTML cares about."""
    story = told()
    return page(replace(story, page={**story.page, "strategy": "</script><b>&\"'", "warnings": ["<img src=x>"]}))


HAND = {"no bars": no_bars, "one bar": one_bar, "failed on a floor": failed, "hostile names": hostile}


def made(name: str) -> str:
    """A report by the name of its case."""
    return HAND[name]() if name in HAND else written(name)


@pytest.mark.parametrize("name", [*RUNS, *HAND])
def test_it_is_strict_html_and_light(name: str) -> None:
    """A strict parser finds nothing to repair, and the page stays under 3 MB."""
    html5lib.HTMLParser(strict=True).parse(made(name))
    assert len(made(name).encode()) < LIGHT


@pytest.mark.parametrize("name", [*RUNS, *HAND])
def test_every_figure_is_one_plotly_accepts(name: str) -> None:
    """Each part of each chart is held against Plotly's own schema."""
    for figure in figures(made(name)).values():
        valid(figure)


@pytest.mark.parametrize("name", [*RUNS])
def test_it_asks_nobody(name: str) -> None:
    """No address anywhere outside the engine's own text, and a policy that would not let one be asked."""
    plain = re.sub(r'<script type="text/plain"[^>]*>[^<]+</script>', "", made(name))
    assert "http" not in plain.replace("http-equiv", "")
    assert not re.search(r"<(link|img|iframe)|src=|@import|url\(", plain)
    assert "default-src &#x27;none&#x27;" in plain


@pytest.mark.parametrize("name", [*RUNS])
def test_the_first_lines_are_the_summarys(name: str) -> None:
    """Verdict and figures to the cent."""
    summary, text = played(name).page, made(name)
    assert f">{summary['net_profit']:+,.2f}</dd>" in text
    assert f">{amount(summary['phases'][-1]['balance'])}</dd>" in text
    assert f'class="state {summary["verdict"]["state"]}"' in text


def test_equal_runs_are_equal_pages_without_clock_or_folder() -> None:
    """Seconds spent are not in it, nor is any path of this machine."""
    story = told()
    slow = replace(story, page={**story.page, "seconds": dict.fromkeys(story.page["seconds"], 9.876)})
    assert page(story) == page(slow)
    assert "9.876" not in page(slow)
    assert "/home" not in page(story)


def test_names_are_never_taken_for_markup() -> None:
    """Escaped in the title, in the verdict and in the warnings."""
    text = hostile()
    assert "<img src=x>" not in text
    assert "&lt;img src=x&gt;" in text
    assert "&lt;/script&gt;&lt;b&gt;&amp;" in text


def test_the_tables_need_no_script() -> None:
    """Rules, figures, months, trades and warnings are in the page's own text."""
    text = re.sub(r"<script.*?</script>", "", written(MAIN), flags=re.DOTALL)
    for part in (
        "How close each rule came",
        "profit factor",
        'class="months"',
        'class="trades"',
        "ask the firm",
        "Against buying and holding",
    ):
        assert part in text
    assert FLOORS in text


def test_one_chart_for_each_symbol() -> None:
    """With its candles beside it."""
    text = written(MAIN)
    assert {f"chart-{symbol}" for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT")} <= set(re.findall(r'id="(chart-[A-Z]+)"', text))
    assert text.count('class="candles"') == 3
    assert "There are no bars of this symbol" in written("no bars of one symbol")


def test_symbols_without_trades_have_no_buttons_to_walk() -> None:
    """One of three was traded; all three lead back to the account's time, which ended early."""
    text = written("the main job, failed")
    assert (text.count('data-step="next"'), text.count('data-step="account"')) == (1, 3)
    assert 'data-step="account"' not in written(MAIN)


def test_it_is_written_in_time() -> None:
    """Three symbols of 6,400 bars; the engine is compressed already."""
    written(MAIN)
    began = perf_counter()
    page(played(MAIN))
    assert perf_counter() - began < LONGEST


def test_many_bars_stay_light() -> None:
    """70,000 bars of three symbols: under 5 MB."""
    walk = 30_000 + np.cumsum(np.random.default_rng(7).normal(0, 15, 70_001))
    rounded = np.round(walk, 1)
    streams = []
    for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT"):
        plain = cases.stream(symbol, silent=True, count=70_000)
        body: dict[str, Any] = {"open": rounded[:-1], "close": rounded[1:], "high": np.round(np.maximum(walk[:-1], walk[1:]) + 12, 1)}
        bars = replace(plain.market.bars, **body, low=np.round(np.minimum(walk[:-1], walk[1:]) - 12, 1))
        streams.append(replace(plain, market=replace(plain.market, bars=bars), execution=bars))
    text = page(told(cases.nothing(cases.marks(*np.full(2_000, 10_000.0))), *streams))
    assert len(text.encode()) < 5_000_000


def test_the_dark_colours_are_all_of_the_light_ones() -> None:
    """The script swaps whole colours, so each one used in a figure must have a partner."""
    dark = json.loads(re.findall(r'<script type="application/json" id="dark">([^<]+)</script>', written(MAIN))[0])
    used = set(re.findall(r'"(#[0-9a-f]{6}|rgba\([^"]+\))"', json.dumps(figures(written(MAIN)))))
    assert used <= set(dark)

"""The report in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.opened import asked, chromium, complaints, forgotten, opened, requests, waited
from tests.report.html.stories import FAILED, MAIN, RUNS, played, written

RANGE = "return document.querySelector('#chart-BTCUSDT .canvas').layout.xaxis.range.map((at) => Date.parse(at))"
HOVER = """
    const place = document.querySelector('#chart-BTCUSDT .canvas');
    Plotly.Fx.hover(place, [{ curveNumber: place.data.findIndex((trace) => trace.name === 'long entry'), pointNumber: 0 }]);
"""
BACKGROUND = "return document.querySelector('#chart-equity .canvas').layout.paper_bgcolor"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


@pytest.fixture
def page(browser: Chrome, tmp_path: Path) -> Path:
    """The main job's report, light, opened and drawn."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    media(browser, "light")
    return shown(browser, tmp_path, MAIN)


def shown(browser: Chrome, folder: Path, name: str) -> Path:
    """Write a report into a folder of its own and open it, without what an earlier page remembered."""
    file = folder / "report.html"
    file.write_text(written(name), encoding="utf-8")
    forgotten(browser, folder)
    requests(browser)  # what earlier pages asked for
    opened(browser, file)
    return file


def media(browser: Chrome, scheme: str) -> None:
    """What the system prefers."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})


@pytest.mark.parametrize("name", RUNS)
def test_every_chart_is_drawn_without_a_complaint_or_a_request(browser: Chrome, tmp_path: Path, name: str) -> None:
    """No message on the console, nothing asked for but the file itself."""
    file = shown(browser, tmp_path, name)
    assert complaints(browser) == []
    assert asked(browser, "return document.querySelectorAll('figure.chart').length") > 3
    assert asked(browser, "return document.querySelectorAll('figure.chart:not([data-drawn])').length") == 0
    assert asked(browser, "return [...document.querySelectorAll('.canvas')].every((each) => each.querySelector('.main-svg'))")
    outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
    assert set(outside) == {file.as_uri()}


def test_the_candles_are_the_bars(browser: Chrome, page: Path) -> None:
    """What the script unpacks and merges starts and ends where the bars do, with their extremes."""
    bars = played(MAIN).streams[0].market.bars
    candle = asked(
        browser, "const c = document.querySelector('#chart-BTCUSDT .canvas').data[0]; return [c.x, c.open, c.high, c.low, c.close]"
    )
    assert 100 < len(candle[0]) <= 420
    assert (candle[0][0], candle[1][0], candle[4][-1]) == pytest.approx((bars.open_time[0], bars.open[0], bars.close[-1]))
    assert (max(candle[2]), min(candle[3])) == pytest.approx((bars.high.max(), bars.low.min()))


def test_the_buttons_walk_from_trade_to_trade(browser: Chrome, page: Path) -> None:
    """The first trade, the second, and the whole range again; candles are as fine as the bars there."""
    story = played(MAIN)
    first, last = asked(browser, RANGE)
    trades = [trade for trade in story.outcome.trades if trade["symbol"] == story.outcome.symbols.index("BTCUSDT")]
    for trade in trades[:2]:
        asked(browser, "document.querySelector('#chart-BTCUSDT').closest('section').querySelector('[data-step=next]').click()")
        waited(
            browser,
            f"const [from, to] = (() => {{ {RANGE} }})(); return from < {trade['opened']} && to > {trade['closed']} && to - from < 3e9",
        )
        waited(browser, "const x = document.querySelector('#chart-BTCUSDT .canvas').data[0].x; return x[1] - x[0] === 14400000")
    asked(browser, "document.querySelector('#chart-BTCUSDT').closest('section').querySelector('[data-step=all]').click()")
    waited(browser, f"const [from, to] = (() => {{ {RANGE} }})(); return from === {first} && to === {last}")
    assert complaints(browser) == []


def test_a_row_of_the_trades_leads_to_its_place(browser: Chrome, page: Path) -> None:
    """The chart of its symbol shows the trade."""
    asked(browser, "document.querySelector('.trades tr[data-symbol=BTCUSDT]').click()")
    row = "document.querySelector('.trades tr[data-symbol=BTCUSDT]').dataset"
    waited(browser, f"const [from, to] = (() => {{ {RANGE} }})(); return from < {row}.from && to > {row}.to && to - from < 1e10")


def test_hovering_an_entry_tells_the_decision(browser: Chrome, page: Path) -> None:
    """The words beside the mark."""
    asked(
        browser,
        HOVER,
    )
    waited(browser, "return document.querySelectorAll('#chart-BTCUSDT .hovertext').length > 0")
    said = asked(browser, "return document.querySelector('#chart-BTCUSDT .hovertext').textContent")
    assert "traded as position" in said
    assert "filters:" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_follows_the_system_and_the_toggle(browser: Chrome, tmp_path: Path, scheme: str) -> None:
    """Page and charts change together, and the choice is kept when the page is opened again."""
    media(browser, scheme)
    file = shown(browser, tmp_path, MAIN)
    colours = {"light": "#ffffff", "dark": "#151b22"}
    assert asked(browser, BACKGROUND) == colours[scheme]
    other = "dark" if scheme == "light" else "light"
    asked(browser, "document.getElementById('theme').click()")
    assert asked(browser, BACKGROUND) == colours[other]
    opened(browser, file)
    assert asked(browser, "return document.documentElement.dataset.theme") == other
    assert asked(browser, BACKGROUND) == colours[other]
    asked(browser, "localStorage.clear()")
    media(browser, "light")


@pytest.mark.parametrize("name", [MAIN, FAILED])
def test_on_a_phone_nothing_sticks_out(browser: Chrome, tmp_path: Path, name: str) -> None:
    """390 points wide: the page does not scroll sideways, wide tables scroll by themselves."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    shown(browser, tmp_path, name)
    assert asked(browser, "return document.documentElement.scrollWidth") == 390
    assert asked(browser, "return [...document.querySelectorAll('.canvas .main-svg')].every((each) => each.clientWidth <= 390)")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_long_tables_scroll_in_their_own_box(browser: Chrome, page: Path) -> None:
    """154 weeks are as tall as a screen, 24 hours as tall as a chart."""
    heights = "return [...document.querySelectorAll('%s')].map((each) => [each.clientHeight, each.scrollHeight])"
    ((seen, whole),) = asked(browser, heights % "div:has(> .weeks)")
    assert seen <= 560 < whole
    assert all(seen <= 216 for seen, _ in asked(browser, heights % ".short > .scroll"))


def test_buying_and_holding_waits_outside_the_first_picture(browser: Chrome, page: Path) -> None:
    """At first the picture is the account's; with all of holding in it, it reaches far beyond."""
    reach = "return document.querySelector('#chart-equity .canvas').layout.yaxis.range"
    assert asked(browser, reach)[1] < 12_000
    asked(browser, "Plotly.relayout(document.querySelector('#chart-equity .canvas'), { 'yaxis.autorange': true })")
    waited(browser, f"const [, top] = (() => {{ {reach} }})(); return top > 50_000")


@pytest.mark.parametrize("width", [500, 390])
def test_on_a_narrow_screen_the_rules_fit(browser: Chrome, tmp_path: Path, width: int) -> None:
    """What was left, what was used and when are seen without scrolling sideways; value and limit give way."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    shown(browser, tmp_path, MAIN)
    box = "const table = document.querySelector('.rules');"
    assert asked(browser, f"{box} return table.scrollWidth <= table.parentNode.clientWidth")
    seen = asked(
        browser, f"{box} return [...table.querySelectorAll('th')].filter((each) => each.offsetWidth).map((each) => each.textContent)"
    )
    assert {"rule", "left", "used", "when (UTC)"} <= set(seen)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_charts_far_away_wait(browser: Chrome, tmp_path: Path) -> None:
    """The first charts are drawn before the last ones are touched."""
    file = tmp_path / "report.html"
    file.write_text(written(MAIN), encoding="utf-8")
    opened(browser, file, drawn=False)
    waited(browser, "return document.querySelector('#chart-equity').dataset.drawn === 'yes'")
    assert asked(browser, "return document.querySelector('#chart-benchmark').dataset.drawn ?? 'not yet'") == "not yet"


def test_a_window_as_tall_as_the_page_draws_every_chart(browser: Chrome, tmp_path: Path) -> None:
    """Also where observers never speak and the window is never idle: nothing waits for a scroll or a painted frame."""
    file = tmp_path / "report.html"
    deaf = "<script>window.IntersectionObserver = class { observe() {} }; window.requestIdleCallback = () => 0;</script></head>"
    file.write_text(written(MAIN).replace("</head>", deaf, 1), encoding="utf-8")
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 1200, "height": 6000, "deviceScaleFactor": 1, "mobile": False})
    opened(browser, file)
    assert asked(browser, "return document.querySelectorAll('figure.chart:not([data-drawn])').length") == 0
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_on_paper_it_is_light_and_as_wide_as_the_page(browser: Chrome, page: Path) -> None:
    """Also when the screen is dark; afterwards the screen is as it was."""
    asked(browser, "document.documentElement.dataset.theme = 'dark'; dispatchEvent(new Event('beforeprint'))")
    assert asked(browser, BACKGROUND) == "#ffffff"
    assert asked(browser, "return document.querySelector('#chart-equity .main-svg').clientWidth") == 690
    asked(browser, "dispatchEvent(new Event('afterprint'))")
    assert asked(browser, BACKGROUND) == "#151b22"
    assert asked(browser, "return document.querySelector('#chart-equity .main-svg').clientWidth") > 690
    assert complaints(browser) == []


def test_a_damaged_chart_leaves_the_others(browser: Chrome, tmp_path: Path) -> None:
    """A file that was cut on its way still opens, says which chart it lost, and draws the rest."""
    file = tmp_path / "report.html"
    file.write_text(written(MAIN).replace('class="pack">H4sI', 'class="pack">AAAA', 1), encoding="utf-8")
    opened(browser, file)
    assert "cannot be drawn" in asked(browser, "return document.querySelector('#chart-equity').innerText")
    assert asked(browser, "return document.querySelectorAll('figure.chart:not([data-drawn])').length") == 1
    complaints(browser)

"""challenge.html in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from runner.report.html.odds.page import page
from tests.browser.opened import asked, chromium, complaints, opened, requests
from tests.report.html.odds.test_page import CASES

CHARTS = "return document.querySelectorAll('figure.chart').length"
UNDRAWN = "return document.querySelectorAll('figure.chart:not([data-drawn])').length"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


def shown(browser: Chrome, folder: Path, name: str) -> Path:
    """Write a page and open it."""
    file = folder / "challenge.html"
    file.write_text(page(CASES[name]()), encoding="utf-8")
    requests(browser)  # what earlier pages asked for
    opened(browser, file)
    return file


@pytest.mark.parametrize("name", CASES)
def test_every_chart_is_drawn_without_a_complaint_or_a_request(browser: Chrome, tmp_path: Path, name: str) -> None:
    """No message on the console, nothing asked for but the file itself."""
    file = shown(browser, tmp_path, name)
    assert complaints(browser) == []
    assert asked(browser, CHARTS) >= {"little": 3, "nothing": 0}.get(name, 8)
    assert asked(browser, UNDRAWN) == 0
    outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
    assert set(outside) == {file.as_uri()}


def test_the_figures_hold_what_python_put_in(browser: Chrome, tmp_path: Path) -> None:
    """Every start once in the strip, and bars that fill to the top at every size."""
    shown(browser, tmp_path, "everything")
    below = "document.querySelector('#chart-starts .canvas')._fullData.filter((each) => each.yaxis === 'y2')"
    assert asked(browser, f"return {below}.reduce((sum, each) => sum + each.x.length, 0)") == 700
    bars = "document.querySelector('#chart-endings .canvas').data.filter((each) => each.type === 'bar')"
    sums = asked(browser, f"const bars = {bars}; return bars[0].y.map((_, at) => bars.reduce((sum, each) => sum + each.y[at], 0))")
    assert sums == pytest.approx([1.0] * 7)


@pytest.mark.parametrize("width", [390, 340])
def test_on_a_phone_nothing_sticks_out(browser: Chrome, tmp_path: Path, width: int) -> None:
    """The page does not scroll sideways; tables that are too wide scroll by themselves."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    shown(browser, tmp_path, "everything")
    assert asked(browser, "return document.documentElement.scrollWidth") == width
    assert asked(browser, f"return [...document.querySelectorAll('.canvas .main-svg')].every((each) => each.clientWidth <= {width})")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_colours_of_the_table_turn_with_the_page(browser: Chrome, tmp_path: Path) -> None:
    """The marks beside the endings are those of the pictures, light and dark."""
    shown(browser, tmp_path, "everything")
    mark = "getComputedStyle(document.querySelector('.key')).backgroundColor"
    chart = "document.querySelector('#chart-starts .canvas').data[0].marker.color"
    light = asked(browser, f"return [{mark}, {chart}]")
    asked(browser, "document.getElementById('theme').click()")
    dark = asked(browser, f"return [{mark}, {chart}]")
    asked(browser, "localStorage.clear()")
    assert light == ["rgb(0, 158, 115)", "#009e73"]
    assert dark == ["rgb(53, 199, 154)", "#35c79a"]

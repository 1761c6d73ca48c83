"""The pages of studies in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.opened import asked, chromium, complaints, opened, requests
from tests.report.study.test_pages import PAGES

CHARTS = "return document.querySelectorAll('figure.chart').length"
UNDRAWN = "return document.querySelectorAll('figure.chart:not([data-drawn])').length"
FEWEST = {"a walk": 5, "one trial": 2, "a sensitivity": 2}


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


def shown(browser: Chrome, folder: Path, name: str) -> Path:
    """Write a page and open it."""
    file = folder / "study.html"
    file.write_text(PAGES[name](), encoding="utf-8")
    requests(browser)  # what earlier pages asked for
    opened(browser, file)
    return file


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_without_a_complaint_or_a_request(browser: Chrome, tmp_path: Path, name: str) -> None:
    """No message on the console, nothing asked for but the file itself."""
    file = shown(browser, tmp_path, name)
    assert complaints(browser) == []
    assert asked(browser, CHARTS) >= FEWEST.get(name, 2)
    assert asked(browser, UNDRAWN) == 0
    outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
    assert set(outside) == {file.as_uri()}


@pytest.mark.parametrize("width", [390, 340])
@pytest.mark.parametrize("name", ["a walk", "every verdict", "several trials"])
def test_on_a_phone_nothing_sticks_out(browser: Chrome, tmp_path: Path, name: str, width: int) -> None:
    """The page does not scroll sideways; tables that are too wide scroll by themselves."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    shown(browser, tmp_path, name)
    assert asked(browser, "return document.documentElement.scrollWidth") <= width
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

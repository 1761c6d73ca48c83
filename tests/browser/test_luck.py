"""overfit.html and cross_validate.html in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from runner.report.study.cross_validate.found import CrossValidated
from runner.report.study.cross_validate.html import html as crossed
from runner.report.study.cross_validate.page import page as crossed_page
from runner.report.study.overfit.found import Overfitted
from runner.report.study.overfit.html import html as overfitted
from runner.report.study.overfit.page import page as overfitted_page
from tests.browser.opened import asked, chromium, complaints, opened, requests
from tests.report.study.cross_validate import test_page as cross_validate
from tests.report.study.overfit import test_html as overfit


def of_overfit(found: Overfitted) -> str:
    """overfit.html of a study."""
    return overfitted(found, overfitted_page(found))


def of_cross_validate(found: CrossValidated) -> str:
    """cross_validate.html of a study."""
    return crossed(found, crossed_page(found))


PAGES: dict[str, Callable[[], str]] = {
    **{f"overfit-{name}": partial(of_overfit, found) for name, found in overfit.CASES.items()},
    **{f"cross_validate-{name}": partial(of_cross_validate, found) for name, found in cross_validate.CASES.items()},
}
UNDRAWN = "return document.querySelectorAll('figure.chart:not([data-drawn])').length"
OVERLAP = """
    return [...document.querySelectorAll('figure.chart')].filter((each) => {
      const legend = each.querySelector('.legend'), title = each.querySelector('.xtitle');
      if (!legend || !title) return false;
      const one = legend.getBoundingClientRect(), other = title.getBoundingClientRect();
      return one.top < other.bottom - 2 && other.top < one.bottom - 2;
    }).map((each) => each.id)
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


def shown(browser: Chrome, folder: Path, name: str) -> Path:
    """Write a page and open it."""
    file = folder / "page.html"
    file.write_text(PAGES[name](), encoding="utf-8")
    requests(browser)  # what earlier pages asked for
    opened(browser, file)
    return file


@pytest.mark.parametrize("name", PAGES)
def test_every_chart_is_drawn_without_a_complaint_or_a_request(browser: Chrome, tmp_path: Path, name: str) -> None:
    """No message on the console, nothing asked for but the file itself."""
    file = shown(browser, tmp_path, name)
    assert complaints(browser) == []
    assert asked(browser, UNDRAWN) == 0
    outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
    assert set(outside) == {file.as_uri()}


@pytest.mark.parametrize("width", [1200, 390, 340])
@pytest.mark.parametrize("name", ["overfit-noise", "cross_validate-many"])
def test_at_every_width_nothing_sticks_out_and_no_legend_covers_an_axis(browser: Chrome, tmp_path: Path, name: str, width: int) -> None:
    """Tables that are too wide scroll by themselves."""
    metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    shown(browser, tmp_path, name)
    assert asked(browser, "return document.documentElement.scrollWidth") <= width
    assert asked(browser, OVERLAP) == []
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

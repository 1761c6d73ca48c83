"""leaderboard.html in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome

from tests.browser.opened import asked, chromium, complaints, opened, requests, waited
from tests.report.html.leaderboard.test_page import CASES, written

COLUMN = "return [...document.querySelectorAll('.board tbody tr')].map((row) => row.cells[{}].textContent)"
HEAT = "document.querySelector('#chart-heat-{} .canvas').data[0]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


def shown(browser: Chrome, folder: Path, name: str) -> Path:
    """Write a page and open it."""
    file = folder / "leaderboard.html"
    file.write_text(written(name), encoding="utf-8")
    requests(browser)  # what earlier pages asked for
    opened(browser, file)
    return file


@pytest.mark.parametrize("name", CASES)
def test_every_chart_is_drawn_without_a_complaint_or_a_request(browser: Chrome, tmp_path: Path, name: str) -> None:
    """No message on the console, nothing asked for but the file itself."""
    file = shown(browser, tmp_path, name)
    assert complaints(browser) == []
    assert asked(browser, "return document.querySelectorAll('figure.chart:not([data-drawn])').length") == 0
    outside = [url for url in requests(browser) if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]
    assert set(outside) == {file.as_uri()}


def clicked(browser: Chrome, column: int) -> list[str]:
    """The cells of a column after a click on its head."""
    asked(browser, f"document.querySelectorAll('.board th')[{column}].click()")
    found: list[str] = asked(browser, COLUMN.format(column))
    return found


def test_a_click_sorts_and_a_second_one_turns(browser: Chrome, tmp_path: Path) -> None:
    """Numbers by size and by all of their digits, words by name; what is missing stays last either way."""
    shown(browser, tmp_path, "mixed")
    ratios = [float(each) for each in clicked(browser, 1)[:-1]]
    assert ratios == sorted(ratios, reverse=True)
    turned = clicked(browser, 1)
    assert (turned[-1], [float(each) for each in turned[:-1]]) == ("–", sorted(ratios))
    assert clicked(browser, 5) == sorted(clicked(browser, 5), key=float, reverse=True)[::-1]
    assert clicked(browser, 3)[0] == "fvg"
    assert clicked(browser, 3)[0] == "ha_flip<b>"
    assert clicked(browser, 0)[:2] == ["1", "2"]


def chosen(browser: Chrome, menu: str, place: int) -> None:
    """Choose from a list."""
    asked(browser, f"const menu = document.getElementById('{menu}'); menu.value = '{place}'; menu.dispatchEvent(new Event('change'))")


def maps(browser: Chrome) -> list[Any]:
    """What both maps show."""
    parts = (f"[{HEAT.format(how)}.z, {HEAT.format(how)}.text, {HEAT.format(how)}.hovertemplate]" for how in ("mean", "best"))
    found: list[Any] = asked(browser, f"return [{', '.join(parts)}]")
    return found


@pytest.mark.parametrize("name", ["hundred", "mixed"])
def test_another_pair_is_mapped_and_the_first_comes_back_as_it_was(browser: Chrome, tmp_path: Path, name: str) -> None:
    """The script reckons as Python did, to the last digit shown."""
    shown(browser, tmp_path, name)
    first = maps(browser)
    menus = [int(asked(browser, f"return document.getElementById('{menu}').value")) for menu in ("across", "up")]
    other = next(place for place in range(3) if place not in menus)
    chosen(browser, "across", other)
    waited(browser, f"return !{HEAT.format('best')}.hovertemplate.startsWith({first[1][2][:8]!r})")
    assert maps(browser) != first
    chosen(browser, "across", menus[0])
    waited(browser, f"return {HEAT.format('best')}.hovertemplate === {first[1][2]!r}")
    for now, before in zip(maps(browser), first, strict=True):
        assert now[1:] == before[1:]
        assert flat(now[0]) == pytest.approx(flat(before[0]))
    assert complaints(browser) == []


def flat(rows: list[list[float | None]]) -> list[float]:
    """The cells that hold something, in order."""
    return [-1e9 if value is None else value for row in rows for value in row]


def test_the_same_key_twice_is_no_pair(browser: Chrome, tmp_path: Path) -> None:
    """The other menu moves on."""
    shown(browser, tmp_path, "hundred")
    up = asked(browser, "return document.getElementById('up').value")
    chosen(browser, "across", int(up))
    assert asked(browser, "return document.getElementById('up').value") != up


@pytest.mark.parametrize("width", [390, 340])
@pytest.mark.parametrize("name", ["mixed", "hundred", "challenge"])
def test_on_a_phone_nothing_sticks_out(browser: Chrome, tmp_path: Path, name: str, width: int) -> None:
    """The page does not scroll sideways; the table scrolls by itself."""
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    shown(browser, tmp_path, name)
    assert asked(browser, "return document.documentElement.scrollWidth") == width
    assert asked(browser, f"return [...document.querySelectorAll('.canvas .main-svg')].every((each) => each.clientWidth <= {width})")
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

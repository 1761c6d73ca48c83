"""The desk in a real browser: live, on a phone, by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from runner.live.state import halts, state_of
from tests.board.homes import NOON, left, meddled, position, sample, status
from tests.board.serving import TOKEN, Shown, desk
from tests.browser.opened import asked, chromium, complaints, pressed, requests, waited


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """One browser for all tests of the file."""
    with chromium() as made:
        yield made


@pytest.fixture
def shown(browser: Chrome, tmp_path: Path) -> Iterator[Shown]:
    """A desk over one account in each state, and a browser of a desktop's size."""
    sample(tmp_path)
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.get("about:blank")  # a page of the test before would go on asking its desk, and complain
    requests(browser)
    complaints(browser)
    with desk(tmp_path) as made:
        yield made


def test_the_page_follows_what_happens(browser: Chrome, shown: Shown, tmp_path: Path) -> None:
    """Without being loaded again: a stop that is gone, the title, what a screen reader is told; nothing is asked of anybody else."""
    browser.get(shown.address)
    asked(browser, "window.mine = 1; document.getElementById('to-hyro_2step').focus()")
    left(tmp_path, status("hyro_2step", positions=(position(stop=""),)))
    waited(browser, "return document.querySelector('#to-hyro_2step').closest('article').innerText.includes('NO STOP')")
    assert asked(browser, "return [window.mine, document.title, document.activeElement.id]") == [1, "(8) desk", "to-hyro_2step"]
    assert asked(browser, "return document.getElementById('announce').textContent") == "8 of 9 accounts need attention"
    assert complaints(browser) == []
    assert {url for url in requests(browser) if url.startswith("http") and not url.startswith(shown.address)} == set()


def test_a_desk_that_is_gone_is_said_loudly(browser: Chrome, tmp_path: Path) -> None:
    """What is shown is old, and the page says so."""
    left(tmp_path, status("mine"))
    with desk(tmp_path) as made:
        browser.get(made.address)
        assert asked(browser, "return document.getElementById('lost').hidden")
    waited(browser, "return !document.getElementById('lost').hidden")
    assert "What is shown is old" in asked(browser, "return document.getElementById('lost').innerText")
    complaints(browser)


def test_halt_release_and_the_step_before_flatten(browser: Chrome, shown: Shown, tmp_path: Path) -> None:
    """Sign in, halt with a reason, release; flatten with a wrong name does nothing."""
    browser.get(f"{shown.address}/accounts/topstep")
    assert asked(browser, "return document.querySelectorAll('main form').length") == 0
    browser.get(f"{shown.address}/sign-in?next=/accounts/topstep")
    browser.find_element(By.ID, "token").send_keys("wrong")
    pressed(browser, "enter")
    assert "missing or wrong" in asked(browser, "return document.querySelector('main').innerText")
    browser.find_element(By.ID, "token").send_keys(TOKEN)
    pressed(browser, "enter")
    assert browser.current_url == f"{shown.address}/accounts/topstep"
    pressed(browser, "release")
    assert not halts(state_of(tmp_path, "topstep"), NOON)
    browser.find_element(By.ID, "why").send_keys("news <b>")
    pressed(browser, "halt")
    waited(browser, "return document.body.innerText.includes('halted by hand: news')")
    pressed(browser, "flatten")
    browser.find_element(By.ID, "confirm").send_keys("topstp")
    pressed(browser, "sure")
    assert "expected the account's name, topstep" in asked(browser, "return document.querySelector('main').innerText")
    assert not (state_of(tmp_path, "topstep").root / "desk.flatten.log").exists()
    assert TOKEN not in browser.page_source


@pytest.mark.parametrize("path", ["/", "/accounts/hyro_2step?span=week", "/accounts/by_hand", "/accounts/own_money", "/sign-in", "/api"])
def test_on_a_phone_nothing_sticks_out(browser: Chrome, shown: Shown, tmp_path: Path, path: str) -> None:
    """390 points wide: neither the page nor a table scrolls sideways, so that nothing is out of sight; a cell without a word has a dash."""
    meddled(tmp_path)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True})
    browser.get(shown.address + path)
    assert asked(browser, "return document.documentElement.scrollWidth") == 390
    for query, those in ((".scroll", "each.scrollWidth > each.clientWidth"), ("td:not(.wide)", "!each.innerText.trim()")):
        assert asked(browser, f"return [...document.querySelectorAll('{query}')].filter((each) => {those}).length") == 0, query
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(244, 246, 248)"), ("dark", "rgb(14, 19, 24)")])
def test_it_follows_the_system(browser: Chrome, shown: Shown, scheme: str, ground: str) -> None:
    """Light and dark."""
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get(shown.address)
    assert asked(browser, "return getComputedStyle(document.body).backgroundColor") == ground


def test_without_scripts_and_colours_everything_is_said(browser: Chrome, shown: Shown) -> None:
    """Each bar has words beside it, each form field a label, each page one heading; the picture is told in words."""
    browser.get(f"{shown.address}/accounts/hyro_2step?span=week")
    assert asked(browser, "return document.querySelector('svg.chart').getAttribute('aria-label')").endswith("equity 10,135.27 USDT")
    assert asked(browser, "return document.querySelectorAll('h1').length") == 1
    browser.get(shown.address)
    assert asked(browser, "return [...document.querySelectorAll('.rules li')].every((each) => /\\d %/.test(each.innerText))")
    assert asked(browser, "return document.documentElement.lang") == "en"

"""A headless Chromium that opens a finished report, as a reader would, and notes what it complains about and asks for."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1200,900",
)
PATIENCE = 60.0  # seconds, on a machine that does other things as well


@contextmanager
def chromium() -> Iterator[Chrome]:
    """A browser of its own with an empty profile; a machine without one fails in one line."""
    missing = [path for path in (CHROMIUM, DRIVER) if not Path(path).exists()]
    if missing:
        pytest.fail(f"no {' and no '.join(missing)}: apt-get install chromium chromium-driver", pytrace=False)
    profile, options = tempfile.mkdtemp(), Options()
    options.binary_location = CHROMIUM
    for word in (*QUIET, f"--user-data-dir={profile}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(DRIVER))
    try:
        yield browser
    finally:
        browser.quit()
        shutil.rmtree(profile, ignore_errors=True)


def opened(browser: Chrome, page: Path, *, drawn: bool = True) -> None:
    """Open a report and wait until every chart is drawn."""
    browser.get(page.as_uri())
    if drawn:
        waited(browser, "return document.documentElement.dataset.ready === 'yes'")


def forgotten(browser: Chrome, folder: Path) -> None:
    """Forget what pages of files have remembered; all of them share one memory, so an empty one reaches it."""
    empty = folder / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    browser.get(empty.as_uri())
    asked(browser, "localStorage.clear()")


def waited(browser: Chrome, question: str) -> None:
    """Wait until the page answers yes."""
    until = monotonic() + PATIENCE
    while not browser.execute_script(question):
        if monotonic() > until:
            pytest.fail(f"never came true: {question}\n{complaints(browser)}", pytrace=False)
        sleep(0.05)


def asked(browser: Chrome, question: str) -> Any:
    """What the page answers."""
    return browser.execute_script(question)


def pressed(browser: Chrome, name: str) -> None:
    """Press a button that sends a form, and wait until its answer has taken the page's place."""
    asked(browser, "document.documentElement.dataset.before = 'yes'")
    browser.find_element(By.ID, name).click()
    waited(browser, "return document.readyState === 'complete' && document.documentElement.dataset.before === undefined")


def complaints(browser: Chrome) -> list[str]:
    """Everything on the console."""
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


def requests(browser: Chrome) -> list[str]:
    """Every address that was asked for since the browser began."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

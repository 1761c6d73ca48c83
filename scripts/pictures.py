"""Pictures for the documentation: runs the main job and a challenge, opens their pages in a headless Chromium, cuts out parts."""

from __future__ import annotations

import argparse
import base64
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SWEPT = ["strategy.entry.fast=5,8,13,21", "strategy.entry.slow=34,55,89", "strategy.symbols=[BTCUSDT]"]
JOBS = {
    "report": ["+strategy=fvg", "+account=hyro_2step", "account.program.phases.challenge.rules.inactivity.severity=warn"],
    "challenge": ["+strategy=ema_cross", "+account=hyro_1step_swing", "mode=challenge"],
    "leaderboard": [
        *("-m", "+strategy=ema_cross", "+account=own_money", "exit@strategy.exit.targets=atr_trail"),
        *("strategy.entry.fast=range(5,25,4)", "strategy.entry.slow=range(30,80,10)", "strategy.exit.targets.multiple=1.5,2,3,4"),
    ],
    "walk_forward": ["+strategy=ema_cross", "+account=hyro_1step", "mode=walk-forward", *SWEPT],
    "sensitivity": ["+strategy=donchian", "+account=hyro_1step_swing", "mode=sensitivity", "mode.start=2024-01-01"],
}
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--hide-scrollbars"]
DESK, PHONE = 1200, 390  # CSS pixels

PRICES = "section:has(#chart-BTCUSDT)"
RISK, DRAWN = "section:has(#chart-endings)", "section:has(#chart-histories)"


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A cut of a job's page: its name, the window's width, light or dark, where it starts (CSS selector) and how tall it is."""

    name: str
    job: str = "report"
    width: int
    dark: bool
    start: str
    height: int
    click: str = ""  # CSS selector of a button to press before


WANTED = (
    Picture(name="report", width=DESK, dark=False, start="body", height=1280),
    Picture(name="trade", width=DESK, dark=False, start=PRICES, height=660, click=f"{PRICES} button:last-of-type"),
    Picture(name="weeks", width=DESK, dark=False, start="section:has(.weeks)", height=560),
    Picture(name="excursions", width=DESK, dark=True, start="section:has(#chart-mae)", height=560),
    Picture(name="phone", width=PHONE, dark=True, start="body", height=1100),
    Picture(name="challenge", job="challenge", width=DESK, dark=False, start="body", height=1310),
    Picture(name="challenge-risk", job="challenge", width=DESK, dark=False, start=RISK, height=680),
    Picture(name="leaderboard", job="leaderboard", width=DESK, dark=False, start="body", height=1450),
    Picture(name="leaderboard-maps", job="leaderboard", width=DESK, dark=True, start="section:has(#chart-heat-mean)", height=400),
    Picture(name="walk-forward", job="walk_forward", width=DESK, dark=False, start="body", height=1010),
    Picture(name="walk-forward-maps", job="walk_forward", width=DESK, dark=False, start="section:has(#chart-trains)", height=860),
    Picture(name="sensitivity", job="sensitivity", width=DESK, dark=False, start="body", height=820),
    Picture(name="challenge-histories", job="challenge", width=DESK, dark=True, start=DRAWN, height=570),
)

DESKS = (  # name, path, width, height, dark
    ("desk", "/", DESK, 1340, False),
    ("desk-account", "/accounts/hyro_2step?span=week", DESK, 1280, False),
    ("desk-phone", "/", PHONE, 880, True),
)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a window; ends with the block."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = found("chromium")
    for flag in FLAGS:
        options.add_argument(flag)
    browser = webdriver.Chrome(options=options, service=Service(found("chromedriver")))
    try:
        yield browser
    finally:
        browser.quit()


def found(program: str) -> str:
    """The path of a program; one line and exit status 2 where it is missing."""
    path = shutil.which(program)
    if path is None:
        sys.stderr.write(f"pictures: {program} is not installed (Debian: apt-get install chromium chromium-driver)\n")
        raise SystemExit(2)
    return path


def page_of(job: str, folder: Path) -> Path:
    """The page a job leaves."""
    command = [sys.executable, "-m", "runner", *JOBS[job], "mode.quiet=true", f"mode.output={folder / job}"]
    subprocess.run(command, cwd=folder, check=True, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(Path.home())})  # noqa: S603
    return folder / job / f"{job}.html"


def shown(browser: Any, page: Path, picture: Picture) -> None:
    """Open the page as the picture wants it, and scroll through it so that every chart is drawn."""
    scheme = {"name": "prefers-color-scheme", "value": "dark" if picture.dark else "light"}
    size = {"width": picture.width, "height": 1200, "deviceScaleFactor": 1, "mobile": picture.width == PHONE}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(page.as_uri())
    browser.set_script_timeout(60)
    browser.execute_async_script(SCROLL)
    if picture.click:
        browser.execute_script("document.querySelector(arguments[0]).click()", picture.click)
        time.sleep(1)


SCROLL = """
const done = arguments[arguments.length - 1];
let y = 0;
const step = () => {
  if (y > document.documentElement.scrollHeight) { window.scrollTo(0, 0); setTimeout(done, 1500); return; }
  window.scrollTo(0, y); y += 500; setTimeout(step, 200);
};
setTimeout(step, 1500);
"""


def cut(browser: Any, picture: Picture) -> bytes:
    """The picture as PNG."""
    top = browser.execute_script("return document.querySelector(arguments[0]).getBoundingClientRect().top + window.scrollY", picture.start)
    clip = {"x": 0, "y": max(0, top - 12 * (picture.start != "body")), "width": picture.width, "height": picture.height, "scale": 1}
    taken = browser.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip})
    return base64.b64decode(taken["data"])


def desks(browser: Any, output: Path) -> None:
    """Pictures of the desk over accounts in each state; somebody has signed in."""
    sys.path.insert(0, str(ROOT))  # the tests' makers of accounts are no installed package
    from tests.board.homes import sample
    from tests.board.serving import TOKEN, desk

    with tempfile.TemporaryDirectory() as folder, desk(Path(folder)) as served:
        sample(Path(folder))
        browser.get(f"{served.address}/sign-in")
        browser.find_element("id", "token").send_keys(TOKEN)
        browser.find_element("id", "enter").click()
        for name, path, width, height, dark in DESKS:
            scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width == PHONE}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.get(served.address + path)
            picture = Picture(name=name, width=width, dark=dark, start="body", height=height)
            (output / f"{name}.png").write_bytes(cut(browser, picture))
            print(output / f"{name}.png")


def main() -> None:
    """Make every picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=Path, default=PICTURES, help="folder for the pictures")
    parser.add_argument("--desk", action="store_true", help="only those of the desk")
    wanted = parser.parse_args()
    output = wanted.output
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        desks(browser, output)
        if wanted.desk:
            return
        pages = {job: page_of(job, Path(folder)) for job in JOBS}
        for picture in WANTED:
            shown(browser, pages[picture.job], picture)
            (output / f"{picture.name}.png").write_bytes(cut(browser, picture))
            print(output / f"{picture.name}.png")


if __name__ == "__main__":
    main()

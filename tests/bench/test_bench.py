"""The benchmark runs end to end on a small size; how fast it is, is not asked here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BARS = 5_000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of one small round."""
    target = tmp_path_factory.mktemp("bench") / "docs" / "benchmarks.md"
    options = ["--bars", str(BARS), "--repeat", "1", "--starts", "5", "--shell", "1", "--date", "2026-01-02", "--output", str(target)]
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "bench.py"), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target.read_text(encoding="utf-8")


def test_the_page_says_when_on_what_and_how_long(page: str) -> None:
    """Date, work, machine, and a time for every stage with and without rules."""
    assert "- date: 2026-01-02\n" in page
    assert f"{BARS:,} one-minute bars" in page
    assert re.search(r"^- machine: .+, \d+ cores", page, re.MULTILINE)
    for stage in ("columns", "plans", "machine", "as a whole"):
        assert re.search(rf"^\| {stage} \| \d+\.\d{{4}} s \| \d+\.\d{{4}} s \|", page, re.MULTILINE), stage


def test_every_bar_is_judged(page: str) -> None:
    """Six bars of the work, one of the starts and two of the commands, each kept or not."""
    assert len(re.findall(r"\| (?:yes|\*\*no\*\*) \|$", page, re.MULTILINE)) == 9


def test_all_contestants_did_the_same_work(page: str) -> None:
    """Rules far away change no trade; slippage and ticks against backtesting.py move a few exits at most."""
    row = re.search(r"^\| trades \| (\d+) \| (\d+) \| (\d+) \|", page, re.MULTILINE)
    assert row is not None
    full, bare, other = (int(count) for count in row.groups())
    assert full == bare > BARS / 100
    assert abs(full - other) <= 0.05 * other

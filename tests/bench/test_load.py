"""The measurement of the live side runs end to end on small sizes; how good the figures are, is not asked here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of one small round."""
    target = tmp_path_factory.mktemp("load") / "docs" / "load.md"
    options = ["--quick", "--rates", "200", "--date", "2026-01-02", "--output", str(target)]
    done = subprocess.run([sys.executable, str(ROOT / "scripts" / "load.py"), *options], capture_output=True, text=True, check=False)
    assert target.is_file(), done.stderr
    missed = "**no**" in target.read_text(encoding="utf-8")
    assert done.returncode == int(missed), done.stderr
    return target.read_text(encoding="utf-8")


def test_the_page_says_when_and_on_what(page: str) -> None:
    """Date and machine, and each bar judged."""
    assert "- date: 2026-01-02\n" in page
    assert re.search(r"^- machine: .+, \d+ cores", page, re.MULTILINE)
    assert len(re.findall(r"\| (?:yes|\*\*no\*\*) \|$", page, re.MULTILINE)) == 12


def test_every_message_that_was_sent_was_handled(page: str) -> None:
    """What the exchange has sent and what the bot has counted are the same, and not nothing."""
    found = re.search(r"handled of those sent \| (\d+) of (\d+) \|", page)
    assert found is not None
    assert int(found[1]) == int(found[2]) > 100


def test_the_bot_is_sampled_and_its_journal_weighed(page: str) -> None:
    """Three samples of the week, the rows of its journal, and five ways to append."""
    for name in ("first", "middle", "last"):
        assert re.search(rf"^\| {name} \| \S+ MB \| \d+ \| \d* \|$", page, re.MULTILINE), name
    assert int(re.search(r"Its journal has (\d+) rows", page)[1]) > 100  # type: ignore[index]
    assert len(re.findall(r"^\| .+ \| [\d,]+ \| [\d.]+ × \|$", page, re.MULTILINE)) == 5

"""The measurement of the live side runs end to end on small sizes; how good the figures are, is not asked here."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def flood() -> Any:
    """The part of the script that sends and reads."""
    spec = importlib.util.spec_from_file_location("load_flood", ROOT / "scripts" / "load_flood.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["load_flood"] = module
    spec.loader.exec_module(module)
    return module


def lags(lag_ms: list[float], seconds: float = 10.0) -> Any:
    """Messages at even distances, each handled so late."""
    sent = np.linspace(0, seconds * 1000, len(lag_ms))
    return np.stack([sent + lag_ms, lag_ms], axis=1).astype(np.int64)


@pytest.mark.parametrize(
    ("lag_ms", "kept"),
    [
        ([3.0] * 10_000, True),
        ([3.0] * 9_950 + [2_000.0] * 40 + [3.0] * 10, True),  # one pause
        ([3.0] * 9_800 + [300.0] * 190 + [3.0] * 10, False),  # a lag that is too long for too many
        (list(np.linspace(3.0, 100.0, 10_000)), False),  # it falls behind, slowly
        ([3.0] * 9_999 + [400.0], False),  # it was not done when all was sent
        ([3.0] * 9_990, False),  # some never came
    ],
)
def test_what_keeping_up_is(flood: Any, lag_ms: list[float], kept: bool) -> None:
    """Nearly every message soon, none much later at the end than at the beginning, all of them handled."""
    mark = flood.Mark(asked=1_000, seconds=10.0, began_ms=0, ended_ms=10_000, first=0, last=10_000, bot_cpu_s=1.0, sender_cpu_s=1.0)
    assert flood.read(mark, lags(lag_ms)).kept is kept


def test_a_sender_that_is_too_slow_proves_nothing(flood: Any) -> None:
    """Less was sent than was asked for."""
    mark = flood.Mark(asked=1_100, seconds=10.0, began_ms=0, ended_ms=10_000, first=0, last=10_000, bot_cpu_s=1.0, sender_cpu_s=1.0)
    assert not flood.read(mark, lags([3.0] * 10_000)).kept


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
    assert int(re.search(r"The journal has (\d+) rows", page)[1]) > 100  # type: ignore[index]
    assert len(re.findall(r"^\| .+ \| [\d,]+ \| [\d.]+ × \|$", page, re.MULTILINE)) == 5

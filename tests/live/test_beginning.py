"""When an account begins, and which journal can be gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runner.build import build
from runner.compose import compose
from runner.journal.live import LiveJournal
from runner.live.beginning import START, begin, start_of
from runner.live.outfit import outlooks
from runner.live.thinker import Outlook
from runner.model.errors import ConfigError

HOUR = 3_600_000
BEGAN, NOW = 1_000 * HOUR, 1_007 * HOUR + 1
ONE_HOUR, FOUR_HOURS = "strategy.timeframe=1h", "strategy.timeframe=4h"


def looks_of(folder: Path, *words: str) -> list[Outlook]:
    """What two averages look at."""
    given = ["+strategy=ema_cross", "+account=hyro_2step", "strategy.symbols=[BTCUSDT]", *words]
    return outlooks(build(compose(given), folder))


@contextmanager
def journal_of(folder: Path) -> Iterator[LiveJournal]:
    """An empty journal."""
    with LiveJournal.open(folder / "journal.db", account="mine") as journal:
        yield journal


def test_a_beginning_without_anything_after_it_begins_anew(tmp_path: Path) -> None:
    """With whatever bars; nothing is written until it is begun."""
    with journal_of(tmp_path) as journal:
        begin(journal, looks_of(tmp_path, ONE_HOUR), BEGAN)
        looks = looks_of(tmp_path, FOUR_HOURS)
        assert start_of(journal, looks, NOW, told=False) == 1_004 * HOUR
        assert journal.meta(START) == str(BEGAN)


def test_a_journal_is_gone_on_with_as_it_began(tmp_path: Path) -> None:
    """Other settings of the strategy change nothing about it."""
    with journal_of(tmp_path) as journal:
        begin(journal, looks_of(tmp_path, ONE_HOUR), BEGAN)
        assert start_of(journal, looks_of(tmp_path, ONE_HOUR, "strategy.entry.fast=3"), NOW, told=True) == BEGAN


@pytest.mark.parametrize(
    ("words", "now_is"),
    [
        pytest.param((FOUR_HOURS,), "ema_cross BTCUSDT 4h", id="other bars"),
        pytest.param((ONE_HOUR, "strategy.symbols=[BTCUSDT, ETHUSDT]"), "ema_cross BTCUSDT 1h, ema_cross ETHUSDT 1h", id="one symbol more"),
        pytest.param((ONE_HOUR, "strategy.name=other"), "other BTCUSDT 1h", id="another name"),
    ],
)
def test_what_cannot_be_followed_is_refused(tmp_path: Path, words: tuple[str, ...], now_is: str) -> None:
    """In one line: how it began, what it is now, what to do."""
    with journal_of(tmp_path) as journal:
        begin(journal, looks_of(tmp_path, ONE_HOUR), BEGAN)
        with pytest.raises(ConfigError, match="of other strategies or bars") as refused:
            start_of(journal, looks_of(tmp_path, *words), NOW, told=True)
    (problem,) = refused.value.problems
    assert f"began with ema_cross BTCUSDT 1h; now it is {now_is}. " in problem.message
    assert "account.name=OTHER" in problem.message


def test_a_journal_that_does_not_tell_its_bars_is_held_against_its_beginning(tmp_path: Path) -> None:
    """No bar of four hours begins at 17:00; one of an hour does."""
    with journal_of(tmp_path) as journal:
        journal.set_meta(START, str(BEGAN + HOUR))
        assert start_of(journal, looks_of(tmp_path, ONE_HOUR), NOW, told=True) == BEGAN + HOUR
        with pytest.raises(ConfigError) as refused:
            start_of(journal, looks_of(tmp_path, FOUR_HOURS), NOW, told=True)
    assert "began at 1970-02-11 17:00 UTC, where no such bar begins" in refused.value.problems[0].message

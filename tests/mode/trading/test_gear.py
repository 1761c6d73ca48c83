"""What a bot that trades needs, and what it refuses to begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.journal.live import LiveJournal
from runner.mode.trading.gear import of_this_phase, of_this_world, protectable
from runner.model.errors import ConfigError
from runner.wire.bybit import BybitDialect


def test_coins_cannot_be_protected() -> None:
    """Spot has no position that a stop could stand on; a perpetual has."""
    protectable(BybitDialect(category="linear", environment="demo"))
    with pytest.raises(ConfigError, match="could not be protected"):
        protectable(BybitDialect(category="spot", environment="demo"))


def test_a_journal_is_of_one_phase(tmp_path: Path) -> None:
    """The phase it began in is kept; the account of the next one needs a journal of its own."""
    for phase in ("challenge", "challenge"):
        with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
            of_this_phase(journal, phase)
            journal.told(0, 0, b"")
    with (
        LiveJournal.open(tmp_path / "journal.db", account="mine") as journal,
        pytest.raises(ConfigError, match="another account") as refused,
    ):
        of_this_phase(journal, "verification")
    assert "begins in challenge, the account is now in verification" in refused.value.problems[0].message


def test_a_journal_that_was_told_nothing_is_free(tmp_path: Path) -> None:
    """A start that was refused binds nobody: phase and world are those of the next one."""
    with LiveJournal.open(tmp_path / "journal.db", account="mine") as journal:
        for phase, world in (("challenge", "live"), ("verification", "demo")):
            of_this_phase(journal, phase)
            of_this_world(journal, world)
        assert (journal.meta("phase"), journal.meta("environment")) == ("verification", "demo")
